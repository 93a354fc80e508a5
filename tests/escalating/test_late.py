"""The promised time has passed: the customer gets an apology and is first in line, the manager is told; nobody twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, select, text

from callbacks import queries
from callbacks.tables import Rung
from office import contact_rules, texts
from office.tables import Alert, OptOut, Text
from reception import escalating

JANE, ANN, LANDLINE, ABROAD = "+447700900123", "+447700900124", "+442071838751", "+4915112345678"
PRIYA, TOM = "+447700900101", "+447700900102"
APOLOGY = "we are sorry. We promised to ring you by 12:00, and did not. You are first in line now."


def test_late_promise_is_apologised_for_and_tried_at_once(house, owe):
    one = owe()
    house.at(119)
    assert house.texts(JANE) == []
    house.change(one, next_try_at=house.clock.now() + timedelta(hours=5))
    house.at(120)

    assert house.texts(JANE) == [APOLOGY]
    assert house.alerts()[-1] == "Late: Jane Smith by 12:00"
    assert house.row(one).next_try_at <= house.clock.now()
    assert house.row(one).state == "waiting"
    house.at(500)
    assert house.texts(JANE) == [APOLOGY]


def test_late_promise_stands_on_top_until_a_person_closes_it(house, owe, office):
    late, fresh = owe(), None
    house.at(130)
    fresh = owe(phone=ANN, name="Ann Poe")
    house.at(260)
    house.change(fresh, promised_by=house.clock.now() - timedelta(hours=1))

    with office.database.reading() as session:
        assert [row.id for row in queries.most_urgent(session, queries.Wanted(), 10)] == [late, fresh]


def test_customer_whose_phone_rang_in_time_hears_that_we_missed_them(house, owe, clock):
    one = owe()
    house.change(one, first_rang_at=clock.now() + timedelta(minutes=3))
    house.at(120)

    (said,) = house.texts(JANE)
    assert said == "we are sorry that we missed you when we rang. You are first in line, and we keep trying."


@pytest.mark.parametrize("phone", [LANDLINE, ABROAD, None, "+448711234567"])
def test_number_that_takes_no_texts_of_ours_gets_none(house, owe, phone):
    owe(phone=phone, name=None)
    house.at(120)

    assert len(house.alerts()) == 1
    assert house.texts() == []


@pytest.mark.parametrize("rule", contact_rules.RULES)
@pytest.mark.parametrize("number", ["phone", "called_from"])
def test_customer_for_whom_a_rule_is_kept_gets_no_text(house, owe, office, clock, rule, number):
    one = owe()
    if number == "called_from":
        house.change(one, called_from=ANN)
    with office.database.transaction() as session:
        of = JANE if number == "phone" else ANN
        contact_rules.set_rule(session, of, rule, by="Priya Shah", now=clock.now())
    house.at(120)

    assert house.texts(JANE) == []


def test_customer_who_wants_no_texts_gets_none(house, owe, office, clock):
    owe()
    with office.database.transaction() as session:
        session.add(OptOut(phone=JANE, at=clock.now()))
    house.at(120)

    assert house.texts(JANE) == []


def test_caller_to_whom_nobody_gave_our_word_gets_no_text(house, owe):
    one = owe()
    house.change(one, needs_person=True, next_try_at=None)
    house.at(120)

    assert house.texts(JANE) == []
    assert house.alerts()[-1] == "Late: Jane Smith by 12:00"


def test_customer_whose_tries_are_used_up_gets_an_apology_and_stays_a_persons(house, owe):
    one = owe()
    house.change(one, needs_person=True, next_try_at=None, tries=4)
    house.at(120)

    assert house.texts(JANE) == [APOLOGY]
    assert (house.row(one).next_try_at, house.row(one).needs_person) == (None, True)


def test_house_that_was_down_all_along_tells_the_highest_rung_only(house, owe):
    one = owe(promised_by=house.clock.now() + timedelta(hours=4))
    house.change(one, state="claimed", owner="Tom Okafor", owner_id=2)
    house.at(300)

    assert house.texts(PRIYA) == house.texts(TOM) == []
    assert len(house.texts(JANE)) == 1
    assert house.alerts() == ["Late: Jane Smith by 14:00"]
    steps = ["late", "manager", "reminder", "second-person", "team"]
    assert house.rungs(one) == [f"15:00 {step}" for step in steps]
    assert (house.row(one).owner, house.row(one).prefer_id) == (None, 1)


def test_house_that_was_down_for_a_while_tells_staff_one_rung_and_the_manager_one(house, owe):
    one = owe()
    house.at(116)

    assert house.texts(PRIYA) == ["Jane Smith must be rung by 12:00."]
    assert house.alerts() == ["In danger: Jane Smith by 12:00"]
    assert len(house.rungs(one)) == 4


def test_apology_after_a_night_of_silence_waits_for_the_morning(house, owe, office):
    owe()
    house.clock.set(datetime(2026, 11, 25, 2, 30, tzinfo=UTC))
    escalating.look_after_promises(office)

    with office.database.reading() as session:
        (written,) = session.scalars(select(Text).where(Text.to == JANE))
        assert written.send_at == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
        assert "by 12:00 yesterday" in written.body
        assert written.id not in texts.due(session, house.clock.now(), limit=100)


def test_two_workers_at_once_tell_everybody_once(house, owe, office):
    for number in range(30):
        owe(phone=f"+4477009002{number:02}", name=f"Customer {number}")
    house.clock.go_on(minutes=125)
    start = Barrier(4)

    def go(_: int) -> int:
        start.wait(timeout=10)
        return escalating.look_after_promises(office)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(go, range(4)))
    escalating.look_after_promises(office)

    with office.database.reading() as session:
        assert len(session.scalars(select(Rung)).all()) == 150
        assert len(session.scalars(select(Alert)).all()) == 30
        assert len(session.scalars(select(Text).where(Text.to.startswith("+4477009002"))).all()) == 30


def test_worker_that_dies_before_the_commit_lost_nothing_and_says_nothing_twice(house, owe, office):
    one = owe()
    with (
        office.database.transaction() as session
    ):  # somebody else wrote the customer's text: what follows it still counts
        texts.write(session, reason="sorry:1:2026-11-24T12:00", to=JANE, body="earlier", now=house.clock.now())
    house.at(120)
    with office.database.transaction() as session:
        session.execute(delete(Rung))
        session.execute(delete(Alert))
    house.at(121)

    assert house.texts(JANE) == ["earlier"]
    assert len(house.rungs(one)) == 5
    assert len(house.alerts()) == 1


def test_one_that_cannot_be_dealt_with_does_not_keep_the_others_down(house, owe, office, caplog):
    owe(phone="+447700900190", name="First")
    bad = owe(phone="+447700900191", name="Second")
    owe(phone="+447700900192", name="Third")
    with office.database.transaction() as session:
        session.execute(text(REFUSED[session.get_bind().dialect.name].format(bad)))
    house.at(120)

    assert house.alerts() == ["Late: First by 12:00", "Late: Third by 12:00"]
    assert f"call-back {bad} cannot go up the ladder" in caplog.text


REFUSED = {
    "sqlite": "CREATE TRIGGER refused BEFORE INSERT ON rungs WHEN NEW.callback_id = {} "
    "BEGIN SELECT RAISE(ABORT, 'no such rung'); END",
    "postgresql": "ALTER TABLE rungs ADD CHECK (callback_id <> {})",
}
"""Ways in which a database takes no rung of one call-back."""
