"""What the room shows while there is no call: sign-in or recent calls, my day, the keys, put into the room's columns.

Built once there is something to show: while the program opens, the first paint does without.
"""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.desk.view import DeskView, Phase
from ui.agent.columns import Columns
from ui.agent.hands import Hands
from ui.agent.headline import opening
from ui.agent.locked import LockedBody
from ui.agent.pages import BreakBody, ReadyBody
from ui.agent.shift import Shift
from ui.agent.sign_in import SignInBody
from ui.keys import Command
from ui.theme import metrics
from ui.widgets.frames import Box, Scroll, gap
from ui.widgets.keys_list import KeysList
from ui.widgets.text import Label, Role
from ui.words.catalogue import say

_KEYS_SHOWN = (
    Command.ANSWER,
    Command.DIGIT_1,
    Command.OTHER_PHRASING,
    Command.FIND,
    Command.NOTES,
    Command.EXTEND,
    Command.ACCEPT,
    Command.DECLINE,
    Command.LATER,
    Command.CANCEL_SERVICE,
    Command.ASK_LEAD,
    Command.SEEN,
    Command.BREAK,
    Command.LOCK,
    Command.HELP,
    Command.ROOMS,
)


class QuietParts:
    """The widgets between calls. Attributes: `sign_in`, `locked`, where keys go; `left`, which the caller shares."""

    def __init__(self, hands: Hands, columns: Columns) -> None:
        self._shift = Shift()
        self.left = Box(0, (metrics.EDGE, 20))
        self.left.column.addWidget(self._shift)
        columns.left.column.addWidget(Scroll(self.left), 1)
        keys = Box(0, (metrics.EDGE, 20))
        keys.column.addWidget(Label(say("Keys"), Role.SECTION))
        keys.column.addSpacing(gap(12))
        keys.column.addWidget(KeysList(hands.keyboard, _KEYS_SHOWN))
        keys.column.addStretch(1)
        self._keys = Scroll(keys)
        columns.right.column.addWidget(self._keys)
        self.sign_in = SignInBody(hands)
        self._ready = ReadyBody(hands)
        self._break = BreakBody(hands)
        self.locked = LockedBody(hands)
        self._pages: tuple[QWidget, ...] = (self.sign_in, self._ready, self._break, self.locked)
        for page in self._pages:
            columns.body.column.addWidget(page)
        for part in (self._shift, self._keys, *self._pages):
            part.setVisible(False)

    def render_view(self, view: DeskView) -> None:
        """Shows what this view has to show without a call; nothing during one."""
        locked = view.locked is not None
        quiet = locked or (view.call is None and not opening(view))
        if quiet:
            self._shift.render_view(view)
        self._shift.setVisible(quiet)
        self._keys.setVisible(quiet and not locked)
        page = self._page(view) if quiet else None
        if view.locked is not None:
            self.locked.show_locked(view.locked)
        elif isinstance(page, SignInBody | ReadyBody | BreakBody):
            page.render_view(view)
        for one in self._pages:
            one.setVisible(one is page)

    def _page(self, view: DeskView) -> QWidget:
        if view.locked is not None:
            return self.locked
        pages = {Phase.SIGNED_OUT: self.sign_in, Phase.READY: self._ready, Phase.BREAK: self._break}
        return pages[view.phase]
