"""The fields that scripts may use, declared in `schema/account.yaml`, and the account as scripts see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.domain.account import Account, Equipment
from app.offers.reading import Fields, Found, Reader, read_fields
from app.scripts.expressions import DATE, MONEY, NUMBER, TEXT, YES_NO, Type, list_of, record_of
from app.scripts.suggest import closest, did_you_mean

_TYPES = {
    "text": TEXT,
    "number": NUMBER,
    "money": MONEY,
    "date": DATE,
    "yes/no": YES_NO,
    "list of text": list_of(TEXT),
}
_LIST_OF_RECORDS = "list"
# Who does not know the one does not know the other.
_COUNTED_FROM = {"tenure_months": "since"}


@dataclass(frozen=True, slots=True)
class SchemaField:
    """A field of the account.

    `path` begins with "account."; `sensitive` fields are masked until the caller is verified. `refused` says why the
    field must not decide anything (the customer's age and stand-ins for it), "" when it may. `optional` fields are
    missing for some customers even then.
    """

    path: str
    type: Type
    meaning: str
    sensitive: bool = False
    refused: str = ""
    optional: bool = False

    @property
    def name(self) -> str:
        """The last word of the path, for people: "first name"."""
        return self.path.rpartition(".")[2].replace("_", " ")


@dataclass(frozen=True, slots=True)
class Schema:
    """The declared fields by path. `never` are paths that scripts may not use at all, with the reason."""

    fields: Mapping[str, SchemaField] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)

    @property
    def account_type(self) -> Type:
        """The account as a record type."""
        tree: dict[str, dict[str, Type] | Type] = {}
        for path, declared in self.fields.items():
            first, _, second = path.removeprefix("account.").partition(".")
            if not second:
                tree[first] = declared.type
                continue
            inner = tree.setdefault(first, {})
            if isinstance(inner, dict):
                inner[second] = declared.type
        return record_of({name: record_of(inner) if isinstance(inner, dict) else inner for name, inner in tree.items()})


def read_schema(content: bytes) -> tuple[Schema, tuple[Found, ...]]:
    """The schema of a YAML file and what is wrong with it. Never raises."""
    top, found_in_file = read_fields(content)
    found = list(found_in_file)
    reader = Reader(top, "The schema", found)
    fields: dict[str, SchemaField] = {}
    for entry in reader.mappings("fields"):
        declared = _field(Reader(entry, "The field", found))
        if declared.path in fields:
            found.append(Found(entry.line, f"The field '{declared.path}' is here twice; keep one."))
        fields[declared.path] = declared
    never: dict[str, str] = {}
    for entry in reader.mappings("never"):
        one = Reader(entry, "The field", found)
        never[one.text("path")] = one.text("reason")
        one.refuse_others()
    reader.refuse_others()
    return Schema(fields, never), tuple(found)


def _field(reader: Reader) -> SchemaField:
    path = reader.text("path")
    if path and (not path.startswith("account.") or path.count(".") > 2):
        reader.problem("path", f"A path is account.name or account.part.name, not {path!r}.")
    declared = SchemaField(
        path,
        _type(reader),
        reader.text("meaning"),
        reader.yes("sensitive", False),
        reader.text("refused_in_conditions", ""),
        reader.yes("optional", False),
    )
    reader.refuse_others()
    return declared


def _type(reader: Reader) -> Type:
    word = reader.text("type")
    if word == _LIST_OF_RECORDS:
        return list_of(record_of(dict(_items(reader.mappings("items"), reader))))
    if word in _TYPES:
        return _TYPES[word]
    if word:
        fix = closest(word, (*_TYPES, _LIST_OF_RECORDS))
        reader.problem("type", f"'{word}' is no type ({', '.join(_TYPES)}, list)." + did_you_mean(fix))
    return TEXT


def _items(entries: Iterable[Fields], outer: Reader) -> Iterable[tuple[str, Type]]:
    for entry in entries:
        reader = Reader(entry, "The field of an item", outer.found)
        yield reader.text("name"), _type(reader)
        reader.text("meaning", "")
        reader.refuse_others()


def account_scope(account: Account, schema: Schema, today: date | None = None) -> Mapping[str, object]:
    """The account as scripts see it: nested mappings of plain values, only what the schema declares.

    What is not known is None. `today` is for what is counted in days and months; the day the CRM said all this when
    it is not given.
    """
    values = _values(account, today or account.as_of.date())
    scope: dict[str, object] = {}
    for path in schema.fields:
        first, _, second = path.removeprefix("account.").partition(".")
        value = values.get(first)
        if not second:
            scope[first] = None if _COUNTED_FROM.get(first, first) in account.unknown else value
        elif isinstance(value, Mapping):
            inner = scope.setdefault(first, {})
            if isinstance(inner, dict):
                inner[second] = None if first in account.unknown else value.get(second)
    return scope


def _values(account: Account, today: date) -> dict[str, object]:
    """Everything that a schema may declare, by name."""
    plan = account.plan
    end = account.contract_end
    return {
        "number": account.number,
        "name": account.name,
        "first_name": account.first_name,
        "segment": account.segment.value,
        "language": account.language,
        "phones": list(account.phones),
        "area": account.area,
        "street": account.street,
        "email": account.email,
        "jurisdiction": account.jurisdiction,
        "plan": {
            "name": plan.name,
            "kind": plan.kind,
            "price": plan.price,
            "data_gb": plan.data_gb,
            "speed_mbps": plan.speed_mbps,
        },
        "bill": account.bill,
        "billing": account.billing.value,
        "since": account.since,
        "tenure_months": _months(account.since, today),
        "contract_end": end,
        "contract_days": (end - today).days if end is not None else None,
        "usage_gb": account.usage_gb,
        "overage_count": account.overage_count,
        "balance": account.balance,
        "pay_later_credit": account.pay_later_credit,
        "past_due": account.past_due,
        "vulnerable": account.vulnerable,
        "status": account.status.value,
        "equipment": [_equipment(device, today) for device in account.equipment],
        "equipment_kinds": [device.kind for device in account.equipment],
        "contacts_30_days": sum(0 <= (today - contact.at.date()).days <= 30 for contact in account.contacts),
        "alert_kinds": [alert.kind for alert in account.alerts],
        "consents": list(account.consents),
    }


def _equipment(device: Equipment, today: date) -> dict[str, object]:
    return {
        "id": device.id,
        "kind": device.kind,
        "model": device.model,
        "owner": device.owner,
        "installed": device.installed,
        "age_months": _months(device.installed, today),
    }


def _months(since: date, today: date) -> int:
    """Whole months from a day to today, none for a day to come."""
    months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    return max(months, 0)
