"""Scripts out of spreadsheets: what comes across, what is refused with its place, and what is listed as left over."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from app.scripts.parse import parse_script
from app.scripts.spreadsheet import About, Imported, column_letter, import_script
from app.scripts.spreadsheet.columns import COLUMNS
from app.scripts.spreadsheet.table import LARGEST_FILE, MOST_ROWS

ABOUT = About("too-dear", "Too dear", "save", "cancel-service")
HEADER = ["Step", "Say", "Key", "Answer", "Goes to"]
ROWS = [
    ["Find the reason", "What would have to change?", "1", "The price", "Offer a plan"],
    ["", "", "2", "Just cancel", "=> cancel-service"],
    ["Offer a plan", "A smaller plan would do.", "", "Yes", "done"],
    ["", "", "", "No", "done"],
    ["done", "Thanks for calling.", "", "", ""],
]
END = ["End", "", "", "", "", "kept"]
SCRIPT = """\
---
script: too-dear
title: Too dear
kind: save
cancel: cancel-service
---

## find_the_reason: Find the reason
> What would have to change?
- [1] The price -> offer_a_plan
- [2] Just cancel => cancel-service

## offer_a_plan: Offer a plan
> A smaller plan would do.
- [1] Yes -> done
- [2] No -> done

## done
> Thanks for calling.
End: kept
"""


def table(*rows: list[str], separator: str = ",", line_end: str = "\n") -> str:
    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in '",;\t\n') else text

    return "".join(separator.join(map(cell, row)) + line_end for row in rows)


WHOLE = [[*row, end] for row, end in zip([HEADER, *ROWS], END, strict=True)]


def imported(*rows: list[str]) -> Imported:
    """A CSV file with these rows below the header of WHOLE."""
    return import_script(table(WHOLE[0], *rows).encode(), ABOUT)


def errors(*rows: list[str]) -> list[str]:
    return [str(error) for error in imported(*rows).errors]


def workbook(change: Callable[[Worksheet], None] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in WHOLE:
        sheet.append([int(cell) if cell.isdigit() else cell or None for cell in row])
    sheet["E3"].data_type = "s"  # as typed with an apostrophe before it: no formula
    if change is not None:
        change(sheet)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_table_becomes_a_script() -> None:
    result = import_script(table(*WHOLE).encode(), ABOUT)

    assert (result.text, result.errors, result.left_over) == (SCRIPT, (), ())
    assert result.script is not None and list(result.script.steps) == ["find_the_reason", "offer_a_plan", "done"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_what_spreadsheet_programs_write_is_read(separator: str, line_end: str, encoding: str) -> None:
    result = import_script(table(*WHOLE, separator=separator, line_end=line_end).encode(encoding), ABOUT)

    assert (result.text, result.left_over) == (SCRIPT, ())


def test_windows_encoding_is_read_and_said() -> None:
    rows = [list(row) for row in WHOLE]
    rows[1][1] = "It’s £5 – naïve?"
    result = import_script(table(*rows).encode("cp1252"), ABOUT)

    assert "> It’s £5 – naïve?" in result.text
    assert "Windows-1252" in str(result.left_over[0])


def test_the_separator_may_be_named_in_the_first_line() -> None:
    content = "sep=;\r\n" + table(*WHOLE, separator=";")
    rows = content.replace(";done;", ";dome;", 1)

    assert import_script(content.encode(), ABOUT).text == SCRIPT
    assert str(import_script(rows.encode(), ABOUT).errors[0]).startswith("Row 5, column E: ")


def test_a_workbook_becomes_the_same_script() -> None:
    result = import_script(workbook(), ABOUT)

    assert (result.text, result.errors) == (SCRIPT, ())


def test_blank_rows_are_passed_over_and_counted() -> None:
    blank = ["", " ", "", "", "", ""]
    wrong = ["x", "Hello", "", "Yes", "nowhere", ""]

    assert imported(blank, *WHOLE[1:3], blank, blank, *WHOLE[3:]).text == SCRIPT
    assert errors(blank, blank, wrong)[0].startswith("Row 4, column E: There is no step")


def test_columns_stand_in_any_order_under_several_names() -> None:
    order = [4, 3, 0, 5, 1, 2]
    renamed = [["Step name", "Text", "KEY", "Caller  says", "next_step", "Outcome"], *WHOLE[1:]]
    shuffled = [[row[column] for column in order] for row in renamed]

    assert import_script(table(*shuffled).encode(), ABOUT).text == SCRIPT


def test_every_column_has_its_line() -> None:
    header = list(COLUMNS)
    cells = {
        "step": "terms",
        "title": "The terms",
        "tags": "#offer, disclosure",
        "say": "Hello.\nIt is {offer.price|money}.",
        "point": "Short",
        "note": "Listen\nWait",
        "verify": "pin | callback",
        "offer": "plan-down, best first",
        "read": "plan-terms",
        "consent": "plan-agreed",
        "question": "May I?",
        "lines": "Do: place_order\nLet: gap = account.bill - 5",
        "key": "a",
        "answer": "Yes",
        "only if": "account.bill > 5",
        "other script": "slow-internet",
        "comes back to": "terms",
        "end": "saved",
        "reason": "price",
    }
    more = {"step": "terms", "say": "Or so.", "goes to": "terms", "only if": "[low data user]"}
    otherwise = {"goes to": "-> terms"}
    rows = [[row.get(name, "") for name in header] for row in (cells, more, otherwise)]
    result = import_script(table(header, *rows).encode(), ABOUT)

    assert result.errors == ()
    assert result.text.partition("---\n\n")[2] == (
        "## terms: The terms #offer #disclosure\n> Hello.\n> It is {offer.price|money}.\nor\n> Or so.\n"
        "* Short\nNote: Listen\nNote: Wait\nVerify: pin | callback\nOffer: plan-down, best first\nRead: plan-terms\n"
        'Consent: plan-agreed "May I?"\nDo: place_order\nLet: gap = account.bill - 5\n'
        "If: [low data user] -> terms\nElse: -> terms\n"
        "- [A] Yes {if account.bill > 5} => slow-internet then terms\nEnd: saved, reason price\n"
    )


def test_what_is_repeated_in_each_row_of_a_step_is_said_once() -> None:
    first, second = (["a", "Hello.", "", answer, "a", ""] for answer in ("Yes", "No"))

    assert imported(first, second).text.endswith("## a\n> Hello.\n- [1] Yes -> a\n- [2] No -> a\n")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (["b", "Hi", "", "Yes", "aa", ""], 'Row 3, column E: There is no step "aa" in the column "step".'),
        (["b", "Hi", "x", "Yes", "a", ""], "Row 3, column D: [X] is no key for an answer."),
        (["b", "Hi", "3", "", "a", ""], "Row 3, column C: There is a key and no answer."),
        (["b", "Hi", "3", "Yes", "", ""], "Row 3, column D: The answer leads nowhere."),
        (["b", "Hi {if", "3", "Yes", "a", ""], "Row 3, column B: "),
        (["b", "Hi", "3", "Yes", "=> Cancel It", ""],
         'Row 3, column E: "Cancel It" is no id of a script. Did you mean "cancel-it"?'),
        (["b", "=SUM(A1:A2)", "3", "Yes", "a", ""], "Row 3, column B: This cell has a formula."),
        (["b", "Hi", "3", "Yes", "a", "Kept!"], "Row 3, column F: "),
        (["A!", "Hi", "3", "Yes", "a", ""], "Row 3, column A: “A!” gives the same id as “a” in row 2: a. Rename one."),
        (["b", "x" * 5_000, "3", "Yes", "a", ""], "Row 3, column B: "),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_row_and_column(row: list[str], message: str) -> None:
    found = errors(["a", "Hello", "", "On", "a", ""], row)

    assert any(error.startswith(message) for error in found), found


def test_a_step_in_two_places_is_refused() -> None:
    one, other = ["a", "Hello", "", "On", "b", ""], ["b", "Hi", "", "Back", "a", ""]

    assert errors(one, other, one)[0].startswith("Row 4, column A: The step is in row 2 already.")


def test_the_first_row_needs_a_step() -> None:
    assert errors(["", "Hello", "", "On", "a", ""]) == ["Row 2: The first row below the header needs a step."]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (["Step", "Say", "Answr", "Goes to"],
         'Row 1, column C: "Answr" is no column of a script. Did you mean "answer"?'),
        (["Step", "Say", "Answer"],
         'Row 1: There is no column "goes to". The header needs step, say, answer, goes to.'),
        (["Step", "Say", "Answer", "Goes to", "Text"], 'Row 1, column E: Column B is "say" already.'),
    ],
)  # fmt: skip
def test_a_wrong_header_is_told_with_its_column(header: list[str], message: str) -> None:
    result = import_script(table(header, ["a"] * len(header)).encode(), ABOUT)

    assert message in [str(error) for error in result.errors]
    assert result.script is None


def test_what_has_no_place_in_a_script_is_listed() -> None:
    authors, besides = ["Author", "Ana", "", "", "", ""], ["", "", "see A", "", "", ""]
    rows = [[*row, author, more] for row, author, more in zip(WHOLE, authors, besides, strict=True)]
    result = import_script(table(*rows).encode(), ABOUT)

    assert result.text == SCRIPT
    assert [str(found) for found in result.left_over] == [
        'Row 2, column G: “Ana” stands in the column "Author" and is not carried over.',
        "Row 3, column H: “see A” stands in a column without a name and is not carried over.",
    ]


def test_signs_that_cannot_be_seen_are_taken_out_and_listed() -> None:
    result = imported(["a", "Hel\u202elo\u200b", "", "On", "a", ""])

    assert "> Hello\n" in result.text
    assert str(result.left_over[0]) == "Row 2, column B: 2 signs that cannot be seen were taken out."


def merge(area: str) -> Callable[[Worksheet], None]:
    return lambda sheet: sheet.merge_cells(area)


def test_cells_merged_down_a_step_are_one() -> None:
    assert import_script(workbook(merge("A2:A3")), ABOUT).text == SCRIPT


@pytest.mark.parametrize(
    ("area", "place"),
    [("D4:D5", "Row 4, column D"), ("A6:B6", "Row 6, column A"), ("A1:A2", "Row 1, column A")],
)
def test_other_merged_cells_are_refused(area: str, place: str) -> None:
    result = import_script(workbook(merge(area)), ABOUT)

    assert f"{place}: These cells are merged." in str(result.errors[0])


def put(cell: str, value: str | float) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        sheet[cell] = value

    return change


def test_formulas_and_their_errors_are_refused() -> None:
    formula = import_script(workbook(put("B2", '=CONCATENATE("a","b")')), ABOUT)
    wrong = import_script(workbook(put("B2", "#REF!")), ABOUT)

    assert str(formula.errors[0]).startswith("Row 2, column B: This cell has a formula.")
    assert str(wrong.errors[0]).startswith("Row 2, column B: This cell shows the error #REF!.")


def test_what_a_workbook_has_besides_cells_is_listed() -> None:
    def change(sheet: Worksheet) -> None:
        sheet["B2"].comment = Comment("Ask legal", "Ana")
        sheet["B4"].hyperlink = "https://example.com"
        sheet["B4"] = date(2027, 3, 1)
        sheet["B6"] = 0.14
        sheet["B6"].number_format = "0%"
        book = sheet.parent
        assert book is not None
        book.create_sheet("Old")["A1"] = "x"

    told = [str(found) for found in import_script(workbook(change), ABOUT).left_over]

    assert told == [
        "The sheet “Old” is not carried over; it is not the first.",
        "Row 2, column B: The comment at this cell is not carried over.",
        "Row 4, column B: The link behind this text is not carried over.",
        "Row 4, column B: The date was carried over as 2027-03-01.",
        "Row 6, column B: The number 0.14 was carried over without its format (0%).",
    ]


def test_numbers_as_keys_lose_nothing() -> None:
    assert "- [1] The price" in import_script(workbook(put("C2", 1.0)), ABOUT).text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"\n \n", "The file is empty."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "This is no text file."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "The workbook is in an old format"),
        (b"PK\x03\x04 broken", "The workbook cannot be read."),
        (b"x" * (LARGEST_FILE + 1), "The file has more than 5 MB."),
        (b"step,say,answer,goes to\n", "Row 1: There is no row below the header."),
        (b'step,say,answer,goes to\na,"hel"lo,x,a\n', "Row 2: The row cannot be read"),
        (b'step,say,answer,goes to\na,"hello,x,a\n', "Row 2: The row cannot be read"),
        (b"step,say,answer,goes to\n" + b"a,b,c,a\n" * (MOST_ROWS + 1),
         "Row 20001: The table has more than 20,000 rows."),
    ],
    ids=range(10),
)  # fmt: skip
def test_a_file_that_is_no_table_is_told(content: bytes, message: str) -> None:
    result = import_script(content, ABOUT)

    assert (result.text, result.script) == ("", None)
    assert any(str(error).startswith(message) for error in result.errors), result.errors


def zipped(parts: dict[str, bytes]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def test_other_archives_and_bombs_are_refused_before_they_are_unpacked() -> None:
    bomb = zipped({"xl/workbook.xml": bytes(70_000_000)})
    assert len(bomb) < 200_000

    assert "unpacks to more than 60 MB" in str(import_script(bomb, ABOUT).errors[0])
    assert "no XLSX workbook" in str(import_script(zipped({"content.xml": b"<x/>"}), ABOUT).errors[0])
    assert "cannot be read" in str(import_script(zipped({"xl/workbook.xml": b"<x/>"}), ABOUT).errors[0])


def test_a_sheet_with_something_far_below_is_refused_at_once() -> None:
    assert "below row 20,000" in str(import_script(workbook(put("A1000000", "x")), ABOUT).errors[0])


def test_the_header_of_the_script_is_checked_too() -> None:
    result = import_script(table(*WHOLE).encode(), About("too-dear", "T", "sav"))

    assert str(result.errors[0]).startswith("In the header of the script: The header needs kind:")


CELLS = st.text(st.sampled_from("ab 1=>-[]{}#\"',;\n\t:|*/\\é\u202e→"), max_size=8)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=6))
def test_any_table_gives_a_script_that_parses_or_errors(rows: list[list[str]]) -> None:
    result = imported(*rows)

    assert (result.script is None) == bool(result.errors)
    if result.script is not None:
        parsed = parse_script(result.text, "x")
        assert parsed.problems == () and parsed.script == parse_script(result.text, "x").script


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert import_script(content, ABOUT).errors
    assert import_script(b"PK\x03\x04" + content, ABOUT).errors


def test_columns_have_their_letters() -> None:
    assert [column_letter(number) for number in (1, 26, 27, 60)] == ["A", "Z", "AA", "BH"]


HELP = (Path(__file__).resolve().parents[3] / "resources" / "help" / "trainers.md").read_text(encoding="utf-8")


def test_the_help_has_every_column_under_all_its_names() -> None:
    rows = [line.split(" | ") for line in HELP.splitlines() if line.startswith("| `")]
    columns = [name for row in rows for name in re.findall("`([^`]+)`", row[0])]
    others = [name.strip() for row in rows for name in row[-1].strip("| ").split(",") if name.strip()]

    assert columns == list(COLUMNS)
    assert sorted(others) == sorted(other for names in COLUMNS.values() for other in names)


def test_the_table_in_the_help_becomes_a_script() -> None:
    example = HELP.partition("```csv\n")[2].partition("```")[0]
    result = import_script(example.encode(), ABOUT)

    assert (result.errors, result.left_over) == ((), ())
    assert "- [9] Just cancel, no questions => cancel-service\n" in result.text


def test_entities_that_grow_without_end_are_refused() -> None:
    """A few hundred signs of XML that stand for gigabytes of text."""
    entities = "".join(f'<!ENTITY a{level} "{f"&a{level - 1};" * 10}">' for level in range(1, 12))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{entities}]><worksheet'
    with zipfile.ZipFile(io.BytesIO(workbook())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    assert ">Just cancel<" in sheet
    parts["xl/worksheets/sheet1.xml"] = (
        sheet.replace("<worksheet", bomb, 1).replace(">Just cancel<", ">&a11;<").encode()
    )

    assert "cannot be read" in str(import_script(zipped(parts), ABOUT).errors[0])


def test_large_tables_with_a_mistake_in_every_row_are_answered_soon() -> None:
    unknown = "".join(f"s{row},Hello {row},Yes,nowhere{row}\n" for row in range(5_000))
    answers = "".join(f"a,Hello {row},Yes {row},a\n" for row in range(5_000))
    head = "step,say,answer,goes to\n"

    assert len(import_script((head + unknown).encode(), ABOUT).errors) == 200
    too_many = import_script((head + answers).encode(), ABOUT).errors[0]
    assert str(too_many).startswith("Row 12, column C: The step has more answers than keys")
