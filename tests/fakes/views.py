"""A gallery of what the window can be asked to show: one named view per state, made of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from app.desk.lead import AgentLine, LeadView, Rate
from app.desk.ports import SetAsideEvent, SourceState, SyncDetails, SyncState, WaitingKind
from app.desk.rules import BREAKS
from app.desk.view import (
    CallbackRow,
    CallHead,
    Calling,
    Candidate,
    Card,
    Choice,
    Choosing,
    DeskView,
    DigitsTo,
    Fact,
    FoundRow,
    HandedView,
    Locked,
    Match,
    Message,
    NotesView,
    OfferNotice,
    OfferRecord,
    PastContact,
    Phase,
    RecentCall,
    Recorded,
    Saving,
    SearchView,
    Today,
    Tone,
    WrapUp,
)
from app.scripts.note_templates import NoteTemplate
from app.scripts.screen import (
    AnswerRow,
    ConsentScreen,
    DisclosureScreen,
    Ending,
    FormField,
    OfferScreen,
    OfferState,
    OptionRow,
    PathItem,
    Reason,
    ReasonKind,
    RequestScreen,
    Rung,
    StepScreen,
    ValueSeen,
    VerifyMethod,
    VerifyScreen,
    WaitScreen,
)
from tests.fakes.talk_views import lead_talk_views, talk_views


class ShippedPictures:
    """The pictures of the library in the checkout."""

    def picture(self, release: int, name: str) -> bytes:
        """Whatever the release."""
        return (Path(__file__).parents[2] / "scripts_library" / "pictures" / name).read_bytes()


NOW = datetime(2026, 11, 20, 14, 5, 14, tzinfo=UTC)
SYNCED = SyncState(0, None, 0, True, "", NOW - timedelta(minutes=1))
UNSENT = SyncState(6, NOW - timedelta(minutes=7), 0, False, "The hub cannot be reached; trying again.")
TODAY = Today(23, 14, 5, 11)
PHONES = (
    SourceState("baresip", True, "Softphone, extension 1021"),
    SourceState("handoff", True, "Calls handed over by other phones"),
)


def step(**changes: object) -> StepScreen:
    """A plain step of the save script; `changes` replace fields."""
    base = StepScreen(
        script="save-too-expensive",
        script_title="Cancel: too expensive",
        script_kind="save",
        step="why",
        step_title="Find the reason",
        release=12,
        spoken="I'm sorry you're thinking of leaving, Ada. What is the main thing behind it?",
        phrasing=1,
        phrasings=2,
        points=(),
        notes=(),
        answers=(
            AnswerRow("1", "Price is too high", "size the gap"),
            AnswerRow("2", "Moving, no coverage", "move out"),
            AnswerRow("3", "Service trouble", "slow internet, then back"),
            AnswerRow("9", "Just cancel, no questions", "cancel service"),
        ),
        form=(),
        verify=None,
        offer=None,
        disclosure=None,
        consent=None,
        wait=None,
        requests=(),
        path=(PathItem("identify", "Verify", ""),),
        ending=None,
        enter="",
        can_back=True,
        can_forward=False,
        can_cancel=True,
        can_take_back=False,
        returns_to="",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


CALL = CallHead(
    number="020 7946 0123",
    caller_id_name="",
    line='Retention queue · chose "cancel" in the menu',
    since=NOW - timedelta(seconds=134),
    source="baresip",
    simulated=False,
    can_answer=True,
    can_hang_up=True,
    times_by_agent=False,
    ended=False,
)
RING = replace(CALL, line='Support queue · chose "internet" in the menu', since=NOW - timedelta(seconds=3))

FACTS = (
    Fact("Plan", "Fibre 500 + TV"),
    Fact("Pays", "£42.00 a month"),
    Fact("Customer", "26 months"),
    Fact("Contract", "ends in 12 days"),
    Fact("Mobile data", "8 of 100 GB"),
    Fact("Router", "HG-2, 5 years old"),
)
MASKED_FACTS = (
    Fact("Plan", "Fibre 500 + TV"),
    Fact("Pays", "••••••", masked=True),
    Fact("Customer", "26 months"),
    Fact("Contract", "••••••", masked=True),
    Fact("Mobile data", "••••••", masked=True),
    Fact("Router", "HG-2, 5 years old"),
)
KNOWING = ("4th call in 30 days", "Add-on data ran out 9 min ago", "Router update advised twice, not done")
CONTACTS = (
    PastContact("Tue", "Slow internet, not solved"),
    PastContact("12 Nov", "Bill question, explained"),
    PastContact("2 Nov", "Slow internet, line test fine"),
)
VERIFIED = Card(
    Match.ONE, "Ada Lovelace", "Account 4221 · holder", "Verified by PIN, 14:02", FACTS, KNOWING, CONTACTS, (), ""
)
MASKED = Card(
    Match.ONE,
    "A•• L•••••••",
    "Account ••21",
    "",
    MASKED_FACTS,
    KNOWING,
    CONTACTS,
    (),
    "Number only, not identity. It is listed on this account.",
)
SEVERAL = Card(
    Match.SEVERAL,
    "3 people share this number",
    "Ask who is calling, then choose.",
    "",
    (),
    (),
    (),
    (
        Candidate("1", "A•• L•••••••", ("Fibre 500 + TV, NW1", "called Tuesday about the internet")),
        Candidate("2", "W•••••• K•••", ("Mobile 20 GB, NW1", "no contact this year")),
        Candidate("3", "K••• & Co.", ("Small business line, NW1",)),
        Candidate("0", "Someone else", ()),
    ),
    "Number only, not identity. It is listed on three accounts.",
)
NOBODY = Card(
    Match.NONE,
    "Not in the CRM",
    "A new customer, or another phone.",
    "",
    (),
    (),
    (),
    (),
    "No account has this number. Ask for the account number, or help without one.",
)
WITHHELD = Card(
    Match.WITHHELD,
    "Number withheld",
    "The caller does not show the number.",
    "",
    (),
    (),
    (),
    (),
    "A withheld number is never looked up. Ask who is calling.",
)
GREETING = step(
    script="greeting",
    script_title="Verify identity",
    step="greet",
    step_title="Greeting",
    spoken="Thanks for calling Northline, you're speaking with Ana. Calls are recorded. "
    "Who am I speaking with, please?",
    path=(),
    can_cancel=False,
)
REASON = OfferNotice("Slow or no internet", "Menu choice, outage nearby, called on Tuesday")
NO_OFFER = OfferNotice("", "Shown once the caller is verified and the problem is solved.")
PLAN_OFFER = OfferScreen(
    id="plan-down-one",
    name="Smaller plan: Fibre 300",
    kind="save",
    state=OfferState.ON_TABLE,
    price="£22.00",
    gist="a month, £20.00 less",
    why="uses 8 % of the data, no TV sport watched",
    options=(OptionRow("fibre-300", "Fibre 300", "£22.00"),),
    next_rungs=(Rung("Loyalty credit", "−£10.00, 6 months"), Rung("Pause", "£5.00, 3 months")),
    number=1,
    allowed=3,
)
PACK_OFFER = OfferScreen(
    id="data-pack",
    name="Data pack",
    kind="upsell",
    state=OfferState.ON_TABLE,
    price="£4.00",
    gist="once, 500 MB",
    why="ran out of data 3 times this month",
    options=(
        OptionRow("1000", "1,000 MB", "£7.00", closed="£7.00 is more than the balance of £5.20"),
        OptionRow("500", "500 MB", "£4.00", proposed=True),
        OptionRow("200", "200 MB", "£2.00"),
        OptionRow("100", "100 MB", "£1.20"),
    ),
    next_rungs=(),
    number=0,
    allowed=0,
    needs=("terms", "consent"),
)
OFFER_STEP = step(
    step="smaller_plan",
    step_title="Smaller plan",
    spoken="You use about 8 of your 100 GB, Ada. On Fibre 300 you'd pay £22.00 a month, and nothing else changes: "
    "same box, no new contract.",
    notes=("Pause here. Let them do the sum for themselves.",),
    answers=(
        AnswerRow("A", "Yes, change it", "terms and consent"),
        AnswerRow("D", "Still too much", "loyalty credit"),
        AnswerRow("L", "Wants to think about it", "callback"),
        AnswerRow("9", "Insists on leaving", "cancel service"),
    ),
    offer=PLAN_OFFER,
    path=(
        PathItem("identify", "Verify", ""),
        PathItem("why", "Find the reason", "price is too high"),
        PathItem("listen", "Size the gap", "£25.00"),
    ),
)
VERIFY_STEP = step(
    step="identify",
    step_title="Verify the caller",
    spoken="Thanks for calling, you're speaking with Ana. Before I open the account, may I have the account PIN?",
    verify=VerifyScreen((VerifyMethod("pin", "account PIN", True), VerifyMethod("callback", "call back", False))),
    answers=(
        AnswerRow("1", "Verified", "find the reason", closed="once the caller is verified"),
        AnswerRow("2", "Not the account holder", "third party"),
        AnswerRow("9", "Cannot verify", "not verified"),
    ),
    path=(),
)
PACK_STEP = step(
    script="upsell-data-pack",
    script_title="Data pack",
    step="packs",
    step_title="Data packs",
    spoken="One last thing: you ran out of data 3 times lately. 500 MB would be £4.00. Shall I add it?",
    answers=(
        AnswerRow("A", "Takes it", "before I add it"),
        AnswerRow("2", "Another size", "all sizes"),
        AnswerRow("D", "No thanks", "closing"),
    ),
    offer=PACK_OFFER,
    can_cancel=False,
    path=(PathItem("solved", "Solved?", "yes"),),
)
DISCLOSURE = DisclosureScreen(
    "pack-terms",
    "Data pack terms",
    "The pack is valid for 30 days from today. What you do not use then ends with it. The price of £4.00 is taken "
    "from your balance at once. You can cancel within 14 days as long as nothing was used.",
    "Consumer rights, distance selling",
    False,
)
TERMS_STEP = step(
    script="upsell-data-pack",
    script_title="Data pack",
    step="pack_terms",
    step_title="Before I add it",
    spoken="",
    answers=(
        AnswerRow("1", "Yes", "order it", closed="after the terms were read"),
        AnswerRow("2", "No", "closing", closed="after the terms were read"),
    ),
    offer=replace(PACK_OFFER, state=OfferState.PENDING, option="500"),
    disclosure=DISCLOSURE,
    consent=ConsentScreen("pack-charge", "May I add it now?", False),
    enter="I have read it",
    can_cancel=False,
    can_take_back=True,
)

READY = DeskView(
    Phase.READY,
    who="Ana R.",
    team="Team Blue",
    today=TODAY,
    recent=(
        RecentCall(NOW - timedelta(minutes=6), "A•• L•••••••", "kept for now, smaller plan"),
        RecentCall(NOW - timedelta(minutes=21), "W•••••• K•••", "solved, data pack accepted"),
        RecentCall(NOW - timedelta(minutes=44), "020 7946 0456", "information given"),
        RecentCall(NOW - timedelta(minutes=58), "Number withheld", "call dropped"),
    ),
    sync=SYNCED,
    phones=PHONES,
)
RINGING_ONE = replace(
    READY,
    phase=Phase.RINGING,
    call=RING,
    card=MASKED,
    script=GREETING,
    preview=True,
    likely_reason=REASON,
    offer_notice=NO_OFFER,
)
ON_CALL = replace(
    READY,
    phase=Phase.ON_CALL,
    call=CALL,
    card=VERIFIED,
    script=step(),
    offer_notice=NO_OFFER,
    digits_to=DigitsTo.ANSWERS,
)
OFFER = replace(
    ON_CALL,
    script=OFFER_STEP,
    notes=NotesView("Husband works from home now, pays two mobiles elsewhere. Would like one bill."),
    recorded=Recorded(Saving.RECORDED, NOW - timedelta(seconds=9), "Note recorded"),
)
PACK = replace(ON_CALL, script=PACK_STEP, card=replace(VERIFIED, title="Cy Dhillon", subtitle="Account 7310 · holder"))
ACCEPTED_RECORDS = (
    OfferRecord("Accepted: 500 MB, £4.00", NOW - timedelta(seconds=12)),
    OfferRecord("Said: data pack", NOW - timedelta(seconds=40)),
    OfferRecord("Declined: price", NOW - timedelta(seconds=55), taken_back=True),
)
ACCEPTED = replace(
    PACK,
    script=step(
        script="upsell-data-pack",
        script_title="Data pack",
        step="ordered",
        step_title="Ordered",
        spoken="I've placed the order; a text will tell you when you can use it.",
        phrasings=1,
        answers=(),
        offer=replace(PACK_OFFER, state=OfferState.ACCEPTED, option="500"),
        requests=(RequestScreen("do", "place_order", "Order: data pack 500 MB, £4.00", "placed"),),
        ending=Ending("upsold", ""),
        enter="To wrap-up",
        can_cancel=False,
        can_take_back=True,
        path=(PathItem("packs", "Data packs", "takes it"), PathItem("pack_terms", "Before I add it", "yes")),
    ),
    offer_records=ACCEPTED_RECORDS,
    ending="Upsell accepted",
    recorded=Recorded(Saving.RECORDED, NOW - timedelta(seconds=12), "Accepted, recorded"),
)
WRAP = replace(
    ACCEPTED,
    phase=Phase.WRAP_UP,
    digits_to=DigitsTo.DISPOSITIONS,
    ending="",
    call=replace(CALL, ended=True, since=NOW - timedelta(seconds=11)),
    wrap_up=WrapUp(
        "upsold",
        (
            ("solved", "Problem solved"),
            ("not_solved", "Not solved, passed on"),
            ("visit", "Engineer visit requested"),
            ("information", "Question answered"),
            ("ordered", "Order taken"),
            ("upsold", "Upsell accepted"),
            ("saved", "Saved with an offer"),
            ("kept", "Stays as it is"),
            ("moved", "Move requested"),
            ("cancelled", "Cancellation started"),
            ("callback", "Callback promised"),
            ("declined", "Offer declined"),
            ("verified", "Caller verified"),
            ("not_verified", "Caller could not be verified"),
            ("not_holder", "Caller is not the account holder"),
            ("transferred", "Passed to another team"),
            ("complaint", "Complaint taken"),
            ("care", "Extra care arranged"),
            ("fraud", "Suspected fraud reported"),
            ("dropped", "Call dropped"),
            ("wrong_number", "Wrong number"),
        ),
        "",
        "Verified by PIN.\nSlow or no internet.\nWhat is slow: everything, also by cable.\nLights on the router: all "
        "green.\nRestart: it works now.\nAccepted: 500 MB, £4.00, after the terms were read.\nOrder placed.\n"
        "Note: Husband works from home now, pays two mobiles elsewhere. Would like one bill, and a call back in spring "
        "when the mobile contracts end.",
        True,
    ),
)

CALLBACKS = (
    CallbackRow("1", "A•• L•••••••", "Smaller plan: Fibre 300", "since Tue", overdue=True),
    CallbackRow("2", "020 7946 0998", "Slow or no internet", "dropped at 13:58", overdue=False),
    CallbackRow("3", "W•••••• K•••", "Data pack: 200 MB", "tomorrow", overdue=False, later=True),
)
LOCKED = DeskView(
    Phase.LOCKED,
    who="Ana R.",
    team="Team Blue",
    call=replace(CALL, number="", line=""),
    sync=SYNCED,
    phones=PHONES,
    locked=Locked(Phase.ON_CALL),
)

DESK_VIEWS: dict[str, DeskView] = {
    "opening": DeskView(Phase.SIGNED_OUT, busy="Opening"),
    "signed-out": DeskView(Phase.SIGNED_OUT, sign_in_user="ana", sync=SYNCED),
    "sign-in-problem": DeskView(
        Phase.SIGNED_OUT,
        sign_in_problem="User name or password is not right. Try again, or ask your lead.",
        sync=SYNCED,
    ),
    "signing-in": DeskView(Phase.SIGNED_OUT, sign_in_user="ana", busy="Signing in", sync=UNSENT),
    "ready": READY,
    "ready-new": replace(
        READY,
        recent=(),
        today=Today(),
        phones=(SourceState("baresip", False, "Softphone not reachable, trying again"),),
    ),
    "ready-callbacks": replace(
        READY,
        since=NOW - timedelta(seconds=42),
        callbacks=CALLBACKS,
        digits_to=DigitsTo.CALLBACKS,
        today=replace(TODAY, talk_s=6900, wrap_s=1500, break_s=1080),
    ),
    "calling": replace(
        READY,
        calling=Calling("020 7946 0123", "Smaller plan: Fibre 300", dials=False),
        choosing=Choosing(
            "Did they answer?",
            (
                Choice("1", "Yes, we are talking"),
                Choice("2", "Not reached, again in an hour"),
                Choice("3", "Not reached, again tomorrow"),
                Choice("4", "No longer wanted"),
            ),
        ),
        digits_to=DigitsTo.LIST,
    ),
    "break-reasons": replace(
        READY,
        choosing=Choosing("Why the break?", tuple(Choice(str(n), text) for n, (_, text) in enumerate(BREAKS, start=1))),
        digits_to=DigitsTo.LIST,
    ),
    "break": replace(
        READY, phase=Phase.BREAK, since=NOW - timedelta(minutes=12, seconds=5), on_break="Lunch", recent=()
    ),
    "locked": LOCKED,
    "locked-wrong": replace(
        LOCKED,
        call=None,
        locked=Locked(Phase.READY, "This is not the password that you signed in with.", can_sign_out=True),
    ),
    "locked-open": replace(LOCKED, call=None, locked=Locked(Phase.READY, can_sign_out=True, needs_password=False)),
    "locked-ringing": replace(LOCKED, locked=Locked(Phase.RINGING)),
    "search": replace(
        ON_CALL,
        card=NOBODY,
        digits_to=DigitsTo.SEARCH,
        search=SearchView(
            "love",
            (
                Candidate("1", "A•• L•••••••", ("Fibre 500 + TV, NW1", "called Tue about internet")),
                Candidate("2", "L••• B•••••", ("Mobile 20 GB, M1", "no contact lately")),
                Candidate("0", "Guest, no account", ()),
            ),
        ),
    ),
    "search-offline": replace(
        ON_CALL,
        card=NOBODY,
        digits_to=DigitsTo.SEARCH,
        sync=UNSENT,
        search=SearchView(
            "lovelace",
            (Candidate("0", "Guest, no account", ()),),
            "The CRM cannot be reached: only numbers known on this device are found.",
        ),
    ),
    "guest": replace(ON_CALL, card=replace(NOBODY, may_search=True)),
    "fresh-alert": replace(
        ON_CALL,
        card=replace(
            VERIFIED,
            worth_knowing=("Add-on data ran out", VERIFIED.worth_knowing[0]),
            fresh=("Add-on data ran out",),
            may_search=True,
        ),
        messages=(Message("m-9", Tone.INFORMATION, "Just now: Add-on data ran out.", NOW),),
    ),
    "who-is-calling": replace(
        ON_CALL,
        choosing=Choosing(
            "Who is calling?",
            (
                Choice("1", "The account holder"),
                Choice("2", "A person whom the holder named"),
                Choice("3", "An executor, after a death"),
                Choice("4", "Somebody else"),
            ),
        ),
        digits_to=DigitsTo.LIST,
    ),
    "break-next": replace(ON_CALL, break_next="Lunch"),
    "wrap-up-countdown": replace(WRAP, wrap_up=replace(WRAP.wrap_up, ready_in=12) if WRAP.wrap_up else None),
    "ringing-one": RINGING_ONE,
    "ringing-several": replace(
        RINGING_ONE, card=SEVERAL, digits_to=DigitsTo.CANDIDATES, sync=UNSENT, today=Today(22, 13, 5, 9)
    ),
    "ringing-none": replace(RINGING_ONE, card=NOBODY, likely_reason=None),
    "ringing-withheld": replace(
        RINGING_ONE, card=WITHHELD, call=replace(RING, number="Number withheld"), likely_reason=None
    ),
    "ringing-searching": replace(RINGING_ONE, card=Card(Match.SEARCHING, "020 7946 0123", "", "", (), (), (), (), "")),
    "ringing-handoff": replace(
        RINGING_ONE,
        call=replace(RING, times_by_agent=True, can_answer=False, can_hang_up=False, caller_id_name="LOVELACE A"),
    ),
    "simulated": replace(RINGING_ONE, call=replace(RING, simulated=True, source="simulated")),
    "verify": replace(ON_CALL, card=MASKED, script=VERIFY_STEP),
    "verify-wrong": replace(
        ON_CALL,
        card=MASKED,
        script=replace(
            VERIFY_STEP, verify=replace(VERIFY_STEP.verify or VerifyScreen(()), last_method="pin", last_answer="no")
        ),
    ),
    "verified": replace(
        ON_CALL,
        script=replace(
            VERIFY_STEP,
            answers=(replace(VERIFY_STEP.answers[0], closed=""), *VERIFY_STEP.answers[1:]),
        ),
    ),
    "script-step": ON_CALL,
    "form": replace(
        ON_CALL,
        script=step(
            step="listen",
            step_title="Acknowledge and size the gap",
            spoken="That's fair. Today you pay £42.00. What would feel right each month?",
            phrasings=1,
            notes=("Do not argue about the bill. Let them finish.",),
            answers=(),
            form=(
                FormField("target", "What they want to pay", "money", "25", False, True),
                FormField(
                    "since", "Thinking of it since", "date", "", False, True, problem="Write a date such as 2026-01-31."
                ),
                FormField(
                    "where", "Where they would go", "choice", "", False, False, ("Nobody named", "Skyline", "Other")
                ),
            ),
            enter="Go on",
        ),
    ),
    "points": replace(
        ON_CALL,
        script=step(
            spoken="",
            phrasings=1,
            points=(
                "They use 8 of 100 GB",
                "New price £22.00: that closes the £17.00 you told me about",
                "No new contract",
            ),
        ),
    ),
    "wait": replace(
        ON_CALL,
        script=step(
            script_title="Slow internet",
            step_title="Restart the router",
            spoken="Please pull the plug of the router, count to ten and put it back.",
            picture="router-lights.svg",
            language="en",
            languages=("en", "de", "es"),
            points=("The lights go out, then come back one by one", "It takes about four minutes"),
            wait=WaitScreen(240, "The router restarts"),
            returns_to="Cancel: too expensive",
            answers=(AnswerRow("1", "It works now", "solved"), AnswerRow("2", "Still slow", "line test")),
        ),
    ),
    "offer": OFFER,
    "offer-extended": replace(
        OFFER,
        script=replace(OFFER_STEP, offer=replace(PLAN_OFFER, state=OfferState.EXTENDED), can_take_back=True),
        offer_records=(OfferRecord("Said: smaller plan", NOW - timedelta(seconds=9)),),
        recorded=Recorded(Saving.RECORDED, NOW - timedelta(seconds=9), "Extended, recorded"),
    ),
    "offer-options": PACK,
    "offer-blocked": replace(
        OFFER,
        script=replace(
            OFFER_STEP,
            offer=replace(PLAN_OFFER, number=3, blocked="Three save offers were made: no more on this call."),
        ),
    ),
    "choosing-options": replace(
        PACK,
        digits_to=DigitsTo.LIST,
        choosing=Choosing(
            "Which one was accepted?",
            (
                Choice("1", "1,000 MB", "£7.00", "£7.00 is more than the balance of £5.20"),
                Choice("2", "500 MB", "£4.00"),
                Choice("3", "200 MB", "£2.00"),
                Choice("4", "100 MB", "£1.20"),
            ),
        ),
    ),
    "choosing-reasons": replace(
        OFFER,
        digits_to=DigitsTo.LIST,
        choosing=Choosing(
            "Why not?",
            tuple(
                Choice(str(index), text)
                for index, text in enumerate(
                    (
                        "Price",
                        "No need",
                        "Another provider",
                        "Contract length",
                        "No trust",
                        "Bad moment",
                        "Leaving anyway",
                        "Not asked",
                    ),
                    1,
                )
            ),
        ),
    ),
    "disclosure": replace(PACK, script=TERMS_STEP),
    "consent": replace(
        PACK,
        script=replace(
            TERMS_STEP,
            spoken="",
            disclosure=replace(DISCLOSURE, confirmed=True),
            consent=ConsentScreen("pack-charge", "May I add it now?", True),
            answers=(AnswerRow("1", "Yes", "order it"), AnswerRow("2", "No", "closing")),
            enter="",
        ),
    ),
    "accepted": ACCEPTED,
    "unsynced": replace(OFFER, sync=UNSENT),
    "sending": replace(OFFER, sync=SyncState(3, NOW - timedelta(seconds=2), 0, True)),
    "not-recorded": replace(
        OFFER,
        recorded=Recorded(Saving.FAILED, None, "The disk is full. Free some space; nothing is confirmed until then."),
        messages=(
            Message(
                "1",
                Tone.ATTENTION,
                "The disk is full: the last entry is not recorded. Free some space, then press the key again.",
                NOW,
            ),
        ),
    ),
    "messages": replace(
        ON_CALL,
        messages=(
            Message(
                "1",
                Tone.INFORMATION,
                "Release 13 is published; it begins with your next call.",
                NOW - timedelta(minutes=2),
            ),
            Message("2", Tone.GOOD, "The order was placed: reference 88-1204.", NOW),
        ),
    ),
    "found": replace(
        ON_CALL,
        found=(
            FoundRow("1", "objection", "Too dear", "Cancel: too expensive"),
            FoundRow("2", "interrupt", "Bereavement", "my husband died, passed away"),
            FoundRow("3", "script", "Slow internet", "buffering, drops out"),
            FoundRow("4", "answer", "HG-2 router", ""),
        ),
    ),
    "phone-can": replace(ON_CALL, call=replace(CALL, can_hold=True, can_transfer=True, can_send_digits=True)),
    "handed": replace(
        ON_CALL,
        handed=HandedView(
            "Transferred by Ana R., Blue team",
            (
                ("Step", "Cancel: too expensive: Acknowledge and size the gap"),
                ("Answers", "Verified\nPrice is too high"),
                ("Offers made", "Declined: Loyalty credit, too dear"),
                ("Verified", "by PIN, 14:01"),
                ("Note", "Wants a smaller plan"),
            ),
            may_open=True,
        ),
    ),
    "held": replace(ON_CALL, call=replace(CALL, can_hold=True, can_transfer=True, held=True)),
    "waiting-call": replace(ON_CALL, call=replace(CALL, waiting=("020 7946 0999",))),
    "call-ended": replace(ACCEPTED, call=replace(CALL, ended=True)),
    "notice": replace(
        OFFER,
        notes=NotesView("Paid by card [card number removed]", "A card number was removed before it was written.", True),
    ),
    "stale": replace(ON_CALL, card=replace(VERIFIED, as_of="as of 09:12"), sync=UNSENT),
    "wrap-up": WRAP,
    "wrap-up-early": replace(
        WRAP,
        call=replace(CALL, since=NOW - timedelta(seconds=31)),
        wrap_up=replace(WRAP.wrap_up or WrapUp("", (), "", "", True), call_over=False, reason="Price"),
    ),
    "long-names": replace(
        OFFER,
        who="Wilhelmina-Alexandra von Hohenstaufen-Zollern",
        call=replace(
            CALL,
            line="Kundenrückgewinnung und Vertragsverlängerung · wählte „Kündigung wegen Unzufriedenheit“ im Menü",
        ),
        card=replace(
            VERIFIED,
            title="Karl-Theodor Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikant-Müller",
            subtitle="Rahmenvertragskonto 4221-88-1204-DE · bevollmächtigte Vertretung",
            verified="Verified by Personalausweisprüfziffer and callback, 14:02",
            facts=(
                Fact("Vertragslaufzeit", "endet in 12 Tagen, Kündigungsfrist versäumt"),
                Fact("Datenvolumenverbrauch", "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"),
                *FACTS[2:],
            ),
        ),
        script=replace(
            OFFER_STEP,
            script_title="Kündigungsrückgewinnung: Preisunzufriedenheit und Leistungsumfangsanpassung",
            step_title="Tarifverkleinerungsangebot mit Rücksicht auf das tatsächliche Datenvolumen",
            answers=(
                AnswerRow(
                    "A",
                    "Ja, bitte die Tarifverkleinerung zum nächstmöglichen Zeitpunkt durchführen",
                    "Bedingungen und Einverständnis",
                ),
                AnswerRow(
                    "D",
                    "Immer noch zu teuer, auch im Vergleich mit Mitbewerbern in derselben Anschlussstraße",
                    "Treuegutschrift",
                ),
                AnswerRow("9", "Besteht auf der Kündigung", "Kündigung"),
            ),
            offer=replace(
                PLAN_OFFER,
                name="Tarifverkleinerung: Glasfaseranschluss 300 Megabit",
                gist="monatlich, 20,00 € weniger als bisher",
            ),
        ),
    ),
    "hostile-names": replace(
        ON_CALL,
        call=replace(CALL, caller_id_name='<img src="file:///x">'),
        card=replace(
            VERIFIED,
            title="<img src=file:///x> O'Brien <o@x>",
            subtitle="a<b and c>d & &amp; \u202egnp.exe\u200b",
            facts=(Fact("Plan", "[x](file:///etc/passwd)"), Fact("Pays", "<b>bold</b>"), *FACTS[2:]),
            worth_knowing=("<a href='file:///etc'>click</a>", "Z\u0351\u0352\u0353\u0354\u0355\u0356\u0357algo"),
        ),
        script=step(spoken="Hello, <b>O'Brien <o@x></b>. \u202eDiorrevo\u202c?"),
    ),
}


def _rate(numerator: int, denominator: int) -> Rate:
    """A rate with its Wilson 95 % interval."""
    if not denominator:
        return Rate(0, 0, None, None)
    z = 1.96
    p = numerator / denominator
    centre = (p + z * z / (2 * denominator)) / (1 + z * z / denominator)
    half = z / (1 + z * z / denominator) * ((p * (1 - p) / denominator + z * z / (4 * denominator**2)) ** 0.5)
    return Rate(numerator, denominator, max(0.0, centre - half), min(1.0, centre + half))


def agent_line(name: str, calls: int, extended: int, accepted: int, word: str = "same", points: int = 0) -> AgentLine:
    """A row of the lead's table."""
    rates = (_rate(extended, calls), _rate(accepted, extended), _rate(accepted, calls))
    return AgentLine(name.lower(), name, calls, extended, accepted, *rates, points, word)


LEAD = LeadView(
    team="blue",
    teams=(("blue", "Team Blue"), ("green", "Team Green")),
    first_day=date(2026, 11, 16),
    last_day=date(2026, 11, 20),
    as_of=NOW - timedelta(minutes=3),
    timezone="Europe/London",
    lines=(
        agent_line("Ira M.", 72, 58, 21, "above", 63),
        agent_line("Ana R.", 66, 47, 14, points=40),
        agent_line("Cy D.", 58, 41, 11),
        agent_line("Bo K.", 61, 40, 10),
        agent_line("Joel T.", 73, 70, 6),
        agent_line("Lia F.", 44, 28, 8),
        agent_line("Max W.", 52, 30, 7),
        agent_line("Eve S.", 39, 22, 5),
        agent_line("Pia N.", 55, 27, 5),
        agent_line("Tom H.", 47, 20, 4),
        agent_line("Noor B.", 95, 20, 3, "below"),
        agent_line("Kim L.", 2, 0, 0, ""),
    ),
    total=agent_line("Team Blue", 662, 403, 94),
    who="Sam O.",
)
DESK_VIEWS |= talk_views(READY, ON_CALL, WRAP, NOW)
DESK_VIEWS |= {
    "why": replace(
        OFFER,
        why=(
            Reason(ReasonKind.ANSWERED, "Price is too high"),
            Reason(
                ReasonKind.OFFER,
                "Smaller plan: Fibre 300",
                "account.usage_gb < 10",
                True,
                (ValueSeen("account.usage_gb", "8"), ValueSeen("account.plan.data_gb", "100")),
            ),
            Reason(
                ReasonKind.VALUES, "", values=(ValueSeen("offer.price", "£22.00"), ValueSeen("account.pin", "", True))
            ),
        ),
    ),
    "why-nothing": replace(ON_CALL, why=()),
}

LEAD_VIEWS: dict[str, LeadView] = {
    "lead": LEAD,
    "lead-busy": replace(LEAD, busy=True),
    "lead-problem": replace(LEAD, problem="The hub cannot be reached; these are the figures of 14:02."),
    "lead-empty": replace(LEAD, lines=(), total=agent_line("Team Blue", 0, 0, 0)),
    "lead-hostile": replace(
        LEAD, lines=(agent_line("<img src=file:///x>", 4, 3, 1), agent_line("\u202eO'Brien <o@x>", 9, 4, 2))
    ),
}

LEAD_TALK_VIEWS = lead_talk_views(NOW)

OPENABLE = replace(
    OFFER,
    call=replace(CALL, can_hold=True, can_transfer=True, can_send_digits=True),
    sync=UNSENT,
    note_templates=(
        NoteTemplate("bill", "Bill explained", "Explained the bill of ___."),
        NoteTemplate("fault", "Fault described", "What does not work: ___. Since: ___."),
        NoteTemplate("promise", "Promise made", "Promised ___ by ___."),
    ),
)
"""A call over which everything can be opened that keys open."""


class SyncShelf:
    """What waits to be sent, and one event that the hub refused."""

    def details(self) -> SyncDetails:
        """All of it."""
        waiting = (
            WaitingKind("step.shown", 4, NOW - timedelta(minutes=6), 0),
            WaitingKind("offer.extended", 2, NOW - timedelta(minutes=5), 1),
        )
        refused = SetAsideEvent(
            "event-7", 7, "offer.accepted", NOW - timedelta(hours=2), "call-1", 422, "The hub does not know this offer."
        )
        return SyncDetails("The hub cannot be reached.", waiting, (refused,), timedelta(seconds=3))

    def export_set_aside(self, file: Path) -> int:
        """Nothing is exported in a picture."""
        return 0

    def try_again(self, ids: Sequence[str]) -> int:
        """Nothing is tried in a picture."""
        return 0
