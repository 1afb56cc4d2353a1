"""What phone systems post, as events: numbers of all kinds, stages, names of agents, what the IVR asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from app.domain.call import CallEvent, CallState, Direction, EndReason, Presentation
from app.telephony.errors import WebhookForged, WebhookRefused, WebhookStale, WebhookUnreadable
from app.telephony.webhooks import aircall, signed_json, twilio
from app.telephony.webhooks.delivery import Ends, WebhookRequest
from tests.fakes.phone_posts import AIRCALL_TOKEN, AUTH_TOKEN, SHARED, aircall_event, own_event, twilio_fields
from tests.fakes.phone_posts import twilio_signature as signed

NOW = datetime(2026, 3, 2, 14, 2, tzinfo=UTC)
URL = "https://hub.example.com/v1/phones/twilio"


def request(body: bytes, url: str = URL, **headers: str) -> WebhookRequest:
    return WebhookRequest(url, headers, body, NOW, "GB", "site")


def from_twilio(query: str = "", **changed: str) -> CallEvent | None:
    url = f"{URL}?{query}" if query else URL
    fields = twilio_fields("ringing", NOW, **changed)
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signed(url, fields)}
    heard = twilio.read(request(urlencode(fields).encode(), url, **headers), AUTH_TOKEN.encode())
    return heard[0].event if heard else None


def from_json(**changed: Any) -> CallEvent:
    body, stamp = json.dumps(own_event("ringing", "1", **changed)).encode(), str(int(NOW.timestamp()))
    signature = signed_json.signature_of(stamp, body, SHARED.encode())
    headers = {"cuecard-timestamp": stamp, "cuecard-signature": signature}
    return signed_json.read(request(body, **headers), SHARED.encode())[0].event


def test_the_signature_is_the_one_that_twilio_s_documentation_shows() -> None:
    fields = {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+12349013030"],
        "Digits": ["1234"],
        "From": ["+12349013030"],
        "To": ["+18005551212"],
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    assert twilio.signature_of(url, fields, b"12345") == "0/KCTR6DLpKmkAf8muzZqo1nDgQ="


@pytest.mark.parametrize("name", ["CallSid", "From", "CallStatus", "To", "Timestamp"])
def test_no_field_can_be_changed_after_the_signing(name: str) -> None:
    fields = twilio_fields("ringing", NOW)
    headers = {"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signed(URL, fields)}
    changed = urlencode(fields | {name: fields[name] + "1"}).encode()

    with pytest.raises(WebhookForged):
        twilio.read(request(changed, **headers), AUTH_TOKEN.encode())
    with pytest.raises(WebhookForged):
        twilio.read(request(urlencode(fields).encode(), URL + "?account=1", **headers), AUTH_TOKEN.encode())


@pytest.mark.parametrize(
    ("number", "e164", "presentation"),
    [
        ("+442079460123", "+442079460123", Presentation.ALLOWED),
        ("sip:+442079460123@carrier.example.com", "+442079460123", Presentation.ALLOWED),
        ("+266696687", None, Presentation.RESTRICTED),
        ("+7378742833", None, Presentation.RESTRICTED),
        ("anonymous", None, Presentation.RESTRICTED),
        ("+86282452253", None, Presentation.UNAVAILABLE),
        ("", None, Presentation.UNAVAILABLE),
        ("{{From}}", None, Presentation.UNAVAILABLE),
    ],
)
def test_a_caller_s_number_is_read_as_everywhere(number: str, e164: str | None, presentation: Presentation) -> None:
    ours, twilios = from_json(number=number), from_twilio(From=number, CallerName="Ada")

    assert twilios is not None
    for event in (ours, twilios):
        assert (event.ani_e164, event.ani_presentation) == (e164, presentation)
        assert event.ani_raw in (number, "")
    if presentation is Presentation.RESTRICTED:
        assert (twilios.ani_raw, twilios.display_name) == ("", "")


def test_a_number_whose_presentation_is_restricted_is_kept_nowhere() -> None:
    event = from_json(number="+442079460123", name="Ada", presentation="restricted")

    assert "7946" not in repr(event) and "Ada" not in repr(event)


def test_an_extension_is_a_colleague_and_a_client_of_twilio_s_is_one_too() -> None:
    assert from_json(number="1002").direction is Direction.INTERNAL
    colleague = from_twilio(From="client:ben")
    assert colleague is not None and colleague.direction is Direction.INTERNAL


def test_what_an_agent_dials_himself_goes_out() -> None:
    event = from_twilio(Direction="inbound", From="client:ana", To="+442079460123")

    assert event is not None
    assert (event.agent, event.direction, event.ani_e164) == ("client:ana", Direction.OUTBOUND, "+442079460123")


def test_the_caller_s_own_leg_is_nobody_s() -> None:
    assert from_twilio(Direction="inbound", To="+448081570100") is None


def test_what_the_ivr_asked_comes_in_the_address_and_placeholders_do_not() -> None:
    event = from_twilio("account=%25ACCT%25&queue=$queue$&menu={menu}&uui=ACCOUNT%3D4221&dnis=%2B448081570100")

    assert event is not None
    assert (event.queue, event.attached, event.dnis) == ("", {"account": "4221"}, "+448081570100")


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        ("initiated", CallState.OFFERED, None),
        ("in-progress", CallState.ANSWERED, None),
        ("no-answer", CallState.ENDED, EndReason.NO_ANSWER),
        ("busy", CallState.ENDED, EndReason.BUSY),
        ("canceled", CallState.ENDED, EndReason.UNKNOWN),
    ],
)
def test_twilio_s_stages_are_in_order(status: str, state: CallState, reason: EndReason | None) -> None:
    ringing, event = from_twilio(), from_twilio(CallStatus=status)

    assert ringing is not None and event is not None
    assert (event.state, event.end_reason) == (state, reason)
    assert (event.seq < ringing.seq) is (state is CallState.OFFERED)


def test_an_account_goes_before_the_one_in_the_user_to_user_data() -> None:
    assert from_json(account="104230", uui="ACCOUNT=4221").attached["account"] == "104230"
    assert from_json(uui="4143434f554e543d34323231;encoding=hex").attached["account"] == "4221"
    assert from_json(account="${ACCT}").attached == {}


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_what_is_too_old_or_of_a_wrong_clock_is_refused(seconds: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    body = json.dumps(aircall_event("call.answered", at)).encode()
    with pytest.raises(WebhookStale):
        aircall.read(request(body), AIRCALL_TOKEN.encode())


def test_aircall_names_its_user_by_number_and_by_address() -> None:
    body = json.dumps(aircall_event("call.ringing_on_agent", NOW)).encode()
    (heard,) = aircall.read(request(body), AIRCALL_TOKEN.encode())

    assert (heard.event.agent, heard.also_known_as) == ("456", ("user456@example.com",))
    assert (heard.event.leg_id, heard.event.linked_id) == ("99-456", "99")
    assert (heard.event.ani_e164, heard.event.dnis, heard.event.queue) == (
        "+442079460123",
        "+448081570100",
        "Retention",
    )


def test_aircall_s_end_is_of_every_leg_and_says_whether_anybody_had_answered() -> None:
    for answered_at, reason in ((None, EndReason.ABANDONED), (1, EndReason.UNKNOWN)):
        body = json.dumps(aircall_event("call.hungup", NOW, None, answered_at=answered_at)).encode()
        (heard,) = aircall.read(request(body), AIRCALL_TOKEN.encode())
        assert (heard.ends, heard.event.end_reason) == (Ends.ALL, reason)


def test_what_aircall_tells_of_other_things_is_nothing() -> None:
    body = json.dumps(aircall_event("user.wut_start", NOW) | {"data": {"id": "text"}}).encode()

    assert aircall.read(request(body), AIRCALL_TOKEN.encode()) == ()


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{}", b"\xff", b"[" * 50_000, b'{"event": 1}'])
def test_what_is_no_webhook_ends_in_a_sentence(body: bytes) -> None:
    with pytest.raises(WebhookRefused):
        aircall.read(request(body), AIRCALL_TOKEN.encode())
    stamp = str(int(NOW.timestamp()))
    headers = {
        "cuecard-timestamp": stamp,
        "cuecard-signature": signed_json.signature_of(stamp, body, SHARED.encode()),
    }
    with pytest.raises(WebhookUnreadable):
        signed_json.read(request(body, **headers), SHARED.encode())


def test_signatures_that_are_no_text_are_only_wrong() -> None:
    headers = {"cuecard-timestamp": "²", "cuecard-signature": "v1=é"}
    with pytest.raises(WebhookForged):
        signed_json.read(request(b"{}", **headers), SHARED.encode())
    with pytest.raises(WebhookForged):
        twilio.read(
            request(b"", **{"content-type": "application/x-www-form-urlencoded", "x-twilio-signature": "é"}),
            AUTH_TOKEN.encode(),
        )


def test_a_time_after_the_last_year_is_unreadable() -> None:
    stamp, body = "999999999999", json.dumps(own_event("ringing", "1")).encode()
    sent = {"cuecard-timestamp": stamp, "cuecard-signature": signed_json.signature_of(stamp, body, SHARED.encode())}
    with pytest.raises(WebhookUnreadable):
        signed_json.read(WebhookRequest(URL, sent, body, NOW, "GB", "own"), SHARED.encode())
    late = aircall_event("call.created", NOW) | {"timestamp": 10**12}
    with pytest.raises(WebhookUnreadable):
        aircall.read(request(json.dumps(late).encode()), AIRCALL_TOKEN.encode())


@pytest.mark.parametrize("name", ["id", "agent", "call", "linked"])
def test_what_no_database_could_keep_names_no_call(name: str) -> None:
    with pytest.raises(WebhookUnreadable):
        from_json(**{name: "leg\0"})
