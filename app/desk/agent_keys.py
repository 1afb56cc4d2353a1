"""What each of the agent's intents does to the call on the desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from app.desk import choices, intents
from app.desk.finding import FindDesk
from app.desk.handover import HandoverDesk
from app.desk.live_call import LiveCall
from app.desk.matching import CallerDesk
from app.desk.notes import undo_redaction, write_note
from app.desk.phone_side import PhoneSide
from app.desk.phrasings import toggle_pin
from app.desk.present import phase_of
from app.desk.searching import SearchDesk
from app.desk.state import DeskState
from app.desk.view import Choice, Choosing, Match, Phase, Tone
from app.desk.walking import ScriptDesk
from app.desk.wrap_up import begin_wrap_up
from app.domain.event import EventType, Happening, Json
from app.scripts import actions
from app.scripts.screen import OfferScreen, OfferState, StepScreen
from app.security.redaction import redact


class AgentKeys:
    """Handles the intents of a signed-in agent."""

    def __init__(
        self,
        state: DeskState,
        scripts: ScriptDesk,
        callers: CallerDesk,
        phones: PhoneSide,
        searches: SearchDesk,
        handover: HandoverDesk,
    ) -> None:
        self._handover = handover
        self._state = state
        self._searches = searches
        self._scripts = scripts
        self._callers = callers
        self._phones = phones
        self._finds = FindDesk(state, self._later)

    def prepare(self) -> None:
        """Makes ready in a worker what takes a moment to make; does nothing where that is done."""
        self._finds.prepare(self._state.library)

    def handle(self, intent: intents.Intent) -> None:
        """Does it; what belongs to a call does nothing while there is none."""
        call = self._state.current
        if call is None:
            return
        match intent:
            case intents.AnswerCall():
                self._phones.answer(call)
            case intents.HangUp():
                self._phones.hang_up(call)
            case intents.Hold():
                self._phones.hold_or_resume(call)
            case intents.Transfer(number):
                self._phones.transfer(call, number)
            case intents.SendDigits(digits):
                self._phones.send_digits(call, digits)
            case intents.Digit(key):
                self._digit(call, key)
            case intents.Escape():
                self._state.asks_why = False
                self._state.stop_choosing()
                self._searches.close()
                self._close_find()
            case intents.Enter():
                self._enter(call)
            case intents.FinishCall():
                if call.answered:
                    begin_wrap_up(self._state, call)
                    self._scripts.keep(call)
            case intents.SetDisposition(disposition):
                call.disposition = disposition
                self._scripts.keep(call)
            case intents.SetSummary(text):
                call.summary, call.summary_edited = text, True
                self._scripts.keep(call)
            case intents.WriteNote(text):
                write_note(call, text)
                self._scripts.keep(call)
            case intents.SearchAccounts(text):
                self._searches.search(text)
            case intents.CloseSearch():
                self._searches.close()
            case intents.WhoIsCalling():
                self._ask_who(call)
            case intents.PromiseCallback():
                self._promise(call)
            case intents.OpenHandover():
                self._close_find()
                self._handover.open(call)
            case intents.UndoRedaction():
                undo_redaction(call)
                self._scripts.keep(call)
            case _ if call.walk is not None:
                self._walk(call, intent)

    def _walk(self, call: LiveCall, intent: intents.Intent) -> None:
        match intent:
            case intents.ExtendOffer():
                self._extend(call)
            case intents.AcceptOffer():
                self._accept(call)
            case intents.DeclineOffer():
                self._decline(call)
            case intents.DeferOffer():
                self._defer(call)
            case intents.NotTheMoment():
                self._pass(call)
            case intents.TakeBackOffer():
                self._take_back(call)
            case intents.CancelService():
                self._apply(call, actions.PressCancel())
            case intents.OtherPhrasing():
                self._apply(call, actions.NextPhrasing())
            case intents.PinPhrasing() if call.walk is not None:
                toggle_pin(call.walk, self._state.world.pins)
            case intents.AskWhy():
                self._state.asks_why = not self._state.asks_why
            case intents.SpeakLanguage(language):
                self._apply(call, actions.Speak(language))
            case intents.GoBack():
                self._apply(call, actions.Back())
            case intents.GoForward():
                self._apply(call, actions.Forward())
            case intents.FillField(name, text):
                self._fill(call, name, text)
            case intents.CheckFactor(method, factor):
                self._callers.check(call, method, factor)
            case intents.Attest(method):
                self._callers.attest(call, method)
            case intents.Find(text):
                self._find(call, text)
            case intents.OpenFound(key):
                self._open_found(key)
            case _:
                pass

    def _fill(self, call: LiveCall, name: str, text: str) -> None:
        """What is typed into a form goes into the draft: card data is taken out first, as in notes."""
        cleaned = redact(text)
        if cleaned.removals:
            self._state.say(Tone.ATTENTION, "That looked like card data and was not kept. Cuecard never takes it.")
        self._scripts.apply(call, actions.Fill(name, cleaned.text))

    def _apply(self, call: LiveCall, action: actions.Action) -> bool:
        self._state.stop_choosing()
        self._close_find()
        done = self._scripts.apply(call, action)
        if done and call.wrapping_since is not None:
            begin_wrap_up(self._state, call)
        return done

    def _digit(self, call: LiveCall, key: str) -> None:
        if self._state.choosing is not None:
            row = next((each for each in self._state.choosing.rows if each.key == key), None)
            if row is None:
                return
            if row.closed:
                self._state.say(Tone.ATTENTION, f"{row.text}: {row.closed}")
                return
            self._state.choose[key]()
        elif self._state.search is not None:
            self._searches.choose(call, key)
            self._phones.show_preview(call)
        elif phase_of(call) is Phase.WRAP_UP:
            self._choose_disposition(call, key)
        elif call.matching.match is Match.SEVERAL:
            self._callers.pick(call, key)
            self._phones.show_preview(call)
        elif call.walk is not None:
            self._apply(call, actions.Choose(key))

    def _choose_disposition(self, call: LiveCall, key: str) -> None:
        known = self._state.library_of(call).dispositions
        position = (int(key) - 1) % 10
        if position < len(known):
            call.disposition = known[position].id
            self._scripts.keep(call)

    def _enter(self, call: LiveCall) -> None:
        if call.wrapping_since is not None:
            self._phones.confirm_wrap_up(call)
            return
        if call.walk is None:
            return
        screen = call.walk.screen()
        if screen.ending is not None:
            begin_wrap_up(self._state, call)
            self._scripts.keep(call)
        elif screen.disclosure is not None and not screen.disclosure.confirmed:
            self._apply(call, actions.ConfirmRead(self._seconds_here(call)))
        elif screen.enter:
            self._apply(call, actions.Continue())

    def _seconds_here(self, call: LiveCall) -> float:
        since = call.step_since or call.answered_at or call.offered_at
        return round((self._state.world.clock() - since).total_seconds(), 1)

    # -- who it is, and when to call back ---------------------------------------------------------------------------

    def _ask_who(self, call: LiveCall) -> None:
        rows = choices.callers()
        self._open_list(
            choices.WHO, [row for row, _ in rows], [partial(self._caller_is, call, role) for _, role in rows]
        )

    def _caller_is(self, call: LiveCall, role: str) -> None:
        call.caller = role
        if call.walk is None or not self._apply(call, actions.CallerIs(role)):
            self._state.stop_choosing()
            self._scripts.keep(call)

    def _promise(self, call: LiveCall) -> None:
        today = self._state.world.clock().astimezone(self._state.site.zone).date()
        rows = choices.days(today)
        self._open_list(
            choices.WHEN,
            [row for row, _ in rows],
            [partial(self._promised, call, day) for _, day in rows],
        )

    def _promised(self, call: LiveCall, day: date) -> None:
        self._state.stop_choosing()
        call.promised = day.isoformat()
        account = call.matching.account
        about = call.walk.screen().script_title if call.walk is not None else ""
        data: dict[str, Json] = {"account": account.id if account else "", "due": call.promised, "about": about}
        self._scripts.record(call, [Happening(EventType.CALLBACK_PROMISED, data)])
        say = self._state.world.words
        self._state.say(Tone.GOOD, say("Callback noted for {}.").format(f"{day:%a} {day.day} {day:%b}"))

    # -- offers -----------------------------------------------------------------------------------------------------

    def _on_table(self, call: LiveCall) -> OfferScreen | None:
        screen: StepScreen | None = call.walk.screen() if call.walk is not None else None
        if screen is None or screen.offer is None:
            self._state.say(Tone.ATTENTION, "No offer is on the table at this step.")
            return None
        if screen.offer.blocked:
            self._state.say(Tone.ATTENTION, screen.offer.blocked)
            return None
        return screen.offer

    def _extend(self, call: LiveCall) -> None:
        offer = self._on_table(call)
        if offer is not None and offer.state is OfferState.ON_TABLE:
            self._apply(call, actions.Extend())

    def _take_back(self, call: LiveCall) -> None:
        newest = next((fact for fact in call.offers if not fact.taken_back), None)
        if newest is not None and newest.earlier:
            self._state.say(Tone.ATTENTION, "That was recorded in the call before; its wrap-up is closed.")
        else:
            self._apply(call, actions.TakeBack())

    def _accept(self, call: LiveCall) -> None:
        offer = self._on_table(call)
        if offer is None:
            return
        open_ones = [each for each in offer.options if not each.closed]
        if not open_ones:
            self._state.say(Tone.ATTENTION, f"{offer.name}: this customer cannot pay for any of the sizes now.")
        elif len(offer.options) == 1:
            self._apply(call, actions.Accept(offer.options[0].id))
        else:
            # With the whole choice on the table it is the customer who says which, also where one is proposed.
            rows = choices.options(offer)
            accepting = [self._later(call, actions.Accept(each.id)) for each in offer.options]
            self._open_list(choices.WHICH, rows, accepting)

    def _decline(self, call: LiveCall) -> None:
        if self._on_table(call) is None:
            return
        rows = choices.decline_reasons()
        self._open_list(
            choices.WHY_NOT,
            [row for row, _ in rows],
            [self._later(call, actions.Decline(reason.value)) for _, reason in rows],
        )

    def _defer(self, call: LiveCall) -> None:
        if self._on_table(call) is None:
            return
        today = self._state.world.clock().astimezone(self._state.site.zone).date()
        rows = choices.days(today)
        self._open_list(
            choices.WHEN,
            [row for row, _ in rows],
            [self._later(call, actions.Defer(day.isoformat())) for _, day in rows],
        )

    def _pass(self, call: LiveCall) -> None:
        if self._on_table(call) is None:
            return
        rows = choices.pass_reasons()
        self._open_list(
            choices.WHY_NOT_NOW,
            [row for row, _ in rows],
            [self._later(call, actions.PassOffer(reason.value)) for _, reason in rows],
        )

    def _later(self, call: LiveCall, action: actions.Action) -> Callable[[], None]:
        def act() -> None:
            self._apply(call, action)

        return act

    def _open_list(self, title: str, rows: Sequence[Choice], act: Sequence[Callable[[], None]]) -> None:
        self._close_find()
        self._state.choosing = Choosing(title, tuple(rows))
        self._state.choose = {row.key: each for row, each in zip(rows, act, strict=False)}

    # -- find -------------------------------------------------------------------------------------------------------

    def _find(self, call: LiveCall, text: str) -> None:
        if not text.strip() or call.walk is None:
            self._close_find()
            return
        self._state.stop_choosing()
        self._finds.find(call, call.walk, text)

    def _open_found(self, key: str) -> None:
        act = self._state.open_found.get(key)
        if act is not None:
            act()

    def _close_find(self) -> None:
        self._finds.close()
