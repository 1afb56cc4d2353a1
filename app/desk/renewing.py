"""Keeping the account of a call fresh: asks the CRM again, and tells what changed while the call is on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from app.desk.live_call import LiveCall
from app.desk.state import DeskState
from app.desk.view import Tone
from app.domain.account import Account, Alert
from app.domain.event import Json
from app.scripts.screen import StepScreen

_MOST_TEXT = 200


class AccountRenewal:
    """Renews accounts of calls; `context_changed` tells the walk, which ranks offers anew and stays where it is."""

    def __init__(self, state: DeskState, context_changed: Callable[[LiveCall], None]) -> None:
        self._state = state
        self._context_changed = context_changed

    def renew(self, call: LiveCall) -> None:
        """Asks the CRM for the account as it is now; without network what is known stays, and says how old it is."""
        shift, account = self._state.shift, call.matching.account
        if shift is None or account is None:
            return

        def ask() -> Account | None:
            fresh = shift.crm.account(account.id)
            if fresh is not None:
                shift.book.keep((fresh,))
            return fresh

        def done(fresh: Account | None) -> None:
            now = call.matching.account
            if now is None or now.id != account.id:
                return
            if fresh is None:
                gone = self._state.world.words("This account is no longer in the CRM. Orders for it will not be taken.")
                self._state.say(Tone.ATTENTION, gone)
                call.matching = replace(call.matching, stale=True)
            else:
                kinds = {alert.kind for alert in fresh.alerts}
                pushed = tuple(alert for alert in call.pushed if alert.kind not in kinds)
                fresh = replace(fresh, alerts=(*pushed, *fresh.alerts))
                call.matching = replace(call.matching, account=fresh, stale=False)
                self._context_changed(call)
            self._state.changed()

        self._state.world.tasks.submit("crm", ask, done, lambda _: None)

    def pushed(self, body: Mapping[str, Json]) -> None:
        """The CRM tells of an alert, {account, kind, text, over}; it counts at once for a call of it."""
        for call in self._state.calls:
            account = call.matching.account
            if account is None or account.id != body.get("account"):
                continue
            now = self._state.world.clock()
            # Kept beside the account, too: what the CRM tells of the account may be older than what it pushed.
            call.pushed = _with(call.pushed, body, now)
            alerts = _with(account.alerts, body, now)
            call.matching = replace(call.matching, account=replace(account, alerts=alerts))
            self._context_changed(call)
            self.renew(call)
        self._state.changed()


def notice_alerts(state: DeskState, call: LiveCall, screen: StepScreen | None) -> None:
    """Says which alerts of the account came, or ended, since the call began; after an interrupt it says nothing."""
    account = call.matching.account
    if account is None:
        call.known_alerts, call.fresh_alerts = None, ()
        return
    now = tuple(alert.text for alert in account.alerts)
    before, call.known_alerts = call.known_alerts, now
    if before is None or not call.answered:
        return
    came = [text for text in now if text not in before]
    ended = [text for text in before if text not in now]
    call.fresh_alerts = (*came, *(text for text in call.fresh_alerts if text in now and text not in came))
    if screen is not None and "alerts" in screen.suppressed:
        return
    for text in came:
        state.say(Tone.INFORMATION, state.world.words("Just now: {}.").format(text.rstrip(".")))
    for text in ended:
        state.say(Tone.GOOD, state.world.words("No longer: {}.").format(text.rstrip(".")))


def _with(alerts: tuple[Alert, ...], body: Mapping[str, Json], now: datetime) -> tuple[Alert, ...]:
    kind, text = str(body.get("kind", ""))[:40], str(body.get("text", ""))[:_MOST_TEXT].strip()
    others = tuple(alert for alert in alerts if alert.kind != kind)
    if body.get("over") or not text:
        return others
    return (Alert(kind, text, now), *others)
