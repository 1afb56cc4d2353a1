"""German."""

from __future__ import annotations

TABLE = {
    " and ": " und ",
    " and {} more": " und {} weitere",
    " since {}": " seit {}",
    " {} set aside: the hub refused them.": " {} beiseitegelegt: der Hub hat sie abgelehnt.",
    ", last at {}": ", zuletzt um {}",
    ", since {}": ", seit {}",
    ", {} set aside": ", {} beiseitegelegt",
    "1 call": "1 Anruf",
    "1 event": "1 Ereignis",
    "1 message": "1 Nachricht",
    "A break after this call: why?": "Pause nach diesem Anruf: warum?",
    "A call is ringing.": "Ein Anruf klingelt.",
    "A callback was promised to this number: {}.": "Dieser Nummer wurde ein Rückruf versprochen: {}.",
    "A card code was taken out; it may never be kept.": "Ein Kartencode wurde entfernt; er darf nie aufbewahrt werden.",
    "A card number was taken out before anything was kept. Was it an order number?": (
        "Eine Kartennummer wurde entfernt, bevor etwas aufbewahrt wurde. War es eine Bestellnummer?"
    ),
    (
        "A fresh store was begun. The old one is kept as it was, with what was not sent: tell your administrator. "
        "It opens again with the password or passphrase that it was closed with."
    ): (
        "Ein neuer Speicher wurde begonnen. Der alte bleibt mit allem Ungesendeten, wie er war: Sagen Sie es Ihrem "
        "Administrator. Er öffnet sich wieder mit dem Passwort, mit dem er geschlossen wurde."
    ),
    "A good start. {} things to try again.": "Ein guter Anfang. {} Dinge noch einmal üben.",
    "A made-up caller rings in the real window. Nothing counts, and a real call ends it at once.": (
        "Ein erfundener Anrufer klingelt im echten Fenster. Nichts zählt, und ein echter Anruf beendet es sofort."
    ),
    "A message from the lead waits until the call is over.": (
        "Eine Nachricht der Teamleitung wartet bis nach dem Anruf."
    ),
    "A name ending in .csv is written as a table, any other as one JSON object a line.": (
        "Ein Name, der auf .csv endet, wird als Tabelle geschrieben, jeder andere als ein JSON-Objekt je Zeile."
    ),
    "A note holds {:,} characters; the rest was left out.": (
        "Eine Notiz fasst {:,} Zeichen; der Rest wurde weggelassen."
    ),
    "A person whom the holder named": "Eine vom Inhaber benannte Person",
    "A script or release file": "Eine Skript- oder Freigabedatei",
    "Accepted": "Angenommen",
    "Account {}": "Konto {}",
    "Accounts matched": "Zugeordnete Konten",
    "All keys and help": "Alle Tasten und Hilfe",
    "All keys as they were": "Alle Tasten wie zuvor",
    "All of {}": "Alle in {}",
    "All synced{}": "Alles übertragen{}",
    "An exception from the rules": "Eine Ausnahme von den Regeln",
    "An executor, after a death": "Ein Nachlassverwalter, nach einem Todesfall",
    "Angry": "Verärgert",
    "Another call waits: {}": "Ein weiterer Anruf wartet: {}",
    "Another caller": "Anderer Anrufer",
    "Another script": "Anderes Skript",
    "Another way to say it": "Anders formuliert",
    "Answer": "Annehmen",
    "Answer the call": "Anruf annehmen",
    "Answer under a condition": "Antwort unter einer Bedingung",
    "Answering opens this step. Account details stay masked until the caller is verified.": (
        "Das Annehmen öffnet diesen Schritt. Kontodaten bleiben verdeckt, bis der Anrufer geprüft ist."
    ),
    "Answers": "Antworten",
    "Answers and lists, 0 to 9": "Antworten und Listen, 0 bis 9",
    "Appearance": "Darstellung",
    "Approve up to 10 %": "Bis 10 % genehmigt",
    "Approved": "Genehmigt",
    "As the system": "Wie das System",
    "Ask for: {}.": "Fragen Sie nach: {}.",
    "Ask word for word, and wait for the answer": "Wörtlich fragen und die Antwort abwarten",
    "Ask your lead": "Teamleitung fragen",
    "Ask your lead: why?": "Teamleitung fragen: warum?",
    "Asked your lead": "Teamleitung gefragt",
    "Asked {}": "{} gefragt",
    "Asking your lead": "Frage wird gesendet",
    "Asks you to cancel within the first minutes. Honour it at once.": (
        "Verlangt bald die Kündigung. Sofort darauf eingehen."
    ),
    "Attention": "Achtung",
    "Back online": "Wieder verbunden",
    "Back to the form": "Zurück zum Formular",
    "Back to work": "Zurück zur Arbeit",
    "Begin a fresh store; the old one is kept": "Neuen Speicher beginnen; der alte bleibt erhalten",
    "Begin anew": "Neu beginnen",
    "Bell on an accept": "Glocke bei einer Zusage",
    "Bereaved": "Trauerfall",
    "Between calls": "Zwischen Anrufen",
    "Breaks": "Pausen",
    "Go on there": "Dort weiter",
    "Loading.": "Wird geladen.",
    "Message": "Nachricht",
    "Messages of the week": "Nachrichten der Woche",
    "No account": "Kein Konto",
    "No longer waiting: the call went on without an answer.": "Wartet nicht mehr: Der Anruf ging ohne Antwort weiter.",
    "Nobody asks anything.": "Niemand fragt etwas.",
    "Not yet: {}": "Noch nicht: {}",
    "Notes and your lead": "Notizen und Teamleitung",
    "Nothing was told this week.": "Diese Woche wurde nichts mitgeteilt.",
    "Offer": "Angebot",
    "Phone": "Telefon",
    "Questions and messages": "Fragen und Nachrichten",
    "Questions from calls": "Fragen aus Anrufen",
    "Seen by {} of {}": "Gesehen von {} von {}",
    "Send": "Senden",
    "The hub cannot be heard: new questions do not show.": "Der Hub ist nicht zu hören: Neue Fragen erscheinen nicht.",
    "To whom": "An wen",
    "What do you want to tell them?": "Was möchten Sie mitteilen?",
    "by {}, {}": "mit {}, {}",
    "Call": "Anruf",
    "Call back": "Zurückrufen",
    "Call ended": "Anruf beendet",
    "Callback": "Rückruf",
    "Callback noted for {}.": "Rückruf notiert für {}.",
    "Callback: {}": "Rückruf: {}",
    "Callbacks": "Rückrufe",
    "Caller": "Anrufer",
    "Callers verified": "Geprüfte Anrufer",
    "Calls": "Anrufe",
    "Calls with a yes, of the calls with an offer that you said.": (
        "Anrufe mit einem Ja, von den Anrufen mit einem ausgesprochenen Angebot."
    ),
    "Calls with an offer that you said, of all your calls.": (
        "Anrufe mit einem ausgesprochenen Angebot, von allen Ihren Anrufen."
    ),
    "Cancel the service": "Dienst kündigen",
    "Cancel the service, no more offers": "Dienst kündigen, keine weiteren Angebote",
    "Cancellations": "Kündigungen",
    "Careful with money": "Achtet aufs Geld",
    "Change keys": "Tasten ändern",
    "Check": "Prüfen",
    "Checking": "Wird geprüft",
    "Choose a line, then press its new key.": "Wählen Sie eine Zeile, dann drücken Sie die neue Taste.",
    (
        "Choose a passphrase for this PC, of 10 characters or more. It opens what is kept for you here, also "
        "without a network."
    ): (
        "Wählen Sie eine Passphrase für diesen PC, mit 10 Zeichen oder mehr. Sie öffnet, was hier für Sie "
        "aufbewahrt wird, auch ohne Netz."
    ),
    "Choose who is calling first: a PIN belongs to one account.": (
        "Wählen Sie zuerst, wer anruft: Eine PIN gehört zu einem Konto."
    ),
    "Choose who is calling first: only a known account can be verified.": (
        "Wählen Sie zuerst, wer anruft: Nur ein bekanntes Konto kann geprüft werden."
    ),
    "Close": "Schließen",
    "Coaching or training": "Coaching oder Schulung",
    "Commands with keys of your own choice.": "Befehle mit Tasten Ihrer Wahl.",
    "Confirm, ready for the next call": "Bestätigen, bereit für den nächsten Anruf",
    "Confirm, the caller is still on the line": "Bestätigen, der Anrufer ist noch am Apparat",
    "Consents": "Einwilligungen",
    "Corrections": "Berichtigungen",
    "Counted by {}.": "Gezählt bis {}.",
    "Counts once this call is over.": "Gilt, sobald dieser Anruf vorbei ist.",
    "Cuecard was restarted. This is the same call at the same step.": (
        "Cuecard wurde neu gestartet. Dies ist derselbe Anruf beim selben Schritt."
    ),
    "Customer is abusive or threatens": "Kunde beleidigt oder droht",
    "Customer is in a hurry": "Kunde hat es eilig",
    "Customer is upset": "Kunde ist verärgert",
    "Customer wants a discount that I may not give": "Kunde will einen Rabatt, den ich nicht geben darf",
    "Customer wants to speak to a supervisor": "Kunde will einen Vorgesetzten sprechen",
    "Dark": "Dunkel",
    "Decline": "Ablehnen",
    "Declined": "Abgelehnt",
    "Did they answer?": "Hat sie oder er abgenommen?",
    "Digits": "Ziffern",
    "Digits into the call": "Ziffern in den Anruf",
    "Disclosures": "Pflichttexte",
    "Dismiss": "Ausblenden",
    "Does not need it": "Braucht es nicht",
    "Does not trust it": "Traut dem nicht",
    "Does not want a contract": "Will keinen Vertrag",
    "Done": "Erledigt",
    "Drafts in a folder": "Entwürfe in einem Ordner",
    "Each goes as it is typed": "Jede geht sofort hinaus",
    "End practice": "Übung beenden",
    "Ends offers": "Beendet Angebote",
    "Enjoy your break. A call that comes still opens here.": (
        "Gute Pause. Ein Anruf, der kommt, öffnet sich trotzdem hier."
    ),
    "Everything is at the hub{}.": "Alles ist beim Hub{}.",
    "Everything that the hub takes is there.": "Alles, was der Hub annimmt, ist dort.",
    "Everything that was recorded is at the hub.": "Alles Erfasste ist beim Hub.",
    "Experiments": "Versuche",
    "Export …": "Exportieren …",
    "Extended": "Angeboten",
    "Figures of single agents": "Zahlen einzelner Agenten",
    "File to write": "Zu schreibende Datei",
    "Find the account": "Konto suchen",
    "Find the caller's account": "Konto des Anrufers suchen",
    "Find what the caller said": "Suchen, was der Anrufer sagt",
    "Find: what did the caller say?": "Suchen: Was sagt der Anrufer?",
    "Finish this call first: sign out when wrap-up is confirmed.": (
        "Beenden Sie zuerst diesen Anruf: Melden Sie sich ab, wenn die Nacharbeit bestätigt ist."
    ),
    "For a fresh store, type a new passphrase of 10 characters or more, and then choose it once more.": (
        "Für einen neuen Speicher geben Sie eine neue Passphrase mit 10 Zeichen oder mehr ein und wählen ihn dann "
        "noch einmal."
    ),
    "Forget": "Vergessen",
    "Forget {}": "{} vergessen",
    "Forms": "Formulare",
    "Found": "Gefunden",
    "Go on from there": "Dort weitermachen",
    "Go on in the next language": "In der nächsten Sprache weiter",
    "Go on with a call that was handed over": "Einen übergebenen Anruf fortsetzen",
    "Go on, confirm": "Weiter, bestätigen",
    "Go to wrap-up before the caller hangs up": "Zum Abschluss, bevor der Anrufer auflegt",
    "Guest, no account": "Gast, ohne Konto",
    "Guides tried": "Benutzte Anleitungen",
    "Hand over": "Weitergeben",
    "Hand over now": "Jetzt weitergeben",
    "Hand over to me": "An mich übergeben",
    "Hand over to the {} team?": "An das Team {} weitergeben?",
    "Hand the caller over to a number": "Anrufer an eine Nummer weitergeben",
    "Hang up": "Auflegen",
    "Hang up, or decline the call": "Auflegen oder Anruf ablehnen",
    "Has a better offer elsewhere": "Hat anderswo ein besseres Angebot",
    "Has an old device and needs patience; sometimes not even the PIN.": (
        "Hat ein altes Gerät und braucht Geduld; manchmal fehlt sogar die PIN."
    ),
    "Has called before, says no first and wants to be heard.": (
        "Hat schon angerufen, sagt erst nein und will gehört werden."
    ),
    "High contrast": "Hoher Kontrast",
    "Hold": "Halten",
    "Hold the caller, or take back": "Anrufer halten oder zurückholen",
    "How did it end?": "Wie ging es aus?",
    "How large everything is, in per cent.": "Wie groß alles ist, in Prozent.",
    "I am not sure what to say": "Ich weiß nicht, was ich sagen soll",
    "I have answered": "Ich habe angenommen",
    "I have read it aloud": "Ich habe es vorgelesen",
    "I have seen it": "Gesehen",
    "I have verified the caller myself": "Ich habe den Anrufer selbst geprüft",
    "I'm coming": "Ich komme",
    "I'm sorry, I don't have that here.": "Tut mir leid, das habe ich nicht da.",
    "If {}: no": "Wenn {}: nein",
    "If {}: not known before the caller is verified": "Wenn {}: vor der Prüfung des Anrufers nicht bekannt",
    "If {}: yes": "Wenn {}: ja",
    "In a hurry": "In Eile",
    "In a month": "In einem Monat",
    "In a week": "In einer Woche",
    "In three days": "In drei Tagen",
    "In two weeks": "In zwei Wochen",
    "Is leaving anyway": "Geht ohnehin",
    "Just now: {}.": "Gerade eben: {}.",
    "Key words only": "Nur Stichwörter",
    "Key words, or whole sentences": "Stichwörter oder ganze Sätze",
    "Key {}": "Taste {}",
    "Keys": "Tasten",
    "Keys and help": "Tasten und Hilfe",
    "Language": "Sprache",
    "Larger": "Größer",
    "Last contacts": "Letzte Kontakte",
    "Last heard of the hub: {}": "Zuletzt vom Hub gehört: {}",
    "Later": "Später",
    "Leave the list, find or the field": "Liste, Suche oder Feld verlassen",
    "Less: {}": "Weniger: {}",
    "Let it ring": "Klingeln lassen",
    "Light": "Hell",
    "Light, dark or high contrast; system goes with the desktop's own setting.": (
        "Hell, dunkel oder starker Kontrast; „Wie das System“ folgt der Einstellung des Desktops."
    ),
    "Likely reason": "Wahrscheinlicher Grund",
    "Lock after": "Sperren nach",
    "Lock the screen": "Bildschirm sperren",
    "Locked": "Gesperrt",
    "Locked · {}": "Gesperrt · {}",
    "Locked. A call is ringing.": "Gesperrt. Ein Anruf klingelt.",
    "Looking at the call …": "Der Anruf wird angesehen …",
    "Looking up the number": "Nummer wird gesucht",
    "Looks at every price, objects, and takes what saves money.": (
        "Schaut auf jeden Preis, wendet ein und nimmt, was Geld spart."
    ),
    "Lost with old equipment": "Verloren mit altem Gerät",
    "Lunch": "Mittagspause",
    "Meeting": "Besprechung",
    "Menu": "Menü",
    "Menu: rooms, appearance, messages, sign out": "Menü: Räume, Darstellung, Meldungen, Abmelden",
    "Message from {}: {}": "Nachricht von {}: {}",
    "Message or answer from the lead: seen": "Nachricht oder Antwort der Teamleitung: gesehen",
    "Messages": "Meldungen",
    "Minutes without a key or a click after which customers' data are masked; 0 for never.": (
        "Minuten ohne Taste oder Klick, nach denen Kundendaten verdeckt werden; 0 für nie."
    ),
    "More: {}": "Mehr: {}",
    "My calls": "Meine Anrufe",
    "My day": "Mein Tag",
    "My last weeks": "Meine letzten Wochen",
    "My team's figures": "Zahlen meines Teams",
    "My {} is {}.": "{}: {}.",
    "Name from the network, not checked": "Name aus dem Netz, nicht geprüft",
    "Name, account number or phone": "Name, Kontonummer oder Telefon",
    "Name, number or phone": "Name, Nummer, Telefon",
    "Nearly all of it was right. One thing to try again.": "Fast alles war richtig. Eines noch einmal üben.",
    "Next part of a long sentence": "Nächster Teil eines langen Satzes",
    "Next tab, in a narrow window": "Nächster Reiter, im schmalen Fenster",
    "No": "Nein",
    "No account with this number": "Kein Konto mit dieser Nummer",
    "No break after this call.": "Keine Pause nach diesem Anruf.",
    "No calls yet in this shift.": "Noch keine Anrufe in dieser Schicht.",
    "No connection to the hub: your lead was not asked. Ask by phone.": (
        "Keine Verbindung zum Hub: Die Teamleitung wurde nicht gefragt. Fragen Sie am Telefon."
    ),
    "No lead listens just now: go on by the script.": "Gerade hört keine Teamleitung zu: weiter nach dem Skript.",
    "No longer wanted": "Nicht mehr gewünscht",
    "No longer: {}.": "Nicht mehr: {}.",
    "No messages so far.": "Noch keine Meldungen.",
    "No offer is on the table at this step.": "Bei diesem Schritt liegt kein Angebot auf dem Tisch.",
    "No, stay with the offer": "Nein, beim Angebot bleiben",
    "Nobody was found.": "Niemand wurde gefunden.",
    "Not a card, undo": "Keine Karte, rückgängig",
    "Not my call": "Nicht mein Anruf",
    "Not now": "Jetzt nicht",
    "Not reached, again in an hour": "Nicht erreicht, in einer Stunde wieder",
    "Not reached, again tomorrow": "Nicht erreicht, morgen wieder",
    "Not the account holder": "Nicht der Kontoinhaber",
    "Not the moment": "Nicht der Moment",
    "Not verified, details hidden": "Nicht geprüft, Daten verdeckt",
    "Not yet": "Noch nicht",
    "Note": "Hinweis",
    "Note templates": "Notizvorlagen",
    "Notes": "Notizen",
    "Nothing found. Fewer words find more.": "Nichts gefunden. Weniger Wörter finden mehr.",
    "Nothing of this account decides here: it is always said like this.": (
        "Nichts aus diesem Konto entscheidet hier: Es wird immer so gesagt."
    ),
    "Nothing.": "Nichts.",
    "Number of the caller": "Nummer des Anrufers",
    "Number of the caller: the same one calls the same way": "Nummer des Anrufers: dieselbe ruft genauso an",
    "Number to hand over to": "Nummer für die Weitergabe",
    "Number withheld": "Nummer unterdrückt",
    "Number, then Enter": "Nummer, dann Enter",
    "Objections": "Einwände",
    "Of course, check it: {}.": "Natürlich, prüfen Sie es: {}.",
    "Off": "Aus",
    "Offer and notes": "Angebot und Notizen",
    "Offer on the table": "Angebot auf dem Tisch",
    "Offer: I said it": "Angebot: ausgesprochen",
    "Offer: accepted": "Angebot: angenommen",
    "Offer: declined": "Angebot: abgelehnt",
    "Offer: later": "Angebot: später",
    "Offer: not the moment": "Angebot: nicht der Moment",
    "Offers": "Angebote",
    "Offers made": "Gemachte Angebote",
    "Offline · ": "Offline · ",
    "Offline, events are kept here": "Offline, Ereignisse bleiben hier",
    "Offline, nothing unsent{}": "Offline, nichts offen{}",
    "On": "An",
    "On a break": "In der Pause",
    "On a break: {}": "In der Pause: {}",
    "On call": "Im Gespräch",
    "On hold": "Gehalten",
    "On the phone": "Am Telefon",
    "One step back": "Einen Schritt zurück",
    "One step forward again": "Wieder einen Schritt vor",
    "Only this device was searched: this CRM knows no search.": (
        "Nur dieses Gerät wurde durchsucht: dieses CRM kennt keine Suche."
    ),
    "Open": "Öffnen",
    "Opening": "Wird geöffnet",
    "Opportunities": "Gelegenheiten",
    "Orders": "Bestellungen",
    "Over, {} since the start": "Vorbei, {} seit Beginn",
    "Pages": "Seiten",
    "Paperwork": "Schreibarbeit",
    "Part before": "Voriger Teil",
    "Passphrase for this PC": "Passphrase für diesen PC",
    "Password": "Passwort",
    "Password before the change": "Passwort vor der Änderung",
    "Path so far: ": "Weg bisher: ",
    "Phones": "Telefone",
    "Pin this way to say it": "Diese Formulierung anheften",
    "Pinned phrasings": "Angeheftete Formulierungen",
    "Place of the strip": "Ort des Streifens",
    "Plays a short sound when a call comes in.": "Spielt einen kurzen Ton, wenn ein Anruf kommt.",
    "Points": "Punkte",
    "Points of your accepts, less those that customers took back.": (
        "Punkte Ihrer Annahmen, ohne die von Kunden widerrufenen."
    ),
    "Practice": "Übung",
    "Practice was set aside. The same caller can ring again.": (
        "Die Übung wurde abgebrochen. Derselbe Anrufer kann wieder klingeln."
    ),
    "Practice, nothing is recorded": "Übung, nichts wird aufgezeichnet",
    "Practise a call": "Einen Anruf üben",
    "Practise a call, or end practice": "Einen Anruf üben, oder die Übung beenden",
    "Press Enter to go on.": "Drücken Sie Enter, um weiterzumachen.",
    "Press the new key for: {}. Esc leaves it as it is.": "Neue Taste drücken für: {}. Esc lässt sie, wie sie ist.",
    "Promise a call back": "Rückruf zusagen",
    "Promise to call back": "Rückruf versprechen",
    "Question to the lead": "Frage an die Teamleitung",
    "Questions to the lead": "Fragen an die Teamleitung",
    "Queued again: {}.": "Wieder eingereiht: {}.",
    "Read aloud": "Vorgelesen",
    "Read word for word: {}": "Wörtlich vorlesen: {}",
    "Ready": "Bereit",
    "Ready after wrap-up": "Bereit nach der Nacharbeit",
    "Ready again": "Wieder bereit",
    "Ready in {} s, any key stops it": "Bereit in {} s, jede Taste hält an",
    "Reason not asked": "Grund nicht erfragt",
    "Reason: {}": "Grund: {}",
    "Recent calls": "Letzte Anrufe",
    "Records viewed": "Angesehene Datensätze",
    "Ringing": "Es klingelt",
    "Ringing: {}. {}": "Es klingelt: {}. {}",
    "Rings a small bell on this PC when an offer is accepted. The room's bell is the wallboard's.": (
        "Läutet an diesem PC, wenn ein Angebot angenommen wird. Die Glocke im Raum gehört zur Anzeigetafel."
    ),
    "Said": "Gesagt",
    "Said it": "Gesagt",
    "Said to the caller": "Dem Anrufer gesagt",
    "Said under a condition": "Unter einer Bedingung gesagt",
    "Saved. The next call can come when this one has been hung up.": (
        "Gespeichert. Der nächste Anruf kann kommen, wenn dieser aufgelegt ist."
    ),
    "Script": "Skript",
    "Script, out of {}": "Skript, aus {}",
    "Scripts": "Skripte",
    "Scripts and releases": "Skripte und Freigaben",
    "Scripts in use": "Skripte im Einsatz",
    "Search the help": "Hilfe durchsuchen",
    "Searching": "Suche läuft",
    "Seconds after the end of a call after which wrap-up is confirmed by itself; 0 for never.": (
        "Sekunden nach dem Ende eines Anrufs, nach denen die Nacharbeit von selbst bestätigt wird; 0 für nie."
    ),
    "Send digits into the call": "Ziffern in den Anruf senden",
    "Sending {}{}": "{} werden gesendet{}",
    "Set aside: the hub refused these": "Beiseitegelegt: vom Hub abgelehnt",
    "Set by your administrator": "Von Ihrem Administrator festgelegt",
    "Settings": "Einstellungen",
    "Shift and breaks": "Schicht und Pausen",
    "Short break": "Kurze Pause",
    "Shows key words instead of full sentences, for those who know the script. Disclosures are always shown whole.": (
        "Zeigt Stichwörter statt ganzer Sätze, für alle, die das Skript kennen. Pflichttexte stehen immer ganz da."
    ),
    "Shows leads the figures of single agents. Off: of whole teams alone.": (
        "Zeigt Teamleitungen die Zahlen einzelner Agenten. Aus: nur die ganzer Teams."
    ),
    "Shows the small strip that stays on top instead of the full window.": (
        "Zeigt statt des ganzen Fensters den kleinen Streifen, der obenauf bleibt."
    ),
    "Sign in": "Anmelden",
    "Sign in first.": "Melden Sie sich zuerst an.",
    "Sign in to take calls.": "Melden Sie sich an, um Anrufe anzunehmen.",
    "Sign in with your company": "Über Ihre Firma anmelden",
    "Sign out": "Abmelden",
    "Signed out": "Abgemeldet",
    "Signing in": "Anmeldung läuft",
    "Small strip": "Kleiner Streifen",
    "Small strip on top": "Schmaler Streifen im Vordergrund",
    "Small strip on top, or the full window": "Schmaler Streifen oder ganzes Fenster",
    "Smaller": "Kleiner",
    "Somebody else": "Jemand anderes",
    "Somebody has died. Nothing is sold in this call.": "Jemand ist gestorben. In diesem Anruf wird nichts verkauft.",
    "Something else": "Etwas anderes",
    "Sound on a call": "Ton bei einem Anruf",
    "Spoken checks": "Hörproben",
    "Step": "Schritt",
    "Steps": "Schritte",
    "Still needed: {}": "Noch nötig: {}",
    "Success rate": "Erfolgsquote",
    "Summary": "Zusammenfassung",
    "Summary of the call": "Zusammenfassung des Anrufs",
    "Sync": "Abgleich",
    "Take a break, or be ready again": "Pause machen, oder wieder bereit sein",
    "Take back": "Zurückholen",
    "Take the last offer record back": "Letzten Angebotseintrag zurücknehmen",
    "Talking": "Gespräche",
    "Technical trouble": "Technische Störung",
    "Text size": "Textgröße",
    "Thank you. Goodbye.": "Danke. Auf Wiederhören.",
    "That does not open it either. Try again, or begin a fresh store.": (
        "Auch das öffnet ihn nicht. Versuchen Sie es noch einmal, oder beginnen Sie einen neuen Speicher."
    ),
    "That looked like card data and was not kept. Cuecard never takes it.": (
        "Das sah nach Kartendaten aus und wurde nicht aufbewahrt. Cuecard nimmt sie nie an."
    ),
    "That was recorded in the call before; its wrap-up is closed.": (
        "Das wurde im vorigen Anruf erfasst; dessen Nacharbeit ist abgeschlossen."
    ),
    "The CRM cannot be reached: only numbers known on this device are found.": (
        "Das CRM ist nicht erreichbar: nur Nummern, die dieses Gerät kennt, werden gefunden."
    ),
    "The account holder": "Der Kontoinhaber",
    "The call dropped": "Der Anruf brach ab",
    "The call has ended": "Der Anruf ist beendet",
    "The call was wrapped up before the script was over.": (
        "Der Anruf wurde nachbearbeitet, bevor das Skript zu Ende war."
    ),
    "The caller": "Der Anrufer",
    "The caller accepted: {}.": "Angenommen wurde: {}.",
    "The caller asked to cancel, and the call went on. The Cancel key honours it at once.": (
        "Der Anrufer wollte kündigen, und der Anruf ging weiter. Die Kündigungstaste geht sofort darauf ein."
    ),
    "The caller could prove who they are, and was not checked.": (
        "Der Anrufer hätte sich ausweisen können und wurde nicht geprüft."
    ),
    "The caller says: {}": "Der Anrufer sagt: {}",
    "The caller: {}": "Der Anrufer: {}",
    "The file could not be written: {}. Choose another place.": (
        "Die Datei konnte nicht geschrieben werden: {}. Wählen Sie einen anderen Ort."
    ),
    "The hub cannot be reached, and this is not the password that you last signed in with on this PC.": (
        "Der Hub ist nicht erreichbar, und dies ist nicht das Passwort, mit dem Sie sich zuletzt an diesem PC "
        "angemeldet haben."
    ),
    "The hub cannot be reached. Nothing waits.": "Der Hub ist nicht erreichbar. Nichts wartet.",
    "The hub cannot be reached. You work without it for now: everything is recorded, and goes out once it is back.": (
        "Der Hub ist nicht erreichbar. Sie arbeiten vorerst ohne ihn: Alles wird erfasst und geht hinaus, sobald "
        "er wieder da ist."
    ),
    "The hub fails on some events while it takes others. They are tried alone, and set aside after five tries.": (
        "Der Hub scheitert an einigen Ereignissen, während er andere annimmt. Sie werden einzeln versucht und nach "
        "fünf Versuchen beiseitegelegt."
    ),
    "The hub puts recorded times right; set the clock when you can.": (
        "Der Hub berichtigt die erfassten Zeiten; stellen Sie die Uhr bei Gelegenheit."
    ),
    (
        "The key of this PC's store was gone, so a new store was begun. The old file is kept as it was: tell your "
        "administrator, since there may be events in it that were not sent."
    ): (
        "Der Schlüssel zum Speicher dieses PCs fehlte, darum wurde ein neuer begonnen. Die alte Datei bleibt, wie "
        "sie war: Sagen Sie es Ihrem Administrator, denn es können ungesendete Ereignisse darin sein."
    ),
    "The keys are changed.": "Die Tasten sind geändert.",
    "The language of the window's own texts; during a call, from its end on. Scripts have their own.": (
        "Die Sprache der Texte dieses Fensters; während eines Anrufs ab dessen Ende. Skripte haben ihre eigene."
    ),
    "The next call opens here by itself.": "Der nächste Anruf öffnet sich hier von selbst.",
    "The number is up to {} digits long.": "Die Nummer hat höchstens {} Ziffern.",
    "The password could not be checked.": "Das Passwort konnte nicht geprüft werden.",
    "The phone did not dial. Dial it yourself.": "Das Telefon hat nicht gewählt. Wählen Sie selbst.",
    "The picture {} cannot be shown.": "Das Bild {} kann nicht gezeigt werden.",
    "The problem is not solved": "Das Problem ist nicht gelöst",
    "The same caller again": "Derselbe Anrufer noch einmal",
    "The same once more": "Noch einmal dieselbe",
    "The script ended: {}.": "Das Skript ist zu Ende: {}.",
    "The script has an answer to what the caller objected. Find opens it.": (
        "Das Skript hat eine Antwort auf diesen Einwand. Die Suche öffnet sie."
    ),
    "The script or the system does not fit": "Skript oder System passt nicht",
    "The scripts have changed since. The call begins its script again.": (
        "Die Skripte haben sich seither geändert. Der Anruf beginnt sein Skript von vorn."
    ),
    "The search did not work. Try again.": "Die Suche ging nicht. Versuchen Sie es noch einmal.",
    "The two are not the same.": "Die beiden sind nicht gleich.",
    "Theme": "Farben",
    "There are more. Type more of it.": "Es gibt mehr. Tippen Sie mehr davon.",
    "There is no password for this here: lock the PC itself when you leave it.": (
        "Hier gibt es dafür kein Passwort: Sperren Sie den PC selbst, wenn Sie gehen."
    ),
    "These scripts cannot be read.": "Diese Skripte können nicht gelesen werden.",
    "They asked to cancel": "Kündigung verlangt",
    "This CRM tells no lead anything. Ask by phone.": (
        "Dieses CRM sagt keiner Teamleitung etwas. Fragen Sie am Telefon."
    ),
    "This is another call": "Das ist ein anderer Anruf",
    "This PC's clock is {} minutes ahead of the hub's.": "Die Uhr dieses PCs geht {} Minuten vor.",
    "This PC's clock is {} minutes behind the hub's.": "Die Uhr dieses PCs geht {} Minuten nach.",
    "This account is no longer in the CRM. Orders for it will not be taken.": (
        "Dieses Konto ist nicht mehr im CRM. Bestellungen dafür werden nicht angenommen."
    ),
    "This callback could not be read; what was recorded is kept.": (
        "Dieser Rückruf war nicht lesbar; was aufgezeichnet wurde, bleibt."
    ),
    "This is not the password that you signed in with.": (
        "Dies ist nicht das Passwort, mit dem Sie sich angemeldet haben."
    ),
    "To the notes, and back": "Zu den Notizen und zurück",
    "Today": "Heute",
    "Today {} calls, {} extended, {} accepted of {}.": "Heute {} Anrufe, {} angeboten, {} angenommen von {}.",
    "Tomorrow": "Morgen",
    "Too dear": "Zu teuer",
    "Transfer this call to the {} team at your phone.": "Geben Sie diesen Anruf am Telefon an das Team {} weiter.",
    "Transferred by {}": "Übergeben von {}",
    "Try again": "Noch einmal versuchen",
    "Type at least {} letters or digits.": "Tippen Sie mindestens {} Buchstaben oder Ziffern.",
    "Type the {}; it is checked and kept nowhere.": "Geben Sie ein: {}. Es wird geprüft und nirgends aufbewahrt.",
    "Type your passphrase for this PC.": "Geben Sie Ihre Passphrase für diesen PC ein.",
    "Type your password to go on.": "Tippen Sie Ihr Passwort, um weiterzumachen.",
    "Type your user name and your password.": "Geben Sie Benutzername und Passwort ein.",
    "Unlock": "Entsperren",
    "Unlock in the full window.": "Entsperren Sie im vollen Fenster.",
    "Use the default": "Voreinstellung",
    "Use the default: {}": "Voreinstellung: {}",
    "User name": "Benutzername",
    "Values in the sentence": "Werte im Satz",
    "Verified": "Geprüft",
    "Waiting": "Wartet",
    "Waiting for your browser": "Wartet auf Ihren Browser",
    "Wants the shortest way, and would rather be called back.": (
        "Will den kürzesten Weg und lieber zurückgerufen werden."
    ),
    "Wants to cancel": "Will kündigen",
    "Ways to say it": "Formulierungen",
    "Well done: nothing was missed.": "Gut gemacht: nichts wurde versäumt.",
    "What callers wanted": "Anliegen",
    "What is not yet sent": "Noch nicht gesendet",
    "What is not yet sent, and why": "Was noch nicht gesendet ist, und warum",
    "What is recorded goes out in a moment.": "Das Erfasste geht gleich hinaus.",
    "What the caller says": "Was der Anrufer sagt",
    "What to say": "Was zu sagen ist",
    "What was missed": "Was versäumt wurde",
    "What went well": "Was gut lief",
    "What you recorded is not what the caller said.": "Was Sie festgehalten haben, hat der Anrufer nicht gesagt.",
    "When shall we call back?": "Wann sollen wir zurückrufen?",
    "Where the strip was put last.": "Wo der Streifen zuletzt stand.",
    "Which of several phrasings to show first: script and step, as script/step, with the words that were pinned.": (
        "Welche von mehreren Formulierungen zuerst gezeigt wird: Skript und Schritt mit den angehefteten Worten."
    ),
    "Which one?": "Welches?",
    "Which template?": "Welche Vorlage?",
    "While a text field has the keyboard, letters and digits are text; the keys shown here change with it.": (
        "Solange ein Textfeld die Tastatur hat, sind Buchstaben und Ziffern Text; die Tasten hier ändern sich mit."
    ),
    "Who calls": "Wer anruft",
    "Who is calling, what to say next, which offer.": "Wer anruft, was zu sagen ist, welches Angebot passt.",
    "Who is calling: holder, executor, somebody else": "Wer anruft: Inhaber, Nachlassverwalter, jemand anderes",
    "Who is calling?": "Wer ruft an?",
    "Who may have this offer": "Wer dieses Angebot haben darf",
    "Why does it say this?": "Warum steht das hier?",
    "Why is this not the moment?": "Warum ist es nicht der Moment?",
    "Why not?": "Warum nicht?",
    "Why the break?": "Warum die Pause?",
    "Why this match": "Warum dieser Treffer",
    "Why this offer may not be made": "Warum dieses Angebot nicht gemacht werden darf",
    "Why: {}": "Warum: {}",
    "Window": "Fenster",
    "Worth knowing": "Gut zu wissen",
    "Would not suit this customer": "Passt nicht zu diesem Kunden",
    "Wrap-up": "Abschluss",
    "Yes": "Ja",
    "Yes, not yet confirmed": "Ja, noch nicht bestätigt",
    "Yes, we are talking": "Ja, wir sprechen",
    "You are here because of a condition": "Hierher führte eine Bedingung",
    "You are here because you answered": "Hierher führte Ihre Antwort",
    "You checked who is calling before you opened the account.": (
        "Sie haben geprüft, wer anruft, bevor Sie das Konto öffneten."
    ),
    "You found an answer to what the caller objected.": "Sie haben eine Antwort auf den Einwand gefunden.",
    "You honoured the wish to cancel at once.": "Sie sind sofort auf den Kündigungswunsch eingegangen.",
    "You left the pitch at once: {}.": "Sie haben sofort aufgehört zu verkaufen: {}.",
    "You pressed “{}”, and the caller said something else.": (
        "Sie haben „{}“ gedrückt, und der Anrufer hat etwas anderes gesagt."
    ),
    "You read out what has to be read.": "Sie haben vorgelesen, was vorzulesen ist.",
    "You said {} of {} offers: {}.": "Sie haben {} von {} Angeboten gemacht: {}.",
    "You took the call to its end.": "Sie haben den Anruf zu Ende geführt.",
    "You took {} of {} answers as the caller gave them.": (
        "Sie haben {} von {} Antworten so aufgenommen, wie sie gegeben wurden."
    ),
    "Your administrator's default.": "Vorgabe Ihres Administrators.",
    "Your browser has opened your company's sign-in. Go on there.": (
        "Ihr Browser hat die Anmeldung Ihrer Firma geöffnet. Machen Sie dort weiter."
    ),
    "Your call is still on.": "Ihr Anruf läuft noch.",
    "Your lead": "Teamleitung",
    "Your lead could not be asked. Try again.": (
        "Die Teamleitung konnte nicht gefragt werden. Versuchen Sie es noch einmal."
    ),
    "Your lead was not asked": "Teamleitung nicht gefragt",
    "Your new password": "Ihr neues Passwort",
    "Your password cannot be checked on this device yet: sign out, and in again.": (
        "Ihr Passwort kann auf diesem Gerät noch nicht geprüft werden: Melden Sie sich ab und wieder an."
    ),
    (
        "Your password was changed. Type the one before, once, to open what this PC keeps for you; or begin a "
        "fresh store."
    ): (
        "Ihr Passwort wurde geändert. Geben Sie einmal das vorige ein, um zu öffnen, was dieser PC für Sie "
        "aufbewahrt; oder beginnen Sie einen neuen Speicher."
    ),
    (
        "Your password was for once only. Choose one of your own, of 10 characters or more; it may not be your "
        "user name. From now on you sign in with it."
    ): (
        "Ihr Passwort galt nur für einmal. Wählen Sie ein eigenes mit 10 Zeichen oder mehr, das nicht Ihr "
        "Benutzername ist. Von nun an melden Sie sich damit an."
    ),
    "Your path beside the best one": "Ihr Weg neben dem besten",
    "Your wrap-up is still open.": "Ihr Abschluss ist noch offen.",
    "a date, such as 2026-01-31": "ein Datum, etwa 2026-01-31",
    "a number": "eine Zahl",
    "accepted": "angenommen",
    "again": "noch einmal",
    "all pages": "alle Seiten",
    "an amount": "ein Betrag",
    "and {} more": "und {} weitere",
    "another way to say it": "anders formuliert",
    "answer": "Antwort",
    "answered today": "heute angenommen",
    "back to the answers": "zurück zu den Antworten",
    "best path": "bester Weg",
    "between {:.0%} and {:.0%}": "zwischen {:.0%} und {:.0%}",
    "call": "Anruf",
    "caller {}": "Anrufer {}",
    "calls": "Anrufe",
    "cannot be checked now": "jetzt nicht prüfbar",
    "connected": "verbunden",
    "dial this number": "diese Nummer wählen",
    "digits": "Ziffern",
    "does not match": "stimmt nicht",
    "done": "erledigt",
    "dropped at {}": "abgebrochen um {}",
    "extended": "angeboten",
    "failed": "fehlgeschlagen",
    "find account": "Konto suchen",
    "full window": "ganzes Fenster",
    "good": "gut",
    "hidden until verified": "verdeckt bis zur Prüfung",
    "in today's contest": "im heutigen Wettbewerb",
    "in your own words, or more about the choice; Enter sends": (
        "in eigenen Worten, oder mehr zur Auswahl; Enter sendet"
    ),
    "interrupt, no more offers": "Unterbrechung, keine Angebote mehr",
    "key words": "Stichwörter",
    "later": "später",
    "leave": "verlassen",
    "listens.": "hört zu.",
    "masked until the caller is verified": "verdeckt, bis der Anrufer geprüft ist",
    "new": "neu",
    "next part": "nächster Teil",
    "no": "nein",
    "no calls": "keine Anrufe",
    "no interval": "kein Intervall",
    "none extended": "keines ausgesprochen",
    "not connected": "nicht verbunden",
    "not known": "nicht bekannt",
    "not now": "nicht jetzt",
    "not recorded": "nicht gespeichert",
    "objection": "Einwand",
    "of {}": "von {}",
    "of {} extended": "von {} angebotenen",
    "only you": "nur Sie",
    "or in your own words, then Enter": "oder in eigenen Worten, dann Enter",
    "overdue, {}": "überfällig, {}",
    "part {} of {}": "Teil {} von {}",
    "pin": "anheften",
    "pinned": "angeheftet",
    "placed": "aufgegeben",
    "press a key": "Taste drücken",
    "queued, goes out when online": "wartet auf das Netz",
    "recorded {}": "gespeichert {}",
    "release {}": "Ausgabe {}",
    "saving": "wird gespeichert",
    "script": "Skript",
    "seen": "gesehen",
    "simulated phone": "simuliertes Telefon",
    "since {}": "seit {}",
    "step": "Schritt",
    "take back": "zurücknehmen",
    "templates": "Vorlagen",
    "the caller is still on the line": "der Anrufer ist noch am Apparat",
    "the hub failed on {}": "am Hub gescheitert: {}",
    "the phone dials": "das Telefon wählt",
    "the team": "das Team",
    "then back to {}": "dann zurück zu {}",
    "then {}": "dann {}",
    "then: {}": "danach: {}",
    "this week": "diese Woche",
    "to wrap-up": "zum Abschluss",
    "today": "heute",
    "today from {}": "heute ab {}",
    "tomorrow": "morgen",
    "typing": "wird getippt",
    "under way": "läuft",
    "waits {}:{:02}": "wartet {}:{:02}",
    "what was found": "Gefundenes",
    "who": "wer",
    "whole sentence": "ganzer Satz",
    "why?": "warum?",
    "write": "schreiben",
    "yes": "ja",
    "your own": "Ihre eigene",
    "{} (optional)": "{} (freiwillig)",
    "{} (taken back)": "{} (zurückgenommen)",
    "{} asks": "{} fragt",
    "{} belongs to text fields, the system or a screen reader.": (
        "{} gehört Textfeldern, dem System oder einem Vorleser."
    ),
    "{} calls": "{} Anrufe",
    "{} events": "{} Ereignisse",
    "{} h {:02} min": "{} h {:02} min",
    "{} has answered after the call: {}": "{} hat nach dem Anruf geantwortet: {}",
    "{} is for typing; take an F key, or one with Ctrl or Alt.": (
        "{} ist zum Schreiben da; nehmen Sie eine F-Taste oder eine mit Ctrl oder Alt."
    ),
    "{} is no key that can be chosen.": "{} kann nicht gewählt werden.",
    "{} is wanted for {} and for {}; choose another key for one of them.": (
        "{} ist für {} und für {} verlangt; wählen Sie für eines eine andere Taste."
    ),
    "{} messages": "{} Nachrichten",
    "{} min": "{} min",
    "{} more": "{} weitere",
    "{} not yet at the hub{}. Nothing is lost: all are kept here.": (
        "{} noch nicht beim Hub{}. Nichts geht verloren: alles bleibt hier."
    ),
    "{} of {}": "{} von {}",
    "{} of {} allowed": "{} von {} erlaubt",
    "{} of {} calls": "{} von {} Anrufen",
    "{} of {} extended": "{} von {} ausgesprochen",
    "{} of {} · {} %": "{} von {} · {} %",
    "{} points": "{} Punkte",
    "{} possible, none chosen": "{} möglich, niemand gewählt",
    "{} recorded and not yet sent. Nothing of it can be lost here.": (
        "{} erfasst und noch nicht gesendet. Hier kann nichts davon verloren gehen."
    ),
    "{} to {}": "{} an {}",
    "{} transferred this call, with a version of Cuecard that this one cannot read.": (
        "{} hat diesen Anruf mit einer Cuecard-Version übergeben, die diese nicht lesen kann."
    ),
    "{} waiting": "{} warten",
    "{} was offered after the last no.": "{} wurde nach dem letzten Nein angeboten.",
    "{} would have fitted and was not said.": "{} hätte gepasst und wurde nicht gesagt.",
    "{} written to {}.": "{} geschrieben: {}.",
    "{} · {} %": "{} · {} %",
    "{}'s notes arrived.": "Die Notizen von {} sind da.",
    "{}, {}: {}": "{}, {}: {}",
    "{}. Enter confirms; the full window has the summary.": (
        "{}. Enter bestätigt; das ganze Fenster hat die Zusammenfassung."
    ),
    "{}:{:02} left": "noch {}:{:02}",
    "{}{} not yet synced{}{}": "{}{} noch nicht übertragen{}{}",
    "{}{} waiting": "{}{} wartet",
    "“{}” ends all selling. Find opens it by what the caller said.": (
        "„{}“ beendet jeden Verkauf. Die Suche öffnet es mit dem, was der Anrufer sagte."
    ),
    "“{}” was not read out.": "„{}“ wurde nicht vorgelesen.",
}
