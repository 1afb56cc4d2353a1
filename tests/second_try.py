"""A second try for tests whose other side is a real program (softphone, keyring, a killed process, a window
manager).

Two test processes at once may choose the same port for two softphones, and neither program can be told to try again.
Whatever fails twice has failed; what passes at the second try is named at the end of the run.
"""

from __future__ import annotations

import pytest
from _pytest.runner import runtestprotocol

_MARKERS = ("phone", "keyring", "crash", "screen")
_NAMED = "second try"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Runs the test, and once more where it failed and its other side is a real program."""
    if not any(item.get_closest_marker(marker) for marker in _MARKERS):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if any(report.failed for report in reports):
        first = next(report for report in reports if report.failed)
        item._initrequest()  # type: ignore[attr-defined]  # as pytest itself does before it runs an item
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        for report in reports:
            report.sections.append((_NAMED, f"the first try failed: {str(first.longrepr)[-1500:]}"))
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names the tests that passed at the second try, with what went wrong at the first."""
    again = [
        (report.nodeid, text)
        for report in terminalreporter.stats.get("passed", [])
        for name, text in report.sections
        if name == _NAMED and report.when == "call"
    ]
    if again:
        terminalreporter.section("passed at the second try")
        for nodeid, text in again:
            terminalreporter.line(f"{nodeid}\n{text.splitlines()[-1] if text else ''}")
