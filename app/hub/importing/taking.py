"""One chunk of rows: which account each is, what changes in it, and all of it written at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection
from uuid_utils import NAMESPACE_OID, uuid5

from app.domain.account import Account
from app.hub.account_order import first_position
from app.hub.account_rows import AccountRow, KnownAccount, account_rows
from app.hub.accounts import factor_digest
from app.hub.importing.given import Counts, Fault, GivenRow
from app.hub.importing.merging import NEEDED, Site, changed_account, new_account
from app.hub.store import Store, setting

_PLAIN_NUMBER = re.compile(r"[A-Za-z0-9._-]{1,60}", re.ASCII)
_decode = msgspec.json.Decoder(Account).decode
_encode = msgspec.json.Encoder().encode


class Taking:
    """One chunk on its way in, within the caller's transaction. A trial writes no accounts."""

    def __init__(self, store: Store, connection: Connection, now: datetime, run: int, *, is_trial: bool) -> None:
        self._store, self._connection, self._now = store, connection, now
        self._run, self._is_trial = run, is_trial
        self._rows = account_rows(connection)
        self._site = Site(setting(connection, "site_currency", "GBP"), setting(connection, "site_policy", "uk"))

    def take(self, given: Sequence[GivenRow]) -> tuple[Counts, list[Fault]]:
        """Takes the rows; what became of them, and everything that is wrong with them."""
        faults = [fault for row in given for fault in row.faults]
        named = [row for row in given if row.number or row.id]
        known = self._rows.known(
            self._connection, [row.id for row in named if row.id], [row.number for row in named if row.number]
        )
        by_id = {one.id: one for one in known}
        by_number = {one.number: one for one in known}
        wanted: list[tuple[GivenRow, str, KnownAccount | None]] = []
        seen: dict[str, None] = {}
        for row in named:
            old = by_id.get(row.id) if row.id else by_number.get(row.number)
            account_id = row.id or (old.id if old else id_for(row.number))
            holder = by_number.get(row.number)
            if account_id in seen or (row.number in seen and not row.id):
                self._refuse(row, faults, "The account stands in an earlier row.")
            elif holder is not None and holder.id != account_id:
                self._refuse(row, faults, "The account number belongs to an account with another id.")
            else:
                wanted.append((row, account_id, old))
            seen[account_id] = None
        before = self._rows.see(self._connection, self._run, list(seen))
        counts = self._put(
            [one for one in wanted if not self._stood_before(one, before, faults) and one[0].facts is not None], faults
        )
        bad = sum(1 for row in given if row.facts is None)
        return counts + Counts(bad=bad, lost=len(given) - len(named)), faults

    def _stood_before(
        self, one: tuple[GivenRow, str, KnownAccount | None], before: set[str], faults: list[Fault]
    ) -> bool:
        row, account_id, _ = one
        if account_id not in before:
            return False
        self._refuse(row, faults, "The account stands in an earlier row.")
        return True

    def _refuse(self, row: GivenRow, faults: list[Fault], problem: str) -> None:
        row.facts = None
        faults.append(Fault(row.row, "", problem))

    def _put(self, wanted: Sequence[tuple[GivenRow, str, KnownAccount | None]], faults: list[Fault]) -> Counts:
        fresh = [account_id for _, account_id, old in wanted if old is None]
        gone = self._rows.gone(self._connection, fresh) if fresh else {}
        put: list[AccountRow] = []
        factors: list[tuple[str, str, bytes]] = []
        phones_taken: list[tuple[str, str]] = []
        phones_added: list[tuple[str, str]] = []
        new = unchanged = 0
        for row, account_id, old in wanted:
            facts = row.facts or {}
            before: tuple[str, ...] = ()
            phones: tuple[str, ...] = facts.get("phones", ())
            if old is not None:
                kept = _decode(old.body)
                number = row.number or old.number
                account = changed_account(kept, old.revision, number, facts, self._now)
                if account is None:
                    unchanged += 1
                    phones = ()
                else:
                    put.append(AccountRow(account_id, number, account.revision, 0, _encode(account).decode()))
                    phones, before = account.phones, kept.phones
            elif missing := _missing(row):
                self._refuse(row, faults, f"The account is new, and the file does not tell its {missing}.")
                continue
            else:
                revision = gone.get(account_id, 0) + 1
                plain = new_account(account_id, row.number, facts, self._site, revision, self._now)
                put.append(AccountRow(account_id, row.number, revision, 0, _encode(plain).decode()))
                new += 1
            if before != phones:
                phones_taken += [(phone, account_id) for phone in before if phone not in phones]
                phones_added += [(phone, account_id) for phone in phones if phone not in before]
            factors += [
                (account_id, method, factor_digest(self._store, account_id, method, str(factor)))
                for method, factor in row.factors.items()
            ]
        if not self._is_trial:
            self._write(put, phones_taken, phones_added, factors, fresh if gone else ())
        return Counts(fresh=new, changed=len(put) - new, unchanged=unchanged)

    def _write(
        self,
        put: Sequence[AccountRow],
        phones_taken: Sequence[tuple[str, str]],
        phones_added: Sequence[tuple[str, str]],
        factors: Sequence[tuple[str, str, bytes]],
        here_again: Sequence[str],
    ) -> None:
        # Changed ones among them may have the phone numbers and the factors that they are given.
        are_new = bool(put) and all(row.revision == 1 for row in put)
        if put:
            first = first_position(self._connection)
            placed = [row._replace(position=position) for position, row in enumerate(put, first)]
            self._rows.put(self._connection, placed, are_new=are_new)
        self._rows.put_phones(self._connection, phones_taken, phones_added, are_new=are_new)
        self._rows.put_factors(self._connection, factors, are_new=are_new)
        if here_again:
            self._rows.forget_gone(self._connection, here_again)


def _missing(row: GivenRow) -> str:
    """What is not told of a new account; "" where nothing is missing."""
    if not row.number:
        return "number"
    return next((name for name in NEEDED if name not in (row.facts or ())), "")


def id_for(number: str) -> str:
    """The id of an account of which only the number is known: the same each time."""
    return f"acc-{number}" if _PLAIN_NUMBER.fullmatch(number) else str(uuid5(NAMESPACE_OID, f"cuecard {number}"))
