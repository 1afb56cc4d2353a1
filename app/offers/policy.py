"""The policy of a jurisdiction: how often and to whom offers may be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.offers.catalogue import CatalogueProblem
from app.offers.reading import Found, Reader, read_fields


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy file, chosen by the service address.

    `save_offers` is how many save offers may be extended in one call (0: no limit), `cool_down_days` how long the same
    offer to the same account must rest, `consent_for_account_data`: account data may be used for an offer only after
    consent. `identity_methods` are the ways to verify a caller that are allowed here (empty: all). `suppress_days`
    says for how many days an interrupt (cancel, bereavement, ..) keeps offers away from the account.
    `verified_after_transfer`: who was verified need not be verified again by the agent whom the call is handed to.
    """

    id: str
    title: str
    save_offers: int
    cool_down_days: int
    consent_for_account_data: bool
    identity_methods: tuple[str, ...]
    suppress_days: Mapping[str, int] = field(default_factory=dict)
    verified_after_transfer: bool = True


def read_policy(file: str, content: bytes) -> tuple[Policy | None, tuple[CatalogueProblem, ...]]:
    """A file's policy (None when something is wrong) and the findings. Its id is the file's name. Never raises."""
    fields, found_in_file = read_fields(content)
    found = list(found_in_file)
    reader = Reader(fields, f"The policy {file}", found)
    policy = Policy(
        id=file.rsplit("/", 1)[-1].removesuffix(".yaml"),
        title=reader.text("title"),
        save_offers=reader.whole("save_offers"),
        cool_down_days=reader.whole("cool_down_days", 0),
        consent_for_account_data=reader.yes("consent_for_account_data", False),
        identity_methods=reader.texts("identity_methods"),
        suppress_days=_days(reader, found),
        verified_after_transfer=reader.yes("verified_after_transfer", True),
    )
    reader.refuse_others()
    problems = tuple(CatalogueProblem(one.line, one.message) for one in found)
    return (None if problems else policy), problems


def _days(reader: Reader, found: list[Found]) -> dict[str, int]:
    days: dict[str, int] = {}
    for entry in reader.mappings("suppress"):
        one = Reader(entry, "An entry of 'suppress'", found)
        days[one.text("interrupt")] = one.whole("days", least=0)
        one.refuse_others()
    return days
