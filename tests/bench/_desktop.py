"""The real desktop to measure: window offscreen, encrypted store, script library, hub in a process of its own.

Qt's event loop runs in the main thread as it does for a user; what plays agent and customer is a thread beside it,
which only waits while something is being measured.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMessageLogContext, QObject, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app import bootstrap
from app.bootstrap import HUB_FOLDER
from app.desk.callbacks import DROPPED
from app.desk.ports import AccountBook
from app.desk.view import DeskView, Phase
from app.domain.account import Account
from app.hub.accounts import put_accounts
from app.hub.demo_accounts import demo_customers
from app.hub.process import DATABASE, EmbeddedHub, start_embedded
from app.hub.store import Store
from app.telephony.handoff import endpoint
from app.telephony.handoff_server import claim
from app.telephony.simulated import SimulatedPhone
from ui.application import make_application
from ui.session import Session, chosen_folder, keep_for_good
from ui.window import MainWindow

ADA = "+442079460123"
PIN = "4711"


class TookTooLong(Exception):
    """What was waited for did not come; the text says what."""


class Paints(QObject):
    """Calls `on_painted` with perf_counter_ns() whenever the window has been painted, all of what had changed."""

    def __init__(self, window: MainWindow, on_painted: Callable[[int], None]) -> None:
        super().__init__(window)
        self._window = window
        self._on_painted = on_painted
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt paints everything that is due while it handles this event."""
        if event.type() is not QEvent.Type.UpdateRequest:
            return False
        self._window.event(event)
        self._on_painted(time.perf_counter_ns())
        return True


def let_offers_come_again() -> None:
    """The measures walk one customer again and again: the pauses after an offer are taken out of the policies."""
    shipped = bootstrap.shipped_library()
    policies = {name: replace(policy, cool_down_days=0, suppress_days={}) for name, policy in shipped.policies.items()}
    library = replace(shipped, policies=policies)
    bootstrap.shipped_library = lambda: library


@dataclass
class Desktop:
    """A window that is signed in. Everything here is called from the playing thread unless it says otherwise.

    `on_render` and `on_painted` are called in the UI thread: with each view just rendered, and with the view on the
    screen and the time (perf_counter_ns) when a paint has finished.
    """

    session: Session
    on_render: Callable[[DeskView], None] = lambda view: None
    on_painted: Callable[[DeskView, int], None] = lambda view, at: None
    _news: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.window = self.session.window
        self._render = self.session.stage.on_change
        self.session.stage.on_change = self._rendered
        self._paints = Paints(self.window, self._painted)

    @property
    def view(self) -> DeskView:
        """What the desk shows now."""
        return self.session.stage.view

    @property
    def step(self) -> str:
        """The step that is open, "" for none."""
        return self.view.script.step if self.view.script is not None else ""

    @property
    def phone(self) -> SimulatedPhone:
        """The simulated phone."""
        phone = self.session.program.simulated() if self.session.program is not None else None
        if phone is None:
            raise TookTooLong("there is no simulated phone")
        return phone

    @property
    def book(self) -> AccountBook:
        """The accounts on the device."""
        program = self.session.program
        shift = program.gate.shift if program is not None else None
        if shift is None:
            raise TookTooLong("nobody is signed in")
        return shift.book

    @property
    def at_rest(self) -> bool:
        """Whether everything is committed and sent."""
        program = self.session.program
        return program is not None and program.desk.settled and self.view.sync.unsent == 0

    def until(self, what: str, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        """Waits for it; raises TookTooLong."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.view.sign_in_problem:
                raise TookTooLong(self.view.sign_in_problem)
            if time.monotonic() > deadline:
                raise TookTooLong(f"waited {seconds:.0f} s until {what}")
            with self._news:
                self._news.wait(0.01)

    def in_window(self, work: Callable[[], None]) -> None:
        """Has it done in the UI thread, and waits until it is."""
        done = threading.Event()

        def run() -> None:
            try:
                work()
            finally:
                done.set()

        self.session.tasks.post(run)
        if not done.wait(30):
            raise TookTooLong("the window did not answer")

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key press where the keyboard is."""
        self.in_window(lambda: QTest.keyClick(QApplication.focusWidget() or self.window, key, modifiers))

    def digit(self, digit: str) -> None:
        """A digit with Alt, as from inside a text field."""
        self.press(Qt.Key(ord(digit)), Qt.KeyboardModifier.AltModifier)

    def write(self, text: str) -> None:
        """Typing."""
        self.in_window(lambda: QTest.keyClicks(QApplication.focusWidget() or self.window, text))

    def at_step(self, step: str) -> None:
        """Waits for a step of the script."""
        self.until(f"the step {step} is open", lambda: self.step == step)

    def to_first_offer(self) -> str:
        """A caller who wants to leave, answered, verified and walked to the first rung of the ladder; the leg."""
        leg = self.phone.ring(ADA, "Ada Lovelace", "retention", {"menu": "cancel"})
        self.until("the account pops", lambda: self.view.card is not None and bool(self.view.card.facts))
        self.press(Qt.Key.Key_F10)
        self.until("the call is answered", lambda: self.view.phase is Phase.ON_CALL)
        self.write(PIN)
        self.press(Qt.Key.Key_Return)
        self.until("the caller is verified", lambda: bool(self.view.card and self.view.card.verified))
        self.digit("1")
        self.at_step("why")
        self.digit("1")
        self.at_step("listen")
        self.write("25")
        self.press(Qt.Key.Key_Return)
        self.at_step("smaller_plan")
        return leg

    def accept(self) -> None:
        """From the offer on the table to the order that was placed: disclosure read, consent given."""
        self.press(Qt.Key.Key_F6)
        self.at_step("plan_terms")
        self.press(Qt.Key.Key_Escape)
        self.press(Qt.Key.Key_Return)
        self.until("the consent is open", self.consent_open)
        self.digit("1")
        self.at_step("ordered")
        self.until("the order is placed", self._order_placed)

    def consent_open(self) -> bool:
        """Whether the customer's answer to the terms can be given."""
        script = self.view.script
        return script is not None and script.consent is not None and script.consent.open

    def _order_placed(self) -> bool:
        script = self.view.script
        return script is not None and any(request.result == "placed" for request in script.requests)

    def wrap_up(self, leg: str) -> None:
        """The customer hangs up, the record is confirmed and sent."""
        self.close_call(leg)
        self.until("everything is sent", lambda: self.at_rest)

    def close_call(self, leg: str) -> None:
        """The customer hangs up, the record is confirmed as over: the next call does not go on with it."""
        self.phone.caller_hangs_up(leg)
        self.until("wrap-up is open", lambda: self.view.phase is Phase.WRAP_UP and self.view.wrap_up is not None)
        self.press(Qt.Key.Key_Escape)
        wrap_up = self.view.wrap_up
        if wrap_up is not None and wrap_up.disposition == DROPPED:
            known = [id_ for id_, _ in wrap_up.dispositions]
            self.digit(str(1 + next(place for place, id_ in enumerate(known) if id_ != DROPPED)))
            self.until("another outcome is chosen", lambda: self._outcome() != DROPPED)
        self.press(Qt.Key.Key_Return)
        self.until("the call is closed", lambda: self.view.phase is Phase.READY)

    def _outcome(self) -> str:
        return self.view.wrap_up.disposition if self.view.wrap_up is not None else ""

    def _rendered(self, view: DeskView) -> None:
        self._render(view)
        self.on_render(view)
        self._tell()

    def _painted(self, at: int) -> None:
        self.on_painted(self.view, at)
        self._tell()

    def _tell(self) -> None:
        with self._news:
            self._news.notify_all()


def play(folder: Path, part: Callable[[Desktop], None], seconds_to_sync: float = 60.0) -> None:
    """Opens the window on a data folder, plays the part once an agent is signed in and synced, and closes it.

    The window also takes calls that `cuecard pop` hands over. Raises what the part raises.
    """
    qInstallMessageHandler(_only_news)
    application = make_application()
    place = chosen_folder(folder)
    let_offers_come_again()
    session = Session(
        place, "", demo=True, phones=("simulated:",), handoff=claim(endpoint(place)), when_ready=keep_for_good
    )
    desktop = Desktop(session)
    went_wrong: list[BaseException] = []

    def run() -> None:
        try:
            desktop.until("an agent is signed in", lambda: desktop.view.phase is Phase.READY, seconds_to_sync)
            desktop.until("the phone is connected", lambda: bool(desktop.view.phones))
            desktop.until("the accounts are here", lambda: desktop.view.sync.last_synced is not None, seconds_to_sync)
            part(desktop)
        except BaseException as error:
            went_wrong.append(error)
        finally:
            session.tasks.post(application.quit)

    session.window.show()
    session.open()
    player = threading.Thread(target=run, name="player")
    player.start()
    try:
        application.exec()
    finally:
        player.join()
        session.close()
        session.window.close()
        QCoreApplication.processEvents()
    if went_wrong:
        raise went_wrong[0]


def _only_news(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """The offscreen platform says at each pop that it cannot raise a window."""
    if "does not support" not in message:
        print(message, file=sys.stderr)


def start_hub(folder: Path, also: tuple[Account, ...] = ()) -> EmbeddedHub:
    """The demo's hub of a data folder, running; with `also` these accounts are put into it first."""
    place = folder / HUB_FOLDER
    hub = start_embedded(place)
    if not also:
        return hub
    hub.stop()
    store = Store(f"sqlite:///{place / DATABASE}")
    with store.write() as connection:
        put_accounts(connection, also)
    store.close()
    return start_embedded(place)


def many_accounts(count: int) -> tuple[Account, ...]:
    """So many made-up accounts more, each with a number of its own, in their facts like those of the demo."""
    models = [customer.account for customer in demo_customers(1, datetime.now(UTC))]
    return tuple(
        replace(models[place % len(models)], id=f"acc-many-{place}", number=str(80_000_000 + place), phones=(phone,))
        for place, phone in enumerate(many_numbers(count))
    )


def many_numbers(count: int) -> tuple[str, ...]:
    """Their numbers: of the right length for London, in a range that nobody has."""
    return tuple(f"+44209{place:07}" for place in range(count))
