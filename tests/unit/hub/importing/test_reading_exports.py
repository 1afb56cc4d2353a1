"""Operators' exports as they come: what becomes of cells, rows and files that are not as they should be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.domain.account import Billing, Segment
from app.domain.money import Money
from app.domain.phone import read_number
from app.hub.importing.errors import FileUnreadable, ImportProblem, MapProblem
from app.hub.importing.given import GivenRow
from app.hub.importing.mapping import AccountMap, parse_map, read_map
from app.hub.importing.phones import phone_reader
from app.hub.importing.proposal import propose_map
from app.hub.importing.reading import chunks_of, look_at_export
from app.hub.importing.wire import packed, unpacked

DEMO = Path(__file__).resolve().parents[4] / "resources" / "demo_accounts"
SMALL = """
fields: {number: NO, name: NAME, phones: TEL, plan.name: PLAN, bill: BILL, since: SINCE, vulnerable: CARE}
factors: {pin: PIN}
"""
HEADER = "NO,NAME,TEL,PLAN,BILL,SINCE,CARE,PIN\n"
GOOD = "1,Ada,020 7946 0123,Fibre,20.00,2020-01-31,no,1234\n"


def rows_of(file: Path, given: AccountMap) -> list[GivenRow]:
    with chunks_of(look_at_export(file, given), 2) as chunks:
        return [row for chunk in chunks for row in chunk.rows]


def read(folder: Path, text: str | bytes, given: str = SMALL) -> list[GivenRow]:
    file = folder / "export.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return rows_of(file, parse_map(given))


def test_a_billing_export_with_semicolons_commas_and_national_numbers_is_read() -> None:
    lena, joerg, bakery = rows_of(DEMO / "billing.csv", read_map(DEMO / "billing.map.yaml"))
    assert lena.facts and joerg.facts and bakery.facts
    assert not lena.faults + joerg.faults + bakery.faults
    assert (lena.number, lena.facts["name"], lena.facts["contract_end"]) == ("700101", "Lena Vogt", date(2027, 3, 14))
    assert lena.facts["phones"] == ("+493023125001", "+4915123456789")
    assert joerg.facts["phones"] == ("+493023125002", "+4915123456790")
    assert (lena.facts["bill"], bakery.facts["plan"].price) == (Money(3990, "EUR"), Money(103900, "EUR"))
    assert (bakery.facts["name"], bakery.facts["segment"]) == ('Bäckerei "Zum Korn", Berlin', Segment.BUSINESS)
    assert (joerg.facts["billing"], joerg.facts["equipment"], lena.facts["consents"]) == (
        Billing.PREPAID,
        (),
        ("marketing",),
    )
    assert (lena.facts["equipment"][0].installed, lena.factors) == (date(2019, 5, 4), {"pin": "4711"})


def test_a_crm_export_with_ids_pence_and_times_of_its_zone_is_read() -> None:
    ada, company, tom = rows_of(DEMO / "crm.csv", read_map(DEMO / "crm.map.yaml"))
    assert ada.facts and company.facts and tom.facts
    assert (ada.id, ada.number, ada.facts["area"]) == ("c-9001", "800201", "NW1")
    assert ada.facts["phones"] == ("+442079460123", "+447700900123")
    assert ada.facts["contacts"][0].at == datetime(2026, 2, 27, 9, 30, tzinfo=UTC)
    assert (company.facts["alerts"][0].kind, company.facts["contacts"]) == ("outage", ())
    assert (tom.facts["vulnerable"], tom.facts["balance"]) == (True, Money(250, "GBP"))
    assert tom.factors == {"birth-date": "1990-02-28"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str) -> None:
    rows = read(tmp_path, (HEADER + GOOD.replace("Ada", "Jörg Müller")).encode(encoding))
    assert [row.facts and row.facts["name"] for row in rows] == ["Jörg Müller"]


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ("2,Bob,,Fibre,20.00,2020-01-31,no\n", "", "7 cells"),
        ("2,Bob,,Fibre,20.00,2020-01-31,no,,\n", "", "9 cells"),
        (",Bob,,Fibre,20.00,2020-01-31,no,\n", "NO", "empty"),
        ("1.04E+09,Bob,,Fibre,20.00,2020-01-31,no,\n", "NO", "rounded"),
        ("2,=1+1,,Fibre,20.00,2020-01-31,no,\n", "NAME", "formula"),
        ("2,B\0b,,Fibre,20.00,2020-01-31,no,\n", "NAME", "NUL"),
        (f"2,{'b' * 4000},,Fibre,20.00,2020-01-31,no,\n", "NAME", "longer"),
        ('2,Bob,,Fibre,"20,00",2020-01-31,no,\n', "BILL", "amount"),
        ("2,Bob,,Fibre,20.005,2020-01-31,no,\n", "BILL", "decimals"),
        ("2,Bob,,Fibre,20.00,31.01.2020,no,\n", "SINCE", "YYYY-MM-DD"),
        ("2,Bob,,Fibre,20.00,0020-01-31,no,\n", "SINCE", "year"),
        ("2,Bob,,Fibre,20.00,2020-01-31,perhaps,\n", "CARE", "yes and no"),
    ],
)
def test_a_bad_row_is_said_by_row_and_column_and_the_others_are_taken(
    tmp_path: Path, row: str, column: str, sentence: str
) -> None:
    bad, good = read(tmp_path, HEADER + row + GOOD)
    assert bad.facts is None and good.facts is not None
    ((number, place, problem),) = bad.faults
    assert (number, place) == (2, column)
    assert sentence in problem and "Bob" not in problem and "20" not in problem.replace("2200", "")


def test_a_number_that_is_none_is_left_out_and_the_row_is_taken(tmp_path: Path) -> None:
    (row,) = read(tmp_path, HEADER + GOOD.replace("020 7946 0123", "020 7946 0123; see notes"))
    assert row.facts and row.facts["phones"] == ("+442079460123",)
    assert [(fault.row, fault.place) for fault in row.faults] == [(2, "TEL")]


def test_what_keeps_a_spreadsheet_from_rounding_is_taken_off(tmp_path: Path) -> None:
    (row,) = read(tmp_path, HEADER + '"=""0012""",' + GOOD.partition(",")[2])
    assert row.number == "0012"


def test_rows_keep_their_spreadsheet_numbers_over_blank_lines_and_line_ends_in_cells(tmp_path: Path) -> None:
    rows = read(tmp_path, HEADER + "\r\n" + GOOD.replace("Ada", '"Ada\nLovelace"') + "\n" + GOOD)
    assert [(row.row, row.facts and row.facts["name"]) for row in rows] == [(3, "Ada Lovelace"), (5, "Ada")]


def test_without_a_header_columns_have_numbers(tmp_path: Path) -> None:
    given = "header: false\nfields: {number: 1, name: 2}"
    assert [row.number for row in read(tmp_path, "1,Ada\n2,Bob\n", given)] == ["1", "2"]


def test_a_missing_header_is_said_without_quoting_the_first_customer(tmp_path: Path) -> None:
    with pytest.raises(MapProblem, match="no column") as caught:
        read(tmp_path, GOOD)
    assert "Ada" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "empty"),
        (HEADER.encode() + b'1,"Ada' + b"x" * 200_000, "never closed"),
        ("﻿NO,NAME".encode("utf-16-le") + b"\x00", "not in the encoding"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path: Path, text: bytes, sentence: str) -> None:
    with pytest.raises(FileUnreadable, match=sentence):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("fields: [", "line 1"),
        ("fields: {name: N}", "account number"),
        ("fields: {number: N, nickname: M}", "nickname"),
        ("fields: {number: N}\ncolour: red", "colour"),
        ("fields: {number: N, plan.price: P}", "plan.name"),
        ("fields: {number: N}\nequipment: [{kind: K}]", "id is missing"),
        ("fields: {number: N}\nphone_region: Britain", "phone_region"),
        ("[" * 50_000, "map"),
    ],
)
def test_a_wrong_map_is_said_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ImportProblem, match=sentence):
        parse_map(text)


def test_rows_come_over_the_wire_as_they_were() -> None:
    rows = rows_of(DEMO / "billing.csv", read_map(DEMO / "billing.map.yaml"))
    assert unpacked(packed(rows)) == rows


@pytest.mark.parametrize("region", ["GB", "US", "DE", "FR", "IT", "ES", "JE", "BR", "AU", "RU"])
def test_fast_phone_numbers_are_what_the_library_says(region: str) -> None:
    from random import Random

    random, fast = Random(7), phone_reader(region)
    for _ in range(1500):
        prefix = random.choice(["", "0", "00", "+", "1", "8", "+44 ", "0044", "+1", "+49 (0)", "44", "39", "7"])
        number = prefix + "".join(random.choice("0123456789 -") for _ in range(random.randrange(5, 13)))
        assert fast(number) == read_number(number, region).e164, number


def test_a_map_is_proposed_from_a_header(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text("Account Number,First Name,Last Name,Mobile Phone,Tariff,Start Date,PIN,Shoe size\n", "utf-8")
    proposed = parse_map(propose_map(file))
    assert proposed.fields["name"] == ("First Name", "Last Name")
    assert (proposed.fields["phones"], proposed.factors) == ("Mobile Phone", {"pin": "PIN"})
    assert '# not used: "Shoe size"' in propose_map(file)
