"""Every shipped script walked to each of its ends, by the keys that an agent presses."""

from __future__ import annotations

import pytest

from app.scripts.actions import Fill
from app.scripts.screen import Ending
from tests.fakes.library_callers import CALLERS
from tests.fakes.walks import Agent, context, shipped

# Script, caller, keys, the step where it ends, the outcome and perhaps its reason. V verifies the caller,
# Read confirms a text that is read out, name=value fills in a field; the others are the agent's own keys.
CALLS = """
bereavement          ada       2 1 -> sent: care bereavement
bereavement          ada       2 2 -> to_care_team: care bereavement
bereavement          ada       3 -> later: care bereavement
billing-question     ada       V 1 4 1 -> plan_asked: passed_on bill
billing-question     ada       V 1 1 1 2 -> in_writing: explained bill
billing-question     ada       3 1 -> goodbye: explained bill
billing-question     ada       2 -> not_holder: not_holder
billing-question     ada       9 -> not_verified: not_verified
cancel-service       ada       Enter V 1 Read 1 1 1 2 1 -> started: cancelled
cancel-service       ada       Enter V 1 Read 2 -> stays: kept
cancel-service       ada       Enter 2 -> not_holder: not_holder
cancel-service       ada       Enter 9 -> not_verified: not_verified
complaint            ada       2 -> to_lead: complaint
complaint            ada       3 -> later: callback service
complaint            ada       1 1 1 -> goodbye: complaint
email-account        ada       1 2 1 -> other_end: not_solved own_equipment
email-account        ada       3 2 -> mail_team: not_solved mail
email-account        ada       1 1 3 -> callback: callback mail
email-account        ada       3 1 1 -> goodbye: solved mail
engineer-visit       ada       Enter Read 1 1 -> requested: visit
engineer-visit       ada       Enter Read 2 -> no_visit: not_solved
move-out             ada       V 1 1 1 -> requested: moved moving
move-out             ada       V 1 3 1 -> to_team: passed_on moving
move-out             ada       V 1 1 2 -> later: callback moving
move-out             ada       2 -> not_holder: not_holder
move-out             ada       9 -> not_verified: not_verified
no-dial-tone         outage    1 Enter 1 -> divert: explained outage
no-dial-tone         outage    1 Enter 2 -> outage_end: explained outage
no-dial-tone         ada       1 Enter 1 2 3 1 1 -> own_end: not_solved own_equipment
no-dial-tone         ada       1 Enter 1 2 3 2 2 2 -> line_team: not_solved line
no-dial-tone         ada       1 Enter 1 2 3 2 1 3 2 Enter -> end_of_line: not_solved telephone
no-dial-tone         ada       1 Enter 1 1 1 -> goodbye: solved telephone
no-tv-picture        outage    1 Enter 1 -> outage_end: explained outage
no-tv-picture        ada       3 2 1 1 -> box_sent: not_solved television
no-tv-picture        ada       3 2 1 2 2 Enter -> box_end: not_solved television
no-tv-picture        ada       1 Enter 8 1 -> own_end: not_solved own_equipment
no-tv-picture        ada       3 2 2 2 -> line_team: not_solved line
no-tv-picture        ada       1 Enter 9 3 -> callback: callback television
no-tv-picture        ada       3 1 1 -> goodbye: solved television
no-wifi-room         ada       1 Enter 1 1 2 3 3 1 -> team: not_solved wifi
no-wifi-room         ada       1 Enter 1 1 2 3 2 -> own_way: solved wifi
no-wifi-room         ada       1 Enter 1 1 2 3 1 2 Enter 1 -> after_end: not_solved wifi
no-wifi-room         ada       1 Enter 1 1 1 1 -> goodbye: solved wifi
place-order          ada       V 1 7 wish=6_Mill_Lane 1 Read 1 1 -> ordered: ordered
place-order          ada       V 1 9 -> no_order: explained
place-order          ada       3 -> not_holder: not_holder
place-order          ada       9 -> not_verified: not_verified
save-competitor      ada       V 1 1 3 1 A Read 1 -> ordered: saved competitor
save-competitor      ada       V 1 1 3 1 L -> later: callback competitor
save-competitor      ada       V 1 1 3 1 D 1 -> kept: kept competitor
save-competitor      ada       2 -> not_holder: not_holder
save-competitor      ada       9 -> not_verified: not_verified
save-not-used        ada       V 1 1 A Read 1 -> ordered: saved no_need
save-not-used        ada       V 1 1 L -> later: callback no_need
save-not-used        ada       V 1 2 D 1 -> kept: kept no_need
save-not-used        ada       2 -> not_holder: not_holder
save-not-used        ada       9 -> not_verified: not_verified
save-service-trouble ada       V 1 2 2 A Read 1 -> ordered: saved service
save-service-trouble ada       V 1 2 2 L -> later: callback service
save-service-trouble ada       V 1 2 2 D 1 -> kept: kept service
save-service-trouble ada       2 2 -> not_holder_end: not_holder
save-service-trouble ada       9 2 -> not_verified_end: not_verified
save-too-expensive   ada       V 1 1 Enter A Read 1 -> ordered: saved price
save-too-expensive   ada       V 1 1 Enter L -> later: callback price
save-too-expensive   ada       V 1 1 Enter D D D 1 -> kept: kept price
save-too-expensive   ada       V 1 3 9 9 Enter 1 -> kept_after_fix: kept service
save-too-expensive   ada       2 -> not_holder: not_holder
save-too-expensive   ada       9 -> not_verified: not_verified
slow-internet        outage    1 Enter 1 -> outage_end: explained outage
slow-internet        ada       1 Enter 1 3 2 1 -> router_sent: not_solved router
slow-internet        ada       2 2 1 -> own_device_end: not_solved own_equipment
slow-internet        ada       1 Enter 1 1 2 1 3 2 Enter -> wifi_guide: not_solved wifi
slow-internet        ada       1 Enter 1 1 2 1 2 -> wifi_end: not_solved wifi
slow-internet        ada       1 Enter 1 1 2 2 2 2 -> line_team: not_solved line
slow-internet        ada       1 Enter 1 3 2 2 Enter Read 2 Enter -> line_end: not_solved line
slow-internet        ada       1 Enter 1 1 3 -> callback: callback router
slow-internet        ada       2 1 1 -> goodbye: solved
suspected-fraud      ada       1 1 V 1 Enter 1 Enter -> with_report: fraud security
suspected-fraud      ada       1 2 -> not_verified: fraud security
suspected-fraud      ada       5 2 -> goodbye: fraud security
upsell-business      business  V 1 1 A Read 1 -> ordered: upsold
upsell-business      business  V 1 1 L -> later: callback
upsell-business      ada       3 -> no_thanks: no_interest
upsell-business      ada       2 -> not_holder: not_holder
upsell-business      ada       9 -> not_verified: not_verified
upsell-care          ada       V 1 1 A Read 1 -> ordered: upsold
upsell-care          ada       V 1 1 L -> later: callback
upsell-care          ada       3 -> no_thanks: no_interest
upsell-care          ada       2 -> not_holder: not_holder
upsell-care          ada       9 -> not_verified: not_verified
upsell-data-pack     ada       V 1 A Read 1 -> ordered: upsold data
upsell-data-pack     ada       V 1 L -> later: callback data
upsell-data-pack     ada       V 1 D -> no_thanks: no_interest data
upsell-data-pack     ada       2 -> not_holder: not_holder
upsell-data-pack     ada       9 -> not_verified: not_verified
upsell-fibre         fibre-100 V 1 A Read 1 -> ordered: upsold
upsell-fibre         fibre-100 V 1 L -> later: callback
upsell-fibre         ada       3 -> no_thanks: no_interest
upsell-fibre         ada       2 -> not_holder: not_holder
upsell-fibre         ada       9 -> not_verified: not_verified
upsell-security      ada       V 1 1 A Read 1 -> ordered: upsold
upsell-security      ada       V 1 1 L -> later: callback
upsell-security      ada       3 -> no_thanks: no_interest
upsell-security      ada       2 -> not_holder: not_holder
upsell-security      ada       9 -> not_verified: not_verified
upsell-streaming     ada       V 1 A Read 1 -> ordered: upsold
upsell-streaming     ada       V 1 L -> later: callback
upsell-streaming     ada       3 -> no_thanks: no_interest
upsell-streaming     ada       2 -> not_holder: not_holder
upsell-streaming     ada       9 -> not_verified: not_verified
upsell-tv            fibre-100 V 1 A Read 1 -> ordered: upsold
upsell-tv            fibre-100 V 1 L -> later: callback
upsell-tv            ada       3 -> no_thanks: no_interest
upsell-tv            ada       2 -> not_holder: not_holder
upsell-tv            ada       9 -> not_verified: not_verified
upsell-wifi          ada       V 1 1 A Read 1 -> ordered: upsold
upsell-wifi          ada       V 1 1 L -> later: callback
upsell-wifi          ada       3 -> no_thanks: no_interest
upsell-wifi          ada       2 -> not_holder: not_holder
upsell-wifi          ada       9 -> not_verified: not_verified
verify-identity      ada       V 1 -> known: verified
verify-identity      ada       2 2 -> new_pin: not_verified
verify-identity      ada       3 2 -> not_holder: not_holder
verify-identity      ada       9 -> not_verified: not_verified
vulnerable           ada       5 1 -> safe_end: care
vulnerable           ada       2 1 -> listed: care
vulnerable           ada       3 1 -> payment_plan: care price
vulnerable           ada       4 1 -> form_sent: care
vulnerable           ada       5 2 -> to_care_team: passed_on
vulnerable           ada       2 2 -> goodbye: care
welcome              ada       5 2 -> pass_on: passed_on
welcome              ada       5 1 -> goodbye: explained
welcome              ada       9 -> wrong: wrong_number
wrap-up              ada       1 3 1 -> callback_end: callback
wrap-up              ada       5 2 -> pass_on: passed_on
wrap-up              ada       1 1 -> goodbye: explained
"""


def rows() -> list[str]:
    return CALLS.strip().splitlines()


def parted(row: str) -> tuple[str, str, list[str], str, Ending]:
    """A row's script, caller, keys, step and ending."""
    way, _, end = row.partition(" -> ")
    script, caller, *keys = way.split()
    step, _, outcome = end.partition(": ")
    return script, caller, keys, step, Ending(outcome.partition(" ")[0], outcome.partition(" ")[2])


def play(agent: Agent, keys: list[str]) -> Agent:
    """Presses the keys; name=value fills in a field."""
    for key in keys:
        name, sign, text = key.partition("=")
        if sign:
            agent.do(Fill(name, text.replace("_", " ")))
        else:
            agent.press(key)
    return agent


@pytest.mark.parametrize("row", rows(), ids=lambda row: " ".join(row.split()))
def test_the_keys_lead_to_the_end(row: str) -> None:
    script, caller, keys, step, ending = parted(row)
    account = CALLERS[caller]

    agent = play(Agent(shipped(), script, context(account, policy=account.jurisdiction)), keys)

    assert agent.where == (script, step)
    assert agent.screen.ending == ending


def test_every_end_of_every_script_is_in_the_table() -> None:
    walked = {(script, step) for script, _, _, step, _ in map(parted, rows())}
    there = {
        (script.id, step.id) for script in shipped().scripts.values() for step in script.steps.values() if step.end
    }

    assert there - walked == set()
