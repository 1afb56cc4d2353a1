"""The agent's side of what agents and leads tell each other: asking in a call, reading what a lead says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from app.desk import intents
from app.desk.conversations import (
    ASK_REASONS,
    ASK_TITLE,
    LONGEST,
    OWN_WORDS,
    QUICK_ANSWERS,
    AgentLine,
    Answer,
    AskedLead,
    AskStep,
    Kept,
    LeadMessage,
    Question,
)
from app.desk.live_call import LiveCall
from app.desk.shift import Shift
from app.desk.state import DeskState
from app.desk.view import Choice, Choosing, Tone
from app.domain.event import EventType, Happening, Json
from app.reports.own import OwnWeeks
from app.security.redaction import redact
from app.sync.crm import CrmError, CrmRefused

_LANE = "lead"
_WEEKS_READ_EVERY_S = 600.0


class TalkDesk:
    """Asks the lead out of a call, brings answers and messages. `tick` wants to be called every few seconds."""

    def __init__(
        self,
        state: DeskState,
        record: Callable[[LiveCall, list[Happening]], None],
        keep: Callable[[LiveCall], None],
    ) -> None:
        self._state = state
        self._record = record
        self._keep = keep
        self._line: AgentLine | None = None
        self._end: Callable[[], None] = lambda: None
        self._open: dict[str, LiveCall] = {}
        self._weeks_read: float | None = None

    # -- life -------------------------------------------------------------------------------------------------------

    def begin(self, shift: Shift) -> None:
        """Somebody is signed in: shows what is kept, and listens to what is new."""
        line = self._line = shift.conversations
        if line is None:
            return
        world = self._state.world

        def loaded(kept: Kept) -> None:
            if self._line is line:
                self._state.letters, self._state.weeks = kept.messages, kept.weeks
                self._state.changed()

        # What is kept cannot be read while the store has trouble; the hub's answer comes all the same.
        world.tasks.submit("store", line.kept, loaded, lambda _: None)
        self._read_messages()
        self._read_weeks()
        if shift.pushes is not None:
            self._end = shift.pushes.listen(
                "message",
                lambda body: world.tasks.post(lambda: self._pushed(body)),
                lambda heard: world.tasks.post(lambda: self._heard(heard)),
            )

    def end(self) -> None:
        """Signed out: nothing of it stays."""
        self._end()
        self._end = lambda: None
        for question in list(self._open):
            self._withdraw(question)
        self._line, self._weeks_read = None, None
        self._state.letters, self._state.weeks = (), None

    def tick(self) -> None:
        """Takes up questions of restored calls, withdraws those of closed ones, renews the weeks now and then."""
        if self._line is None:
            return
        calls = {call.asked.id: call for call in self._state.calls if call.asked is not None}
        for question, call in calls.items():
            asked = call.asked
            if asked is not None and question not in self._open and (asked.is_open or asked.step is AskStep.SENDING):
                self._open[question] = call
                self._read_answer(question)
        for question in [question for question in self._open if question not in calls]:
            self._withdraw(question)
        elapsed = self._state.world.elapsed()
        if self._weeks_read is not None and elapsed - self._weeks_read >= _WEEKS_READ_EVERY_S:
            self._read_weeks()

    # -- the agent --------------------------------------------------------------------------------------------------

    def handle(self, intent: intents.Intent) -> None:
        """Does what the agent means; asking is for a call that was answered."""
        call = self._state.current
        match intent:
            case intents.AskLead() if call is not None and call.answered:
                self._open_list(call)
            case intents.AskLeadInWords(text) if call is not None and call.answered and text.strip():
                self._ask(call, OWN_WORDS, redact(text.strip()).text[:LONGEST])
            case intents.ReadLetter(message):
                self._seen(message)
            case intents.PutAsideAnswer() if call is not None and call.asked is not None and not _is_under_way(call):
                call.asked = None
                self._keep(call)
            case _:
                pass

    def _open_list(self, call: LiveCall) -> None:
        state = self._state
        if self._line is None:
            state.say(Tone.ATTENTION, state.world.words("This CRM tells no lead anything. Ask by phone."))
            return
        state.found, state.open_found = (), {}
        rows = tuple(Choice(str(number), words) for number, (_, words) in enumerate(ASK_REASONS, start=1))
        state.choosing = Choosing(ASK_TITLE, rows)
        state.choose = {
            row.key: partial(self._ask, call, code) for row, (code, _) in zip(rows, ASK_REASONS, strict=True)
        }

    def _ask(self, call: LiveCall, reason: str, text: str = "") -> None:
        state, line = self._state, self._line
        state.stop_choosing()
        if line is None:
            return
        now = state.world.clock()
        asked = AskedLead(state.world.new_id(), AskStep.SENDING, reason, text, now)
        if not state.sync.online:
            sentence = state.world.words("No connection to the hub: your lead was not asked. Ask by phone.")
            call.asked = replace(asked, step=AskStep.FAILED, sentence=sentence)
            return
        for earlier in [question for question, of in self._open.items() if of is call]:
            # The hub closes it by itself: an agent waits for one answer at a time.
            del self._open[earlier]
        call.asked = asked
        self._open[asked.id] = call
        account = call.matching.account
        screen = call.walk.screen() if call.walk is not None else None
        question = Question(
            id=asked.id,
            subject=call.subject,
            account=account.id if account is not None else "",
            queue=call.phone.queue or "",
            script=screen.script_title if screen is not None else "",
            step=screen.step_title if screen is not None else "",
            reason=reason,
            text=text,
        )
        place = {"script": screen.script, "step": screen.step} if screen is not None else {"script": "", "step": ""}

        def done(leads: tuple[str, ...]) -> None:
            data: dict[str, Json] = {
                "question": asked.id,
                "account": question.account,
                "reason": reason,
                "text": text,
                **place,
                "listening": len(leads),
            }
            self._put(call, asked.id, lambda one: _asked(one, leads))
            self._happened(call, Happening(EventType.LEAD_ASKED, data))

        def failed(error: Exception) -> None:
            self._open.pop(asked.id, None)
            sentence = _sentence(error) or state.world.words("Your lead could not be asked. Try again.")
            self._put(call, asked.id, lambda one: replace(one, step=AskStep.FAILED, sentence=sentence))
            state.changed()

        state.world.tasks.submit(_LANE, lambda: line.ask(question), done, failed)

    def _seen(self, message: str) -> None:
        state, line = self._state, self._line
        now = state.world.clock()
        if line is None or not any(letter.id == message and letter.seen_at is None for letter in state.letters):
            return
        state.letters = tuple(
            replace(letter, seen_at=now) if letter.id == message else letter for letter in state.letters
        )
        # First it is kept, then it goes out with the next reading; without a network that is the one after.
        state.world.tasks.submit(
            "store", lambda: line.seen(message, now), lambda _: self._read_messages(), lambda _: None
        )

    # -- what comes in ----------------------------------------------------------------------------------------------

    def _pushed(self, body: Mapping[str, Json]) -> None:
        if body.get("what") == "questions":
            self._read_answers()
        else:
            self._read_messages()

    def _heard(self, heard: bool) -> None:
        if heard:
            self._read_messages()
            self._read_answers()
            self._read_weeks()

    def _read_messages(self) -> None:
        line = self._line
        if line is None:
            return

        def done(letters: tuple[LeadMessage, ...]) -> None:
            if self._line is line:
                self._state.letters = _with_seen(letters, self._state.letters)
                self._state.changed()

        self._state.world.tasks.submit(_LANE, line.messages, done, lambda _: None)

    def _read_weeks(self) -> None:
        line = self._line
        if line is None:
            return
        self._weeks_read = self._state.world.elapsed()

        def done(weeks: OwnWeeks) -> None:
            if self._line is line:
                self._state.weeks = weeks
                self._state.changed()

        self._state.world.tasks.submit(_LANE, line.weeks, done, lambda _: None)

    def _read_answers(self) -> None:
        for question in list(self._open):
            self._read_answer(question)

    def _read_answer(self, question: str) -> None:
        line = self._line
        if line is None:
            return

        def failed(error: Exception) -> None:
            call = self._open.get(question)
            if call is not None and isinstance(error, CrmRefused) and error.status == 404:
                # Asked when the program ended, and the hub never had it.
                del self._open[question]
                sentence = self._state.world.words("Your lead could not be asked. Try again.")
                self._put(call, question, lambda one: replace(one, step=AskStep.FAILED, sentence=sentence))
                self._state.changed()

        self._state.world.tasks.submit(
            _LANE, lambda: line.answer(question), lambda answer: self._take(question, answer), failed
        )

    def _take(self, question: str, answer: Answer) -> None:
        call = self._open.get(question)
        if call is None or (answer.at is None and not answer.closed):
            if call is not None and call.asked is not None and call.asked.step is AskStep.SENDING:
                self._put(call, question, lambda one: replace(one, step=AskStep.WAITING))
            return
        del self._open[question]
        asked = call.asked
        if answer.at is None:
            call.asked = None
            self._state.changed()
            return
        self._put(call, question, lambda one: _answered(one, answer))
        self._answered(call, asked, question, answer)

    def _withdraw(self, question: str) -> None:
        line, call = self._line, self._open.pop(question)
        asked = call.asked
        if line is None:
            return

        def done(answer: Answer) -> None:
            if answer.at is None:
                return
            self._answered(call, asked, question, answer)
            text = self._state.world.words("{} has answered after the call: {}")
            self._state.say(Tone.INFORMATION, text.format(answer.by_name, self._words_of(answer)))
            self._state.changed()

        # Where the hub cannot be reached the question stands there for a day, and no longer counts as open tomorrow.
        self._state.world.tasks.submit(_LANE, lambda: line.withdraw(question), done, lambda _: None)

    def _answered(self, call: LiveCall, asked: AskedLead | None, question: str, answer: Answer) -> None:
        seconds = _seconds(asked.asked_at, answer.at) if asked is not None else None
        data: dict[str, Json] = {
            "question": question,
            "by": answer.by,
            "choice": answer.choice,
            "text": redact(answer.text).text[:LONGEST],
            "seconds": seconds,
        }
        self._happened(call, Happening(EventType.LEAD_ANSWERED, data))

    def _words_of(self, answer: Answer) -> str:
        choice = next((words for code, words in QUICK_ANSWERS if code == answer.choice), answer.choice)
        return ": ".join(part for part in (self._state.world.words(choice) if choice else "", answer.text) if part)

    def _put(self, call: LiveCall, question: str, change: Callable[[AskedLead], AskedLead]) -> None:
        """Changes the call's question, unless the agent has asked another one since."""
        if call.asked is not None and call.asked.id == question:
            call.asked = change(call.asked)

    def _happened(self, call: LiveCall, happening: Happening) -> None:
        state = self._state
        if state.recording is None:
            return
        if call in state.calls and not call.confirmed:
            self._record(call, [happening])
        else:
            state.recording.commit(state.recording.stamp(call.subject, [happening]))
        state.changed()


def _is_under_way(call: LiveCall) -> bool:
    return call.asked is not None and (call.asked.is_open or call.asked.step is AskStep.SENDING)


def _asked(asked: AskedLead, leads: tuple[str, ...]) -> AskedLead:
    if asked.step is not AskStep.SENDING:
        return asked
    return replace(asked, step=AskStep.WAITING if leads else AskStep.NOBODY, leads=leads)


def _answered(asked: AskedLead, answer: Answer) -> AskedLead:
    return replace(
        asked,
        step=AskStep.ANSWERED,
        answered_by=answer.by_name,
        choice=answer.choice,
        answer=answer.text,
        answered_at=answer.at,
    )


def _with_seen(read: tuple[LeadMessage, ...], shown: Sequence[LeadMessage]) -> tuple[LeadMessage, ...]:
    """What was read, where a message that was seen a moment ago stays seen."""
    seen = {letter.id: letter.seen_at for letter in shown if letter.seen_at is not None}
    return tuple(
        replace(letter, seen_at=seen[letter.id]) if letter.seen_at is None and letter.id in seen else letter
        for letter in read
    )


def _seconds(since: datetime, until: datetime | None) -> int | None:
    """How long the agent waited; never less than nothing, though two clocks told the two times."""
    return None if until is None else max(0, round((until - since).total_seconds()))


def _sentence(error: Exception) -> str:
    return str(error) if isinstance(error, CrmError) else ""
