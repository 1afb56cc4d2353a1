"""Searching for an account."""

from __future__ import annotations

from typing import Annotated

import msgspec
from anyio.to_thread import run_sync
from litestar import post

from app.domain.person import Role
from app.hub.messages import AccountsAnswer
from app.hub.openapi import takes
from app.hub.routes.http import HubRequest, credential_in, hub_of, read_json
from app.hub.search.find import find_accounts


class SearchRequest(msgspec.Struct, frozen=True):
    """What the caller said: words of a name, an account number or a phone number."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


@post("/v1/accounts/search", opt={"role": Role.AGENT}, status_code=200, operation_class=takes(SearchRequest))
async def search_accounts(request: HubRequest) -> AccountsAnswer:
    """At most ten accounts, masked. The text is in the body, never in an address that something may log."""
    hub = hub_of(request)
    asked = await read_json(request, SearchRequest)
    found = await run_sync(find_accounts, hub.store, asked.text, credential_in(request), hub.clock())
    return AccountsAnswer(found.accounts)


ROUTES = (search_accounts,)
