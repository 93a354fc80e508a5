"""`rehearse`: what a caller would hear and whose phone would ring, without a call and without a trace."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from console.rehearsal import rehearse, situation
from office import people
from office.database import Base
from office.tables import Staff
from office.wiring import Office
from voice.conversation.turns import Situation

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
    assert any("We're closed just now." in line for line in told)


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


def real_call(carrier: Any, clock: Any, caller: str) -> list[str]:
    """What the caller of a real call hears and whose phone rings, when nobody answers and no key is pressed."""
    happened: list[str] = []
    address = "/voice/incoming"
    said: dict[str, str] = {}
    while address:
        document = ET.fromstring(carrier.post(address, From=caller, **said).data)
        happened += [each.text or "" for each in document.iter() if each.tag in {"Say", "Number"}]
        dial, redirect = document.find("Dial"), document.findtext("Redirect")
        address, said = redirect or "", {}
        if dial is not None:
            address, said = dial.attrib["action"], {"DialCallStatus": "no-answer", "DialBridged": "false"}
            clock.go_on(seconds=int(dial.attrib["timeout"]))
    return happened


@pytest.mark.parametrize("caller", [JANE, "+447700900127", "+447700900128", "anonymous"])
@pytest.mark.parametrize("at", ["2026-11-24 10:00:00", "2026-11-24 17:29:50", "2026-12-25 10:00:00"])
def test_rehearsal_says_what_the_real_call_says(
    lines: Lines, carrier: Any, clock: Any, owe: Any, customers: Any, caller: str, at: str
) -> None:
    customers((JANE, "Jane Smith"), ("+447700900128", "Eva"), ("+447700900128", "Peter"))
    owe("+447700900127")
    clock.set(datetime.fromisoformat(at + "+00:00"))
    told = lines("withheld" if caller == "anonymous" else caller, "AT", at)
    phones = {"…0101": "+447700900101", "…0102": "+447700900102"}
    rehearsed = [
        phones[line.split("(")[1][:5]] if line.startswith("Rings ") else line.split('"')[1]
        for line in told
        if line.startswith(("Rings ", "They hear: "))
    ]
    assert rehearsed == real_call(carrier, clock, caller)


def test_conversation_that_would_never_end_ends_in_a_rehearsal(office: Office) -> None:
    with office.database.reading() as session:
        profile = office.business(session)
        first: Situation = situation(session, profile, JANE, office.clock.now(), is_now=True)
    endless = replace(first, rounds=10**9)
    assert len(list(rehearse(profile, endless))) < 1000


def test_two_teams_ring_anybody(office: Office, lines: Lines, sales: int) -> None:
    assert sales
    assert rung(lines(JANE, "AT", "2026-11-24 10:00")) == ["Priya Shah", "Tom Okafor"]


def test_office_open_round_the_clock_says_so(office: Office) -> None:
    with office.database.reading() as session:
        profile = office.business(session)
        always = replace(profile, hours=replace(profile.hours, always=True))
        first = situation(session, always, JANE, office.clock.now(), is_now=True)
    assert list(rehearse(always, first))[1] == "Open round the clock."
