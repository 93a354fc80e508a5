"""The list of call-backs, read: kinds, counts and pages by key, on each database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from callbacks import lists
from callbacks.claims import Who
from callbacks.lists import Wanted
from callbacks.tables import Attempt, Callback
from office.tables import Audit
from office.wiring import Office

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WANTED = Wanted("open", Who("Priya Shah", 1), NOW, NOW - timedelta(hours=10))
Owed = Callable[..., int]


@pytest.fixture
def owed(office: Office) -> Owed:
    def made(number: int, **values: object) -> int:
        usual = {"kind": "missed", "reason": "missed call", "state": "waiting", "missed_at": NOW, "promised_by": NOW}
        with office.database.transaction() as session:
            row = Callback(phone=f"+4477009{number:05}", **{**usual, **values})
            session.add(row)
            session.flush()
            return row.id

    return made


def ids(session: Session, wanted: Wanted) -> list[int]:
    return [row.id for rows in lists.each(session, wanted, 2) for row in rows]


def test_pages_by_key_show_each_row_once_in_order(office: Office, owed: Owed) -> None:
    moments = [NOW + timedelta(minutes=minutes) for minutes in (5, 0, 5, 0, 9)]
    made = [owed(number, promised_by=moment) for number, moment in enumerate(moments)]
    done = [owed(number + 10, state="done", closed_at=moment) for number, moment in enumerate(moments)]
    with office.database.reading() as session:
        assert ids(session, WANTED) == [made[place] for place in (1, 3, 0, 2, 4)]
        assert ids(session, replace(WANTED, show="done")) == [done[place] for place in (4, 2, 0, 3, 1)]


def test_counts_are_those_of_the_lists(office: Office, owed: Owed) -> None:
    owed(1)
    owed(2, state="claimed", owner="Priya Shah", owner_id=1)
    owed(3, state="claimed", owner="Priya Shah", owner_id=None)
    owed(4, state="done", closed_at=NOW - timedelta(hours=11))
    owed(5, state="done", closed_at=NOW)
    owed(6, team_id=1)
    with office.database.reading() as session:
        for wanted in (WANTED, replace(WANTED, teams=frozenset()), replace(WANTED, team_id=1)):
            counted = lists.counts(session, wanted)
            assert counted == {show: len(ids(session, replace(wanted, show=show))) for show in lists.SHOWS}
        assert lists.counts(session, WANTED) == {"open": 4, "nobody": 2, "mine": 1, "snoozed": 0, "done": 1}


def test_snoozed_is_what_somebody_set_aside_and_nobody_tried_since(office: Office, owed: Owed) -> None:
    later = NOW + timedelta(minutes=10)
    aside, tried, over = (owed(number, next_try_at=later) for number in (1, 2, 3))
    planned, undone, reopened = (owed(number, next_try_at=later) for number in (4, 5, 6))
    with office.database.transaction() as session:
        for callback_id in (aside, tried, over, undone, reopened):
            session.add(Audit(at=NOW, by="Priya Shah", action="snoozed", about=f"callback:{callback_id}"))
        session.flush()
        for callback_id, action, detail in (
            (undone, "undone", "set aside"),
            (reopened, "reopened", None),
            (aside, "undone", "done"),
        ):
            session.add(Audit(at=NOW, by="Priya Shah", action=action, about=f"callback:{callback_id}", detail=detail))
        who = {"staff_id": 1, "by": "Priya Shah", "fence": 1, "stage": "ended", "customer_phone": "+447700900002"}
        session.add(Attempt(callback_id=tried, at=NOW + timedelta(seconds=1), **who))
        session.get_one(Callback, over).next_try_at = NOW
    with office.database.reading() as session:
        assert lists.snoozed(session, [aside, tried, over, planned, undone, reopened], NOW) == {aside}
        assert ids(session, replace(WANTED, show="snoozed")) == [aside]


def test_pulse_beats_when_a_try_begins_and_when_it_is_picked_up(office: Office, owed: Owed) -> None:
    def beat() -> tuple[object, ...]:
        with office.database.reading() as session:
            return lists.pulse(session)

    callback_id, beats = owed(1), [beat()]
    who = {"staff_id": 1, "by": "Priya Shah", "fence": 1, "stage": "claimed", "customer_phone": "+447700900001"}
    with office.database.transaction() as session:
        session.add(Attempt(callback_id=callback_id, at=NOW, **who))
    beats.append(beat())
    with office.database.transaction() as session:
        session.get_one(Attempt, 1).customer_answered_at = NOW
    beats.append(beat())
    owed(2)
    beats += [beat(), beat()]
    assert len(set(beats)) == 4
    assert beats[-1] == beats[-2]
