"""What the bundle holds and what it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from build.contents import is_needed, our_modules, without_orphans

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/lib/libQt6Widgets.so.6",
        "babel/locale-data/root.dat",
        "babel/locale-data/en_GB.dat",
        "scripts_library/slow-internet.call.md",
    ],
)
def test_what_the_program_uses_goes_in(name: str) -> None:
    assert is_needed(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6\\Qt\\plugins\\platforms\\libqwayland.so",
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "babel/locale-data/zu_ZA.dat",
    ],
)
def test_what_it_never_uses_stays_out(name: str) -> None:
    assert not is_needed(name)


def test_a_library_stays_only_while_something_asks_for_it() -> None:
    asks = {
        "PySide6/QtWidgets.abi3.so": ["libQt6Widgets.so.6"],
        "PySide6/Qt/lib/libQt6Widgets.so.6": ["libpng16.so.16"],
        "libgtk-3.so.0": ["libcairo.so.2"],
    }
    names = [*asks, "libpng16.so.16", "libcairo.so.2", "libpython3.11.so.1.0"]

    kept = without_orphans(names, lambda name: asks.get(name, []))

    assert set(names) - kept == {"libgtk-3.so.0", "libcairo.so.2"}


def test_modules_that_are_imported_by_name_are_all_listed() -> None:
    listed = our_modules(ROOT)
    assert {"app", "app.cli", "app.domain.event", "app.commands.pop"} <= set(listed)
    assert len(listed) == len(set(listed))
