"""The view: everything that the window shows, built afresh from the desk's state."""

from __future__ import annotations

from dataclasses import replace

from app.desk import callbacks
from app.desk.card import build_card, lower_first
from app.desk.conversations import ASK_TITLE, unseen
from app.desk.handed_view import handed_view
from app.desk.live_call import LiveCall
from app.desk.phrasings import pinned_number
from app.desk.searching import search_view
from app.desk.state import DeskState
from app.desk.view import (
    CallHead,
    Card,
    DeskView,
    DigitsTo,
    Locked,
    Match,
    NotesView,
    OfferNotice,
    OfferRecord,
    Phase,
    Recorded,
)
from app.desk.wrap_up import wrap_up_view
from app.domain.account import Account
from app.domain.call import CallState, Capability
from app.domain.person import Role
from app.scripts.screen import StepScreen

_MENU = {
    "internet": ("Slow or no internet", "Menu choice"),
    "cancel": ("Wants to leave", "Menu choice"),
    "data": ("Ran out of data", "Menu choice"),
}


def build_view(state: DeskState, preview: StepScreen | None) -> DeskView:
    """The window's whole content; `preview` is the step that answering would open. Locked, there is nothing of it."""
    view = _open_view(state, preview)
    return view if state.lock is None or state.shift is None else _masked(state, view)


def _masked(state: DeskState, view: DeskView) -> DeskView:
    """What may be seen while nobody may look: that a call is on or rings, and for how long."""
    lock, call = state.lock, view.call
    if lock is None:
        return view
    head = None
    if call is not None:
        head = replace(
            call,
            number="",
            caller_id_name="",
            line="",
            waiting=(),
            can_answer=False,
            can_hang_up=False,
            can_hold=False,
            can_transfer=False,
            can_send_digits=False,
        )
    return DeskView(
        phase=Phase.LOCKED,
        who=view.who,
        team=view.team,
        is_lead=view.is_lead,
        call=head,
        sync=view.sync,
        phones=view.phones,
        recorded=view.recorded,
        region=view.region,
        since=view.since,
        locked=Locked(
            view.phase, lock.problem, lock.busy, can_sign_out=state.current is None, needs_password=state.has_password
        ),
    )


def _open_view(state: DeskState, preview: StepScreen | None) -> DeskView:
    shift, call = state.shift, state.current
    if shift is None:
        return DeskView(
            phase=Phase.SIGNED_OUT,
            sign_in_problem=state.sign_in_problem,
            sign_in_user=state.sign_in_user,
            sign_in_company=state.sign_in_company,
            sign_in_wants="" if state.sign_in_wants is None else state.sign_in_wants.value,
            in_browser=state.in_browser,
            busy=state.busy,
            phones=tuple(state.phones.values()),
            messages=state.messages,
            region=state.site.region,
        )
    person = shift.session.person
    phase = phase_of(call)
    if phase is Phase.READY and state.pause is not None:
        phase = Phase.BREAK
    script = preview
    if call is not None and call.walk is not None:
        script = call.walk.screen()
    return DeskView(
        phase=phase,
        who=person.display_name,
        team=shift.session.team_name,
        is_lead=person.may(Role.LEAD),
        call=None if call is None else _head(state, call),
        card=None if call is None else _card(state, call, script),
        script=script,
        preview=call is not None and call.walk is None and script is not None,
        likely_reason=_likely_reason(call) if phase is Phase.RINGING else None,
        offer_notice=_offer_notice(call, script),
        choosing=state.choosing,
        offer_records=()
        if call is None
        else tuple(OfferRecord(f.text, f.at, f.taken_back, f.kind) for f in call.offers),
        notes=NotesView() if call is None else NotesView(call.note, call.note_notice, bool(call.removed)),
        found=state.found,
        wrap_up=wrap_up_view(state, call) if call is not None and phase is Phase.WRAP_UP else None,
        today=state.today,
        recent=state.recent,
        sync=state.sync,
        phones=tuple(state.phones.values()),
        recorded=state.recording.state if state.recording is not None else Recorded(),
        messages=state.messages,
        busy=state.busy,
        region=state.site.region,
        digits_to=_digits_to(state, call, phase),
        ending=_ending(state, call, script),
        since=state.pause.since if state.pause is not None else state.ready_since,
        on_break=_reason(state, state.pause.reason) if state.pause is not None else "",
        break_next=_reason(state, state.pause_next),
        callbacks=callbacks.rows(state) if phase is Phase.READY else (),
        calling=callbacks.calling_view(state),
        search=search_view(state) if call is not None else None,
        handed=handed_view(state, call),
        lock_after_s=state.world.rules().lock_after_s,
        asked=call.asked if call is not None else None,
        asking=state.choosing is not None and state.choosing.title == ASK_TITLE,
        letters=unseen(state.letters),
        weeks=state.weeks,
        pinned=_is_pinned(state, call),
        note_templates=state.library_of(call).note_templates if call is not None else (),
        why=call.walk.why() if state.asks_why and call is not None and call.walk is not None else None,
    )


def _is_pinned(state: DeskState, call: LiveCall | None) -> bool:
    """Whether the phrasing on the screen is the one that the agent has pinned."""
    if call is None or call.walk is None:
        return False
    return pinned_number(call.walk, state.world.pins) == call.walk.screen().phrasing


def _reason(state: DeskState, code: str) -> str:
    world = state.world
    return next((world.words(text) for known, text in world.rules().breaks if known == code), code)


def _card(state: DeskState, call: LiveCall, script: StepScreen | None) -> Card:
    # Somebody who may not know what is in the account sees to it that the agent does not either.
    stranger = call.caller == "third_party"
    verified = None if stranger else call.verified
    card = build_card(call.matching, verified, state.world.clock(), state.site.zone, call.caller)
    card = replace(card, fresh=call.fresh_alerts, may_search=phase_of(call) is not Phase.WRAP_UP)
    # After an interrupt (a death, a complaint ..) nothing that could lead to a sale stays on the card.
    hushed = script is not None and "alerts" in script.suppressed
    return replace(card, worth_knowing=(), fresh=()) if hushed else card


def phase_of(call: LiveCall | None) -> Phase:
    """Where the agent is, by the call on the desk."""
    if call is None:
        return Phase.READY
    if call.wrapping_since is not None:
        return Phase.WRAP_UP
    return Phase.ON_CALL if call.answered else Phase.RINGING


def _head(state: DeskState, call: LiveCall) -> CallHead:
    source = state.sources.get(call.phone.source)
    capabilities = source.capabilities if source is not None else frozenset[Capability]()
    # A phone that tells nothing after the ring: the agent answers and ends by key.
    by_agent = Capability.LIFECYCLE not in capabilities
    on = call.answered and call.ended_at is None
    return CallHead(
        number=call.number_text,
        caller_id_name=call.phone.display_name,
        line=call.line,
        since=call.wrapping_since or call.answered_at or call.offered_at,
        source=source.label if source is not None else call.phone.source,
        simulated=call.phone.source == "simulated",
        can_answer=not call.answered and (Capability.ANSWER in capabilities or by_agent),
        can_hang_up=call.ended_at is None and (Capability.HANGUP in capabilities or by_agent),
        times_by_agent=by_agent,
        ended=call.ended_at is not None,
        waiting=tuple(each.number_text for each in state.waiting),
        held=on and call.phone.state is CallState.HELD,
        can_hold=on and Capability.HOLD in capabilities,
        can_transfer=on and Capability.TRANSFER in capabilities,
        can_send_digits=on and Capability.DTMF in capabilities,
    )


def _ending(state: DeskState, call: LiveCall | None, script: StepScreen | None) -> str:
    if script is None or script.ending is None:
        return ""
    library = state.library_of(call)
    labels = {each.id: each.label for each in library.dispositions}
    outcome = labels.get(script.ending.outcome, script.ending.outcome)
    reason = library.reasons.get(script.ending.reason, script.ending.reason)
    return f"{outcome}: {lower_first(reason)}" if reason else outcome


def _digits_to(state: DeskState, call: LiveCall | None, phase: Phase) -> DigitsTo:
    if state.choosing is not None:
        return DigitsTo.LIST
    if call is None:
        return DigitsTo.CALLBACKS if phase is Phase.READY and state.parked else DigitsTo.NOTHING
    if state.search is not None:
        return DigitsTo.SEARCH
    if phase is Phase.WRAP_UP:
        return DigitsTo.DISPOSITIONS
    if call.matching.match is Match.SEVERAL:
        return DigitsTo.CANDIDATES
    return DigitsTo.ANSWERS if phase is Phase.ON_CALL else DigitsTo.NOTHING


def _likely_reason(call: LiveCall | None) -> OfferNotice | None:
    if call is None:
        return None
    title, why = _MENU.get(call.phone.attached.get("menu", ""), ("", ""))
    reasons = [why] if why else []
    account = call.matching.account
    if account is not None:
        reasons += _recent_reasons(account)
        if not title and account.alerts:
            title = account.alerts[0].text
    if not title:
        return None
    return OfferNotice(title, ", ".join(reasons) if reasons else "Account alert")


def _recent_reasons(account: Account) -> list[str]:
    newest = max(account.contacts, key=lambda contact: contact.at, default=None)
    outage = [alert.text for alert in account.alerts if alert.kind == "outage"]
    last = [f"last contact: {newest.reason}, {newest.outcome}"] if newest is not None else []
    return [*outage, *last]


def _offer_notice(call: LiveCall | None, script: StepScreen | None) -> OfferNotice | None:
    if call is None or (script is not None and script.offer is not None):
        return None
    if call.walk is None or call.verified is None:
        return OfferNotice("Not yet", "Shown once the caller is verified and the problem is solved.")
    return OfferNotice("None at this step", "The script brings one when its moment comes.")
