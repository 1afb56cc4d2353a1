"""Practice as pictures show it: choosing, a caller who wants to cancel, and the page afterwards."""

from __future__ import annotations

from dataclasses import replace

from app.desk.view import DeskView, Recorded
from app.practice.personas import PERSONAS, about, title
from app.practice.view import CallerLine, MissRow, Page, PathRow, PersonaRow, PracticeView, Setup, Stage
from tests.fakes.views import DESK_VIEWS
from ui.words.catalogue import say


def _setup() -> Setup:
    rows = tuple(
        PersonaRow(str(number), one, title(one, say), about(one, say)) for number, one in enumerate(PERSONAS, start=1)
    )
    scripts = (("save-too-expensive", "Cancel: too expensive"), ("slow-internet", "Slow internet"))
    return Setup(scripts, "save-too-expensive", rows, "angry", "4711")


_CALLER = CallerLine("Wants to cancel", "“I want to cancel.”", (), "Cancel: too expensive", "3")
_PAGE = Page(
    "Cancel: too expensive",
    "Wants to cancel",
    3,
    "Nearly all of it was right. One thing to try again.",
    ("You checked who is calling before you opened the account.", "You took 6 of 7 answers as the caller gave them."),
    (
        MissRow(
            "The caller asked to cancel, and the call went on. The Cancel key honours it at once.",
            "Cancel: too expensive › Find the reason",
            "“I want to cancel.”",
        ),
    ),
    (
        PathRow("Cancel: too expensive › Verify the caller", True, True),
        PathRow("Cancel: too expensive › Size the gap", True, False),
        PathRow("Cancel the service › Confirm what they want", False, True),
    ),
)


def _plain(view: DeskView) -> DeskView:
    """A view of a call that is not recorded."""
    return replace(view, recorded=Recorded())


PRACTICE_VIEWS: dict[str, tuple[DeskView, PracticeView]] = {
    "practice-setup": (DESK_VIEWS["ready"], PracticeView(Stage.SETUP, _setup())),
    "practice-call": (_plain(DESK_VIEWS["script-step"]), PracticeView(Stage.CALL, _setup(), _CALLER)),
    "practice-page": (DESK_VIEWS["ready"], PracticeView(Stage.PAGE, _setup(), page=_PAGE)),
}
