"""Away until a time: off duty, and on duty again by itself."""

from datetime import timedelta

import pytest

from office import duty, people
from office.tables import Staff

TOM = 2


@pytest.fixture
def tom(office):
    """Does something in a transaction; how he stands then: on duty or not, and until when he is away."""

    def after(do):
        with office.database.transaction() as session:
            do(session)
        with office.database.reading() as session:
            row = session.get_one(Staff, TOM)
            return row.on_duty, row.away_until

    return after


def test_person_who_is_away_is_off_duty_until_their_time_is_over(office, clock, tom):
    until = clock.now() + timedelta(hours=2)
    assert tom(lambda session: duty.away(session, TOM, until, clock.now())) == (False, until)
    clock.go_on(minutes=119)
    assert tom(lambda session: duty.back(session, clock.now())) == (False, until)
    clock.go_on(minutes=1)
    with office.database.reading() as session:
        assert people.away_until(session, TOM, clock.now()) is None

    assert tom(lambda session: duty.back(session, clock.now())) == (True, None)


def test_person_who_is_off_duty_for_no_set_time_stays_so(clock, tom):
    tom(lambda session: duty.set_duty(session, TOM, on=False))

    assert tom(lambda session: duty.back(session, clock.now() + timedelta(days=9))) == (False, None)


@pytest.mark.parametrize("on", [True, False])
def test_person_who_is_put_on_or_off_duty_is_away_no_longer(clock, tom, on):
    tom(lambda session: duty.away(session, TOM, clock.now() + timedelta(hours=2), clock.now()))

    assert tom(lambda session: duty.set_duty(session, TOM, on=on)) == (on, None)


def test_time_that_is_over_takes_nobody_off_duty(clock, tom):
    assert tom(lambda session: duty.away(session, TOM, clock.now(), clock.now())) == (True, None)
