"""The agent's room: renders each view by what changed in it, and turns commands into intents."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from app.desk import intents
from app.desk.intents import Intent
from app.desk.ports import Clock
from app.desk.view import DeskView, DigitsTo, Message, Phase, Tone
from ui.agent.caller import CallerCard
from ui.agent.columns import Columns
from ui.agent.find import FindLine, PathLine
from ui.agent.hands import Hands, clock_time
from ui.agent.headline import Head
from ui.agent.notes import Notes
from ui.agent.offers import Offers
from ui.agent.pages import ReadyBody, SignInBody
from ui.agent.shift import Shift
from ui.agent.step import StepBody
from ui.agent.top_bar import TopBar
from ui.agent.wrap_up import WrapUpBody
from ui.announce import announce
from ui.keyboard import Keyboard
from ui.keys import Command
from ui.theme import metrics
from ui.theme.colours import Tint
from ui.theme.theme import theme
from ui.widgets.button import KeyButton, Kind
from ui.widgets.frames import Arrangement, Box, Scroll, column, gap, line
from ui.widgets.keys_list import KeysList
from ui.widgets.message_bar import MessageBar
from ui.widgets.text import Label, Role

TINTS = {Tone.INFORMATION: Tint.ACCENT, Tone.GOOD: Tint.GOOD, Tone.ATTENTION: Tint.ATTENTION}
_ON_LINE = (Phase.RINGING, Phase.ON_CALL)
_TABS = {
    Phase.SIGNED_OUT: ("Sign in", "Sync", "Keys"),
    Phase.READY: ("Calls", "My day", "Keys"),
    Phase.RINGING: ("Answers", "Caller", "Offer and notes"),
    Phase.ON_CALL: ("Answers", "Caller", "Offer and notes"),
    Phase.WRAP_UP: ("Wrap-up", "Caller", "Offer and notes"),
}
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
    Command.HELP,
    Command.ROOMS,
)
_PLAIN_INTENTS: dict[Command, Callable[[], Intent]] = {
    Command.OTHER_PHRASING: intents.OtherPhrasing,
    Command.EXTEND: intents.ExtendOffer,
    Command.ACCEPT: intents.AcceptOffer,
    Command.DECLINE: intents.DeclineOffer,
    Command.LATER: intents.DeferOffer,
    Command.NOT_THE_MOMENT: intents.NotTheMoment,
    Command.TAKE_BACK: intents.TakeBackOffer,
    Command.CANCEL_SERVICE: intents.CancelService,
    Command.ANSWER: intents.AnswerCall,
    Command.HANG_UP: intents.HangUp,
    Command.FINISH: intents.FinishCall,
    Command.BACK: intents.GoBack,
    Command.FORWARD: intents.GoForward,
}


class AgentRoom(QWidget):
    """Shows a DeskView. Only what differs from the view before is touched.

    Signals: `menu_wanted`, `messages_wanted` for the window's panels.
    """

    menu_wanted = Signal()
    messages_wanted = Signal()

    def __init__(self, send: Callable[[Intent], None], keyboard: Keyboard, clock: Clock) -> None:
        super().__init__()
        self._send_on = send
        self._view: DeskView | None = None
        self._place: tuple[object, ...] = ()
        self._arrangement = Arrangement()
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Call")
        hands = Hands(self._send, keyboard, clock)
        self._hands = hands
        self._bar = TopBar(hands)
        self._bar.menu_wanted.connect(self.menu_wanted)
        self.columns = Columns()
        everything = column(self)
        everything.addWidget(self._bar)
        everything.addWidget(self.columns, 1)
        self._build_left(hands)
        self._build_centre(hands)
        self._build_right(hands)
        theme().changed.connect(self._measure)

    def _build_left(self, hands: Hands) -> None:
        self._card = CallerCard(hands)
        self._shift = Shift()
        content = Box(0, (metrics.EDGE, 20))
        content.column.addWidget(self._card)
        content.column.addWidget(self._shift)
        self._hang_up = KeyButton("Hang up", hands.keyboard, Command.HANG_UP)
        self._hang_up.clicked.connect(lambda: self._send(intents.HangUp()))
        self._phone = Box(4, (metrics.EDGE, 20))
        self._phone.column.addWidget(self._hang_up)
        self.columns.left.column.addWidget(Scroll(content), 1)
        self.columns.left.column.addWidget(self._phone)

    def _build_centre(self, hands: Hands) -> None:
        self._head = Head(hands)
        self.columns.head.column.addWidget(self._head)
        self._step = StepBody(hands)
        self._ready = ReadyBody()
        self._sign_in = SignInBody(hands)
        self._wrap_up = WrapUpBody(hands)
        for page in (self._step, self._ready, self._sign_in, self._wrap_up):
            self.columns.body.column.addWidget(page)
            page.setVisible(False)
        self._messages = MessageBar()
        self._messages.dismissed.connect(lambda id_: self._send(intents.Dismiss(id_)))
        self._messages.all_wanted.connect(self.messages_wanted)
        self._find = FindLine(hands)
        self._find.field.returnPressed.connect(self._open_first)
        self._path = PathLine()
        self._finish = KeyButton("to wrap-up", hands.keyboard, Command.FINISH, Kind.FLAT)
        self._finish.clicked.connect(lambda: self._send(intents.FinishCall()))
        self._trail = QWidget()
        trail = line(self._trail, (0, 0), 12)
        trail.addWidget(self._path, 1)
        trail.addWidget(self._finish)
        foot = self.columns.foot.column
        foot.addSpacing(gap(10))
        foot.addWidget(self._messages)
        self._search = Box(0)
        self._search.column.addSpacing(gap(10))
        self._search.column.addWidget(self._find)
        self._search.column.addSpacing(gap(4))
        self._search.column.addWidget(self._trail)
        self.columns.search.column.addWidget(self._search)

    def _build_right(self, hands: Hands) -> None:
        self._offers = Offers(hands)
        self._notes = Notes(hands)
        self._cancel = KeyButton("Cancel the service", hands.keyboard, Command.CANCEL_SERVICE, Kind.ATTENTION)
        self._cancel.clicked.connect(lambda: self._send(intents.CancelService()))
        self._call_side = Box(0, (metrics.EDGE, 20))
        side = self._call_side.column
        upper = Box()
        upper.column.addWidget(self._offers)
        upper.column.addSpacing(gap(12))
        upper.column.addWidget(self._notes, 1)
        side.addWidget(Scroll(upper), 1)
        self._way_out = Box()
        self._way_out.column.addSpacing(gap(18))
        self._way_out.column.addWidget(self._cancel)
        side.addWidget(self._way_out)
        keys = Box(0, (metrics.EDGE, 20))
        keys.column.addWidget(Label("Keys", Role.SECTION))
        keys.column.addSpacing(gap(12))
        keys.column.addWidget(KeysList(hands.keyboard, _KEYS_SHOWN))
        keys.column.addStretch(1)
        self._quiet_side = Scroll(keys)
        self.columns.right.column.addWidget(self._call_side)
        self.columns.right.column.addWidget(self._quiet_side)

    def warm_up(self) -> None:
        """Builds and styles what the first call will need; called when nothing else is to be done."""
        self._card.stock()
        self._step.stock()
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
            self._head.render_view(view)
            self._render_left(view)
            self._render_centre(view)
            self._render_right(view)
        self._settle_focus(view, focus)
        self._announce(before, view)

    def _render_left(self, view: DeskView) -> None:
        on_call = view.call is not None
        self._shift.setVisible(not on_call)
        if not on_call:
            self._shift.render_view(view)
        self._card.show_card(view.card if on_call else None, view.digits_to is DigitsTo.CANDIDATES)
        call = view.call
        talking = view.phase in (Phase.ON_CALL, Phase.WRAP_UP) and call is not None and not call.ended
        self._phone.setVisible(talking)
        if call is not None and talking:
            self._hang_up.set_words("The call has ended" if call.times_by_agent else "Hang up")
            self._hang_up.setVisible(call.can_hang_up or call.times_by_agent)

    def _render_centre(self, view: DeskView) -> None:
        pages: dict[Phase, StepBody | ReadyBody | SignInBody | WrapUpBody] = {
            Phase.SIGNED_OUT: self._sign_in,
            Phase.READY: self._ready,
            Phase.WRAP_UP: self._wrap_up,
        }
        page = pages.get(view.phase, self._step)
        if page is self._wrap_up and view.choosing is not None:
            page = self._step
        page.render_view(view)
        for other in (self._sign_in, self._ready, self._wrap_up, self._step):
            other.setVisible(other is page)
        self._search.setVisible(view.phase in _ON_LINE)
        self._finish.setVisible(view.phase is Phase.ON_CALL)
        if view.script is not None:
            self._path.show_path(view.script.path, view.script.step_title if view.script.path else "")
        self._show_messages(view.messages)
        self.columns.name_tabs(*_TABS[view.phase])

    def _render_right(self, view: DeskView) -> None:
        on_call = view.call is not None
        self._call_side.setVisible(on_call)
        self._quiet_side.setVisible(not on_call)
        self._offers.render_view(view)
        self._notes.render_view(view)
        self._way_out.setVisible(bool(view.script and view.script.can_cancel and view.phase is Phase.ON_CALL))

    def _show_messages(self, messages: tuple[Message, ...]) -> None:
        if not messages:
            self._messages.show_none()
            return
        newest = max(messages, key=lambda message: message.at)
        tint = TINTS[newest.tone]
        self._messages.show_message(newest.id, tint, newest.text, clock_time(newest.at), len(messages) - 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What to say may take two fifths of the height, less of it with large text; a longer text is paged."""
        super().resizeEvent(event)
        self._measure()

    def _measure(self) -> None:
        large = theme().scale > metrics.TABS_ABOVE_SCALE
        self._head.limit(int(self.height() * (0.2 if large else 0.4)))
        self._trail.setVisible(not large)

    # Keys

    def obey(self, command: Command) -> bool:
        """Does what the command means here; False where it means nothing."""
        view = self._view
        if view is None or command in (Command.HELP, Command.ROOMS):
            return False
        if command.is_digit:
            return self._digit(view, command.value)
        if command is Command.ENTER:
            return self._enter(view)
        if command is Command.ESCAPE:
            return self._escape(view)
        if command in (Command.PAGE_ON, Command.PAGE_BACK):
            self._head.turn(1 if command is Command.PAGE_ON else -1)
        elif command is Command.NEXT_TAB:
            self.columns.tabs.next()
        elif view.call is None:
            return False
        elif command is Command.FIND:
            self._find.field.setFocus()
        elif command is Command.NOTES:
            self._to_notes()
        elif command is Command.ATTEST:
            self._step.identity.attest()
        else:
            self._send(_PLAIN_INTENTS[command]())
        return True

    def _digit(self, view: DeskView, key: str) -> bool:
        if view.phase is Phase.WRAP_UP and view.choosing is None:
            return self._wrap_up.choose_by_key(key)
        if view.found and view.choosing is None:
            if any(row.key == key for row in view.found):
                self._open(key)
            return True
        if view.call is None:
            return False
        self._send(intents.Digit(key))
        return True

    def _enter(self, view: DeskView) -> bool:
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and self.isAncestorOf(focus):
            focus.click()
        elif view.phase is Phase.SIGNED_OUT:
            self._sign_in.sign_in()
        elif focus is self._find.field:
            self._open_first()
        elif focus is self._step.identity.field:
            self._step.identity.check()
        elif view.phase is Phase.WRAP_UP and view.choosing is None:
            self._wrap_up.confirm()
        elif view.call is not None:
            self._send(intents.Enter())
        else:
            return False
        return True

    def _escape(self, view: DeskView) -> bool:
        """Leaves the innermost thing: find, the field, the marked list, the message."""
        focus = QApplication.focusWidget()
        if view.found or focus is self._find.field:
            self._find.clear()
            self.setFocus()
        elif view.choosing is not None:
            self._send(intents.Escape())
        elif self._hands.keyboard.in_field and view.phase is not Phase.SIGNED_OUT:
            self.setFocus()
        elif self._messages.message:
            self._send(intents.Dismiss(self._messages.message))
        else:
            self._send(intents.Escape())
        return True

    def _to_notes(self) -> None:
        """Into the notes, or back out of them."""
        if self._notes.field.hasFocus():
            self.columns.show_centre()
            self.setFocus()
        else:
            self.columns.bring(self.columns.right)
            self._notes.field.setFocus()

    def _open_first(self) -> None:
        if self._view is not None and self._view.found:
            self._open(self._view.found[0].key)

    def _open(self, key: str) -> None:
        self._send(intents.OpenFound(key))
        self._find.field.clear()
        self.setFocus()

    def _send(self, intent: Intent) -> None:
        """Sends what was typed first, so that the desk never decides without it."""
        if not isinstance(intent, intents.WriteNote | intents.SetSummary):
            self._notes.flush()
            self._wrap_up.flush()
        self._send_on(intent)

    # Focus and screen readers

    def _settle_focus(self, view: DeskView, focus: QWidget | None) -> None:
        """Gives the keyboard a sensible place on a new screen; one who is typing keeps it."""
        screen = view.script if not view.preview else None
        place = (
            view.phase,
            screen.script if screen else "",
            screen.step if screen else "",
            bool(screen and screen.verify),
        )
        moved, self._place = place != self._place, place
        gone = focus is not None and self.isAncestorOf(focus) and not focus.isVisibleTo(self)
        idle = focus is None or focus is self or isinstance(focus, QAbstractButton)
        if not gone and not (moved and idle):
            return
        entry = self._entry(view)
        entry.setFocus()
        if entry is not self:
            self._step.bring_into_sight(entry)

    def _entry(self, view: DeskView) -> QWidget:
        if view.phase is Phase.SIGNED_OUT:
            return self._sign_in.entry()
        if view.phase is Phase.ON_CALL and view.script is not None and view.choosing is None:
            if view.script.verify is not None and self._step.identity.field.isVisibleTo(self):
                return self._step.identity.field
            if view.script.form:
                return self._step.form.first_entry() or self
        return self

    def _announce(self, before: DeskView | None, view: DeskView) -> None:
        """Has read out what changed by itself: ringing, step, recorded, unsent."""
        if before is None:
            return
        if view.phase is Phase.RINGING and before.phase is not Phase.RINGING and view.call is not None:
            title = view.card.title if view.card else ""
            announce(self, f"Ringing: {view.call.number}. {title}", at_once=True)
        if view.script is not None and view.script != before.script:
            was = before.script
            if was is None or (was.script, was.step) != (view.script.script, view.script.step):
                announce(self, f"{view.script.step_title}. {view.script.spoken}")
        if view.recorded != before.recorded and view.recorded.sentence:
            announce(self, view.recorded.sentence)
        if view.sync.online != before.sync.online:
            announce(self, "Back online" if view.sync.online else "Offline, events are kept here")
        waiting = view.call.waiting if view.call else ()
        if waiting and (before.call is None or before.call.waiting != waiting):
            announce(self, f"Another call waits: {waiting[-1]}")
        fresh = set(view.messages) - set(before.messages)
        for message in sorted(fresh, key=lambda one: one.at):
            announce(self, message.text)
