"""Off duty after calls in a row that nobody picked up, and who is told of it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from office import duty, people
from office.profile import Profile
from office.tables import Staff, Text
from office.wiring import Office

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
PRIYA, TOM = 1, 2
PRIYAS, TOMS, MANAGERS = "+447700900101", "+447700900102", "+442071838799"


@pytest.fixture
def session(office: Office):
    with office.database.transaction() as session:
        yield session


@pytest.fixture
def profile(office: Office) -> Profile:
    with office.database.reading() as session:
        return office.business(session)


@pytest.fixture
def texts(session: Session) -> Callable[[], dict[str, str]]:
    return lambda: dict(session.execute(select(Text.to, Text.body)).all())


def is_on_duty(session: Session, staff_id: int) -> bool:
    return session.scalars(select(Staff.on_duty).where(Staff.id == staff_id)).one()


def misses(session: Session, staff_id: int, times: int, off_after: int = 3) -> list[bool]:
    return [duty.missed(session, staff_id, off_after) for _ in range(times)]


def go_off(session: Session, profile: Profile, staff_id: int, minute: int = 0) -> list[int]:
    duty.set_duty(session, staff_id, on=False)
    return duty.tell_off_duty(session, profile, staff_id, NOW + timedelta(minutes=minute))


def test_third_call_in_a_row_takes_off_duty_and_says_so_once(session: Session) -> None:
    assert misses(session, TOM, 5) == [False, False, True, False, False]
    assert not is_on_duty(session, TOM)


def test_missing_calls_takes_nobody_else_off_duty(session: Session) -> None:
    misses(session, TOM, 2)
    misses(session, PRIYA, 2)
    assert is_on_duty(session, PRIYA)
    assert is_on_duty(session, TOM)


def test_call_taken_in_between_begins_the_row_anew(session: Session) -> None:
    misses(session, TOM, 2)
    duty.answered(session, TOM)
    assert misses(session, TOM, 3) == [False, False, True]


def test_somebody_elses_answer_does_not_begin_it_anew(session: Session) -> None:
    misses(session, TOM, 2)
    duty.answered(session, PRIYA)
    assert misses(session, TOM, 1) == [True]


def test_nobody_goes_off_duty_by_themselves_when_the_file_says_never(session: Session) -> None:
    assert not any(misses(session, TOM, 9, off_after=0))
    assert is_on_duty(session, TOM)


def test_one_miss_is_enough_when_the_file_says_so(session: Session) -> None:
    assert misses(session, TOM, 1, off_after=1) == [True]


def test_whoever_comes_back_on_duty_has_missed_nothing(session: Session) -> None:
    misses(session, TOM, 3)
    duty.set_duty(session, TOM, on=True)
    assert misses(session, TOM, 3) == [False, False, True]


def test_calls_missed_by_somebody_off_duty_do_not_count(session: Session) -> None:
    duty.set_duty(session, TOM, on=False)
    assert not any(misses(session, TOM, 3))
    assert session.scalars(select(Staff.misses).where(Staff.id == TOM)).one() == 0


def test_person_is_told_in_one_text_how_to_come_back(session: Session, profile: Profile, texts) -> None:
    told = go_off(session, profile, TOM)
    assert texts() == {
        TOMS: "You missed 3 calls in a row, so Harbour Bikes has taken you off duty. "
        "To be back on duty, ring +442071838750 from this phone and press 1."
    }
    assert list(session.scalars(select(Text.id))) == told
    assert len(texts()[TOMS]) <= 160


def test_single_miss_is_told_as_one(session: Session, profile: Profile, texts) -> None:
    go_off(session, replace(profile, ringing=replace(profile.ringing, off_after_misses=1)), TOM)
    assert texts()[TOMS].startswith("You missed a call, so ")


def test_manager_is_told_only_when_nobody_is_left(session: Session, profile: Profile, texts) -> None:
    go_off(session, profile, TOM)
    assert MANAGERS not in texts()
    assert len(go_off(session, profile, PRIYA)) == 2
    assert texts()[MANAGERS].startswith("Nobody is on duty at Harbour Bikes now: Priya Shah missed 3 calls in a row.")
    assert len(texts()[MANAGERS]) <= 160


def test_manager_who_was_the_last_is_told_both_in_one_text(session: Session, profile: Profile, texts) -> None:
    go_off(session, profile, TOM)
    assert len(go_off(session, replace(profile, manager_phone=PRIYAS), PRIYA)) == 1
    assert texts()[PRIYAS] == (
        "Nobody is on duty at Harbour Bikes now: you missed 3 calls in a row. "
        "To be back on duty, ring +442071838750 from this phone and press 1."
    )


def test_same_time_off_duty_is_told_once_and_another_time_again(session: Session, profile: Profile) -> None:
    assert len(go_off(session, profile, TOM)) == 1
    assert go_off(session, profile, TOM) == []
    assert len(go_off(session, profile, TOM, minute=1)) == 1


def test_unknown_person_is_told_nothing(session: Session, profile: Profile) -> None:
    assert duty.tell_off_duty(session, profile, 99, NOW) == []
    assert not duty.missed(session, 99, 1)


def test_last_two_who_go_off_duty_at_once_leave_the_manager_told(office: Office, profile: Profile) -> None:
    """On PostgreSQL both are under way before either is committed; on SQLite one comes after the other."""
    both_missed = threading.Barrier(2)

    def miss(staff_id: int) -> None:
        with office.database.transaction() as session:
            assert duty.missed(session, staff_id, 1)
            if office.database.engine.dialect.name == "postgresql":
                both_missed.wait(timeout=10)
            duty.tell_off_duty(session, profile, staff_id, NOW)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(miss, (PRIYA, TOM)))
    with office.database.reading() as session:
        assert people.on_duty(session) == 0
        assert sorted(session.scalars(select(Text.to))) == [MANAGERS, PRIYAS, TOMS]
