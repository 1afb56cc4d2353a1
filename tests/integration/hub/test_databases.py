"""What holds for the hub's store whichever database it is in, and how an older database becomes a newer one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, inspect, select, text

from app.hub import schema
from app.hub.audit import verify
from app.hub.errors import StoreMismatch
from app.hub.migrations import NEWEST, m0001_first
from app.hub.store import Store, set_setting, setting
from tests.fakes.hub import RunningHub
from tests.fakes.postgres import PostgresServer

KEY = b"k" * 32


def test_a_store_is_opened_again_as_it_was(database: str) -> None:
    first = Store(database, KEY)
    with first.write() as connection:
        set_setting(connection, "site_name", "Northline")
    first.close()
    second = Store(database, KEY)
    with second.read() as connection:
        assert setting(connection, "site_name") == "Northline"
    assert second.identity == first.identity
    second.close()


def test_another_key_is_refused(database: str) -> None:
    Store(database, KEY).close()
    with pytest.raises(StoreMismatch, match="key file"):
        Store(database, b"x" * 32)


def test_an_error_in_a_transaction_leaves_nothing_behind(database: str) -> None:
    store = Store(database, KEY)
    with pytest.raises(RuntimeError), store.write() as connection:
        set_setting(connection, "site_name", "Northline")
        raise RuntimeError
    with store.read() as connection:
        assert setting(connection, "site_name") == ""
    store.close()


def test_the_steps_lead_to_the_tables_that_the_program_works_with(database: str) -> None:
    store = Store(database, KEY)
    with store.read() as connection:
        there = inspect(connection)
        made = {
            name: {column["name"]: column["nullable"] for column in there.get_columns(name)}
            for name in schema.metadata.tables
        }
        assert setting(connection, "schema_version") == str(NEWEST)
    wanted = {name: {c.name: bool(c.nullable) for c in table.c} for name, table in schema.metadata.tables.items()}
    assert made == wanted
    store.close()


def test_a_database_of_the_first_version_keeps_its_events_and_is_copied_before(tmp_path: Path) -> None:
    file = tmp_path / "hub.sqlite"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        m0001_first.upgrade(Operations(MigrationContext.configure(connection)))
        set_setting(connection, "schema_version", "1")
        for number in (1, 2):
            row: dict[str, Any] = {
                "source": "/devices/desk-1",
                "id": f"0197e1f0-0000-7000-8000-00000000000{number}",
                "digest": b"d",
            }
            row |= {"sequence": number, "type": "call.answered", "at": 5, "subject": "call-1", "session": "s"}
            row |= {"person": "person-ana", "team": "blue", "received_at": 7, "body": '{"data":{}}'}
            connection.execute(m0001_first.event.insert().values(**row))
        refused: dict[str, Any] = {
            "at": 1,
            "kind": "event-409",
            "person": "p",
            "device": "d",
            "about": "",
            "detail": "",
        }
        connection.execute(m0001_first.audit.insert().values(**refused))
    engine.dispose()

    store = Store(f"sqlite:///{file}")
    with store.read() as connection:
        kept = connection.execute(select(schema.event).order_by(schema.event.c.position)).all()
        assert [(row.position, row.month, row.sequence, row.person) for row in kept] == [
            (1, 202507, 1, "person-ana"),
            (2, 202507, 2, "person-ana"),
        ]
        assert [(row.first, row.last) for row in connection.execute(select(schema.intake))] == [(1, 2)]
        assert (verify(connection, store.key).sound, verify(connection, store.key).broken) == (1, None)
    store.close()
    assert (tmp_path / "hub.sqlite.version-1").exists()


def test_events_lie_in_the_partition_of_the_month_in_their_id(tmp_path: Path, postgres: PostgresServer) -> None:
    hub = RunningHub(tmp_path, database=postgres.new_database())
    try:
        ana = hub.sign_in("ana")
        ids = {
            "event_202603": "019cb0a0-0000-7000-8000-000000000001",
            "event_202604": "019d4f00-0000-7000-8000-000000000002",
            "event_rest": "00000000-0001-7000-8000-000000000003",
        }
        batch = [ana.event("call.answered", "call-1", id=event_id) for event_id in ids.values()]
        assert ana.send(*batch)["accepted"] == list(ids.values())
        assert sorted(ana.send(*batch)["duplicates"]) == sorted(ids.values())
        with hub.store.read() as connection:
            rows = connection.execute(text("SELECT tableoid::regclass::text AS place, id FROM event")).all()
        assert {row.place: row.id for row in rows} == ids
    finally:
        hub.stop()


def test_the_next_months_have_partitions_before_anyone_needs_them_and_an_old_one_can_be_taken_away(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    hub = RunningHub(tmp_path, database=postgres.new_database())
    try:
        ana = hub.sign_in("ana")
        december, later = "019ad90d-0000-7000-8000-000000000001", "019b0000-0000-7000-8000-000000000002"
        ana.send(ana.event("call.answered", "call-1", id=december))
        with hub.store.write() as connection:
            there = set(connection.execute(text("SELECT inhrelid::regclass::text FROM pg_inherits")).scalars())
            assert {"event_202512", "event_202601", "event_202602"} <= there
            hub.hub.projector.settle(10)
            connection.execute(text("ALTER TABLE event DETACH PARTITION event_202512"))
            connection.execute(text("ALTER TABLE event_202512 RENAME TO kept_event_202512"))
        # One more of the month that was taken away, from a desktop that was switched off for long.
        assert ana.send(ana.event("call.answered", "call-2", id=later))["accepted"] == [later]
        hub.hub.projector.settle(10)
        with hub.store.read() as connection:
            assert connection.execute(select(schema.event.c.id)).scalars().all() == [later]
            assert sorted(connection.execute(select(schema.call_brief.c.subject)).scalars()) == ["call-1", "call-2"]
    finally:
        hub.stop()


@pytest.mark.parametrize("row", [1, 2, 3])
def test_row_31_a_changed_row_of_the_audit_trail_is_named(hub: RunningHub, row: int) -> None:
    ana = hub.sign_in("ana")
    for _ in range(3):
        ana.send(ana.event("call.answered", "call-1", source="/devices/other"))
    with hub.store.write() as connection:
        assert verify(connection, hub.store.key).broken is None
        connection.execute(text("UPDATE audit SET device = 'another' WHERE number = :row"), {"row": row})
        assert verify(connection, hub.store.key).broken == row


def test_row_31_a_removed_row_of_the_audit_trail_is_noticed(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    for _ in range(3):
        ana.send(ana.event("call.answered", "call-1", source="/devices/other"))
    with hub.store.write() as connection:
        connection.execute(text("DELETE FROM audit WHERE number = 2"))
        assert verify(connection, hub.store.key).broken == 3


def test_row_30_a_device_s_wrong_clock_is_put_right_and_an_impossible_time_is_held(hub: RunningHub) -> None:
    ana = hub.sign_in("ana")
    headers = {"Authorization": f"Bearer {ana.device_token}", "Cuecard-Time": "2027-03-02T14:02:00Z"}
    right = ana.event("call.answered", "call-1", time="2027-03-02T14:01:30Z")
    wrong = [
        ana.event("call.answered", "call-2", time=time)
        for time in ("0001-01-01T00:00:00+14:00", "2038-01-19T03:14:08Z")
    ]
    assert ana.client.post("/v1/events", json=[right, *wrong], headers=headers).status_code == 200
    now = int(hub.clock.now.timestamp()) * 10**6
    rows = {row["id"]: (row["at"] - now, row["held"]) for row in hub.recorded()}
    assert rows == {right["id"]: (-30 * 10**6, 0)} | {event["id"]: (0, 1) for event in wrong}
    headers["Cuecard-Time"] = "soon"
    assert ana.client.post("/v1/events", json=[], headers=headers).status_code == 400


def test_a_database_restored_into_a_server_that_counts_anew_goes_on_counting(
    tmp_path: Path, postgres: PostgresServer
) -> None:
    database = postgres.new_database()
    first = Store(database, key_file=tmp_path / "hub.sqlite.key")
    with first.write() as connection:
        newest = {"place": 10**12, "first": 1, "last": 1, "months": "[]", "received_at": 1}
        connection.execute(schema.intake.insert().values(**newest))
        connection.execute(schema.projection.insert().values(name="reports", place=10**12, as_of=1))
    first.close()
    hub = RunningHub(tmp_path, database=database)
    try:
        ana = hub.sign_in("ana")
        ana.send(ana.event("call.answered", "call-1"))
        hub.hub.projector.settle(10)
        with hub.store.read() as connection:
            assert connection.execute(select(schema.call_brief.c.subject)).scalars().all() == ["call-1"]
    finally:
        hub.stop()
