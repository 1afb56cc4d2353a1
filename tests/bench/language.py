"""The script language: reading and checking, conditions one by one and in bulk, and texts; each beside a floor."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from app.domain.money import Money
from app.scripts.check import check_script
from app.scripts.expressions import Names, compile_condition
from app.scripts.expressions.bulk import compile_bulk
from app.scripts.expressions.columns import Column, Columns, columns_of
from app.scripts.library import load_library
from app.scripts.names import library_names
from app.scripts.parse import parse_script
from app.scripts.text import compile_text
from tests.bench._measuring import ROOT, Reading, conditions, table

LIBRARY = ROOT / "scripts_library"
SAVE = "scripts/save/save-too-expensive.call.md"
CONDITIONS = (
    "account.overage_count > 2 && !account.past_due",
    "account.usage_gb < 0.25 * account.plan.data_gb",
    'account.billing == "postpaid" && account.bill >= 20.00 && account.tenure_months >= 6 && !account.past_due',
)
TEXT = 'Hello {account.first_name|or:"there"}, this is {agent.first_name}. You have {account.plan.name} today.'
MONEY_TEXT = "Today you pay {account.bill|money}; it would be {offer.price|money} from next month."


class Call:
    """A call at its beginning."""

    def visits(self, step: str) -> int:
        """No step was entered yet."""
        return 0

    def days_until(self, day: date) -> int:
        """Every day is today."""
        return 0


def long_script(source: str, steps: int) -> str:
    """The shipped script again and again until it has so many steps, led through in turn, no two texts alike."""
    header, _, body = source.partition("\n---\n")
    names = re.findall(r"^## (\w+)", body, re.MULTILINE)
    copies = -(-steps // len(names))
    parts = [header, "---\n"]
    for copy in range(copies):
        part = re.sub(rf"(## |-> |then )({'|'.join(names)})\b", rf"\g<1>\g<2>_{copy}", body)
        way_on = f"\n- [8] And again -> {names[0]}_{(copy + 1) % copies}"
        parts.append(re.sub(r"\n- \[9\]", f"{way_on}\n- [9]", part, count=1))
    rows = "\n".join(parts).replace("start: ", "// was ").split("\n")
    return "\n".join(_unlike(row, number) for number, row in enumerate(rows))


def _unlike(row: str, number: int) -> str:
    if row.startswith(("> ", "* ")):
        return f"{row[:2]}{number} {row[2:]}"
    return row.replace("gap > 0", f"gap > {number}")


def reading_and_checking(times: int) -> None:
    """The long script, from nothing and with one line changed, beside a look at each of its lines."""
    files = {path.relative_to(LIBRARY).as_posix(): path.read_bytes() for path in _files(LIBRARY)}
    known = load_library(files).known
    source = long_script(files[SAVE].decode(), 1_000)
    script = parse_script(source, SAVE).script
    assert script is not None and all(one.severity != "error" for one in check_script(script, known))
    print(f"{len(script.steps):,} steps, {len(source):,} characters")

    def from_nothing() -> None:
        compile_text.cache_clear()
        read = parse_script(source, SAVE).script
        assert read is not None
        check_script(read, known)

    keystrokes = iter(
        source.replace("Listen to the end.", f"Listen to the end {number}.", 1) for number in range(times)
    )

    def keystroke() -> None:
        read = parse_script(next(keystrokes), SAVE).script
        assert read is not None
        check_script(read, known)

    print(
        table(
            "ms",
            Reading("floor: a look at each word of each line", repeated(lambda: _look(source), times)),
            Reading("read and check, from nothing", repeated(from_nothing, times), "50"),
            Reading("read and check, one line changed", repeated(keystroke, times), "50"),
        )
    )
    whole = "\n".join(content.decode() for name, content in files.items() if name.endswith((".md", ".yaml")))
    compile_text.cache_clear()
    print(
        table(
            "ms",
            Reading("floor: a look at each word of each line", repeated(lambda: _look(whole), times)),
            Reading("the shipped library", repeated(lambda: load_library(files), times), "300"),
        )
    )


def _look(source: str) -> int:
    """What any reader has to do at least: lines, and the words of each."""
    word = re.compile(r"\w+|[^\w\s]")
    return sum(len(word.findall(line)) for line in source.split("\n"))


def asking_conditions(times: int) -> None:
    """Three conditions of the shipped sort, asked of one account and of a million, beside the same written by hand."""
    names = _names()
    scope = _scope()
    call = Call()

    def by_hand() -> bool:
        account = scope["account"]
        return bool(account["overage_count"] > 2 and not account["past_due"])

    rows = []
    for source in CONDITIONS:
        holds = compile_condition(source, names).holds
        one = per_call(lambda holds=holds: holds(scope, call), times, 20_000)  # type: ignore[misc]
        rows.append(Reading(f"{source[:41]}…", one, "0.5"))
    print(table("µs each", Reading("floor: the first, written by hand", per_call(by_hand, times, 20_000)), *rows))

    columns = _many(names, 1_000_000)
    bulk_rows = []
    for source in CONDITIONS:
        bulk = compile_bulk(source, names)
        values = repeated(lambda bulk=bulk: bulk.holds(columns, call), times)  # type: ignore[misc]
        bulk_rows.append(Reading(f"{source[:41]}…", values, "50"))
    usage = columns.by_path["account.usage_gb"].values
    print(
        table("ms a million", Reading("floor: one comparison", repeated(lambda: np.less(usage, 10), times)), *bulk_rows)
    )


def writing_texts(times: int) -> None:
    """Placeholder text, and placeholder text with money, beside Python's own formatting."""
    scope = _scope()
    plain, money = compile_text(TEXT), compile_text(MONEY_TEXT)

    def by_hand() -> str:
        account = scope["account"]
        name, plan = account["first_name"], account["plan"]["name"]
        return f"Hello {name}, this is {scope['agent']['first_name']}. You have {plan} today."

    print(
        table(
            "µs each",
            Reading("floor: an f-string", per_call(by_hand, times, 10_000)),
            Reading("text", per_call(lambda: plain.render(scope, "en_GB"), times, 10_000), "5"),
            Reading("text with two amounts", per_call(lambda: money.render(scope, "en_GB"), times, 5_000), "16.7"),
        )
    )


def _names() -> Names:
    library = load_library({path.relative_to(LIBRARY).as_posix(): path.read_bytes() for path in _files(LIBRARY)})
    return library_names(library.known.schema, library.known.conditions)


def _scope() -> dict[str, Any]:
    return {
        "account": {
            "first_name": "Ada",
            "bill": Money(4_250, "GBP"),
            "usage_gb": 40.5,
            "overage_count": 3,
            "past_due": False,
            "billing": "postpaid",
            "tenure_months": 14,
            "plan": {"name": "Fibre 500", "data_gb": 500},
        },
        "agent": {"first_name": "Bo"},
        "offer": {"price": Money(123_456, "GBP")},
    }


def _many(names: Names, rows: int) -> Columns:
    """Some accounts over and over, every third with its usage unknown."""
    paths = {path for source in CONDITIONS for path in compile_bulk(source, names).paths}
    some: list[Mapping[str, Any]] = []
    for number in range(1_000):
        scope = _scope()
        scope["account"] = {
            **scope["account"],
            "usage_gb": None if number % 3 == 0 else number % 90,
            "bill": Money(number * 37 % 9_000, "GBP"),
            "past_due": number % 10 == 0,
            "billing": "prepaid" if number % 4 == 0 else "postpaid",
        }
        some.append(scope)
    few = columns_of(some, paths, names)

    def again(column: Column) -> Column:
        missing = None if column.missing is None else np.tile(column.missing, rows // 1_000)
        values = np.tile(column.values, rows // 1_000)
        return Column(column.kind, values, missing, column.currency, column.texts)

    return Columns(rows, {path: again(column) for path, column in few.by_path.items()})


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def repeated(work: Callable[[], object], times: int) -> tuple[float, ...]:
    """Milliseconds of each run, after one that does not count."""
    work()
    taken = []
    for _ in range(times - 1):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1_000)
    return tuple(taken)


def per_call(work: Callable[[], object], times: int, calls: int) -> tuple[float, ...]:
    """Microseconds of one call, over runs of many."""
    return tuple(milliseconds * 1_000 / calls for milliseconds in repeated(lambda: _again(work, calls), times))


def _again(work: Callable[[], object], calls: int) -> None:
    for _ in range(calls):
        work()


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description="The script language.")
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    print(conditions())
    for measured in (reading_and_checking, asking_conditions, writing_texts):
        print(f"\n{measured.__doc__}")
        measured(times)


if __name__ == "__main__":
    main()
