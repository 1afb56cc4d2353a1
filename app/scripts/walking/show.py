"""The screen of a walk: everything to show at its present step, as plain values."""

from __future__ import annotations

from app.scripts.expressions import MISSING
from app.scripts.model import Ask, Step
from app.scripts.screen import (
    ConsentScreen,
    DisclosureScreen,
    Ending,
    FormField,
    OfferState,
    PathItem,
    RequestScreen,
    StepScreen,
    VerifyMethod,
    VerifyScreen,
    WaitScreen,
)
from app.scripts.walking.answers import answers_at, rows, spoken_answer
from app.scripts.walking.book import Book
from app.scripts.walking.forms import FormError, read_value
from app.scripts.walking.offer_screen import offer_screen
from app.scripts.walking.records import unread, way_past
from app.scripts.walking.requests import label_of, request_key
from app.scripts.walking.scope import Moment, customs_of, language_of, typed
from app.scripts.walking.state import State
from app.scripts.walking.steps import cancel_target
from app.scripts.walking.table import interrupt_title, moment_of, offer_visit, pending, table_at
from app.scripts.walking.turn import Turn

# What to ask for, and whether a CRM can check it; other methods are attested by the agent.
_METHODS = {
    "pin": ("account PIN", True),
    "postcode": ("postcode of the service address", True),
    "birth-date": ("date of birth", True),
    "last-bill": ("amount of the last bill", True),
    "callback": ("call back on the number on file", False),
    "branch-id": ("photo ID, seen in the branch", False),
}


def screen_of(book: Book, state: State) -> StepScreen:
    """The screen for a state."""
    visit, turn = state.visit, Turn(book, state)
    script, step, said = book.script(visit.script), book.step(visit.script, visit.step), turn.spoken
    moment = turn.moment()
    translation = book.library.translations.get((script.id, moment.language), script)
    phrasing = min(state.phrasings.get(state.here, 1), max(len(said.phrasings), 1))
    spoken = said.phrasings[phrasing - 1].lines if said.phrasings else ()
    at = offer_visit(book, state)
    return StepScreen(
        script=script.id,
        script_title=translation.title,
        script_kind=script.kind,
        step=step.id,
        step_title=said.title,
        release=book.library.release.number,
        spoken=" ".join(moment.lines(spoken)),
        phrasing=phrasing,
        phrasings=len(said.phrasings),
        points=moment.lines(said.points),
        notes=moment.lines(said.notes),
        answers=rows(book, visit, answers_at(book, state, visit, moment, table_at(book, state, visit)), moment),
        form=tuple(_field(state, visit.script, ask, moment, _label(said, ask)) for ask in step.asks),
        verify=_verify(book, state, step),
        offer=offer_screen(book, state, at),
        disclosure=_disclosure(book, state, step, moment),
        consent=_consent(turn, step, moment),
        wait=WaitScreen(step.wait.seconds, moment.text((said.wait or step.wait).text)) if step.wait else None,
        requests=_requests(book, state, step),
        path=_path(book, state),
        ending=Ending(step.end.outcome, step.end.reason) if step.end and not visit.returns else None,
        enter=_enter(turn, step),
        can_back=state.at > state.fence,
        can_forward=state.at < len(state.history) - 1,
        can_cancel=cancel_target(book, visit) not in ("", visit.script),
        can_take_back=bool(state.records),
        returns_to=book.script(visit.returns[-1].script).title if visit.returns else "",
        picture=step.picture,
        interrupt=interrupt_title(book, state),
        suppressed=tuple(sorted(state.suppressed)),
        language=moment.language,
        languages=book.languages(script.id),
    )


def _label(said: Step, ask: Ask) -> str:
    return next((one.label for one in said.asks if one.name == ask.name), ask.label)


def _field(state: State, script: str, ask: Ask, moment: Moment, label: str) -> FormField:
    text = typed(state, script, ask)
    problem = ""
    if text:
        try:
            read_value(ask, text, customs_of(state))
        except FormError as error:
            problem = str(error)
    elif ask.default:
        default = moment.look_up(ask.default)
        text = "" if default is MISSING else moment.plain(default)
    return FormField(ask.name, label, ask.type, text, ask.secret, ask.optional, ask.choices, problem)


def _verify(book: Book, state: State, step: Step) -> VerifyScreen | None:
    if step.verify is None:
        return None
    policy = book.policy(state.context.policy)
    allowed = policy.identity_methods if policy and policy.identity_methods else step.verify.methods
    methods = []
    for name in step.verify.methods:
        if name in allowed:
            prompt, checkable = _METHODS.get(name, (name.replace("-", " "), False))
            methods.append(VerifyMethod(name, prompt, checkable))
    return VerifyScreen(tuple(methods), *state.doubted)


def _disclosure(book: Book, state: State, step: Step, moment: Moment) -> DisclosureScreen | None:
    text = book.library.disclosures.get(step.read.disclosure) if step.read else None
    if text is None:
        return None
    return DisclosureScreen(text.id, text.title, moment.text(text.text), text.rule, text.id in state.reads)


def _consent(turn: Turn, step: Step, moment: Moment) -> ConsentScreen | None:
    if step.consent is None:
        return None
    offer = pending(turn.book, turn.state, consent=step.consent.consent)
    question = (turn.spoken.consent or step.consent).question
    return ConsentScreen(step.consent.consent, moment.text(question), not unread(turn, offer))


def _requests(book: Book, state: State, step: Step) -> tuple[RequestScreen, ...]:
    found = []
    for request in step.requests:
        key = request_key(book, state, request)
        label = label_of(book, state, request)
        found.append(RequestScreen(request.verb, request.what, label, state.requests.get(key, "")))
    return tuple(found)


def _path(book: Book, state: State) -> tuple[PathItem, ...]:
    items = []
    for visit in state.history[: state.at]:
        language = language_of(book, state, visit.script)
        step = book.spoken(visit.script, visit.step, language)
        answer = spoken_answer(book, visit, language, state.answers.get((visit.script, visit.step), ""))
        if "{" in answer:
            answer = moment_of(book, state, visit).text(answer)
        if not answer and step.asks:
            texts = (typed(state, visit.script, ask) for ask in step.asks if not ask.secret)
            answer = ", ".join(text for text in texts if text)
        items.append(PathItem(step.id, step.title, answer))
    return tuple(items)


def _enter(turn: Turn, step: Step) -> str:
    """What Enter does, in few words; "" when it does nothing."""
    visit = turn.visit
    if step.end is not None:
        return f"back to {turn.book.script(visit.returns[-1].script).title}" if visit.returns else ""
    if "return" in step.tags:
        return f"back to {_earlier(turn).title}" if turn.state.at > turn.state.fence else ""
    if way_past(turn) is not None:
        table = table_at(turn.book, turn.state, visit)
        open_still = table is not None and table.known.state in (OfferState.ON_TABLE, OfferState.EXTENDED)
        return "go on without this offer" if open_still else "go on"
    if step.answers or (step.read and step.read.disclosure not in turn.state.reads):
        return ""
    return "go on"


def _earlier(turn: Turn) -> Step:
    earlier = turn.state.history[turn.state.at - 1]
    return turn.book.spoken(earlier.script, earlier.step, language_of(turn.book, turn.state, earlier.script))
