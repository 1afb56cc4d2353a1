"""The script side of a call: starts the walk, applies actions, and turns what happened into records and orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from app.desk.choices import reason_label
from app.desk.live_call import LiveCall, OfferFact, to_draft
from app.desk.phrasings import show_pinned
from app.desk.renewing import notice_alerts
from app.desk.state import DeskState
from app.desk.view import Tone
from app.domain.event import Event, EventType, Happening, Json, NewEvent
from app.scripts.actions import Action, ActionRefused, ContextChanged, Finished, Forward, Verified
from app.scripts.context import WalkContext
from app.scripts.routes import Asked, first_script
from app.scripts.screen import StepScreen
from app.scripts.walk import Walk
from app.sync.crm import CrmRefused, OrderRequest

_TRANSFER = "transfer:"
_OFFER_WORDS = {
    EventType.OFFER_EXTENDED: "Extended",
    EventType.OFFER_ACCEPTED: "Accepted",
    EventType.OFFER_DECLINED: "Declined",
    EventType.OFFER_DEFERRED: "Later",
    EventType.OFFER_PASSED: "Not the moment",
}


class ScriptDesk:
    """Walks the current call through its script and records what the walk says happened.

    `on_transfer` is told when a script asks to hand a call over to a queue.
    """

    def __init__(self, state: DeskState) -> None:
        self.on_transfer: Callable[[LiveCall, str], None] = lambda call, queue: None
        self._state = state
        self._placing: set[str] = set()

    def preview(self, call: LiveCall) -> StepScreen | None:
        """The step that answering will open; nothing is recorded of it."""
        walk, _ = Walk.start(self._state.library, self._first_script(call), self.context(call))
        wanted = show_pinned(walk, self._state.world.pins)
        if wanted is not None:
            walk.apply(wanted)
        return walk.screen()

    def begin(self, call: LiveCall, script: str = "") -> None:
        """The call was answered: the walk starts, for real; with the script that its route says, or a given one."""
        first = script or self._first_script(call)
        walk, happenings = Walk.start(self._state.library, first, self.context(call))
        call.walk = walk
        self._happened(call, happenings)

    def apply(self, call: LiveCall, action: Action) -> bool:
        """Does it, or says in the message bar why not; whether it was done."""
        if call.walk is None:
            return False
        if isinstance(action, Verified) and call.caller:
            # Whoever was verified is who he said to be, not the holder.
            action = replace(action, role=call.caller)
        try:
            happenings = call.walk.apply(action)
        except ActionRefused as refusal:
            self._state.say(Tone.ATTENTION, str(refusal))
            return False
        self._happened(call, happenings)
        if isinstance(action, Verified):
            self._forward_again(call)
        return True

    def go_on(self, call: LiveCall) -> None:
        """A callback takes the walk up where it was kept; without one it begins anew."""
        if call.walk is None:
            self.begin(call)
        else:
            self.context_changed(call)

    def _forward_again(self, call: LiveCall) -> None:
        """The caller of a callback is verified: back to the step at which the call before had ended."""
        steps, call.go_on = call.go_on, 0
        for _ in range(steps):
            if call.walk is None or not call.walk.screen().can_forward:
                return
            self.apply(call, Forward())

    def context_changed(self, call: LiveCall) -> None:
        """Tells the walk of a new account, a choice, or the network; a ringing call only keeps its draft."""
        if call.walk is None:
            self.keep(call)
        else:
            self.apply(call, ContextChanged(self.context(call)))
        notice_alerts(self._state, call, call.walk.screen() if call.walk is not None else None)

    def context(self, call: LiveCall) -> WalkContext:
        """The world as this call's walk may see it."""
        world, shift = self._state.world, self._state.shift
        account = call.matching.account
        policy = account.jurisdiction if account is not None else self._state.site.policy
        now = world.clock().astimezone(self._state.site.zone)
        return WalkContext(
            agent_first_name=shift.session.person.first_name if shift is not None else "",
            company=self._state.site.company,
            account=account,
            today=now.date(),
            policy=policy if policy in self._state.library_of(call).policies else self._state.site.policy,
            region=self._state.site.region,
            currency=self._state.site.currency,
            language=self._state.site.language,
            queue=call.phone.queue,
            dnis=call.phone.dnis,
            intent=call.phone.attached.get("menu", ""),
            direction=call.phone.direction.value,
            offline=not self._state.sync.online,
            role=call.caller or (call.verified.role if call.verified is not None else ""),
            verified=call.verified is not None,
            extended_before=call.before.extended,
            answered_before=call.before.answered,
            cancel_before=call.before.cancel,
            interrupts_before=call.before.interrupts,
            suppressed_before=call.before.suppressed,
        )

    def record(self, call: LiveCall, happenings: list[Happening]) -> None:
        """Commits happenings of the desk itself (call, match, notes) with the call's draft."""
        if self._state.recording is None:
            return
        self._commit(call, self._state.recording.stamp(call.subject, happenings))

    def keep(self, call: LiveCall) -> None:
        """Commits the call's draft alone."""
        self._commit(call, [])

    def _commit(self, call: LiveCall, events: list[NewEvent]) -> None:
        if self._state.recording is not None:
            self._state.recording.commit(events, to_draft(call, self._state.library))

    def _first_script(self, call: LiveCall) -> str:
        account = call.matching.account
        alerts = tuple(alert.kind for alert in account.alerts) if account is not None else ()
        asked = Asked(call.phone.queue, call.phone.attached.get("menu", ""), call.phone.dnis, alerts)
        return first_script(self._state.library, asked)

    def _happened(self, call: LiveCall, happenings: tuple[Happening, ...]) -> None:
        if self._state.recording is None:
            return
        orders: list[OrderRequest] = []
        stamped: list[NewEvent] = []
        for happening in happenings:
            data = dict(happening.data)
            if happening.type is EventType.EVENT_CORRECTED:
                data["corrects"] = call.emitted[int(str(data["corrects"]))]
            elif happening.type is EventType.INTENT_STATED and call.matching.account is not None:
                data["account"] = call.matching.account.id
            elif happening.type is EventType.ORDER_REQUESTED:
                data["order"] = self._state.world.new_id()
                orders.append(_order(data))
                call.orders[str(data["action"])] = "queued"
            event = self._state.recording.stamp(call.subject, [Happening(happening.type, data)])[0]
            call.emitted.append(event.id)
            stamped.append(event)
            self._note_offer(call, event)
            if event.type is EventType.STEP_ENTERED:
                call.step_since = event.time
        self._commit(call, stamped)
        for order in orders:
            self._ask_for(call, order)
        self._take_ending(call)
        if any(happening.type is EventType.STEP_ENTERED for happening in happenings):
            self._state.asks_why = False
            wanted = show_pinned(call.walk, self._state.world.pins) if call.walk is not None else None
            if wanted is not None:
                self.apply(call, wanted)

    def _ask_for(self, call: LiveCall, order: OrderRequest) -> None:
        """Orders go to the CRM; a transfer is the phone's."""
        if not order.action.startswith(_TRANSFER):
            self._place(call, call.subject, order)
            return
        self.on_transfer(call, order.action.removeprefix(_TRANSFER))

    def _note_offer(self, call: LiveCall, event: NewEvent) -> None:
        if event.type is EventType.EVENT_CORRECTED:
            for fact in call.offers:
                if fact.event == event.data["corrects"]:
                    fact.taken_back = True
            return
        word = _OFFER_WORDS.get(event.type)
        if word is None:
            return
        offer = self._state.library_of(call).offers.get(str(event.data.get("offer", "")))
        name = offer.name if offer is not None else str(event.data.get("offer", ""))
        detail = ""
        if event.type is EventType.OFFER_ACCEPTED and offer is not None and len(offer.options) > 1:
            option = next((each.label for each in offer.options if each.id == event.data.get("option")), "")
            detail = f", {option}" if option else ""
        elif event.type is EventType.OFFER_DECLINED:
            detail = f", {reason_label(str(event.data.get('reason', 'not_asked')))}"
        elif event.data.get("implied"):
            detail = ", implied"
        due = str(event.data.get("due", "")) if event.type is EventType.OFFER_DEFERRED else ""
        which, option = str(event.data.get("offer", "")), str(event.data.get("option", ""))
        text = f"{word}: {name}{detail}"
        fact = OfferFact(event.id, text, event.time, event.type.value, due=due, offer=which, option=option)
        call.offers.insert(0, fact)

    def _take_ending(self, call: LiveCall) -> None:
        ending = call.walk.screen().ending if call.walk is not None else None
        if ending is not None and not call.disposition:
            call.disposition, call.reason = ending.outcome, ending.reason

    def place_open_orders(self) -> None:
        """Places what could not be placed when it was asked for: the network was away, or the program ended.

        The CRM takes the same order id once, so an order whose answer was lost is not placed twice.
        """
        shift = self._state.shift
        if shift is None or not self._state.sync.online:
            return

        def found(events: list[Event]) -> None:
            for event in events:
                if str(event.data.get("action", "")).startswith(_TRANSFER):
                    continue
                call = next((each for each in self._state.calls if each.subject == event.subject), None)
                self._place(call, event.subject, _order(event.data))

        self._state.world.tasks.submit("store", shift.recorder.open_orders, found, lambda _: None)

    def _place(self, call: LiveCall | None, subject: str, order: OrderRequest) -> None:
        shift = self._state.shift
        if shift is None or order.id in self._placing:
            return
        # Stays in there once the CRM has said yes or no: the answer may not be committed yet when open ones are read.
        self._placing.add(order.id)

        def done(reference: str) -> None:
            if self._state.shift is not shift:
                # Signed out meanwhile. It is still open in that agent's store and is asked for again from there.
                self._placing.discard(order.id)
                return
            self._order_happened(call, subject, EventType.ORDER_PLACED, {"order": order.id, "reference": reference})
            self._finished(call, order.action, "placed")

        def failed(error: Exception) -> None:
            if self._state.shift is not shift:
                self._placing.discard(order.id)
                return
            if not isinstance(error, CrmRefused):
                # The order's event is in the outbox: it is placed when the CRM is back.
                self._placing.discard(order.id)
                self._finished(call, order.action, "queued")
                return
            self._order_happened(call, subject, EventType.ORDER_FAILED, {"order": order.id, "problem": error.problem})
            self._state.say(Tone.ATTENTION, f"The CRM did not take the order: {error.problem}")
            self._finished(call, order.action, "failed")

        self._state.world.tasks.submit("crm", lambda: shift.crm.place_order(order), done, failed)

    def _order_happened(self, call: LiveCall | None, subject: str, kind: EventType, data: dict[str, Json]) -> None:
        if self._state.recording is None:
            return
        events = self._state.recording.stamp(subject, [Happening(kind, data)])
        if call is None or call.confirmed:
            self._state.recording.commit(events)
        else:
            self._commit(call, events)

    def _finished(self, call: LiveCall | None, action: str, result: str) -> None:
        if call is not None and not call.confirmed:
            call.orders[action] = result
            self.apply(call, Finished(action, result))
        self._state.changed()


def _order(data: dict[str, Json]) -> OrderRequest:
    details = {name: data[name] for name in ("offer", "option") if data.get(name)}
    return OrderRequest(str(data["order"]), str(data.get("account", "")), str(data["action"]), details)
