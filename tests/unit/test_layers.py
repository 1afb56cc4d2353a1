"""The rooms of the house know each other only as resources/help/decisions.md and the rooms' docstrings say.

All of it is about direct imports, wherever in a file they stand (also those inside functions); what is imported for the
type checker alone counts too, except for cycles.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PURE_ROOMS = ("app.domain", "app.scripts", "app.offers", "app.reports")
"""Values and bytes in, values and bytes out."""

WINDOWS = ("ui.agent", "ui.lead", "ui.trainer")

INPUT_AND_OUTPUT = (
    "asyncio",
    "concurrent",
    "httpx",
    "keyring",
    "litestar",
    "logging",
    "multiprocessing",
    "os",
    "pathlib.Path",
    "shutil",
    "socket",
    "sqlalchemy",
    "sqlcipher3",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
)
DATABASE_AND_NETWORK = (
    "sqlalchemy",
    "sqlcipher3",
    "sqlite3",
    "httpx",
    "urllib.request",
    "keyring",
    "litestar",
    "uvicorn",
)
DEAR_BEFORE_FIRST_PAINT = ("sqlalchemy", "httpx", "keyring", "numpy", "phonenumbers", "yaml", "babel")


@dataclass(frozen=True, slots=True)
class Import:
    """One name that a module imports; `target` is dotted, as far down as the import names it."""

    module: str
    target: str
    line: int
    for_types_only: bool = False


def test_the_domain_imports_nothing_else_of_ours() -> None:
    assert not wrong("app.domain", ["app", "ui"], but=["app.domain"])


def test_app_never_imports_the_window() -> None:
    assert not wrong("app", ["ui", "PySide6", "shiboken6"])


def test_ui_never_imports_a_database_the_network_or_the_keyring() -> None:
    assert not wrong("ui", DATABASE_AND_NETWORK)


@pytest.mark.parametrize("room", [*WINDOWS, "ui.widgets", "ui.theme"])
def test_what_is_shown_reaches_services_only_through_the_desk(room: str) -> None:
    """The rooms that do the work are wired by app.bootstrap, which the window's entry points alone call."""
    services = ["app.cache", "app.sync", "app.hub", "app.security", "app.telephony", "app.bootstrap", "app.commands"]
    assert not wrong(room, services)


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_does_no_input_or_output(room: str) -> None:
    assert not wrong(room, INPUT_AND_OUTPUT)


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_imports_only_pure_rooms(room: str) -> None:
    assert not wrong(room, ["app", "ui"], but=PURE_ROOMS)


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_opens_no_file_and_prints_nothing(room: str) -> None:
    calls = [
        f"{module}:{node.lineno} {node.func.id}()"
        for module, tree in modules(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"open", "print", "input"}
    ]
    assert not calls


@pytest.mark.parametrize("room", PURE_ROOMS)
def test_a_pure_room_reads_no_clock(room: str) -> None:
    readings = [
        f"{module}:{node.lineno}"
        for module, tree in modules(room)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"now", "utcnow", "today"}
    ]
    assert not readings


def test_hub_and_cache_do_not_know_each_other() -> None:
    assert not wrong("app.hub", ["app.cache"])
    assert not wrong("app.cache", ["app.hub"])


@pytest.mark.parametrize("part", WINDOWS)
def test_agent_lead_and_trainer_windows_do_not_know_each_other(part: str) -> None:
    assert not wrong(part, WINDOWS, but=[part])


def test_only_the_entry_points_import_the_wiring() -> None:
    """Whoever else imported app.bootstrap would reach everything through it."""
    entries = ("ui.__main__:", "ui.session:", "ui.tour", "ui.gallery", "app.cli:", "app.commands.")
    everyone = wrong("app", ["app.bootstrap"]) + wrong("ui", ["app.bootstrap"])
    assert not [found for found in everyone if not found.startswith(entries)]


@pytest.mark.parametrize("top", ["app", "ui"])
def test_there_are_no_import_cycles(top: str) -> None:
    known = {module for module, _ in modules(top)}
    graph = {module: set[str]() for module in known}
    for it in imports(top):
        target = it.target if it.target in known else it.target.rpartition(".")[0]
        if not it.for_types_only and target in known and target != it.module:
            graph[it.module].add(target)

    assert cycle(graph) is None


def test_the_cycle_finder_finds_a_cycle() -> None:
    assert cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert cycle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) is None


def test_every_room_says_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in sources() if path.name == "__init__.py" and not docstring(path)]
    assert not silent


def test_every_folder_of_sources_is_a_room() -> None:
    missing = {str(path.parent.relative_to(ROOT)) for path in sources() if not (path.parent / "__init__.py").exists()}
    assert not missing


def test_starting_imports_nothing_dear() -> None:
    """Nothing of this is needed before the first paint, and each costs from 80 to 250 ms."""
    names = sorted(module for module, _ in modules("ui") if not module.endswith("__main__"))
    loaded = loaded_after("app.cli", *(["ui.__main__"] if (ROOT / "ui" / "__main__.py").exists() else []), *names)
    assert not loaded & set(DEAR_BEFORE_FIRST_PAINT)


def test_handing_a_call_over_imports_no_widgets() -> None:
    """A softphone starts `cuecard pop` for each call: it has to be back within 300 ms."""
    loaded = loaded_after("app.cli", "app.commands.pop")
    assert not loaded & {*DEAR_BEFORE_FIRST_PAINT, "PySide6", "litestar", "asyncio"}


def wrong(room: str, forbidden: Iterable[str], but: Iterable[str] = ()) -> list[str]:
    """Where a room imports something forbidden, readably; what lies in `but` is allowed all the same."""
    forbidden, but = list(forbidden), list(but)
    return [
        f"{it.module}:{it.line} imports {it.target}"
        for it in imports(room)
        if within(it.target, forbidden) and not within(it.target, but)
    ]


def imports(room: str) -> Iterator[Import]:
    """Every import in the modules of a room, once per imported name."""
    for module, tree in modules(room):
        yield from _imports(module, tree)


def within(name: str, rooms: Iterable[str]) -> bool:
    """Whether a dotted name is one of the rooms or lies in one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@cache
def modules(room: str) -> tuple[tuple[str, ast.Module], ...]:
    """The modules of a room with their parsed sources; the room may be a single module."""
    parsed = []
    for path in sources():
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if within(name, [room]):
            parsed.append((name, ast.parse(path.read_text(encoding="utf-8"), str(path))))
    return tuple(parsed)


def sources() -> list[Path]:
    """The program's Python files."""
    return sorted(path for top in ("app", "ui") for path in (ROOT / top).rglob("*.py"))


def docstring(path: Path) -> str | None:
    """The docstring of a file."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def loaded_after(*names: str) -> set[str]:
    """Top-level modules that a fresh Python has loaded after importing these."""
    program = (
        f"import sys\nfor name in {names!r}: __import__(name)\nprint(*{{n.partition('.')[0] for n in sys.modules}})"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def cycle(graph: Mapping[str, set[str]]) -> list[str] | None:
    """One cycle of a graph as the path that closes it, or None."""
    finished: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str] | None:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in finished:
            return None
        for following in sorted(graph[node]):
            if found := visit(following, [*path, node]):
                return found
        finished.add(node)
        return None

    for start in sorted(graph):
        if found := visit(start, []):
            return found
    return None


def _imports(module: str, tree: ast.Module) -> Iterator[Import]:
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, id(node) in typing_only)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*module.split(".")[: -node.level], *([base] if base else [])])
            for alias in node.names:
                yield Import(module, f"{base}.{alias.name}", node.lineno, id(node) in typing_only)
