"""What the window sends to the desk: what the agent means, not which key it was.

The desk decides what a digit belongs to (a marked list, candidates, answers), so that every screen agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class SignIn:
    """Sign in as this user. The password lives in memory only."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class SignInWithCompany:
    """Sign in through the company, in the system's browser."""


@dataclass(frozen=True, slots=True)
class OpenStore:
    """The secret that the local store asks for; `afresh`: begin a new store instead, the old one is kept."""

    secret: str
    afresh: bool = False


@dataclass(frozen=True, slots=True)
class GiveUpSignIn:
    """Wait for the browser no longer, or go back to the form from the store's question."""


@dataclass(frozen=True, slots=True)
class SignOut:
    """End the session; refused while a call is open."""


@dataclass(frozen=True, slots=True)
class AnswerCall:
    """F10: answer the ringing call (or say that it was answered, where the phone does not tell)."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Ctrl+F10: end the call, or decline it while it rings."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Put the caller on hold, or take him back."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """Hand the caller over to this number, without announcement."""

    number: str


@dataclass(frozen=True, slots=True)
class SendDigits:
    """Send digits, * and # as tones into the call."""

    digits: str


@dataclass(frozen=True, slots=True)
class Digit:
    """0-9: goes to the marked list if there is one, else to the candidates, else to the answers."""

    key: str


@dataclass(frozen=True, slots=True)
class Enter:
    """Go on: after text and form, confirm a disclosure that was read, confirm wrap-up."""


@dataclass(frozen=True, slots=True)
class Escape:
    """Leave the marked list or find."""


@dataclass(frozen=True, slots=True)
class ExtendOffer:
    """E or F5: I said it."""


@dataclass(frozen=True, slots=True)
class AcceptOffer:
    """A or F6: accepted; opens the list of options where there is a choice."""


@dataclass(frozen=True, slots=True)
class DeclineOffer:
    """D or F7: declined; opens the list of reasons."""


@dataclass(frozen=True, slots=True)
class DeferOffer:
    """L or F9: later; opens the list of days."""


@dataclass(frozen=True, slots=True)
class NotTheMoment:
    """Shift+F9: not the moment; opens the list of reasons."""


@dataclass(frozen=True, slots=True)
class TakeBackOffer:
    """Shift+F6: the latest offer record did not happen."""


@dataclass(frozen=True, slots=True)
class CancelService:
    """F8, the Cancel key."""


@dataclass(frozen=True, slots=True)
class OtherPhrasing:
    """F2."""


@dataclass(frozen=True, slots=True)
class PinPhrasing:
    """Shift+F2: this way to say it comes first from now on, or no longer."""


@dataclass(frozen=True, slots=True)
class AskWhy:
    """Shift+F1: why does it say this? Once more: enough."""


@dataclass(frozen=True, slots=True)
class SpeakLanguage:
    """The call goes on in another language that the script has ("es")."""

    language: str


@dataclass(frozen=True, slots=True)
class GoBack:
    """Backspace or Alt+Left."""


@dataclass(frozen=True, slots=True)
class GoForward:
    """Alt+Right."""


@dataclass(frozen=True, slots=True)
class CheckFactor:
    """The caller's factor as typed, to be checked by the CRM; kept nowhere."""

    method: str
    factor: str


@dataclass(frozen=True, slots=True)
class Attest:
    """V: I have verified the caller myself; for methods that the CRM cannot check, or offline."""

    method: str


@dataclass(frozen=True, slots=True)
class FillField:
    """A form field as typed so far."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Find:
    """What the caller said, as typed so far; "" closes find."""

    text: str


@dataclass(frozen=True, slots=True)
class OpenFound:
    """A result of find by its key."""

    key: str


@dataclass(frozen=True, slots=True)
class WriteNote:
    """The whole notes field as it now stands."""

    text: str


@dataclass(frozen=True, slots=True)
class UndoRedaction:
    """What was redacted last was no card number."""


@dataclass(frozen=True, slots=True)
class SetDisposition:
    """Another outcome."""

    disposition: str


@dataclass(frozen=True, slots=True)
class SetSummary:
    """The summary as edited."""

    text: str


@dataclass(frozen=True, slots=True)
class FinishCall:
    """Go to wrap-up although the customer has not hung up yet."""


@dataclass(frozen=True, slots=True)
class TakeBreak:
    """Opens the list of break reasons, during a call for after it; on a break: ready again."""


@dataclass(frozen=True, slots=True)
class StayInWrapUp:
    """A key was pressed: wrap-up is not confirmed by itself."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Mask the window, until the password of who is signed in was typed."""


@dataclass(frozen=True, slots=True)
class Unlock:
    """The password, as typed; kept nowhere."""

    password: str


@dataclass(frozen=True, slots=True)
class SearchAccounts:
    """A name, an account number or a phone number, as typed so far; "" for a search that has just been opened."""

    text: str


@dataclass(frozen=True, slots=True)
class CloseSearch:
    """Ends the search; who was chosen stays."""


@dataclass(frozen=True, slots=True)
class WhoIsCalling:
    """Opens the list of who the caller may be: holder, authorised person, executor, third party."""


@dataclass(frozen=True, slots=True)
class PromiseCallback:
    """Opens the list of days on which to call the customer back."""


@dataclass(frozen=True, slots=True)
class OpenPractice:
    """Opens practice, or ends it; the desk itself knows nothing of it."""


@dataclass(frozen=True, slots=True)
class AskLead:
    """Opens the list of why the lead is asked."""


@dataclass(frozen=True, slots=True)
class AskLeadInWords:
    """Asks the lead what was typed."""

    text: str


@dataclass(frozen=True, slots=True)
class PutAsideAnswer:
    """The lead's answer, or that there is none, was read."""


@dataclass(frozen=True, slots=True)
class ReadLetter:
    """A lead's message was seen; the lead gets the receipt."""

    message: str


@dataclass(frozen=True, slots=True)
class OpenHandover:
    """Opens the list of what to do with what another agent handed over."""


@dataclass(frozen=True, slots=True)
class Dismiss:
    """A message was read."""

    message: str


Intent: TypeAlias = (
    SignIn
    | SignInWithCompany
    | OpenStore
    | GiveUpSignIn
    | SignOut
    | AnswerCall
    | HangUp
    | Hold
    | Transfer
    | SendDigits
    | Digit
    | Enter
    | Escape
    | ExtendOffer
    | AcceptOffer
    | DeclineOffer
    | DeferOffer
    | NotTheMoment
    | TakeBackOffer
    | CancelService
    | OtherPhrasing
    | PinPhrasing
    | AskWhy
    | SpeakLanguage
    | GoBack
    | GoForward
    | CheckFactor
    | Attest
    | FillField
    | Find
    | OpenFound
    | WriteNote
    | UndoRedaction
    | SetDisposition
    | SetSummary
    | FinishCall
    | TakeBreak
    | StayInWrapUp
    | Lock
    | Unlock
    | SearchAccounts
    | CloseSearch
    | WhoIsCalling
    | PromiseCallback
    | OpenPractice
    | AskLead
    | AskLeadInWords
    | PutAsideAnswer
    | ReadLetter
    | OpenHandover
    | Dismiss
)
