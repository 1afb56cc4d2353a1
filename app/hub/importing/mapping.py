"""The map: which column of an operator's export is which fact of an account, and how its cells are written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

import msgspec

from app.hub.importing.errors import MapProblem

FIELDS = (
    "id",
    "number",
    "name",
    "first_name",
    "segment",
    "language",
    "phones",
    "area",
    "jurisdiction",
    "plan.name",
    "plan.kind",
    "plan.price",
    "plan.data_gb",
    "plan.speed_mbps",
    "bill",
    "billing",
    "since",
    "contract_end",
    "usage_gb",
    "overage_count",
    "balance",
    "pay_later_credit",
    "past_due",
    "vulnerable",
    "status",
    "consents",
    "street",
    "email",
    "as_of",
)
"""What a map may name under `fields`."""

_GROUPS = {
    "equipment": (("id", "kind", "model", "installed"), ("owner",)),
    "contacts": (("at", "reason"), ("channel", "outcome")),
    "alerts": (("kind", "text", "since"), ("ignored",)),
}
_MOST_BYTES = 1024 * 1024
_METHOD = re.compile(r"[a-z][a-z0-9-]{0,39}")

ColumnName = str | int


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a fact comes from, when a column's name alone does not say it.

    `value`: the same for every account. `words`: what stands in the cell -> what it means. `separator` parts a cell of
    several. `format`: how dates are written here. `minor`: amounts are whole pence or cents. `outward`: the first part
    of a postcode.
    """

    column: ColumnName | None = None
    columns: tuple[ColumnName, ...] = ()
    value: str | int | float | bool | None = None
    words: dict[str, str] = {}
    separator: str = ""
    format: str = ""
    minor: bool = False
    outward: bool = False

    @property
    def named(self) -> tuple[ColumnName, ...]:
        """The columns that it reads."""
        return self.columns if self.column is None else (self.column, *self.columns)


Given = ColumnName | tuple[ColumnName, ...] | Source


class AccountMap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A map as it was read. See resources/help/accounts.md for what each part means."""

    fields: dict[str, Given]
    encoding: str = "auto"
    delimiter: Annotated[str, msgspec.Meta(max_length=5)] = "auto"
    header: bool = True
    phone_region: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] = "GB"
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")] = "GBP"
    decimal: Annotated[str, msgspec.Meta(pattern="^[.,]$")] = "."
    dates: str = "YYYY-MM-DD"
    timezone: str = "UTC"
    yes: tuple[str | int, ...] = ("yes", "y", "true", "1")
    no: tuple[str | int, ...] = ("no", "n", "false", "0")
    empty: tuple[str, ...] = ("", "-", "null", "n/a")
    equipment: tuple[dict[str, Given], ...] = ()
    contacts: tuple[dict[str, Given], ...] = ()
    alerts: tuple[dict[str, Given], ...] = ()
    consents: dict[str, Given] = {}
    factors: dict[str, Given] = {}


def source(given: Given) -> Source:
    """The long form of what a map says of a fact."""
    if isinstance(given, Source):
        return given
    return Source(columns=given) if isinstance(given, tuple) else Source(column=given)


def read_map(path: Path) -> AccountMap:
    """Reads and checks a map; raises MapProblem with what to mend."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise MapProblem("The map is larger than a megabyte. Is it the export itself?")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise MapProblem(f"The map cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise MapProblem("The map is not a text in UTF-8. Save it as UTF-8.") from error
    return parse_map(text)


def parse_map(text: str) -> AccountMap:
    """A map's text as a map; raises MapProblem."""
    import yaml

    try:
        plain: Any = yaml.load(text, _loader())
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MapProblem(f"The map cannot be read: line {line} is not YAML.") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise MapProblem("The map cannot be read: it is not YAML.") from error
    try:
        read = msgspec.convert(plain, AccountMap)
    except msgspec.ValidationError as error:
        raise MapProblem(f"The map is not complete: {error}.") from error
    _check(read)
    return read


def _loader() -> Any:
    """YAML as people mean it: a column named NO, a word yes and a date stay the texts that they are.

    Not libyaml's loader: a map nested ten thousand deep would end the process.
    """
    import yaml

    class Loader(yaml.SafeLoader):
        """A safe loader that leaves more to be text."""

    truth = "tag:yaml.org,2002:bool"
    left_to_text = (truth, "tag:yaml.org,2002:timestamp")
    Loader.yaml_implicit_resolvers = {
        first: [one for one in resolvers if one[0] not in left_to_text]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    Loader.add_implicit_resolver(truth, re.compile("true|false"), ["t", "f"])
    return Loader


def _check(read: AccountMap) -> None:
    unknown = [name for name in read.fields if name not in FIELDS]
    if unknown:
        raise MapProblem(f"The map names no fact of an account with {unknown[0]!r}. There are: {', '.join(FIELDS)}.")
    if "number" not in read.fields:
        raise MapProblem("The map must say which column is the account number: fields, number.")
    parts = [name for name in read.fields if name.startswith("plan.")]
    if parts and "plan.name" not in read.fields:
        raise MapProblem("The map has parts of the plan, but not plan.name.")
    for group, (needed, optional) in _GROUPS.items():
        for one in getattr(read, group):
            missing = [name for name in needed if name not in one]
            if missing:
                raise MapProblem(f"Each of the map's {group} needs {', '.join(needed)}; {missing[0]} is missing.")
            if unknown := [name for name in one if name not in needed + optional]:
                raise MapProblem(f"The map's {group} have no {unknown[0]!r}.")
    if wrong := [name for name in read.factors if not _METHOD.fullmatch(name)]:
        raise MapProblem(f"The factor {wrong[0]!r} is no word of small letters, digits and dashes.")
    if read.consents and "consents" in read.fields:
        raise MapProblem("The map says twice where consents come from: leave one away.")
