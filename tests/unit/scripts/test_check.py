"""Every rule of the checker: a change to a clean library that it finds, and a twin that it leaves alone."""

from __future__ import annotations

import time
from datetime import date

import pytest

from app.scripts.check import RULES, check_script
from app.scripts.library import load_library
from app.scripts.model import Problem, Severity
from app.scripts.parse import parse_script
from tests.fakes.small_library import CANCEL, SAVE, TROUBLE, findings_with, loaded_with, small_library

OFFERS = "catalog/saves.yaml"
CONDITIONS = "conditions.yaml"
DISCLOSURE = "disclosures/credit-terms.md"
NOT_YET = "Let: gap = account.bill - ask.target"
KEPT = "## kept\nEnd: saved"


def test_the_small_library_is_clean() -> None:
    assert load_library(small_library()).problems == ()


# rule, file, what is replaced, by what fires it, and by what does not.
CASES = [
    ("syntax", SAVE, "Note: Let", "Notes: Let", "Note: Please let"),
    ("syntax", SAVE, "account.bill > 30", "account.bill >", "account.bill > 31"),
    ("syntax", SAVE, "{gap|money}", "{gap|money", "{gap}"),
    ("syntax", OFFERS, "kind: save", "kind: safe", "kind: cross-sell"),
    ("syntax", DISCLOSURE, "rule: Terms", "rules: Terms", "rule: The terms"),
    ("syntax", CONDITIONS, "when: has(account.plan.data_gb) &&", 'when: "[low data user]" #', "when: true &&"),
    ("unknown-step", SAVE, "- [1] Too expensive -> listen", "- [1] Too expensive -> lisen", "- [1] Costly -> listen"),
    ("unknown-step", TROUBLE, "visits(restart)", "visits(restrt)", 'visits("restart")'),
    ("unknown-step", SAVE, "then after_fix", "then after_it", "then kept"),
    ("unknown-script", SAVE, "=> cancel-service", "=> cancel-servce", "=> slow"),
    ("unknown-script", SAVE, "cancel: cancel-service", "cancel: cancel", "cancel: slow"),
    ("unknown-variable", SAVE, "account.bill > 30", "account.bil > 30", "account.overage_count > 3"),
    ("unknown-variable", SAVE, "{agent.first_name}", "{agent.name}", "{agent.company}"),
    ("unknown-variable", SAVE, "default account.bill", "default account.bil", "default account.plan.price"),
    ("unknown-variable", SAVE, "ask.target", "ask.targt", "ask.target + 1"),
    ("unknown-variable", TROUBLE, "account.equipment as", "account.equpment as", "account.equipment as"),
    ("unknown-variable", OFFERS, "{account.usage_gb|gb}", "{account.usage|gb}", "{account.usage_gb}"),
    ("unknown-variable", DISCLOSURE, "six months.", "{offer.moths} months.", "{offer.months} months."),
    ("unknown-condition", SAVE, "If: low data user", "If: low data usr", "If: [low data user] && true"),
    ("unknown-filter", SAVE, "{gap|money}", "{gap|mony}", "{gap|money|upper}"),
    ("unknown-offer", SAVE, "Offer: plan-down", "Offer: plan-dwn", "Offer: plan-down, best first"),
    ("unknown-disclosure", SAVE, "Read: credit-terms", "Read: terms", "Read: credit-terms\nNote: Slowly"),
    ("unknown-disclosure", OFFERS, "disclosure: credit-terms", "disclosure: terms", "disclosure: credit-terms # ok"),
    ("unknown-outcome", SAVE, KEPT, "## kept\nEnd: savd", "## kept\nEnd: saved, reason price"),
    ("unknown-outcome", SAVE, KEPT, "## kept\nEnd: saved, reason prize", "## kept\nEnd: solved"),
    ("unknown-action", SAVE, "Do: place_order", "Do: place_oder", "Do: place_order\nNote: Ordered"),
    ("unknown-action", OFFERS, "kind: save\n    disc", "kind: save\n    order_action: oder\n    disc",
     "kind: save\n    disc"),
    ("unknown-method", SAVE, "pin | callback", "pin | callbck", "callback | pin"),
    ("unknown-picture", SAVE, "Note: Let", "Show: no.svg\nNote: Let", "Show: ok.svg\nNote: Let"),
    ("type-error", SAVE, "account.bill > 30", "account.bill > 'a'", "account.bill > 30.5"),
    ("type-error", SAVE, "account.bill > 30", "account.bill", "account.past_due"),
    ("type-error", SAVE, "{gap|money}", "{gap|date}", "{gap}"),
    ("type-error", TROUBLE, "account.equipment as", "account.plan.name as", "account.alert_kinds as"),
    ("duplicate-step", SAVE, KEPT, KEPT + "\n## kept\nEnd: saved", KEPT),
    ("duplicate-key", SAVE, "- [9] Cannot verify", "- [1] Cannot verify", "- [8] Cannot verify"),
    ("reserved-key", SAVE, "- [3] Service", "- [A] Service", "- [2] Service"),
    ("tag-without-line", SAVE, "#identity", "#identity #disclosure", "#identity"),
    ("fixed-answers", SAVE, "- [1] Verified", "- [2] Verified", "- [1] Verified by PIN"),
    ("fixed-answers", SAVE, "- [2] No -> kept", "- [3] No -> kept", "- [2] Not now -> kept"),
    ("fixed-answers", SAVE, "> I hear you.", "> I hear you.\nEnd: saved", "> I hear you.\n* Wait"),
    ("objection-target", SAVE, '"no money" -> soften', '"no money" -> kept', '"no cash" -> soften'),
    ("if-without-else", SAVE, "Else: -> credit\n", "", "Else: -> kept\n"),
    ("else-with-answers", TROUBLE, "-> open\n- [1]", "-> open\nElse: -> fixed\n- [1]", "-> open\n- [1]"),
    ("end-goes-on", SAVE, KEPT, KEPT + "\n- [1] More -> why", KEPT + "\n> Bye."),
    ("never-taken", SAVE, KEPT, KEPT + "\nAsk: more (text) More", KEPT + "\n* More?"),
    ("dead-end", SAVE, KEPT, "## kept\n> Bye.", KEPT),
    ("loop-without-exit", TROUBLE, "- [9] No device -> open",
     "- [9] No device -> a\n\n## a\n- [1] B -> b\n\n## b\n- [1] A -> a",
     "- [9] No device -> a\n\n## a\n- [1] B -> b\n\n## b\n- [1] A -> open"),
    ("unreachable-step", SAVE, KEPT, KEPT + "\n## lost\nEnd: saved", KEPT),
    ("sensitive-before-identity", SAVE, "{agent.first_name}", "{account.first_name}", "{account.plan.name}"),
    ("sensitive-before-identity", TROUBLE, "> Which", "* Bill {account.bill|money}\n> Which",
     "* {account.segment}\n> Which"),
    ("sensitive-before-identity", TROUBLE, "Which one is it?", "Which? {if account.past_due}",
     "Which? {if caller.verified && account.past_due}"),
    ("sensitive-before-identity", TROUBLE, "If: visits(restart) > 3", "If: account.usage_gb > 3",
     "If: visits(restart) > 2"),
    ("sensitive-before-identity", SAVE, "> I cannot", "> {gap|money}: I cannot", "> So I cannot"),
    ("accept-without-terms", SAVE, "- [A] Yes -> terms", "- [A] Yes -> agreed", "- [A] Yes, please -> terms"),
    ("accept-without-terms", SAVE, "Read: credit-terms\n", "", "Read: credit-terms\nNote: Slowly\n"),
    ("accept-without-terms", SAVE, 'Consent: credit-terms-agreed "May', 'Consent: other "May',
     'Consent: credit-terms-agreed "May'),
    ("too-many-saves", "policies/uk.yaml", "save_offers: 3", "save_offers: 1", "save_offers: 2"),
    ("save-without-cancel", SAVE, "cancel: cancel-service\n", "", "cancel: cancel-service\n"),
    ("cancel-makes-offer", CANCEL, "- [1] Go on -> done", "- [1] Go on -> done\n- [2] Wait => stay",
     "- [1] Go on -> done\n- [2] X => slow"),
    ("cancel-makes-offer", CANCEL, "> I'll start", "Offer: plan-down\n> I'll start", "> I'll start"),
    ("promised-too-early", SAVE, "I've placed the order; a text will tell you when it is active.", "It is active now.",
     "A text comes once it is active."),
    ("promised-too-early", SAVE, "I've placed the order;", "The plan is now activated.", "Is it active?"),
    ("promised-too-early", SAVE, "a text will tell you when it is active.", "it is active",
     'it is active {if done.place_order == "placed"}'),
    ("too-long", SAVE, "Is it better now?", "word " * 51, "word " * 50),
    ("too-long", SAVE, "Is it better now?", "a " * 30 + "{if caller.verified}\n> " + "a " * 30 + "{if call.offline}",
     "a " * 30 + "{if call.offline}\n> " + "a " * 30 + "{if !call.offline}"),
    ("forbidden-field", SAVE, "account.bill > 30", 'account.first_name == "Ada"', "has(account.first_name)"),
    ("forbidden-field", SAVE, "account.bill > 30", "account.age > 60", "account.tenure_months > 60"),
    ("forbidden-field", CONDITIONS, "has(account.plan.data_gb) &&", 'account.area == "NW1" &&', "has(account.area) &&"),
    ("forbidden-field", OFFERS, "account.usage_gb < 20", 'account.name == "x"', "account.usage_gb < 21"),
    ("forbidden-field", SAVE, NOT_YET, NOT_YET + '\nLet: who = account.name + "x"', NOT_YET + "\nLet: half = gap / 2"),
]  # fmt: skip


COMPETITORS = "catalog/competitors.yaml"
ROUTES = "routes.yaml"
INTERRUPTS = "interrupts.yaml"
GERMAN = SAVE.replace(".call.md", ".de.call.md")
TODAY = date(2026, 3, 2)

_MORE: dict[str, str] = {
    COMPETITORS: """\
competitors:
  - {id: skyline, names: [Skyline, Sky Line]}
claims:
  - {id: term, competitor: skyline, claim: Skyline asks for two years., source: List,
     approver: Ada, expires: 2026-12-31}
""",
    ROUTES: """\
default: slow
alerts: [outage]
routes:
  - {queue: support, script: slow}
  - {alert: outage, script: slow}
  - {intent: leave, script: stay}
transfers:
  - {queue: experts, number: "6002"}
""",
    INTERRUPTS: """\
interrupts:
  - {id: fraud, title: Fraud, script: cancel-service, phrases: [hacked], suppresses: [offers, bell]}
""",
}
POLICY = "policies/uk.yaml"
HAD_DEBT = "{if account.past_due && !account.past_due}"
HARD = (
    "Considering numerous technological circumstances, administrative representatives continuously investigate "
    "infrastructural irregularities, notwithstanding organisational considerations regarding availability."
)
EASY = "We had a look at your line today, and all of it is fine. Is it better for you now, or is it still slow?"
CARD = "Never tell anyone the card number."
# More rules, with interrupts, competitors, a day, and a German translation of the save script.
MORE_CASES = [
    ("unknown-policy", SAVE, "account.bill > 30", 'account.jurisdiction == "ukk"', 'account.jurisdiction == "uk"'),
    ("unknown-policy", SAVE, "account.bill > 30", 'account.jurisdiction in ["uk", "x"]',
     'account.jurisdiction in ["uk"]'),
    ("unknown-policy", DISCLOSURE, "jurisdictions: uk", "jurisdictions: uk, fr", "jurisdictions: uk"),
    ("unknown-interrupt", POLICY, "save_offers: 3", "save_offers: 3\nsuppress: [{interrupt: fraude, days: 3}]",
     "save_offers: 3\nsuppress: [{interrupt: fraud, days: 3}]"),
    ("unknown-script", INTERRUPTS, "script: cancel-service", "script: cancel", "script: slow"),
    ("unknown-alert", ROUTES, "alert: outage", "alert: outtage", "alert: Outage"),
    ("duplicate-route", ROUTES, "intent: leave, script", "queue: SUPPORT, script", "intent: go, script"),
    ("unreachable-route", ROUTES, "alert: outage,", "alert: outage, queue: support,", "alert: outage, intent: tv,"),
    ("transfer-without-number", SAVE, KEPT, KEPT + "\nTransfer: expert", KEPT + "\nTransfer: experts"),
    ("unknown-script", ROUTES, "script: stay", "script: sty", "script: slow"),
    ("cancel-makes-offer", INTERRUPTS, "script: cancel-service", "script: stay", "script: slow"),
    ("syntax", INTERRUPTS, "[offers, bell]", "[offers, bells]", "[alerts, points]"),
    ("competitor-claim", SAVE, "Let them finish.", "Let them finish.\n* Skyline is slow",
     "Let them finish.\n* Skyline asks for two years."),
    ("competitor-claim", SAVE, "Is it better now?", "Sky Line is worse.", "Is it Skyline that you think of?"),
    ("competitor-claim", COMPETITORS, "source: List,", "", "source: A list,"),
    ("competitor-claim", COMPETITORS, ", expires: 2026-12-31", "", ", expires: 2027-12-31"),
    ("competitor-claim", COMPETITORS, "2026-12-31", "2026-03-01", "2026-03-02"),
    ("translation-differs", GERMAN, "- [9] Just cancel => cancel-service\n", "",
     "- [9] Nur kündigen => cancel-service\n"),
    ("translation-differs", GERMAN, "- [2] No -> listen", "- [2] Nein -> kept", "- [2] Nein -> listen"),
    ("translation-differs", GERMAN, "- [2] No -> listen", "- [3] Nein -> listen", "- [2] Nein -> listen"),
    ("translation-differs", GERMAN, "Do: place_order\n", "", "Do: place_order\nNote: Bestellt\n"),
    ("translation-differs", GERMAN, "## kept\nEnd: saved\n", "## other\nEnd: saved\n",
     "## kept: Bleibt\nEnd: saved\n"),
    ("translation-differs", GERMAN, "kind: save", "kind: care", "kind: save\nabout: Deutsch"),
    ("missing-translation", SAVE, "kind: save", "kind: save\nlanguages: de, es", "kind: save\nlanguages: de"),
    ("missing-translation", GERMAN, "> Die Bestellung ist aufgenommen; eine SMS sagt Ihnen Bescheid.",
     "> I've placed the order; a text will tell you when it is active.", "> Ihre Bestellung ist bei uns angekommen."),
    ("constant-condition", SAVE, "{if account.bill > 30}", HAD_DEBT, "{if account.past_due || account.bill > 1}"),
    ("constant-condition", SAVE, "{if account.bill > 30}", "{if account.bill > 30 && account.bill < 20}",
     "{if account.bill > 30 && account.bill < 40}"),
    ("constant-condition", SAVE, "{if account.bill > 30}", "{if size(account.phones) >= 0}",
     "{if size(account.phones) > 0}"),
    ("constant-condition", SAVE, 'If: outcome == "solved" ->', 'If: outcome == "a" && outcome == "b" ->',
     'If: outcome == "a" || outcome == "b" ->'),
    ("overlapping-cases", TROUBLE, "If: visits(restart) > 3 -> open",
     "If: visits(restart) > 3 -> open\nIf: visits(restart) > 5 -> fixed",
     "If: visits(restart) > 5 -> open\nIf: visits(restart) > 3 -> fixed"),
    ("missing-case", TROUBLE, "> Which one is it?",
     "> A? {if account.tenure_months > 5}\n> B? {if account.tenure_months < 5}",
     "> A? {if account.tenure_months > 5}\n> B? {if account.tenure_months <= 5}"),
    ("missing-case", TROUBLE, "> Which one is it?", "> A? {if call.offline}\n> B? {if caller.verified}",
     "> A? {if call.offline}\n> B? {if !call.offline}"),
    ("missing-case", SAVE, "- [1] Yes -> kept\n- [2] No -> listen",
     "- [1] Yes -> kept {if call.offline}\n- [2] No {if call.offline} -> listen".replace(" -> kept {if call.offline}",
     " {if call.offline} -> kept"), "- [1] Yes {if call.offline} -> kept\n- [2] No -> listen"),
    ("missing-fallback", SAVE, "{account.first_name|or:\"and thank you for telling me\"}", "{account.first_name}",
     "{account.first_name|or:\"friend\"}"),
    ("missing-fallback", GERMAN, "> Was wäre Ihnen", "> Ja, {account.first_name}. Was wäre Ihnen",
     "> Ja, {account.first_name|or:'gern'}. Was wäre Ihnen"),
    ("missing-fallback", TROUBLE, "> Please switch", "Ask: since (text, optional) Since\n> Slow since {ask.since}? Now",
     "Ask: since (text, optional) Since\n> Slow since {ask.since|or:'now'}? Now"),
    ("missing-fallback", TROUBLE, "> Which one is it?", "> {account.plan.data_gb|gb}?",
     "> {account.plan.data_gb|gb}? {if has(account.plan.data_gb)}"),
    ("unused-field", TROUBLE, "Wait: 4m", "Ask: lights (text) Which lights\nWait: 4m",
     "Ask: lights (text) Which lights\nNote: {ask.lights}\nWait: 4m"),
    ("unused-field", TROUBLE, "Wait: 4m", "Ask: lights (text) Which lights\nWait: 4m",
     "Ask: lights (text) Which lights\nDo: line_test\nWait: 4m"),
    ("offer-not-valid", OFFERS, "    name: A smaller plan", "    name: A smaller plan\n    valid_until: 2026-03-01",
     "    name: A smaller plan\n    valid_until: 2026-03-02"),
    ("offer-not-valid", OFFERS, "    name: A smaller plan", "    name: A smaller plan\n    valid_from: 2026-03-03",
     "    name: A smaller plan\n    valid_from: 2026-03-02"),
    ("card-data", SAVE, "Is it better now?", "What is your card number?", CARD),
    ("card-data", SAVE, "What they want to pay", "The security code", "The order code"),
    ("card-data", GERMAN, "Ich verstehe Sie.", "Wie ist die Kartennummer?", "Sagen Sie nie die Kartennummer."),
    ("hard-to-read", SAVE, "Is it better now?", HARD, EASY),
    ("bad-suppression", SAVE, "// Trainers: keep it short.", "// check: too-lng: it is fine", "// Checked: fine"),
    ("bad-suppression", SAVE, "// Trainers: keep it short.", "// check: dead-end: it is fine", "// check the bill"),
    ("bad-suppression", SAVE, "// Trainers: keep it short.", "// check: too-long:", "// Too long?"),
    ("unused-suppression", SAVE, "// Trainers: keep it short.", "// check: too-long: it is fine", "// Not too long"),
]  # fmt: skip


def more_files() -> dict[str, bytes]:
    """The small library with interrupts, a claim, and a translation."""
    files = small_library() | {file: text.encode() for file, text in _MORE.items()}
    files[GERMAN] = german_of(files[SAVE].decode()).encode()
    return files


def german_of(source: str) -> str:
    """The save script with its spoken lines in German."""
    words = {
        "You're speaking with {agent.first_name}. May I have the account PIN?": "{agent.first_name} hier. Ihre PIN?",
        "I'm sorry you're thinking of leaving, {account": "Schade, dass Sie gehen möchten, {account",
        "Thanks for being straight with me.": "Danke für die offenen Worte.",
        "What would feel right each month?": "Was wäre Ihnen im Monat recht?",
        "I hear you.": "Ich verstehe Sie.",
        "I've placed the order; a text will tell you when it is active.":
            "Die Bestellung ist aufgenommen; eine SMS sagt Ihnen Bescheid.",
        "I cannot open the account, then.": "Dann darf ich das Konto nicht öffnen.",
        "kind: save\n": "kind: save\nlanguage: de\n",
    }  # fmt: skip
    for english, german in words.items():
        assert english in source
        source = source.replace(english, german)
    return source


def test_the_larger_library_is_clean() -> None:
    assert load_library(more_files(), today=TODAY).problems == ()


@pytest.mark.parametrize(("rule", "file", "old", "bad", "good"), MORE_CASES)
def test_the_rule_finds_it_in_the_larger_library_too(rule: str, file: str, old: str, bad: str, good: str) -> None:
    def found(new: str) -> list[Problem]:
        files = more_files()
        text = files[file].decode()
        assert old in text
        files[file] = text.replace(old, new).encode()
        return [problem for problem in load_library(files, today=TODAY).problems if problem.rule == rule]

    finding = next(iter(found(bad)), None)
    assert finding is not None
    assert finding.severity is RULES[rule].severity
    assert found(good) == []


def test_an_answer_that_the_last_release_had_is_missed() -> None:
    files = small_library()
    earlier = load_library(files).known.scripts
    files[SAVE] = files[SAVE].replace(b"- [3] Service trouble => slow then after_fix\n", b"")
    files[SAVE] = files[SAVE].replace(b"- [1] Too expensive", b"- [1] Costs too much")

    problems = [one for one in load_library(files, earlier=earlier).problems if one.rule == "lost-answer"]

    assert [problem.place.line for problem in problems] == [16]
    assert '[3] "Service trouble"' in problems[0].message
    assert load_library(files, earlier=load_library(files).known.scripts).problems == load_library(files).problems


def test_a_comment_with_a_reason_answers_for_its_step_alone() -> None:
    files = small_library()
    long = "> " + "a " * 60
    files[SAVE] = files[SAVE].replace(b"> Is it better now?", long.encode()).replace(b"> I hear you.", long.encode())
    before = [one.place.line for one in load_library(files).problems]
    reason = b"// check: too-long: the law wants these words\n## soften"
    files[SAVE] = files[SAVE].replace(b"## soften", reason)

    assert len(before) == 2
    assert [problem.place.line for problem in load_library(files).problems] == before[:1]


def test_a_comment_above_all_steps_answers_for_the_file() -> None:
    files = small_library()
    long = "> " + "a " * 60
    files[SAVE] = files[SAVE].replace(b"> Is it better now?", long.encode()).replace(b"> I hear you.", long.encode())
    files[SAVE] = files[SAVE].replace(b"---\n\n##", b"---\n\n// check: too-long: read out by law\n\n##", 1)

    assert load_library(files).problems == ()


@pytest.mark.parametrize(("rule", "file", "old", "bad", "good"), CASES)
def test_the_rule_finds_it_and_leaves_its_twin_alone(rule: str, file: str, old: str, bad: str, good: str) -> None:
    def found(new: str) -> list[Problem]:
        files = small_library() | {"pictures/ok.svg": b"<svg/>"}
        text = files[file].decode()
        assert old in text
        files[file] = text.replace(old, new).encode()
        return [problem for problem in load_library(files).problems if problem.rule == rule]

    finding = next(iter(found(bad)), None)
    assert finding is not None
    assert finding.severity is RULES[rule].severity
    assert found(good) == []


def test_every_rule_has_a_case() -> None:
    in_other_tests = {"unknown-file", "duplicate-script", "duplicate-offer", "lost-answer"}

    assert {case[0] for case in (*CASES, *MORE_CASES)} | in_other_tests == set(RULES)


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "column", "suggestion"),
    [
        (SAVE, "account.bill > 30", "account.bil > 30", 21, 37, "account.bill"),
        (SAVE, "{gap|money}", "{gpa|money}", 42, 17, "gap"),
        (SAVE, "-> credit\n- [L]", "-> credt\n- [L]", 45, 16, "credit"),
        (SAVE, "account.bill - ask", "account.bil - ask", 36, 12, "account.bill"),
        (SAVE, "If: low data user", "If: low data usr", 37, 5, "low data user"),
        (CONDITIONS, "account.usage_gb <", "account.usag_gb <", 3, 40, "account.usage_gb"),
        (OFFERS, "account.usage_gb < 20", "account.usag_gb < 20", 7, 15, "account.usage_gb"),
    ],
)
def test_a_finding_has_its_place_and_says_what_was_meant(
    file: str, old: str, new: str, line: int, column: int, suggestion: str
) -> None:
    problem = findings_with(file, old, new)[0]

    assert (problem.file, problem.place.line, problem.suggestion) == (file, line, suggestion)
    assert problem.place.column == column
    assert f'Did you mean "{suggestion}"?' in problem.message


EARLY = """\
---
script: slow
title: T
kind: troubleshoot
---
## start
> Hi
- [1] Terms first -> told
- [2] {other}
## told
Read: credit-terms
- [1] Understood -> offer
## offer
Offer: loyalty-credit
Consent: credit-terms-agreed "Shall I?"
- [A] Yes -> end
- [1] Yes -> end
- [2] No -> end
## end
End: solved
"""


def test_terms_that_every_way_has_read_before_count() -> None:
    def rules(other: str) -> list[str]:
        files = small_library() | {TROUBLE: EARLY.replace("{other}", other).encode()}
        return [problem.rule for problem in load_library(files).problems]

    assert rules("Goodbye -> end") == []
    assert rules("The offer at once -> offer") == ["accept-without-terms"]


def test_an_objection_step_keeps_what_its_opener_knew() -> None:
    before = findings_with(TROUBLE, "> Which one", 'Objection: "x" -> soft\n> Which one')
    assert [problem.rule for problem in before] == ["unknown-step"]

    files = small_library()
    text = files[TROUBLE].decode().replace("> Which one", 'Objection: "x" -> soft\n> Which one')
    files[TROUBLE] = (text + "\n## soft #return\n> You pay {account.bill|money}.\n").encode()
    assert [problem.rule for problem in load_library(files).problems] == ["sensitive-before-identity"]


def test_after_not_verified_only_the_verified_remain() -> None:
    body = "## a\n> Hi\nIf: !caller.verified -> b\nElse: -> c\n## b\nEnd: solved\n## c\n> {account.bill}\nEnd: solved\n"
    header = "---\nscript: slow\ntitle: T\nkind: troubleshoot\n---\n"
    files = small_library() | {TROUBLE: (header + body).encode()}

    assert load_library(files).problems == ()


def test_scripts_that_only_hand_over_to_each_other_are_found() -> None:
    ring = "---\nscript: {}\ntitle: T\nkind: care\n---\n## a\n> Hi\n- [1] On => {}\n- [2] Again -> a\n"
    files = small_library()
    files["scripts/care/round.call.md"] = ring.format("round", "about").encode()
    files["scripts/care/about.call.md"] = ring.format("about", "round").encode()

    assert [(problem.rule, problem.file) for problem in load_library(files).problems] == [
        ("loop-without-exit", "scripts/care/about.call.md"),
        ("loop-without-exit", "scripts/care/round.call.md"),
    ]


def test_handing_over_and_coming_back_is_no_circle() -> None:
    loaded = loaded_with(TROUBLE, "- [9] No device -> open", "- [9] No device => stay")

    assert loaded.problems == ()


def test_warnings_alone_do_not_keep_a_library_from_use() -> None:
    loaded = loaded_with(SAVE, KEPT, KEPT + "\n## lost\nEnd: saved")

    assert loaded.library is not None
    assert [problem.severity for problem in loaded.problems] == [Severity.WARNING]


def test_the_time_to_check_grows_with_the_script_and_not_faster() -> None:
    """1,000 steps within the keystroke budget is measured by the bench; here only that nothing is quadratic."""

    def seconds(steps: int) -> float:
        rows = [
            f"## s{number}: Title\n> Hi {{account.plan.name}}, step {number}.\n"
            f"If: account.tenure_months > {number} -> s0\n"
            f"- [1] Yes -> s{(number + 1) % steps}\n- [2] No -> s{number * 7 % steps}\n- [9] Out => slow\n"
            for number in range(steps)
        ]
        source = "---\nscript: big\ntitle: T\nkind: care\n---\n" + "\n".join(rows)
        best = float("inf")
        for _ in range(3):
            began = time.process_time()
            script = parse_script(source, "big.call.md").script
            assert script is not None
            assert check_script(script, known) == ()
            best = min(best, time.process_time() - began)
        return best

    known = load_library(small_library()).known
    # Eight times as long when linear, 64 times when quadratic.
    assert seconds(2000) < 30 * seconds(250)
