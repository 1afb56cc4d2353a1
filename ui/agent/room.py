"""The agent's room: the frame of every phase, filled with what the view needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.desk import intents
from app.desk.intents import Intent
from app.desk.ports import Clock
from app.desk.view import DeskView, Message, Phase, Tone
from ui.agent.columns import Columns
from ui.agent.commands import Commands
from ui.agent.focus import FocusKeeper
from ui.agent.hands import Hands, clock_time
from ui.agent.headline import Head, opening
from ui.agent.lead_line import LeadLine
from ui.agent.told import told
from ui.agent.top_bar import TopBar
from ui.announce import announce
from ui.keyboard import Keyboard
from ui.keys import Command
from ui.theme import metrics
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.frames import Arrangement, column, gap
from ui.widgets.message_bar import MessageBar
from ui.words.catalogue import say

if TYPE_CHECKING:
    from ui.agent.call_parts import CallParts
    from ui.agent.quiet_parts import QuietParts
    from ui.pictures import Pictures

TINTS = {Tone.INFORMATION: Tint.ACCENT, Tone.GOOD: Tint.GOOD, Tone.ATTENTION: Tint.ATTENTION}
TABS = {
    Phase.SIGNED_OUT: ("Sign in", "Sync", "Keys"),
    Phase.READY: ("Calls", "My day", "Keys"),
    Phase.RINGING: ("Answers", "Caller", "Offer and notes"),
    Phase.ON_CALL: ("Answers", "Caller", "Offer and notes"),
    Phase.WRAP_UP: ("Wrap-up", "Caller", "Offer and notes"),
    Phase.BREAK: ("Calls", "My day", "Keys"),
    Phase.LOCKED: ("Locked", "Sync", "Keys"),
}


class AgentRoom(QWidget):
    """Shows a DeskView. Only what differs from the view before is touched.

    Attributes: `columns`, `head`, `messages`, where keys go. Signals: `menu_wanted`, `messages_wanted`, `sync_wanted`
    for the window's panels, `key_words_wanted` to go to key words or back.
    """

    menu_wanted = Signal()
    messages_wanted = Signal()
    sync_wanted = Signal()
    key_words_wanted = Signal()

    def __init__(
        self, send: Callable[[Intent], None], keyboard: Keyboard, clock: Clock, pictures: Pictures | None = None
    ) -> None:
        super().__init__()
        self._send_on = send
        self._view: DeskView | None = None
        self._quiet: QuietParts | None = None
        self._call: CallParts | None = None
        self._key_words = False
        self._arrangement = Arrangement()
        self._focus = FocusKeeper(self, self._entry)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(say("Call"))
        self._hands = Hands(self._send, keyboard, clock, pictures)
        self._commands = Commands(self, self._hands)
        self._bar = TopBar(self._hands)
        self._bar.menu_wanted.connect(self.menu_wanted)
        self._bar.sync_wanted.connect(self.sync_wanted)
        self.columns = Columns()
        everything = column(self)
        everything.addWidget(self._bar)
        everything.addWidget(self.columns, 1)
        self._build_centre()
        theme().changed.connect(self._measure)

    def _build_centre(self) -> None:
        self.head = Head(self._hands)
        self.head.key_words_wanted.connect(self.key_words_wanted)
        self.columns.head.column.addWidget(self.head)
        self.lead = LeadLine(self._hands)
        self.messages = MessageBar()
        self.messages.dismissed.connect(lambda id_: self._send(intents.Dismiss(id_)))
        self.messages.all_wanted.connect(self.messages_wanted)
        self.columns.foot.column.addSpacing(gap(10))
        self.columns.foot.column.addWidget(self.lead)
        self.columns.foot.column.addWidget(self.messages)

    def quiet_parts(self) -> QuietParts:
        """What is shown without a call, built when it is first wanted."""
        if self._quiet is None:
            from ui.agent.quiet_parts import QuietParts

            self._quiet = QuietParts(self._hands, self.columns)
        return self._quiet

    def call_parts(self) -> CallParts:
        """What a call needs, built when it is first wanted."""
        if self._call is None:
            from ui.agent.call_parts import CallParts

            self._call = CallParts(self._hands, self.columns, self.quiet_parts().left)
            self._call.find.field.returnPressed.connect(self._open_first)
            self._call.step.use_key_words(self._key_words)
            self._measure()
        return self._call

    def warm_up(self) -> Iterator[None]:
        """Builds and styles what the first call will need, in steps that are each over in a moment."""
        self.quiet_parts()
        yield
        parts = self.call_parts()
        yield
        parts.stock()
        yield
        for widget in self.findChildren(QWidget):
            widget.ensurePolished()
        self._arrangement.learn(self)

    # Showing

    def render_view(self, view: DeskView) -> None:
        """Shows this view."""
        before, self._view = self._view, view
        if view == before:
            return
        focus = QApplication.focusWidget()
        with self._arrangement.held():
            self._bar.render_view(view)
            self.head.render_view(view)
            if self._quiet is not None or not opening(view):
                self.quiet_parts().render_view(view)
            if self._call is not None or (view.call is not None and view.locked is None):
                # Masked, it is for them as if there were no call: what they showed is gone from the screen.
                self.call_parts().render_view(view if view.locked is None else replace(view, call=None))
            self.lead.render_view(view)
            self._show_messages(view.messages)
            self.columns.name_tabs(*map(say, TABS[view.phase]))
        field = self._focus.settle(view, focus)
        if field is not None and self._call is not None:
            self._call.step.bring_into_sight(field)
        for text, at_once in told(before, view) if before is not None else ():
            announce(self, text, at_once)

    def _show_messages(self, messages: tuple[Message, ...]) -> None:
        if not messages:
            self.messages.show_none()
            return
        newest = max(messages, key=lambda message: message.at)
        tint = TINTS[newest.tone]
        self.messages.show_message(newest.id, tint, newest.text, clock_time(newest.at), len(messages) - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What to say may take two fifths of the height, less of it with large text; a longer text is paged."""
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        large = theme().scale > metrics.TABS_ABOVE_SCALE
        self.head.limit(int(self.height() * (0.2 if large else 0.4)))
        if self._call is not None:
            self._call.show_trail(not large)

    def use_key_words(self, wanted: bool) -> None:
        """Key words instead of sentences where the script has them, or not."""
        self._key_words = wanted
        if self.head.use_key_words(wanted) and self._view is not None:
            self.head.render_view(self._view)
        if self._call is not None:
            self._call.step.use_key_words(wanted)
            if self._view is not None and self._view.locked is None:
                self._call.render_view(self._view)

    # Keys and focus

    def obey(self, command: Command) -> bool:
        """Does what the command means here; False where it means nothing."""
        return self._view is not None and self._commands.obey(self._view, command)

    def lock(self) -> None:
        """Masks the screen; what was typed is sent before."""
        self._send(intents.Lock())

    def _open_first(self) -> None:
        if self._view is not None:
            self._commands.open_first(self._view)

    def _send(self, intent: Intent) -> None:
        """Sends what was typed first, so that the desk never decides without it."""
        if self._call is not None and not isinstance(intent, intents.WriteNote | intents.SetSummary):
            self._call.flush()
        self._send_on(intent)

    def _entry(self, view: DeskView) -> QWidget:
        if view.phase is Phase.SIGNED_OUT:
            return self._quiet.sign_in.entry() if self._quiet is not None else self
        if view.locked is not None:
            return self.quiet_parts().locked.entry() or self
        return (self._call.step.entry(view) if self._call is not None else None) or self
