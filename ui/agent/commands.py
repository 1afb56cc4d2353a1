"""From commands to intents: what a key means in the agent's room, given where the keyboard is and what is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QApplication

from app.desk import intents
from app.desk.intents import Intent
from app.desk.view import DeskView, DigitsTo, Phase
from ui.agent.hands import Hands
from ui.agent.headline import opening
from ui.keys import Command

if TYPE_CHECKING:
    from ui.agent.call_parts import CallParts
    from ui.agent.room import AgentRoom

_PLAIN_INTENTS: dict[Command, Callable[[], Intent]] = {
    Command.OTHER_PHRASING: intents.OtherPhrasing,
    Command.PIN: intents.PinPhrasing,
    Command.WHY: intents.AskWhy,
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
    Command.HANDED: intents.OpenHandover,
    Command.BACK: intents.GoBack,
    Command.FORWARD: intents.GoForward,
    Command.CALLER: intents.WhoIsCalling,
    Command.CALL_BACK: intents.PromiseCallback,
    Command.ASK_LEAD: intents.AskLead,
}


class Commands:
    """Obeys the keys of one room."""

    def __init__(self, room: AgentRoom, hands: Hands) -> None:
        self._room = room
        self._hands = hands

    def obey(self, view: DeskView, command: Command) -> bool:
        """Does what the command means; False where it means nothing."""
        room = self._room
        if command in (Command.HELP, Command.ROOMS):
            return False
        if view.locked is not None:
            return self._obey_locked(command)
        if command is Command.LOCK:
            return self._lock(view)
        if command is Command.SEEN:
            return room.lead.seen(view)
        if command is Command.BREAK:
            if view.phase is not Phase.SIGNED_OUT:
                self._hands.send(intents.TakeBreak())
            return view.phase is not Phase.SIGNED_OUT
        if command in (Command.PAGE_ON, Command.PAGE_BACK):
            room.head.turn(1 if command is Command.PAGE_ON else -1)
        elif command is Command.NEXT_TAB:
            room.columns.tabs.next()
        elif view.call is not None:
            return self._obey_on_call(view, room.call_parts(), command)
        elif command.is_digit and view.digits_to in (DigitsTo.LIST, DigitsTo.CALLBACKS):
            self._hands.send(intents.Digit(command.value))
        elif command is Command.ENTER:
            return self._enter_without_call(view)
        elif command is Command.ESCAPE:
            self._leave(view)
        else:
            return False
        return True

    def _obey_locked(self, command: Command) -> bool:
        """Nothing but unlocking."""
        if command is Command.ENTER and not self._click_focus():
            self._room.quiet_parts().locked.unlock()
        return True

    def _lock(self, view: DeskView) -> bool:
        if view.phase is Phase.SIGNED_OUT:
            return False
        self._hands.send(intents.Lock())
        return True

    def open_first(self, view: DeskView) -> None:
        """Opens the first of what was found."""
        if view.found:
            self._open(view.found[0].key)

    def _obey_on_call(self, view: DeskView, parts: CallParts, command: Command) -> bool:
        if command.is_digit:
            return self._digit(view, parts, command.value)
        if command is Command.ENTER:
            self._enter(view, parts)
        elif command is Command.ESCAPE:
            self._escape(view, parts)
        elif command is Command.FIND:
            parts.find.field.setFocus()
        elif command is Command.NOTES:
            self._to_notes(parts)
        elif command is Command.TEMPLATES:
            self._room.columns.bring(self._room.columns.right)
            parts.notes.toggle_templates()
            self._show_focus(parts)
        elif command is Command.SEARCH:
            self._room.columns.bring(self._room.columns.left)
            parts.search.open()
        elif command is Command.ATTEST:
            parts.step.identity.attest()
        elif command is Command.TRANSFER:
            self._room.columns.bring(self._room.columns.left)
            parts.phone.ask()
        elif command is Command.SEND_DIGITS:
            self._room.columns.bring(self._room.columns.left)
            parts.phone.ask_digits()
        elif command is Command.HOLD:
            if view.call is not None and view.call.can_hold:
                self._hands.send(intents.Hold())
        elif command is Command.LANGUAGE:
            self._room.head.speak_next()
        elif command is Command.ASK_LEAD and view.asking:
            # Once more: in one's own words.
            self._room.lead.field.setFocus()
        else:
            self._hands.send(_PLAIN_INTENTS[command]())
        return True

    def _digit(self, view: DeskView, parts: CallParts, key: str) -> bool:
        if view.phase is Phase.WRAP_UP and view.choosing is None:
            return parts.wrap_up.choose_by_key(key)
        if view.found and view.choosing is None:
            if any(row.key == key for row in view.found):
                self._open(key)
            return True
        self._hands.send(intents.Digit(key))
        return True

    def _enter(self, view: DeskView, parts: CallParts) -> None:
        focus = QApplication.focusWidget()
        if self._click_focus():
            return
        if focus is parts.find.field:
            self.open_first(view)
        elif focus is parts.notes.templates.field:
            parts.notes.templates.take_first()
        elif focus is self._room.lead.field:
            self._room.lead.ask()
            self._room.setFocus()
        elif focus is parts.phone.field:
            parts.phone.hand_over()
            self._room.setFocus()
        elif focus is parts.phone.digits:
            parts.phone.close_digits()
            self._room.setFocus()
        elif focus is parts.search.field:
            parts.search.choose_first()
            self._room.setFocus()
        elif focus is parts.step.identity.field:
            parts.step.identity.check()
        elif view.phase is Phase.WRAP_UP and view.choosing is None:
            parts.wrap_up.confirm()
        else:
            self._hands.send(intents.Enter())

    def _enter_without_call(self, view: DeskView) -> bool:
        if self._click_focus():
            return True
        if view.phase is Phase.BREAK or view.calling is not None:
            self._hands.send(intents.Enter())
            return True
        if view.phase is not Phase.SIGNED_OUT or opening(view):
            return False
        self._room.quiet_parts().sign_in.sign_in()
        return True

    def _click_focus(self) -> bool:
        """Enter on a button that was reached by Tab presses it."""
        focus = QApplication.focusWidget()
        if not isinstance(focus, QAbstractButton) or not self._room.isAncestorOf(focus):
            return False
        focus.click()
        return True

    def _escape(self, view: DeskView, parts: CallParts) -> None:
        """Leaves the innermost thing: find, the marked list, the field, the message."""
        if view.found or QApplication.focusWidget() is parts.find.field:
            parts.find.clear()
            self._room.setFocus()
        elif view.choosing is not None:
            self._hands.send(intents.Escape())
        elif view.search is not None:
            self._hands.send(intents.CloseSearch())
            self._room.setFocus()
        elif parts.notes.templates.isVisible():
            parts.notes.toggle_templates()
        elif QApplication.focusWidget() is parts.phone.field:
            parts.phone.close_field()
            self._room.setFocus()
        elif QApplication.focusWidget() is parts.phone.digits:
            parts.phone.close_digits()
            self._room.setFocus()
        else:
            self._leave(view)

    def _leave(self, view: DeskView) -> None:
        message = self._room.messages.message
        if self._hands.keyboard.in_field and view.phase is not Phase.SIGNED_OUT:
            self._room.setFocus()
        else:
            self._hands.send(intents.Dismiss(message) if message else intents.Escape())

    def _show_focus(self, parts: CallParts) -> None:
        """Scrolls to the field of the notes that has the keyboard now."""
        focus = QApplication.focusWidget()
        if focus is not None and parts.notes.isAncestorOf(focus):
            parts.bring_into_sight(focus)

    def _to_notes(self, parts: CallParts) -> None:
        """Into the notes, or back out of them."""
        columns = self._room.columns
        if parts.notes.field.hasFocus():
            columns.show_centre()
            self._room.setFocus()
        else:
            columns.bring(columns.right)
            parts.notes.field.setFocus()
            self._show_focus(parts)

    def _open(self, key: str) -> None:
        self._hands.send(intents.OpenFound(key))
        self._room.call_parts().find.field.clear()
        self._room.setFocus()
