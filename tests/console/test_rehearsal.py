"""`rehearse`: what a caller would hear and whose phone would ring, without a call and without a trace."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from console.rehearsal import rehearse
from console.rehearsed_call import MOST_TURNS
from office import contact_rules, people
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.database import Base
from office.tables import Staff, Team
from office.wiring import Office

JANE = "+447700900123"
Lines = Callable[..., list[str]]


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    return lambda *words: app.test_cli_runner().invoke(args=["rehearse", *words])


@pytest.fixture
def lines(run: Callable[..., Any]) -> Lines:
    """What the command says, when it has nothing against what it was asked."""

    def told(*words: str) -> list[str]:
        result = run(*words)
        assert (result.exit_code, result.stderr) == (0, "")
        said: str = result.stdout
        return said.splitlines()

    return told


def rung(told: list[str]) -> list[str]:
    return [line.split("'s phone")[0].removeprefix("Rings ") for line in told if line.startswith("Rings ")]


def test_open_office_greets_by_name_rings_everybody_in_turn_and_promises(lines: Lines, customers: Any) -> None:
    customers((JANE, "Jane Smith"))
    told = lines(JANE, "AT", "2026-11-24 10:00")
    assert told[0] == "Jane Smith (…0123) rings Harbour Bikes on Tuesday 24 November 2026 at 10:00."
    assert told[1] == "Open until Tuesday 24 November 2026 at 17:30."
    assert told[2].startswith('They hear: "Good morning, Jane Smith!')
    assert "Rings Priya Shah's phone (…0101) for 20 s; nobody answers." in told
    assert rung(told) == ["Priya Shah", "Tom Okafor"]
    assert told[-2:] == ["The call ends.", "Promised: a call by Tuesday 24 November 2026 at 12:01."]


def test_what_is_promised_is_what_is_spoken(lines: Lines) -> None:
    told = lines(JANE, "AT", "2026-11-24 10:00")
    assert any("one minute past twelve this afternoon" in line for line in told)


def test_closed_office_rings_nobody_and_says_why(lines: Lines) -> None:
    told = lines(JANE, "AT", "2026-12-25 10:00")
    assert told[1] == "Closed (Christmas Day); opens on Tuesday 29 December 2026 at 09:00."
    assert rung(told) == []
    assert told[-1] == "Promised: a call by Tuesday 29 December 2026 at 10:00."


def test_special_day_is_named_when_it_closes(office: Office, lines: Lines) -> None:
    with office.database.transaction() as session:
        tables = office.business(session).tables
        special = [{"date": "2026-11-25", "name": "Stocktaking", "open": []}]
        people.save_business(session, replace(office.business(session), tables=tables | {"special_day": special}))
    assert lines(JANE, "2026-11-25T10:00")[1] == "Closed (Stocktaking); opens on Thursday 26 November 2026 at 09:00."


def test_office_that_closes_while_phones_ring_rings_no_further(lines: Lines) -> None:
    told = lines(JANE, "AT", "2026-11-24 17:29:50")
    assert rung(told) == ["Priya Shah"]
    assert any("I'm so sorry, we've just closed." in line for line in told)


def test_withheld_caller_is_promised_nothing_but_may_leave_a_message(lines: Lines) -> None:
    told = lines("withheld", "AT", "2026-11-24 10:00")
    assert told[0].startswith("A caller with a withheld number rings")
    assert any(line.startswith("They can leave a message") for line in told)
    assert told[-1].startswith("Promised: nothing, there is no number to ring")


def test_number_that_we_do_not_ring_is_promised_by_a_person(lines: Lines) -> None:
    assert "by a person" in lines("+33612345678", "2026-11-24 10:00")[-1]


def test_promise_that_stands_is_told_again_unmoved(lines: Lines, owe: Any, office: Office) -> None:
    owe(JANE, promised_by=office.clock.now() + timedelta(minutes=30))
    assert lines(JANE, "AT", "2026-11-24 10:00")[-1] == "Promised: a call by Tuesday 24 November 2026 at 10:30."


def test_promise_that_is_past_is_told_to_be_late(lines: Lines, owe: Any) -> None:
    owe(JANE)
    assert lines(JANE, "AT", "2026-11-25 10:00")[-1] == (
        "Promised: a call by Tuesday 24 November 2026 at 12:00, which is late already."
    )


def test_person_in_a_call_is_left_out_now_and_free_at_any_other_time(lines: Lines, office: Office) -> None:
    with office.database.transaction() as session:
        busy = {"busy_with": "call:7", "busy_until": office.clock.now() + timedelta(hours=1)}
        session.execute(update(Staff).where(Staff.name == "Priya Shah").values(busy))
    assert rung(lines(JANE)) == ["Tom Okafor"]
    assert rung(lines(JANE, "AT", "2026-11-24 10:01")) == ["Priya Shah", "Tom Okafor"]


def test_person_off_duty_is_never_rung(lines: Lines, office: Office) -> None:
    with office.database.transaction() as session:
        session.execute(update(Staff).where(Staff.name == "Priya Shah").values(on_duty=False))
    assert rung(lines(JANE, "AT", "2026-11-24 10:00")) == ["Tom Okafor"]


@pytest.mark.parametrize(
    "words", [("AT", "2026-11-24 10:00"), ("at", "2026-11-24", "10:00"), ("2026-11-24T10:00",), ("2026-11-24T11:00+01:00",), ()]
)  # fmt: skip
def test_time_may_be_written_in_every_usual_way(lines: Lines, words: tuple[str, ...]) -> None:
    assert lines(JANE, *words)[0].endswith("on Tuesday 24 November 2026 at 10:00.")


def test_time_is_the_businesss_own(lines: Lines) -> None:
    assert lines(JANE, "AT", "2026-07-14 09:00")[1] == "Open until Tuesday 14 July 2026 at 17:30."


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("12",), "that number has too many or too few digits"),
        ((JANE, "AT"), "AT what time?"),
        ((JANE, "AT", "soon"), "'soon' is no time; write for example"),
        ((JANE, "AT", "9999-12-31"), "no opening hours are known about 9999-12-31"),
    ],
)
def test_what_cannot_be_rehearsed_is_one_line(run: Callable[..., Any], words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(said)


def test_rehearsal_writes_nothing(lines: Lines, office: Office, customers: Any) -> None:
    def rows() -> list[int | None]:
        with office.database.reading() as session:
            return [session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables]

    customers((JANE, "Jane Smith"))
    before = rows()
    lines(JANE)
    assert rows() == before


def test_conversation_that_hardly_ends_ends_in_a_rehearsal(office: Office) -> None:
    with office.database.reading() as session:
        profile = office.business(session)
        patient = replace(profile, ringing=replace(profile.ringing, rounds=10**9, patience=timedelta(milliseconds=1)))
        assert len(list(rehearse(session, patient, JANE, office.clock.now(), is_now=True))) == MOST_TURNS + 4


@pytest.mark.usefixtures("sales")
def test_menu_is_told_with_its_keys_and_asked_twice_before_anybody_is_rung(lines: Lines) -> None:
    told = lines(JANE, "AT", "2026-11-24 10:00")
    assert [line for line in told if line.startswith("The keys")] == [
        "The keys are 1 for Workshop, 2 for Sales and 0 for anybody."
    ]
    questions = [line for line in told if "Workshop" in line and line.endswith("(and press nothing)")]
    assert len(questions) == 2
    assert told.index(questions[1]) < told.index("Rings Priya Shah's phone (…0101) for 20 s; nobody answers.")
    assert rung(told) == ["Priya Shah", "Tom Okafor"]


@pytest.fixture
def all_at_once(office: Office) -> None:
    with office.database.transaction() as session:
        session.execute(update(Team).values(strategy="all-at-once"))


@pytest.mark.usefixtures("all_at_once")
def test_team_that_rings_all_at_once_is_told_in_one_line(lines: Lines, carrier: Any) -> None:
    told = lines(JANE, "AT", "2026-11-24 10:00")
    together = "Rings Priya Shah's phone (…0101) and Tom Okafor's phone (…0102) all at once for 20 s; nobody answers."
    assert told.index(together) == 3
    assert any("everybody is with a customer" in line for line in told)
    assert told[-1] == "Promised: a call by Tuesday 24 November 2026 at 12:01."
    document = ET.fromstring(carrier.post("/voice/incoming", From=JANE).data)
    assert [f'They hear: "{said.text}"' for said in document.iter("Say")] == told[2:3]
    assert document.find("Enqueue") is not None


@pytest.mark.usefixtures("all_at_once")
def test_second_round_of_all_at_once_is_told(office: Office, clock: Any) -> None:
    with office.database.reading() as session:
        profile = office.business(session)
        twice = replace(profile, ringing=replace(profile.ringing, rounds=2))
        told = list(rehearse(session, twice, JANE, clock.now(), is_now=True))
    assert told[3].endswith(" all at once for 20 s, 2 times; nobody answers.")
    assert told[-1] == "Promised: a call by Tuesday 24 November 2026 at 12:01."


def test_everybody_in_a_call_now_means_that_holding_is_offered(lines: Lines, office: Office) -> None:
    with office.database.transaction() as session:
        session.execute(update(Staff).values(busy_with="call:7", busy_until=office.clock.now() + timedelta(hours=1)))
    told = lines(JANE)
    assert rung(told) == []
    assert any("To hold, press 1" in line for line in told)


def test_lunch_is_told_as_lunch(office: Office, lines: Lines) -> None:
    with office.database.transaction() as session:
        tables = office.business(session).tables
        hours = {"tue": ["09:00-12:30", "13:30-17:30"]}
        people.save_business(session, replace(office.business(session), tables=tables | {"hours": hours}))
    told = lines(JANE, "AT", "2026-11-24 13:00")
    assert told[1] == "Closed (lunch); opens on Tuesday 24 November 2026 at 13:30."
    assert any("We're closed for lunch just now." in line for line in told)


@pytest.mark.parametrize(
    ("rule", "meaning", "promised"),
    [
        ("blocked", "They hear a short goodbye;", "Promised: nothing."),
        ("message-only", "No phone rings;", "(message-only)."),
        ("do-not-call-back", "They are put through", "(do-not-call-back)."),
    ],
)
def test_rule_for_a_number_is_told_with_what_it_means(
    lines: Lines, office: Office, rule: str, meaning: str, promised: str
) -> None:
    with office.database.transaction() as session:
        contact_rules.set_rule(session, JANE, rule, by="Priya Shah", now=office.clock.now())
    told = lines(JANE, "AT", "2026-11-24 10:00")
    assert told[2].startswith(f"Their number is dealt with as {rule}. {meaning}")
    assert told[-1].endswith(promised)
    assert bool(rung(told)) is (rule == "do-not-call-back")


def test_phone_of_ours_is_told_to_be_no_customer(lines: Lines) -> None:
    told = lines("+447700900101", "AT", "2026-11-24 10:00")
    assert told[0].startswith("Priya Shah (…0101) rings Harbour Bikes")
    assert told[2] == "This phone is one of ours: the staff line answers, and it is no customer's call."
    assert (rung(told), told[-1]) == ([], "Promised: nothing.")
    assert lines("+442071838799", "AT", "2026-11-24 10:00")[0].startswith("The manager (…8799) rings")


@pytest.mark.parametrize("teams", [1, 2])
def test_greeting_that_was_recorded_is_told(office: Office, clock: Any, request: Any, teams: int) -> None:
    if teams == 2:
        request.getfixturevalue("sales")
    with office.database.reading() as session:
        profile = office.business(session)
        recorded = replace(profile, voice=replace(profile.voice, greeting="hello.wav"))
        told = list(rehearse(session, recorded, JANE, clock.now(), is_now=True))
    assert told[2] == "They hear the greeting that was recorded."
    assert not any("Thank you for calling Harbour" in line for line in told[:4])


def test_day_of_a_customer_is_greeted_in_the_rehearsal_of_that_day_only(office: Office, lines: Lines) -> None:
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith", birthday="--11-25")])
    assert "happy birthday" in lines(JANE, "AT", "2026-11-25 10:00")[2]
    assert "happy birthday" not in lines(JANE, "AT", "2026-11-24 10:00")[2]


def test_customer_is_put_through_to_whoever_spoke_with_them_last(office: Office, lines: Lines, call: Any) -> None:
    call("CA7", outcome="spoke", answered_by=2)
    assert rung(lines(JANE, "AT", "2026-11-24 10:00")) == ["Tom Okafor", "Priya Shah"]
    assert rung(lines(JANE)) == ["Tom Okafor", "Priya Shah"]


def test_office_open_round_the_clock_says_so(office: Office) -> None:
    with office.database.reading() as session:
        profile = office.business(session)
        always = replace(profile, hours=replace(profile.hours, always=True))
        told = list(rehearse(session, always, JANE, office.clock.now(), is_now=True))
    assert told[1] == "Open round the clock."
