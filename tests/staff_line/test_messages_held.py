"""What one of us costs the others while they hear messages: which rows are read and held, and in what order; and whose name is said."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from callbacks.tables import Callback, CallbackCall
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from reception import heard_messages
from reception.exchange import Exchange
from voice.conversation.turns import Heard
from voice.tables import Call
from voicemail_greetings.tables import Message

JANE, AMIR = "+447700900123", "+447700900124"
WAITS = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
ON_POSTGRESQL = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite has one writer at a time."""


@pytest.fixture
def leave(office, clock, owe):
    """A message in the call CA1, CA2 and so on for a call-back that is promised in so many minutes; or one more in an older call."""

    def left(phone=JANE, minutes=60, number=None, **values) -> int:
        now = clock.now()
        callback_id: int = number or owe(phone, promised_by=now + timedelta(minutes=minutes))
        times = {"received_at": now, "ended_at": now, "words_by": now}
        with office.database.transaction() as session:
            if number is None:
                session.add(CallbackCall(call_sid=f"CA{callback_id}", callback_id=callback_id))
            sids = {"recording_sid": f"RE{session.query(Message).count()}", "call_sid": f"CA{callback_id}"}
            session.add(Message(**{"duration_s": 9, "fetches": 1, "file": "1.wav", **times, **sids, **values}))
        return callback_id

    return left


@pytest.fixture
def loaded() -> Iterator[list[object]]:
    """Whole rows of messages and call-backs that were read."""
    found: list[object] = []

    def read(row: object, _: object) -> None:
        found.append(row)

    for table in (Message, Callback):
        event.listen(table, "load", read)
    yield found
    for table in (Message, Callback):
        event.remove(table, "load", read)


def test_menu_counts_the_messages_that_count_and_reads_none(rings, leave, loaded, clock):
    one, two = leave(JANE), leave(AMIR, heard_at=clock.now())
    leave(number=one, label="silent")
    leave(number=two, ended_at=clock.now() - timedelta(minutes=1))
    gone = leave("+447700900125")
    leave(number=gone, file=None)
    assert "One new message, 5." in rings().text
    assert [row for row in loaded if isinstance(row, Message)] == []


def test_who_is_gone_is_told_of_no_messages(office, leave, loaded, clock):
    leave()
    with office.database.transaction() as session:
        loaded.clear()
        over = Heard("CA9", call_status="completed")
        at = Exchange(session, office.business(session), clock.now(), over, step="message_key")
        assert heard_messages.facts(at, 1) == {}
    assert loaded == []


def test_caller_who_may_show_a_customer_s_number_is_not_called_by_their_name(office, rings, leave, clock):
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith"), CustomerRow(2, AMIR, "Amir Khan")])
        for sid, phone, trusted in (("CA1", JANE, False), ("CA2", AMIR, True)):
            times = {"started_at": clock.now(), "seen_at": clock.now(), "ended_at": clock.now()}
            session.add(Call(sid=sid, direction="inbound", phone=phone, trusted=trusted, **times))
    leave(JANE, 20)
    leave(AMIR, 60)
    phone = rings()
    assert "From a caller," in phone.prove("5")
    assert "From Amir Khan," in phone.key("2")


@ON_POSTGRESQL
def test_message_is_held_before_its_call_back_as_by_whoever_writes_its_words(office, rings, leave, rows):
    leave()
    phone = rings()
    phone.prove("5")
    with ThreadPoolExecutor(1) as pool, office.database.transaction() as words:
        words.get_one(Message, 1, with_for_update=True)
        closed = pool.submit(phone.key, "4")
        while not (words.scalar(WAITS) or closed.done()):
            pass
        words.get_one(Callback, 1, with_for_update={"nowait": True})
    assert "Done, thank you." in closed.result()
    assert rows(Callback)[0].state == "done"


@ON_POSTGRESQL
def test_call_back_of_the_message_that_follows_is_not_held(office, rings, leave, rows):
    leave(JANE, 60)
    leave(AMIR, 90)
    phone = rings()
    phone.prove("5")
    with office.database.transaction() as elsewhere:
        elsewhere.get_one(Callback, 2, with_for_update=True)
        assert "Done, thank you. From a caller" in phone.key("4")
    assert [row.state for row in rows(Callback)] == ["done", "waiting"]
