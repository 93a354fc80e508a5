"""Greetings as people make them: the newest holds, every one before is still there, and what is undone can be brought back."""

from collections.abc import Callable
from typing import Any

import pytest

from office import audit
from office.tables import Team
from voicemail_greetings import greetings
from voicemail_greetings.choice import Asked, Greeting, choose
from voicemail_greetings.greetings import OutdatedError

BY = "Priya Shah"


def greeting(situation="closed", text="We're closed. We'll ring you back.", **fields):
    usual = {"team_id": None, "staff_id": None, "holiday": None, "sound": None}
    return Greeting(id=None, situation=situation, text=text, **{**usual, **fields})


@pytest.fixture
def make(office, clock):
    def made(**fields) -> int:
        with office.database.transaction() as session:
            return greetings.make(session, greeting(**fields), by=BY, now=clock.now())

    return made


@pytest.fixture
def undo(office, clock):
    def undone(greeting_id: int) -> int | None:
        with office.database.transaction() as session:
            return greetings.undo(session, greeting_id, by="Tom Okafor", now=clock.now())

    return undone


@pytest.fixture
def read(office):
    """What a query of the room says."""

    def answer(query: Callable[..., Any], *args: object) -> Any:
        with office.database.reading() as session:
            return query(session, *args)

    return answer


def test_newest_of_those_for_the_same_holds_and_the_others_are_kept(make, read):
    make(text="First.")
    second, busy, priya = make(text="Second."), make(situation="busy"), make(staff_id=1, team_id=1)
    assert [(each.id, each.team_id, each.staff_id) for each in read(greetings.in_force)] == [
        (second, None, None), (busy, None, None), (priya, None, 1),
    ]  # fmt: skip
    assert [each.text for each in read(greetings.history, "closed")] == ["Second.", "First."]
    assert [each.id for each in read(greetings.history, "closed", None, 1)] == [priya]


def test_team_s_greeting_is_not_the_business_s(office, make, read):
    with office.database.reading() as session:
        team = session.query(Team).one().id
    make(team_id=team)
    assert read(greetings.history, "closed") == []
    assert len(read(greetings.history, "closed", team)) == 1


def test_holiday_is_one_however_its_name_is_written_and_nothing_else_has_one(make, read):
    make(situation="holiday", holiday="Christmas  Day", text="First.")
    make(situation="holiday", holiday="christmas day", text="Second.")
    make(situation="holiday")
    assert [each.text for each in read(greetings.history, "holiday", None, None, "Christmas Day")] == [
        "Second.",
        "First.",
    ]
    assert choose(read(greetings.in_force), Asked("holiday", holiday="CHRISTMAS DAY")).greeting.text == "Second."
    make(holiday="Easter Monday")
    assert read(greetings.history, "closed")[0].holiday is None


def test_undone_greeting_gives_way_to_the_one_before_and_comes_back_when_that_is_undone(make, undo, read):
    make(text="First.")
    back = undo(make(text="Second."))
    assert [each.text for each in read(greetings.in_force)] == ["First."]
    undo(back)
    assert [each.text for each in read(greetings.in_force)] == ["Second."]
    assert [each.made_by for each in read(greetings.history, "closed")] == ["Tom Okafor", "Tom Okafor", BY, BY]


def test_first_greeting_undone_is_the_stock_one_again(make, undo, read):
    undo(make(sound="a.wav", text=None))
    (held,) = read(greetings.in_force)
    assert held.is_blank
    assert choose([held], Asked("closed")).greeting.id is None


def test_greeting_that_does_not_hold_any_more_cannot_be_undone(make, undo, read):
    first = make()
    make()
    with pytest.raises(OutdatedError):
        undo(first)
    assert undo(99) is None
    assert len(read(greetings.history, "closed")) == 2


def test_who_made_what_is_on_record(office, make, undo):
    undo(first := make(text="First."))
    with office.database.reading() as session:
        told = [audit.of(session, f"greeting:{each}")[0] for each in (first, first + 1)]
    assert [(each.by, each.action, each.detail) for each in told] == [
        (BY, "greeting-made", "First."),
        ("Tom Okafor", "greeting-made", "back to the stock greeting"),
    ]
