"""What the carrier told us while the database was gone is kept when it is back, as of when it was told."""

import pytest
import sqlalchemy
from sqlalchemy import select

import webhooks
import worker
from callbacks.tables import Attempt, Callback
from office.wiring import Office
from reception import door
from tests.rounds import to_the_end
from voice.tables import Call

JANE, CALL = "+447700900123", "CA" + "1" * 32
RINGING = {"From": JANE, "To": "+442071838750", "CallStatus": "ringing", "Direction": "inbound"}
GONE = {"From": JANE, "CallStatus": "completed", "CallDuration": "40"}
RECORDED = {"RecordingSid": "RE" + "3" * 32, "RecordingStatus": "completed", "RecordingDuration": "9"}


def rename(office: Office, old: str, new: str) -> None:
    with office.database.engine.begin() as connection:
        for table in sqlalchemy.inspect(connection).get_table_names():
            if table.endswith(old):
                connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table.removesuffix(old)}{new}")


@pytest.fixture
def lost(office):
    """The database is gone until it is called."""
    rename(office, "", "_lost")
    return lambda: rename(office, "_lost", "")


def only(office: Office, table):
    with office.database.reading() as session:
        return session.scalars(select(table)).one()


def test_caller_who_rang_in_the_dark_is_owed_a_call(office, carrier, client, clock, lost):
    rang_at = clock.now()
    carrier.post("/voice/incoming", **RINGING)
    clock.go_on(seconds=40)
    assert carrier.post("/voice/status", **GONE).status_code == 204
    clock.go_on(minutes=10)
    assert door.replay(client.application) == 0
    lost()
    assert door.replay(client.application) == 2

    row, call = only(office, Callback), only(office, Call)
    assert (row.phone, row.calls_missed, row.needs_person) == (JANE, 1, False)
    assert (call.started_at, call.outcome) == (rang_at, "missed")
    assert row.promised_by.isoformat() == "2026-11-24T12:01:00+00:00"


def test_next_report_keeps_what_waits(office, carrier, lost):
    carrier.post("/voice/status", **GONE)
    lost()
    carrier.post("/voice/status", sid="CA" + "2" * 32, From="+447700900124", CallStatus="completed", CallDuration="30")

    with office.database.reading() as session:
        assert sorted(session.scalars(select(Callback.phone))) == [JANE, "+447700900124"]


def test_worker_keeps_what_waits_though_nobody_calls(office, carrier, lost):
    carrier.post("/voice/status", **GONE)
    lost()
    rounds = worker.Rounds(office)
    rounds.once()
    to_the_end(rounds)

    assert only(office, Callback).phone == JANE


def test_new_web_process_keeps_what_the_last_one_wrote_down(office, carrier, lost):
    carrier.post("/voice/status", **GONE)
    lost()
    webhooks.create_app(office)

    assert only(office, Callback).phone == JANE


def test_message_left_in_the_dark_is_not_lost(office, carrier, client, lost):
    carrier.post("/voice/incoming", **{**RINGING, "From": "anonymous"})
    assert carrier.post("/voice/recording_report", **RECORDED).status_code == 204
    carrier.post("/voice/status", **{**GONE, "From": "anonymous"})
    lost()
    door.replay(client.application)

    row = only(office, Callback)
    assert (row.phone, row.needs_person) == (None, True)


def test_call_of_which_only_the_fallback_heard_is_looked_after(office, carrier, client):
    """The primary handler never answered and no report comes: the sweep will ask the carrier."""
    carrier.post("/voice/fallback", **RINGING, ErrorCode="11200")
    door.replay(client.application)

    assert only(office, Call).phone == JANE


def test_turn_is_not_taken_again_for_a_caller_who_is_long_gone(office, carrier, client, lost):
    carrier.post("/voice/incoming", **RINGING)
    lost()
    door.replay(client.application)

    with office.database.reading() as session:
        assert only(office, Call).ended_at is None
        assert session.scalars(select(Attempt)).all() == []
        assert session.execute(sqlalchemy.text("SELECT count(*) FROM legs")).scalar() == 0


def test_what_cannot_be_kept_at_all_is_set_aside_and_holds_up_nothing(office, carrier, client, clock):
    office.journal.write("/no/such/address", {}, clock.now())
    office.journal.write("/voice/status", {"CallSid": CALL, **GONE}, clock.now())

    assert door.replay(client.application) == 1
    assert only(office, Callback).phone == JANE
    assert [path.suffix for path in (office.settings.data_dir / "journal").iterdir()] == [".cannot"]


def test_what_the_database_can_never_take_holds_up_nothing(office, carrier, client, clock):
    """PostgreSQL holds no NUL in a text: that is no database that is gone, and waiting would not help."""
    text = {"CallSid": CALL, "From": JANE, "MessageSid": "SM" + "4" * 32, "Body": "late\x00r"}
    office.journal.write("/texts/incoming", text, clock.now())
    office.journal.write("/voice/status", {"CallSid": CALL, **GONE}, clock.now())
    door.replay(client.application)

    assert only(office, Callback).phone == JANE
    assert list(office.journal.entries()) == []
