"""What made-up customers are made of: names, streets, reasons to call, numbers that ring nowhere."""

from __future__ import annotations

FIRST_NAMES = (  # noqa: SIM905 - a line of names reads better than a column
    "Aisha Alun Amelia Amir Andrew Aneta Anwen Arjun Beatrice Bethan Callum Carys Cerys Chloe Colm Damian Daniel "
    "Deepa Dylan Edward Efua Eilidh Eleri Elin Ella Emeka Esther Ewa Farah Fergus Finn Fiona Freya Gareth Grace "
    "Hamish Hannah Harpreet Hugh Imran Iona Isla Jakub Jamal Jasmine Joanna Kasia Keira Kwame Leila Liam Lorna "
    "Maeve Magda Malik Marek Megan Mohammed Morag Nadia Niamh Nikhil Ola Olivia Owen Pawel Priya Rachel Rhys Robin "
    "Rory Rosa Ruth Sadia Sanjay Seren Simon Siobhan Sofia Tariq Tess Thomas Uzma Victor Wiktor Yasmin Zofia"
).split()

LAST_NAMES = (  # noqa: SIM905 - as above
    "Abbott Achebe Ahmed Baker Begum Bevan Boateng Bowen Brennan Cameron Campbell Chandra Clarke Cooper Davies Desai "
    "Dixon Doyle Edwards Ellis Evans Farooq Fletcher Fraser Gallagher Ghosh Gibson Griffiths Hall Harding Hughes "
    "Hussain Iqbal Jackson Jenkins Jones Kamara Kaur Kelly Khan Kowalska Lewandowski Lloyd MacLeod Malik Marsh Mehta "
    "Mensah Miller Morgan Murphy Nowak Okafor Osei Owen Parry Patel Pearce Powell Pritchard Quinn Rahman Rees "
    "Roberts Robinson Ross Shah Sharma Singh Sinclair Stewart Sutherland Taylor Thomas Turner Vaughan Walker Watson "
    "Williams Wilson Wood Wright Yusuf Zielinska"
).split()

# A few names that windows and reports stumble over; they must be shown as they are.
HARD_NAMES = (
    "Siân O'Neill-Ap Gwilym",
    "Bartholomew Featherstonehaugh-Cholmondeley",
    "Ng Li",
    "Zoë D'Arcy",
    "Łucja Wójcik",
    "José María Álvarez del Río",
    "Ann <Annie> McKay",
)

COMPANIES = (
    "Bakery",
    "Cycles",
    "Dental Practice",
    "Electrical",
    "Flowers",
    "Garage",
    "Garden Design",
    "Hair & Beauty",
    "Joinery",
    "Letting Agents",
    "Opticians",
    "Plumbing",
    "Print Shop",
    "Removals",
    "Solicitors",
    "Veterinary Clinic",
)

STREETS = (
    "Abbey Road",
    "Beech Avenue",
    "Canal Street",
    "Castle Lane",
    "Church Road",
    "Dock Street",
    "Elm Grove",
    "Foundry Lane",
    "Harbour View",
    "High Street",
    "Kiln Close",
    "Mill Lane",
    "Orchard Way",
    "Park Crescent",
    "Quarry Hill",
    "Station Road",
    "The Green",
    "Victoria Terrace",
)

# Towns by what numbers there begin with, of those that Ofcom keeps free for drama (1,000 numbers each), and the
# postcode areas that go with them.
LANDLINES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("+44207946", ("NW1", "SE5", "E8", "SW9", "N7")),
    ("+44161496", ("M4", "M14", "M21")),
    ("+44121496", ("B5", "B13", "B29")),
    ("+44113496", ("LS2", "LS6")),
    ("+44114496", ("S7", "S11")),
    ("+44115496", ("NG1", "NG7")),
    ("+44117496", ("BS3", "BS6")),
    ("+44131496", ("EH6", "EH10")),
    ("+44141496", ("G3", "G12")),
    ("+44151496", ("L1", "L17")),
    ("+44191498", ("NE1", "NE6")),
    ("+44292018", ("CF10", "CF24")),
)
MOBILE = "+447700900"

# Language and its share.
LANGUAGES = (("en", 88), ("cy", 4), ("pl", 3), ("ur", 2), ("pa", 2), ("bn", 1))

REASONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Slow internet", ("not solved", "line test fine", "router restarted", "solved")),
    ("No connection", ("engineer booked", "solved", "outage")),
    ("Bill question", ("explained", "credit given", "passed on")),
    ("Moving house", ("order placed", "will call back")),
    ("Wi-Fi in one room", ("advised", "solved")),
    ("Plan change", ("changed", "thinking about it")),
    ("Payment", ("date moved", "paid")),
    ("TV picture", ("solved", "not solved")),
)
MOBILE_REASONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Data ran out", ("pack added", "no pack wanted")),
    ("No signal", ("solved", "passed on")),
    ("Top-up", ("done", "explained")),
    ("Bill question", ("explained", "credit given")),
    ("Roaming", ("explained", "switched on")),
)

ROUTERS = (("HG-2", 60), ("HG-3", 36), ("HG-4", 15), ("HG-5", 4))
PHONES = ("Pixel 7", "iPhone 13", "Galaxy A54", "Moto G", "Nokia 105")
