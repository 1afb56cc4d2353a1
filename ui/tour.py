"""The tour: one whole call played through the real window by key presses, with pictures and a record of it.

Everything is real but the phone and the customers: the demo's own hub in its own process, the encrypted store, the
script, sync over HTTP, the lead's report. The tour's data live in a folder of their own and are removed afterwards.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.desk.intents import SignIn, SignOut
from app.desk.view import DeskView, Phase, Saving
from app.telephony.simulated import SimulatedPhone
from ui.application import make_application
from ui.session import Session, chosen_folder
from ui.settings import WindowSettings
from ui.theme.colours import Scheme

ADA = "+442079460123"
PIN = "4711"
_SIZE = (1366, 768)
_PATIENCE_S = 60.0


class TourFailed(Exception):
    """The tour did not get on; the text says where."""


def main(folder: Path, data: Path | None = None) -> int:
    """Plays the tour; 0 when the call went all the way and the figures are right."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="cuecard-tour-", ignore_cleanup_errors=True) as own:
        make_application()
        session = Session(chosen_folder(data or Path(own)), "", demo=True, phones=("simulated:",), handoff=None)
        tour = _Tour(session, folder)
        try:
            tour.play()
        except TourFailed as error:
            print(f"The tour stopped: {error}", file=sys.stderr)  # noqa: T201 - the tour is a command
            return 1
        finally:
            session.close()
            session.window.close()
    print(tour.summary())  # noqa: T201 - the tour is a command
    return 0


class _Tour:
    def __init__(self, session: Session, folder: Path) -> None:
        self._session = session
        self._window = session.window
        self._folder = folder
        self._pictures: list[str] = []
        self._agent = DeskView(Phase.SIGNED_OUT)
        self._recorded: list[dict[str, Any]] = []

    def play(self) -> None:
        """From the first paint to the lead's table."""
        self._window.apply(WindowSettings(Scheme.LIGHT, 100))
        self._window.resize(*_SIZE)
        self._window.show()
        self._session.open()
        self._until("the agent is signed in", lambda: self._view.phase is Phase.READY)
        self._until("the accounts are on this device", lambda: self._view.sync.last_synced is not None)
        self._until("the phone is connected", lambda: bool(self._view.phones))
        self._picture("ready")
        leg = self._ring()
        self._identity()
        self._offer()
        self._accept()
        self._hang_up(leg)
        self._synced()
        self._lead()

    # -- the call

    def _ring(self) -> str:
        leg = self._phone.ring(ADA, "Ada Lovelace", "retention", {"menu": "cancel"})
        self._until("the account pops", lambda: self._view.card is not None and bool(self._view.card.facts))
        self._picture("ringing-masked")
        return leg

    def _identity(self) -> None:
        self._press(Qt.Key.Key_F10)
        self._until("the call is answered", lambda: self._view.phase is Phase.ON_CALL)
        self._type(PIN)
        self._press(Qt.Key.Key_Return)
        self._until("the caller is verified", lambda: bool(self._view.card and self._view.card.verified))
        self._picture("verified")
        self._digit("1")
        self._until_step("why")
        self._picture("script-step")
        self._digit("1")
        self._until_step("listen")
        self._type("25")
        self._press(Qt.Key.Key_Return)

    def _offer(self) -> None:
        self._until_step("smaller_plan")
        self._press(Qt.Key.Key_F4)
        self._type("Husband works from home now, pays two mobiles elsewhere. Would like one bill.")
        self._picture("offer")
        self._press(Qt.Key.Key_F5)
        self._until("the extend is recorded", lambda: self._view.recorded.saving is Saving.RECORDED)
        self._window.apply(WindowSettings(Scheme.DARK, 100))
        self._picture("offer-extended-dark")
        self._window.apply(WindowSettings(Scheme.LIGHT, 100))

    def _accept(self) -> None:
        self._press(Qt.Key.Key_F6)
        self._until_step("plan_terms")
        self._picture("disclosure")
        self._press(Qt.Key.Key_Escape)
        self._press(Qt.Key.Key_Return)
        self._until("the consent is open", self._consent_open)
        self._picture("consent")
        self._digit("1")
        self._until_step("ordered")
        self._until("the order is placed", self._order_placed)
        self._picture("accepted")

    def _hang_up(self, leg: str) -> None:
        self._phone.caller_hangs_up(leg)
        self._until("wrap-up is open", lambda: self._view.phase is Phase.WRAP_UP)
        self._picture("wrap-up")
        self._press(Qt.Key.Key_Escape)
        self._press(Qt.Key.Key_Return)
        self._until("the call is closed", lambda: self._view.phase is Phase.READY)

    def _synced(self) -> None:
        self._until("everything is synced", lambda: self._view.sync.unsent == 0 and self._view.today.calls == 1)
        self._agent = self._view
        self._recorded = self._local_events()
        self._picture("after-the-call")

    def _lead(self) -> None:
        program = self._session.program
        if program is None or program.demo is None:
            raise TourFailed("the demo has no lead")
        self._session.stage.send(SignOut())
        self._until("the agent is signed out", lambda: self._view.phase is Phase.SIGNED_OUT)
        lead = program.demo.lead
        self._session.stage.send(SignIn(lead.user, lead.password))
        self._until("the lead's table is there", lambda: self._session.lead.view.total is not None)
        self._picture("lead-table")
        self._write_record()

    # -- what came of it

    def _local_events(self) -> list[dict[str, Any]]:
        program = self._session.program
        shift = program.gate.shift if program is not None else None
        if shift is None:
            return []
        events = shift.recorder.recorded_since(shift.session.signed_in_at, shift.session.person.id)
        return [
            {"sequence": event.sequence, "type": event.type.wire, "id": event.id, "data": event.data}
            for event in events
        ]

    def _write_record(self) -> None:
        total = self._session.lead.view.total
        if total is None or (total.calls, total.extended, total.accepted) != (1, 1, 1):
            raise TourFailed(f"the lead's figures are not 1 of 1: {total}")
        record = {
            "recorded": self._recorded,
            "synced": {"unsent": self._agent.sync.unsent, "set_aside": self._agent.sync.set_aside},
            "counted": {
                "calls": total.calls,
                "extended": total.extended,
                "accepted": total.accepted,
                "extend_rate": f"{total.extend_rate.numerator} of {total.extend_rate.denominator}",
                "accept_rate": f"{total.accept_rate.numerator} of {total.accept_rate.denominator}",
                "success_rate": f"{total.success_rate.numerator} of {total.success_rate.denominator}",
            },
            "pictures": self._pictures,
        }
        text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
        (self._folder / "tour.json").write_text(text, encoding="utf-8")

    def summary(self) -> str:
        """What to print at the end."""
        lines = [
            "One call, end to end:",
            f"  recorded   {len(self._recorded)} events, in order, in the encrypted store",
            f"  synced     {len(self._recorded) - self._agent.sync.unsent} to the hub, 0 unsent",
            "  counted    1 call, 1 extended, 1 accepted for the team lead",
            f"  pictures   {len(self._pictures)} and tour.json in {self._folder}",
        ]
        return "\n".join(lines)

    # -- hands and eyes

    @property
    def _view(self) -> DeskView:
        return self._session.stage.view

    @property
    def _phone(self) -> SimulatedPhone:
        phone = self._session.program.simulated() if self._session.program is not None else None
        if phone is None:
            raise TourFailed("there is no simulated phone")
        return phone

    def _consent_open(self) -> bool:
        script = self._view.script
        return script is not None and script.consent is not None and script.consent.open

    def _order_placed(self) -> bool:
        script = self._view.script
        return script is not None and any(request.result == "placed" for request in script.requests)

    def _until_step(self, step: str) -> None:
        self._until(
            f"the step {step} is open", lambda: self._view.script is not None and self._view.script.step == step
        )

    def _until(self, what: str, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not condition():
            if self._view.sign_in_problem:
                raise TourFailed(self._view.sign_in_problem)
            if time.monotonic() > deadline:
                raise TourFailed(f"waited {_PATIENCE_S:.0f} s until {what}")
            QCoreApplication.processEvents()
            time.sleep(0.002)

    def _press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self._target(), key, modifiers)
        QCoreApplication.processEvents()

    def _digit(self, digit: str) -> None:
        # With Alt, as an agent does from inside a text field.
        self._press(Qt.Key(ord(digit)), Qt.KeyboardModifier.AltModifier)

    def _type(self, text: str) -> None:
        QTest.keyClicks(self._target(), text)
        QCoreApplication.processEvents()

    def _target(self) -> QWidget:
        return QApplication.focusWidget() or self._window

    def _picture(self, name: str) -> None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        QCoreApplication.processEvents()
        file = f"{len(self._pictures) + 1:02}-{name}.png"
        self._window.grab().save(str(self._folder / file))
        self._pictures.append(file)
