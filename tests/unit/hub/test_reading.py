"""Reading what strangers send: a value or a refusal, never another error."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hub.body import unpack
from app.hub.errors import Problem
from app.hub.moment import from_micros, read_time, to_micros
from app.hub.strict_json import MAX_DEPTH, canonical, read_json

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    # Half surrogate pairs are refused, so they are not among what is to come back.
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=20,
)


@given(values)
def test_every_sound_value_is_read_as_it_was_written(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(canonical(value)) == value


@given(st.binary() | st.text(st.sampled_from('[]{}":,\\u0dD8e+-.9nNaI \n')).map(str.encode))
def test_no_bytes_raise_anything_but_a_refusal(body: bytes) -> None:
    try:
        read_json(body)
    except Problem as problem:
        assert problem.status == 400


def test_nesting_is_read_up_to_the_limit() -> None:
    read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(Problem, match="nested too deeply"):
        read_json(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


@given(st.binary(), st.sampled_from(["gzip", "zstd", "identity", "br", ""]))
def test_no_packed_bytes_raise_anything_but_a_refusal(packed: bytes, encoding: str) -> None:
    try:
        assert len(unpack(packed, encoding, limit=1000)) <= 1000
    except Problem as problem:
        assert problem.status in (400, 413, 415)


@given(st.datetimes(timezones=st.just(UTC)))
def test_times_come_back_from_the_store_as_they_were(time: datetime) -> None:
    assert from_micros(to_micros(time)) == time


def test_year_one_east_of_greenwich_is_a_time_too() -> None:
    earliest = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))
    assert to_micros(earliest) == to_micros(datetime(1, 1, 1, tzinfo=UTC)) - 14 * 3600 * 10**6
    assert from_micros(to_micros(earliest)) == datetime(1, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-03-02", "2026-03-02T14:02:00", "2026-W10-1T00:00:00Z", "20260302T140200Z", "now"]
)
def test_a_time_without_an_offset_or_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"written like|out of range|isoformat"):
        read_time(text)


def test_starting_a_hub_costs_the_desktop_no_dear_import() -> None:
    dear = "{'sqlalchemy', 'httpx', 'litestar', 'uvicorn', 'msgspec', 'argon2'}"
    code = f"import sys, app.hub.process, app.hub.demo_sign_ins; print(sorted({dear} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
