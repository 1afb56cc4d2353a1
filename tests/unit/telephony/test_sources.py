"""From a phone setting to a call source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.domain.call import Capability
from app.telephony.errors import UnknownSource
from app.telephony.sources import Surroundings, open_source

SURROUNDINGS = Surroundings(region="GB", clock=lambda: datetime.now(UTC))


def test_a_setting_names_a_phone_and_what_it_can_do() -> None:
    softphone = open_source("baresip://127.0.0.1:4444", SURROUNDINGS)
    simulated = open_source("simulated:", SURROUNDINGS)

    assert softphone.name == "baresip" and Capability.ANSWER in softphone.capabilities
    assert simulated.label == "Simulated phone"


@pytest.mark.parametrize("setting", ["", "skype:", "baresip://127.0.0.1:many", "http://[", "127.0.0.1:4444"])
def test_a_setting_that_names_nothing_is_refused_with_a_sentence(setting: str) -> None:
    with pytest.raises(UnknownSource, match="phone setting"):
        open_source(setting, SURROUNDINGS)


def test_a_window_that_does_not_listen_takes_no_handoffs() -> None:
    with pytest.raises(UnknownSource):
        open_source("handoff:", SURROUNDINGS)


def test_a_switch_is_named_with_its_user_and_the_agents_own_phone() -> None:
    source = open_source("ami://cuecard:s%20t@pbx.example.com/SIP/1001?numbers=trusted", SURROUNDINGS)

    assert source.name == "ami" and Capability.LINKED_ID in source.capabilities
    assert Capability.ANSWER not in source.capabilities


@pytest.mark.parametrize(
    "setting",
    [
        "ami://pbx/SIP/1001",
        "ami://cuecard@pbx",
        "ami://cuecard@pbx:x/SIP/1001",
        "ami://c@pbx/SIP/1?numbers=all",
        "ami:",
    ],
)
def test_a_switch_without_user_phone_or_port_is_refused_with_a_sentence(setting: str) -> None:
    with pytest.raises(UnknownSource, match="phone setting"):
        open_source(setting, SURROUNDINGS)


def test_whoever_watches_a_whole_switch_names_no_phone() -> None:
    assert open_source("ami://cuecard@pbx", replace(SURROUNDINGS, everybody=True)).name == "ami"
