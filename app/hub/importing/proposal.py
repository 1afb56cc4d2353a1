"""A map proposed from a header: the columns whose names are usual, the others named in comments."""

from __future__ import annotations

import json
import re
from pathlib import Path

from app.hub.importing.table import look_at, open_table

_USUAL = (
    ("number", r"(account|customer|cust|acct|acc|kunden?|konto)[ _.-]?(no|nr|num|number|nummer|id|ref)?|number"),
    ("first_name", r"(first|given|fore|vor)[ _.-]?name|first"),
    ("name", r"(full|customer|account|last|family|sur|nach)?[ _.-]?name|last|company"),
    ("segment", r"(customer|account)?[ _.-]?(type|segment|class)"),
    ("language", r"lang(uage)?|sprache"),
    ("phones", r".*(phone|mobile|tel|msisdn|cell|handy).*"),
    ("street", r"(street|address|strasse|straße)([ _.-]?(line)?[ _.-]?1)?"),
    ("area", r"post[ _.-]?code|zip([ _.-]?code)?|plz"),
    ("email", r"e-?mail.*"),
    ("plan.name", r"(plan|tariff?|product|package)([ _.-]?name)?"),
    ("plan.price", r"(plan|tariff?|monthly|product)[ _.-]?(price|fee|charge)|price"),
    ("plan.data_gb", r"(data|allowance).*gb|gb"),
    ("plan.speed_mbps", r".*(speed|mbps|mbit).*"),
    ("bill", r"(last|current|monthly)?[ _.-]?(bill|invoice|rechnung)[ _.-]?(amount|total)?"),
    ("billing", r"(billing|pay(ment)?)[ _.-]?(type|mode|method)?"),
    ("since", r"(customer[ _.-]?)?since|start(ed)?[ _.-]?(date|on)?|activat(ed|ion).*|.*(seit|join).*"),
    ("contract_end", r"(contract[ _.-]?)?(end|expir|until|ablauf).*"),
    ("usage_gb", r".*(usage|used).*"),
    ("overage_count", r".*overage.*"),
    ("balance", r".*balance.*|guthaben"),
    ("pay_later_credit", r".*credit.*"),
    ("past_due", r".*(past[ _.-]?due|overdue|arrears).*"),
    ("vulnerable", r".*vulnerab.*"),
    ("status", r"(account[ _.-]?)?(status|state)"),
)
_SECRET = re.compile(r"pin|password|passcode|.*secret.*|.*birth.*|dob", re.IGNORECASE)


def propose_map(path: Path) -> str:
    """A map in YAML for the file's header; raises FileUnreadable. Only the first row is read for it."""
    facts = look_at(path, "auto")
    with open_table(path, facts.encoding) as table:
        header, delimiter = table.header, table.delimiter
    found: dict[str, list[str]] = {}
    rest: list[str] = []
    factors: list[str] = []
    for column in header:
        field = next((name for name, usual in _USUAL if re.fullmatch(usual, column, re.IGNORECASE)), None)
        if _SECRET.fullmatch(column):
            factors.append(column)
        elif field is None or (field in found and field not in ("phones", "name")):
            rest.append(column)
        else:
            found.setdefault(field, []).append(column)
    if "first_name" in found and "name" in found:
        found["name"] = [*found["first_name"], *found["name"]]
    lines = [
        "# Proposed from the header alone: check each line, and how dates and amounts are written.",
        f"encoding: {facts.encoding}",
        f"delimiter: {json.dumps(delimiter)}",
        "phone_region: GB",
        "currency: GBP",
        'decimal: "."',
        "dates: YYYY-MM-DD",
        "fields:",
    ]
    for name, _ in _USUAL:
        if name in found:
            columns = [json.dumps(column, ensure_ascii=False) for column in found[name]]
            lines.append(f"  {name}: {columns[0] if len(columns) == 1 else '[' + ', '.join(columns) + ']'}")
    lines += [
        f"  # {name}: is needed for new accounts"
        for name in ("number", "name", "plan.name", "since")
        if name not in found
    ]
    if factors:
        lines.append("factors:")
        lines += [f"  {_method(column)}: {json.dumps(column, ensure_ascii=False)}" for column in factors]
    lines += [f"# not used: {json.dumps(column, ensure_ascii=False)}" for column in rest]
    return "\n".join(lines) + "\n"


def _method(column: str) -> str:
    word = re.sub(r"[^a-z0-9]+", "-", column.casefold()).strip("-")
    return word[:40] if word[:1].isalpha() else "factor"
