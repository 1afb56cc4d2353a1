"""A whole small library as files, without a single finding; tests change one thing in it."""

from __future__ import annotations

from pathlib import Path

from app.scripts.library import Loaded, load_library
from app.scripts.model import Problem

SAVE = "scripts/save/stay.call.md"
CANCEL = "scripts/process/cancel-service.call.md"
TROUBLE = "scripts/troubleshoot/slow.call.md"

_STAY = """\
---
script: stay
title: Cancel: too expensive
kind: save
start: identify
cancel: cancel-service
---

## identify: Verify the caller #identity
> You're speaking with {agent.first_name}. May I have the account PIN?
If: caller.verified -> why
Verify: pin | callback
- [1] Verified -> why
- [9] Cannot verify -> not_verified

## why: Find the reason
// Trainers: keep it short.
> I'm sorry you're thinking of leaving, {account.first_name|or:"and thank you for telling me"}.
or
> Thanks for being straight with me.
* They pay {account.bill|money} {if account.bill > 30}
- [1] Too expensive -> listen
- [3] Service trouble => slow then after_fix
- [9] Just cancel => cancel-service

## after_fix: After the fix
> Is it better now?
If: outcome == "solved" -> kept
- [1] Yes -> kept
- [2] No -> listen

## listen: Size the gap
Note: Let them finish.
> What would feel right each month?
Ask: target (money, optional, default account.bill) What they want to pay
Let: gap = account.bill - ask.target
If: low data user -> smaller
Else: -> credit

## smaller: A plan that fits #offer
Offer: plan-down
* It closes the {gap|money} {if gap > 0 && gap <= offer.saving}
Objection: "too dear" | "no money" -> soften
- [A] Yes -> agreed
- [D] Too much -> credit
- [L] Thinks -> kept

## soften: Soften #return
> I hear you.

## credit: A credit #offer
Offer: loyalty-credit
- [A] Yes -> terms
- [D] No -> kept

## terms: Before I add it #disclosure
Read: credit-terms
Consent: credit-terms-agreed "May I add it now?"
- [1] Yes -> agreed
- [2] No -> kept

## agreed
Do: place_order
End: saved, reason price
> I've placed the order; a text will tell you when it is active.

## kept
End: saved

## not_verified: Not verified
End: not_verified
> I cannot open the account, then.
"""

_CANCEL_SERVICE = """\
---
script: cancel-service
title: Cancel the service
kind: process
---

## ask: Confirm
> I'll start the cancellation now.
- [1] Go on -> done

## done
Do: start_cancellation
End: cancelled
"""

_SLOW = """\
---
script: slow
title: Slow internet
kind: troubleshoot
phrases: "slow" | "buffering"
---

## which: Which device
> Which one is it?
- [*] account.equipment as device -> restart
- [9] No device -> open

## restart: Restart it
> Please switch the {device.model} off and on.
Wait: 4m It starts again
If: visits(restart) > 3 -> open
- [1] Works -> fixed
- [2] Still slow -> restart

## fixed
End: solved

## open
End: not_solved
"""

_OFFERS = """\
family: saves
currency: GBP
offers:
  - id: plan-down
    name: A smaller plan
    kind: save
    eligible: account.usage_gb < 20
    why: They use {account.usage_gb|gb}
    options:
      - {id: small, label: Fibre 100, price: 22.00}
  - id: loyalty-credit
    name: Loyalty credit
    kind: save
    disclosure: credit-terms
    consent: credit-terms-agreed
    options:
      - {id: five, label: Five off, price: 0.00, concession: 5.00, months: 6}
"""

_DISCLOSURE = """\
---
title: Terms of the credit
rule: Terms must be told before a contract changes.
jurisdictions: uk
---
The credit lasts six months.
After that the price is as before.
"""

_POLICY = """\
title: United Kingdom
save_offers: 3
cool_down_days: 30
consent_for_account_data: no
identity_methods: [pin, callback]
"""

_CONDITIONS = """\
conditions:
  - name: low data user
    when: has(account.plan.data_gb) && account.usage_gb < account.plan.data_gb * 0.4
    meaning: Uses less than 40 % of the plan's data
"""

_DISPOSITIONS = """\
outcomes:
  - {id: saved, label: Kept}
  - {id: cancelled, label: Cancelled}
  - {id: solved, label: Solved}
  - {id: not_solved, label: Not solved}
  - {id: not_verified, label: Not verified}
reasons:
  - {id: price, label: Price}
"""


def small_library() -> dict[str, bytes]:
    """Path below the library to content."""
    schema = Path(__file__).resolve().parents[2] / "scripts_library" / "schema" / "account.yaml"
    texts = {
        SAVE: _STAY,
        CANCEL: _CANCEL_SERVICE,
        TROUBLE: _SLOW,
        "catalog/saves.yaml": _OFFERS,
        "disclosures/credit-terms.md": _DISCLOSURE,
        "policies/uk.yaml": _POLICY,
        "conditions.yaml": _CONDITIONS,
        "dispositions.yaml": _DISPOSITIONS,
    }
    files = {name: text.encode() for name, text in texts.items()}
    files["schema/account.yaml"] = schema.read_bytes()
    return files


def loaded_with(file: str, old: str, new: str) -> Loaded:
    """The library with one text replaced in one file; the old text must be there."""
    files = small_library()
    text = files[file].decode()
    assert old in text, f"{old!r} is not in {file}"
    files[file] = text.replace(old, new).encode()
    return load_library(files)


def findings_with(file: str, old: str, new: str) -> tuple[Problem, ...]:
    """What is found after one text was replaced."""
    return loaded_with(file, old, new).problems
