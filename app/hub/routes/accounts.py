"""Accounts by phone and id, changes, and checking a caller."""

from __future__ import annotations

from anyio.to_thread import run_sync
from litestar import get, post
from litestar.params import FromPath, FromQuery

from app.domain.account import Account
from app.domain.person import Role
from app.hub.accounts import MAX_CHANGES, account_by_id, account_by_number, accounts_by_phone, changes, verify
from app.hub.errors import Problem
from app.hub.messages import (
    AccountsAnswer,
    ChangesAnswer,
    VerifyReply,
    VerifyRequest,
)
from app.hub.openapi import takes
from app.hub.routes.http import HubRequest, hub_of, read_json


@get("/v1/accounts", opt={"role": Role.AGENT})
async def find_accounts(request: HubRequest, phone: FromQuery[str] = "", number: FromQuery[str] = "") -> AccountsAnswer:
    """Every account on which a phone number (E.164) stands, or the one with an account number, in full."""
    store = hub_of(request).store
    if phone and not number:
        return AccountsAnswer(await run_sync(accounts_by_phone, store, phone[:32]))
    if number and not phone:
        found = await run_sync(account_by_number, store, number[:40])
        return AccountsAnswer([] if found is None else [found])
    raise Problem(400, "Give either phone or number.")


@get("/v1/accounts/changes", opt={"role": Role.AGENT})
async def account_changes(
    request: HubRequest, cursor: FromQuery[str] = "", limit: FromQuery[int] = MAX_CHANGES
) -> ChangesAnswer:
    """Accounts changed since a cursor, masked, and the ids of those that are gone."""
    found = await run_sync(changes, hub_of(request).store, cursor, limit)
    return ChangesAnswer(found.accounts, found.cursor, found.more, found.gone)


@get("/v1/accounts/{account_id:str}", opt={"role": Role.AGENT})
async def read_account(request: HubRequest, account_id: FromPath[str]) -> Account:
    """One account in full."""
    account = await run_sync(account_by_id, hub_of(request).store, account_id)
    if account is None:
        raise Problem(404, "There is no such account.")
    return account


@post(
    "/v1/accounts/{account_id:str}/verify",
    opt={"role": Role.AGENT},
    status_code=200,
    operation_class=takes(VerifyRequest),
)
async def verify_caller(request: HubRequest, account_id: FromPath[str]) -> VerifyReply:
    """Checks a caller's factor."""
    hub = hub_of(request)
    asked = await read_json(request, VerifyRequest)
    return VerifyReply(await run_sync(verify, hub.store, account_id, asked.method, asked.factor, hub.clock()))


ROUTES = (
    find_accounts,
    account_changes,
    read_account,
    verify_caller,
)
