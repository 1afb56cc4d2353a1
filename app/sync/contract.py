"""The CRM contract as checks that can be run against any server, with nothing known of its customers.

`tests/contract` holds each adapter to more than this, with customers that it knows. What writes (events, an order) is
only run where the caller allows it, since it stays in the CRM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import uuid4

import uuid_utils

from app.domain.account import Account, Detail
from app.domain.event import Event, EventType
from app.sync.crm import (
    Ability,
    Credentials,
    Crm,
    CrmError,
    CrmRefused,
    CrmUnsupported,
    OrderRequest,
    SignInRefused,
    VerifyAnswer,
)

# A number set apart for films (Ofcom), and a cursor that no CRM has given.
_NOBODY = "+442079460999"
_STRANGE_CURSOR = "a cursor of nobody's"
_PAGES = 3


class Verdict(StrEnum):
    """How a check went. UNABLE: the CRM says that it cannot do that. NOT_RUN: something was missing to run it."""

    KEPT = "kept"
    BROKEN = "broken"
    UNABLE = "unable"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a check; `sentence` says what was wrong, or missing."""

    check: str
    verdict: Verdict
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the checks work with: `connect` makes an adapter that is not signed in; `phone` is a customer's number."""

    connect: Callable[[], Crm]
    user: str
    password: str
    device: str
    clock: Callable[[], datetime]
    phone: str = ""


class _Broken(Exception):
    """The contract is not kept; the text says how."""


class _NotRun(Exception):
    """Something is missing; the text says what."""


@dataclass(frozen=True, slots=True)
class _Check:
    name: str
    run: Callable[[_Signed], None]
    needs: Ability | None = None
    writes: bool = False


class _Signed:
    """A trial after its sign-in."""

    def __init__(self, trial: Trial, crm: Crm, credentials: Credentials) -> None:
        self.trial = trial
        self.crm = crm
        self.credentials = credentials
        self._sequence = 0

    def event(self, data: str = "A test of the connection; nobody called.") -> Event:
        """An event that tells of nothing."""
        self._sequence += 1
        return Event(
            id=str(uuid_utils.uuid7()),
            source=f"/devices/{self.credentials.session.device_id}",
            sequence=self._sequence,
            type=EventType.NOTE_SAVED,
            time=self.trial.clock(),
            subject=f"test-{uuid4()}",
            agent_session=self.credentials.session.id,
            data={"text": data},
        )

    def account(self) -> Account:
        """An account with the number that was given."""
        if not self.trial.phone:
            raise _NotRun("give --phone, the number of one of its customers")
        found = self.crm.accounts_by_phone(self.trial.phone)
        _hold(bool(found), "no account has the number that was given")
        return found[0]


def run_contract(trial: Trial, *, write: bool) -> Iterator[Finding]:
    """Runs every check, in an order in which each may lean on those before. Raises nothing."""
    yield _run("a wrong password is refused", lambda: _wrong_password(trial))
    yield _run("nothing is told before the sign-in", lambda: _closed(trial))
    crm = trial.connect()
    try:
        signed = _Signed(trial, crm, crm.sign_in(trial.user, trial.password, trial.device))
    except CrmError as error:
        yield Finding("the sign-in opens a session", Verdict.BROKEN, str(error))
        yield from (Finding(check.name, Verdict.NOT_RUN, "the sign-in failed") for check in _CHECKS)
        return
    for check in _CHECKS:
        unable = check.needs is not None and check.needs not in crm.abilities
        if unable:
            yield _run_unable(check, signed)
        elif check.writes and not write:
            yield Finding(check.name, Verdict.NOT_RUN, "it would leave traces in the CRM; allow it with --write")
        else:
            yield _run(check.name, lambda check=check: check.run(signed))  # type: ignore[misc]


def _run(name: str, work: Callable[[], None]) -> Finding:
    try:
        work()
    except _Broken as broken:
        return Finding(name, Verdict.BROKEN, str(broken))
    except _NotRun as missing:
        return Finding(name, Verdict.NOT_RUN, str(missing))
    except CrmError as error:
        return Finding(name, Verdict.BROKEN, str(error))
    return Finding(name, Verdict.KEPT)


def _run_unable(check: _Check, signed: _Signed) -> Finding:
    """What a CRM declares that it cannot do it must refuse in that very way, so that the desk can say so."""
    asks: dict[Ability, Callable[[], object]] = {
        Ability.VERIFY: lambda: signed.crm.verify("0", "pin", "0000"),
        Ability.ORDERS: lambda: signed.crm.place_order(OrderRequest(str(uuid_utils.uuid7()), "0", "place_order", {})),
    }
    ask = asks.get(check.needs) if check.needs is not None else None
    if ask is not None:
        try:
            ask()
        except CrmUnsupported:
            return Finding(check.name, Verdict.UNABLE, "this CRM says that it cannot do that")
        except CrmError as error:
            return Finding(check.name, Verdict.BROKEN, f"said to be impossible, and refused in another way: {error}")
        return Finding(check.name, Verdict.BROKEN, "said to be impossible, and done all the same")
    return Finding(check.name, Verdict.UNABLE, "this CRM says that it cannot do that")


def _hold(condition: bool, sentence: str) -> None:
    if not condition:
        raise _Broken(sentence)


def _refused(ask: Callable[[], object], kind: type[CrmError], sentence: str) -> CrmError:
    try:
        ask()
    except kind as error:
        return error
    except CrmError as error:
        raise _Broken(f"{sentence} ({error})") from error
    raise _Broken(sentence)


def _wrong_password(trial: Trial) -> None:
    wrong = f"not {uuid4()}"
    _refused(
        lambda: trial.connect().sign_in(trial.user, wrong, trial.device), SignInRefused, "a made-up password was taken"
    )


def _closed(trial: Trial) -> None:
    crm = trial.connect()
    asks: Sequence[Callable[[], object]] = (lambda: crm.accounts_by_phone(_NOBODY), lambda: crm.account("1"))
    for ask in asks:
        _refused(ask, SignInRefused, "it answered who has not signed in")


def _session(signed: _Signed) -> None:
    session = signed.credentials.session
    _hold(session.device_id == signed.trial.device, "the session is for another device")
    _hold(session.expires_at > session.signed_in_at, "the session is over before it began")
    _hold(signed.credentials.token != signed.credentials.device_token, "the device has the person's token")


def _resumed(signed: _Signed) -> None:
    again = signed.trial.connect()
    again.resume(signed.credentials)
    _hold(again.accounts_by_phone(_NOBODY) == (), "a number that nobody has finds somebody")


def _nobody(signed: _Signed) -> None:
    _hold(signed.crm.accounts_by_phone(_NOBODY) == (), "a number that nobody has finds somebody")
    _hold(signed.crm.account("no/such?account") is None, "an id that cannot be finds an account")


def _by_phone(signed: _Signed) -> None:
    one = signed.account()
    found = signed.crm.accounts_by_phone(signed.trial.phone)
    _hold(all(signed.trial.phone in account.phones for account in found), "an account without the number came back")
    _hold(all(account.detail is Detail.FULL for account in found), "an account came back without its details")
    _hold([a.number for a in found] == sorted(a.number for a in found), "they are not in the order of their numbers")
    alone = signed.crm.account(one.id)
    _hold(alone is not None and alone.number == one.number, "the same account is not found by its id")


def _changes(signed: _Signed) -> None:
    cursor: str | None = None
    seen: set[str] = set()
    for _ in range(_PAGES):
        page = signed.crm.changes(cursor)
        for account in page.accounts:
            private = (account.first_name, account.street, account.email)
            _hold(account.detail is Detail.INDEX and private == (None, None, None), "an account came back unmasked")
        ids = {account.id for account in page.accounts}
        _hold(not page.more or bool(ids - seen), "a page brings nothing and promises more")
        seen |= ids
        cursor = page.cursor
        if not page.more:
            break


def _strange_cursor(signed: _Signed) -> None:
    error = _refused(lambda: signed.crm.changes(_STRANGE_CURSOR), CrmRefused, "a made-up cursor was taken")
    _hold(isinstance(error, CrmRefused) and error.status == 410, "a made-up cursor is refused, but not as gone (410)")


def _verify(signed: _Signed) -> None:
    answer = signed.crm.verify(signed.account().id, "a method of nobody's", str(uuid4()))
    _hold(answer is not VerifyAnswer.YES, "a made-up factor is right")


def _once(signed: _Signed) -> None:
    event = signed.event()
    first, again = signed.crm.post_events([event]), signed.crm.post_events([event])
    _hold(first.accepted == (event.id,), "an event was not taken")
    _hold(again.duplicates == (event.id,) and not again.accepted, "the same event sent twice is not told as known")
    _hold(first.server_time.tzinfo is not None, "the server's time has no zone")


def _other_content(signed: _Signed) -> None:
    known, other = signed.event(), signed.event()
    signed.crm.post_events([known])
    receipt = signed.crm.post_events([replace(known, data={"text": "something else"}), other])
    _hold([each.id for each in receipt.rejected] == [known.id], "a known id with another content was not refused")
    _hold(receipt.rejected[0].status == 409, "a known id with another content is refused, but not as a conflict (409)")
    _hold(receipt.accepted == (other.id,), "one refused event held up another")


def _others_session(signed: _Signed) -> None:
    good = signed.event()
    forged = replace(signed.event(), agent_session=str(uuid_utils.uuid7()))
    elsewhere = replace(signed.event(), source="/devices/of-nobody")
    receipt = signed.crm.post_events([good, forged, elsewhere])
    refused = {each.id for each in receipt.rejected}
    # Who keeps outcomes alone counts nothing by sessions, and need not know them.
    knows_sessions = Ability.EVENTS in signed.crm.abilities
    _hold(refused - {forged.id} == {elsewhere.id}, "an event of another device was taken, or one of this refused")
    _hold(forged.id in refused or not knows_sessions, "an event of another session was taken")
    _refused(lambda: signed.crm.post_events([signed.event()], "made-up"), SignInRefused, "a made-up token was taken")


def _order(signed: _Signed) -> None:
    order = OrderRequest(str(uuid_utils.uuid7()), signed.account().id, "place_order", {"offer": "test"})
    reference = signed.crm.place_order(order)
    _hold(bool(reference), "an order has no reference")
    _hold(signed.crm.place_order(order) == reference, "the same order sent twice is two orders")


def _signed_out(signed: _Signed) -> None:
    other = signed.trial.connect()
    other.resume(signed.credentials)
    signed.crm.sign_out()
    _refused(lambda: other.accounts_by_phone(_NOBODY), SignInRefused, "the token works after signing out")
    with suppress(SignInRefused):
        event = signed.event()
        receipt = other.post_events([event], signed.credentials.device_token)
        _hold(receipt.accepted == (event.id,), "what is unsent cannot be sent after signing out")
        return
    raise _Broken("what is unsent cannot be sent after signing out")


_CHECKS = (
    _Check("the sign-in opens a session on the device", _session),
    _Check("a restart goes on with the session", _resumed),
    _Check("who is not there is not found", _nobody),
    _Check("accounts are found by number and by id", _by_phone),
    _Check("changes come masked, page by page", _changes, Ability.CHANGES),
    _Check("a strange cursor is gone", _strange_cursor, Ability.CHANGES),
    _Check("a made-up factor is not right", _verify, Ability.VERIFY),
    _Check("an event is kept once, however often it is sent", _once, writes=True),
    _Check("a known id with another content is refused alone", _other_content, writes=True),
    _Check("events of others are refused", _others_session, writes=True),
    _Check("an order sent twice is one order", _order, Ability.ORDERS, writes=True),
    _Check("signing out ends the session, and what is unsent still goes", _signed_out, writes=True),
)
