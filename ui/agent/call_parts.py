"""What the room shows during a call: caller, step, wrap-up, find, offers and notes, put into the room's columns.

Built when the first call comes, or before it while nothing else is to be done: the first paint does without.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk import intents
from app.desk.view import DeskView, DigitsTo, Phase
from ui.agent.caller import CallerCard, CallerKeys
from ui.agent.columns import Columns
from ui.agent.find import FindLine, PathLine
from ui.agent.handed import HandedBox
from ui.agent.hands import Hands
from ui.agent.notes import Notes
from ui.agent.offers import Offers
from ui.agent.phone import PhoneBox
from ui.agent.search import SearchBox
from ui.agent.step import StepBody
from ui.agent.wrap_up import WrapUpBody
from ui.keys import Command
from ui.theme import metrics
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Box, Scroll, gap, line, settle
from ui.words.catalogue import say

_ON_LINE = (Phase.RINGING, Phase.ON_CALL)
_TALKING = (Phase.ON_CALL, Phase.WRAP_UP)


class CallParts:
    """The widgets of a call.

    Attributes: `step`, `wrap_up`, `notes`, `find`, `phone`, `search`, where keys go; the others are shown only.
    """

    def __init__(self, hands: Hands, columns: Columns, caller: Box) -> None:
        self._build_left(hands, columns, caller)
        self._build_centre(hands, columns)
        self._build_right(hands, columns)

    def _build_left(self, hands: Hands, columns: Columns, caller: Box) -> None:
        self.search = SearchBox(hands)
        self._card = CallerCard(hands)
        self._caller_keys = CallerKeys(hands)
        self._caller_keys.search_wanted.connect(self.search.open)
        caller.column.insertWidget(0, self._card)
        self._handed = HandedBox(hands)
        caller.column.insertWidget(0, self._handed)
        caller.column.insertWidget(0, self.search)
        self.phone = PhoneBox(hands)
        self.phone.setVisible(False)
        columns.left.column.addWidget(self.phone)
        self._columns, self._caller = columns, caller
        self._place_caller_keys()

    def _place_caller_keys(self) -> None:
        """Always in sight beside the phone's keys; with large text they scroll with the card, to leave room for it."""
        keys, left = self._caller_keys, self._columns.left.column
        left.removeWidget(keys)
        self._caller.column.removeWidget(keys)
        if theme().scale > metrics.TABS_ABOVE_SCALE:
            self._caller.column.insertWidget(3, keys)
        else:
            left.insertWidget(left.indexOf(self.phone), keys)

    def _build_centre(self, hands: Hands, columns: Columns) -> None:
        self.step = StepBody(hands)
        self.wrap_up = WrapUpBody(hands)
        for page in (self.step, self.wrap_up):
            page.setVisible(False)
            columns.body.column.addWidget(page)
        self.find = FindLine(hands)
        self._path = PathLine()
        self._finish = KeyButton(say("to wrap-up"), hands.keyboard, Command.FINISH, Kind.FLAT)
        self._finish.clicked.connect(lambda: hands.send(intents.FinishCall()))
        self._trail = QWidget()
        trail = line(self._trail, (0, 0), 12)
        trail.addWidget(self._path, 1)
        trail.addWidget(self._finish)
        self._search = Box(0)
        self._search.setVisible(False)
        self._search.column.addSpacing(gap(10))
        self._search.column.addWidget(self.find)
        self._search.column.addSpacing(gap(4))
        self._search.column.addWidget(self._trail)
        columns.search.column.addWidget(self._search)

    def _build_right(self, hands: Hands, columns: Columns) -> None:
        self._offers = Offers(hands)
        self.notes = Notes(hands)
        self._cancel = KeyButton(say("Cancel the service"), hands.keyboard, Command.CANCEL_SERVICE, Kind.ATTENTION)
        self._cancel.clicked.connect(lambda: hands.send(intents.CancelService()))
        upper = Box()
        upper.column.addWidget(self._offers)
        upper.column.addSpacing(gap(12))
        upper.column.addWidget(self.notes, 1)
        self._way_out = Box()
        self._way_out.column.addSpacing(gap(18))
        self._way_out.column.addWidget(self._cancel)
        self._side = Box(0, (metrics.EDGE, 20))
        self._side.setVisible(False)
        self._upper = Scroll(upper)
        self._side.column.addWidget(self._upper, 1)
        self._side.column.addWidget(self._way_out)
        columns.right.column.insertWidget(0, self._side)

    def stock(self) -> None:
        """Makes the rows of a usual call ahead of time."""
        self._card.stock()
        self.step.stock()

    def show_trail(self, shown: bool) -> None:
        """Whether there is room for the path walked so far; without, the caller's keys scroll with the card."""
        self._trail.setVisible(shown)
        self._place_caller_keys()

    def bring_into_sight(self, field: QWidget) -> None:
        """Scrolls offers and notes to a field of theirs that has the keyboard now."""

        settle()
        # Qt brings the cursor into sight; the margin brings the whole of a field of one line.
        self._upper.ensureWidgetVisible(field, 0, gap(24))

    def flush(self) -> None:
        """Sends what was typed and is not yet sent."""
        self.notes.flush()
        self.wrap_up.flush()

    def render_view(self, view: DeskView) -> None:
        """Shows this view's call; nothing without one."""
        self._render_left(view)
        self._render_centre(view)
        self._offers.render_view(view)
        self.notes.render_view(view)
        self._way_out.setVisible(bool(view.script and view.script.can_cancel and view.phase is Phase.ON_CALL))
        self._side.setVisible(view.call is not None)

    def _render_left(self, view: DeskView) -> None:
        call = view.call
        search = view.search if call is not None else None
        card = view.card if call is not None and search is None else None
        self.search.show_search(search)
        self._handed.show_handed(view.handed if search is None else None)
        self._card.show_card(card, view.digits_to is DigitsTo.CANDIDATES)
        self._caller_keys.show_for(card)
        talking = view.phase in _TALKING and call is not None and not call.ended
        self.phone.show_call(call if talking else None)

    def _render_centre(self, view: DeskView) -> None:
        page: StepBody | WrapUpBody | None = None
        if view.call is not None:
            page = self.wrap_up if view.phase is Phase.WRAP_UP and view.choosing is None else self.step
            page.render_view(view)
        for one in (self.wrap_up, self.step):
            one.setVisible(one is page)
        if view.script is not None:
            self._path.show_path(view.script.path, view.script.step_title if view.script.path else "")
        self._finish.setVisible(view.phase is Phase.ON_CALL)
        # Large text leaves no room for two lists: while one is marked, find waits.
        crowded = theme().scale > metrics.TABS_ABOVE_SCALE and view.choosing is not None
        self._search.setVisible(view.phase in _ON_LINE and not crowded)
