"""What a manager must know: raised once, told together, not too often, and in words that fit into a text."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from office import alerts
from office.tables import Alert, Text

LINK = "https://ringtrue.test/callbacks"


@pytest.fixture
def raised(office, clock):
    def raise_it(reason: str = "guard:hour", said: str = "The house has dialled all it may this hour.") -> bool:
        with office.database.transaction() as session:
            return alerts.raise_alert(session, reason, said, clock.now())

    return raise_it


@pytest.fixture
def told(office, clock):
    """Tell what is to be told, if it is time; whether it was."""

    def tell() -> bool:
        with office.database.transaction() as session:
            return alerts.digest(session, office.business(session), clock.now(), link=LINK, mail=False)

    return tell


@pytest.fixture
def bodies(office):
    def read_all() -> list[str]:
        with office.database.reading() as session:
            return list(session.scalars(select(Text.body).order_by(Text.id)))

    return read_all


def test_alert_is_raised_once_for_a_reason(raised, told, bodies, clock):
    assert [raised(), raised()] == [True, False]
    clock.go_on(seconds=10)
    assert [told(), told()] == [True, False]
    assert raised() is False
    clock.go_on(hours=1)
    assert told() is False

    assert bodies() == [f"Harbour Bikes: The house has dialled all it may this hour. {LINK}"]


def test_nothing_raised_is_nothing_told(told, bodies):
    assert told() is False
    assert bodies() == []


def test_first_alert_waits_ten_seconds_for_others(raised, told, bodies, clock):
    raised()
    clock.go_on(seconds=9)
    raised("late:7", "Late: Jane Smith by 12:00")
    assert told() is False
    clock.go_on(seconds=1)

    assert told() is True
    assert len(bodies()) == 1
    assert "Late: Jane Smith by 12:00." in bodies()[0]


def test_ten_minutes_pass_between_two_texts_however_much_happens(raised, told, clock):
    times = []
    for second in range(0, 3600, 20):
        raised(f"late:{second}")
        if told():
            times.append(second)
        clock.go_on(seconds=20)

    assert times == [20, 620, 1220, 1820, 2420, 3020]


def test_alert_withdrawn_before_it_was_told_is_never_told(raised, told, bodies, clock, office):
    raised()
    with office.database.transaction() as session:
        alerts.withdraw(session, alerts.untold(session))
        alerts.withdraw(session, [])
    clock.go_on(minutes=1)

    assert told() is False
    assert bodies() == []


def test_many_who_tell_at_once_tell_once(raised, told, bodies, clock, office):
    raised()
    clock.go_on(seconds=10)
    start = Barrier(4)

    def tell(_: int) -> bool:
        start.wait(timeout=10)
        return bool(told())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(tell, range(4))).count(True) == 1
    assert len(bodies()) == 1
    with office.database.reading() as session:
        assert [alert.told_at for alert in session.scalars(select(Alert))] == [clock.now()]


def test_text_gathers_what_has_the_same_heading():
    said = ["In danger: Jane Smith by 15:00", "The house has dialled all it may.", "In danger: Ann Poe by 15:10"]

    assert alerts.as_text("Harbour Bikes", said, LINK) == (
        f"Harbour Bikes: In danger (2): Jane Smith by 15:00, Ann Poe by 15:10. The house has dialled all it may. {LINK}"
    )


def test_text_with_too_much_says_how_much_more_there_is():
    said = [f"Late: Customer number {number} by 12:00" for number in range(40)]
    text = alerts.as_text("Harbour Bikes", said, LINK)

    assert len(text) <= 320
    assert text.startswith("Harbour Bikes: Late (8): Customer number 0 by 12:00,")
    assert text.endswith(f". And 32 more. {LINK}")


def test_text_for_which_one_thing_is_too_long_says_that_there_is_one():
    text = alerts.as_text("Harbour Bikes", ["x" * 160], "https://" + "long." * 30 + "example/callbacks")

    assert text.startswith("Harbour Bikes: one thing to look at. https://")


@given(st.lists(st.text(max_size=160), min_size=1, max_size=12))
def test_text_always_fits_and_always_has_the_link(said):
    text = alerts.as_text("Harbour Bikes", said, LINK)

    assert len(text) <= 320
    assert text.startswith("Harbour Bikes: ")
    assert text.endswith(LINK)


def test_mail_tells_everything_with_the_time_on_the_business_clock(office):
    with office.database.reading() as session:
        profile = office.business(session)
    summer = datetime(2026, 7, 7, 14, 0, tzinfo=UTC)
    said = [(summer, "Late: Jane Smith by 15:00"), (summer + timedelta(minutes=1), "x" * 160)]

    assert alerts.as_mail(said, profile, LINK).splitlines() == [
        "Tuesday 15:00  Late: Jane Smith by 15:00",
        f"Tuesday 15:01  {'x' * 160}",
        "",
        LINK,
    ]
