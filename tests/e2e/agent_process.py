"""The real program in a process of its own, to be killed: takes keys as lines, and tells what its window confirms.

`agent_process.py FOLDER HUB PHONE`, then one JSON line on standard input for each thing to do: `["digit", "1"]`. For
each of them one JSON line is answered once the window shows that it is recorded, and it is. So a line that was
answered is a thing that was confirmed to the agent, and must outlive whatever happens next.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt

from app.desk.view import Phase
from tests.e2e.driver import AgentWindow, short

_KEYS = {
    "answer": Qt.Key.Key_F10,
    "extend": Qt.Key.Key_F5,
    "accept": Qt.Key.Key_F6,
    "enter": Qt.Key.Key_Return,
    "escape": Qt.Key.Key_Escape,
    "attest": Qt.Key.Key_V,
}


def main() -> None:
    folder, hub, phone = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    orders: queue.SimpleQueue[list[str] | None] = queue.SimpleQueue()
    window = AgentWindow(folder, hub, (phone,))
    hands = _hands(window)
    _tell({"pid": os.getpid(), **_standing(window)})
    threading.Thread(target=_read, args=(orders,), daemon=True).start()
    while True:
        window.until("there is something to do", lambda: not orders.empty(), seconds=timedelta(minutes=5).seconds)
        order = orders.get()
        if order is None:
            break
        hands[order[0]](*order[1:])
        _settle(window)
        _tell(_standing(window))
    window.close()


def _hands(window: AgentWindow) -> dict[str, Callable[..., None]]:
    def key(name: str) -> Callable[[], None]:
        held = Qt.KeyboardModifier.AltModifier if name == "attest" else Qt.KeyboardModifier.NoModifier
        return lambda: window.press(_KEYS[name], held)

    def ring(number: str, menu: str) -> None:
        window.simulated_phone.ring(number, "", "retention", {"menu": menu})
        window.until("it rings", lambda: window.view.phase is Phase.RINGING)
        window.until("the account pops", lambda: bool(window.view.card and window.view.card.facts))

    def hang_up() -> None:
        window.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
        window.until_phase(Phase.WRAP_UP)

    def clear_the_desk() -> None:
        """Closes whatever call an earlier start has left."""
        if window.view.phase in (Phase.RINGING, Phase.ON_CALL):
            window.press(Qt.Key.Key_F10, Qt.KeyboardModifier.ControlModifier)
            window.until("the call is over", lambda: window.view.phase in (Phase.WRAP_UP, Phase.READY))
        if window.view.phase is Phase.WRAP_UP:
            window.wrap_up()
        window.until_phase(Phase.READY)

    return {
        **{name: key(name) for name in _KEYS},
        "clear the desk": clear_the_desk,
        "ring": ring,
        "pops": lambda: window.until("it pops", lambda: bool(window.view.card and window.view.card.facts)),
        "hang up": hang_up,
        "wrap up": window.wrap_up,
        "sign in": window.sign_in,
        "start shift": window.start_shift,
        "verify": window.verify,
        "digit": window.digit,
        "write": window.write,
        "note": window.write_note,
        "until step": window.until_step,
        "until phase": lambda phase: window.until_phase(Phase(phase)),
        "until sent": window.until_sent,
        "until placed": lambda: window.until("the order is placed", lambda: _has(window, "order.placed")),
        "until ordered": lambda: window.until("the order is asked for", lambda: bool(_requests(window))),
    }


def _settle(window: AgentWindow) -> None:
    if window.view.phase is not Phase.SIGNED_OUT:
        window.until_recorded()


def _requests(window: AgentWindow) -> list[str]:
    script = window.view.script
    return [request.result for request in script.requests if request.result] if script is not None else []


def _has(window: AgentWindow, kind: str) -> bool:
    return any(short(event.type.wire) == kind for event in window.local_events())


def _standing(window: AgentWindow) -> dict[str, Any]:
    view = window.view
    signed_in = view.phase is not Phase.SIGNED_OUT
    return {
        "phase": view.phase.value,
        "who": view.who,
        "script": view.script.script if view.script is not None else "",
        "step": window.step,
        "form": [[field.name, field.value] for field in view.script.form] if view.script is not None else [],
        "note": view.notes.text,
        "card": view.card.title if view.card is not None else "",
        "verified": view.card.verified if view.card is not None else "",
        "offers": [[record.text, record.taken_back] for record in view.offer_records],
        "orders": _requests(window),
        "disposition": view.wrap_up.disposition if view.wrap_up is not None else "",
        "today": [view.today.calls, view.today.extended, view.today.accepted],
        "said": [message.text for message in view.messages],
        "online": view.sync.online,
        "unsent": view.sync.unsent,
        "events": [[event.sequence, event.id, short(event.type.wire)] for event in window.local_events()]
        if signed_in
        else [],
    }


def _read(orders: queue.SimpleQueue[list[str] | None]) -> None:
    for line in sys.stdin:
        orders.put(json.loads(line))
    orders.put(None)


def _tell(standing: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(standing) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
