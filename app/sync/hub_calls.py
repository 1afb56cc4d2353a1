"""The agent's calls under way, asked of the hub."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from app.domain.call import CallEvent
from app.sync.crm import CrmError
from app.sync.hub_crm import HubCrm
from app.telephony.errors import PhoneUnreachable
from app.telephony.hub_source import CallsNow


class _Answered(msgspec.Struct):
    calls: tuple[CallEvent, ...]
    server_time: Annotated[datetime, msgspec.Meta(tz=True)]


def calls_now(crm: HubCrm) -> CallsNow:
    """What rings or is on for who is signed in; raises PhoneUnreachable."""
    try:
        answered = msgspec.json.decode(crm.ask("/v1/calls/current"), type=_Answered)
    except CrmError as error:
        raise PhoneUnreachable(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PhoneUnreachable("The hub's answer is no list of calls; is it a newer version?") from error
    return CallsNow(answered.calls, answered.server_time)
