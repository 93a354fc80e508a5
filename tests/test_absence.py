"""Nobody takes the call: whose greeting the caller hears, and that what we promise is in it once."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callbacks.tables import Callback
from office import people
from office.contact_rules import BLOCKED, MESSAGE_ONLY
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.tables import Staff, Team
from reception import absence
from reception.exchange import Exchange
from voice.conversation.facts import Situation, StaffFacts
from voice.conversation.turns import Heard
from voice.tables import Call, Leg
from voicemail_greetings.tables import GreetingVersion

JANE = "+447700900123"
RINGING = {"From": JANE, "To": "+442071838750", "CallStatus": "ringing", "Direction": "inbound"}
NO_ANSWER = {"From": JANE, "DialCallStatus": "no-answer", "DialBridged": "false"}
PROMISE = "We'll ring you back by "


@pytest.fixture
def greet(office, clock):
    """Makes a greeting of the business's own, unless the test says whose."""

    def made(situation: str, text: str | None = None, sound: str | None = None, **whose: object) -> None:
        with office.database.transaction() as session:
            by = {"made_at": clock.now(), "made_by": "Priya Shah"}
            session.add(GreetingVersion(situation=situation, text=text, sound=sound, **whose, **by))

    return made


@pytest.fixture
def jane(office):
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith")])


@pytest.fixture
def heard(carrier, office, clock):
    """What a caller hears whom nobody takes: at night, or when every phone has rung."""

    def hear(*, closed: bool) -> str:
        if closed:
            clock.set(clock.now().replace(hour=21))
        answer = carrier.post("/voice/incoming", **RINGING)
        while "<Dial" in answer.text:
            answer = carrier.post(carrier.action(answer), **NO_ANSWER)
        return str(answer.text)

    return hear


def test_stock_greeting_of_the_situation_is_heard_where_nobody_made_one(heard):
    said = heard(closed=True)
    assert "We're closed just now. We'll ring you back by eleven o'clock tomorrow morning. Thank you!" in said


def test_own_greeting_calls_the_caller_by_name_and_gives_the_promise_once(heard, greet, jane):
    greet("closed", "Hello {name}, Harbour Bikes is asleep. We ring you by {time}. Thank you!")
    said = heard(closed=True)
    assert (
        "Hello Jane Smith, Harbour Bikes is asleep. We ring you by eleven o'clock tomorrow morning. Thank you!" in said
    )
    assert PROMISE not in said


def test_own_greeting_without_a_time_is_followed_by_the_promise_and_the_keys(heard, greet):
    greet("busy", "Thanks for your patience, {name}!")
    said = heard(closed=False)
    assert "Thanks for your patience! We'll ring you back by noon" in said
    assert "for a message, 3." in said


def test_recorded_greeting_is_played_before_the_promise_and_a_key_is_taken_meanwhile(heard, greet):
    greet("closed", sound=f"{'a' * 64}.wav")
    said = heard(closed=True)
    gather = said.partition("<Gather")[2].partition("</Gather>")[0]
    assert gather.index(f"/voice/sounds/{'a' * 64}.wav</Play>") < gather.index(PROMISE)
    assert "closed just now" not in said


def test_person_who_rings_back_somebody_who_is_away_hears_until_when(heard, office, clock, carrier, jane):
    """Whoever spoke with them last would have been rung first."""
    first = carrier.post("/voice/incoming", "CA" + "3" * 32, **RINGING)
    whisper = carrier.post(carrier.whisper(first), "CA" + "4" * 32)
    carrier.post(carrier.key(whisper), "CA" + "4" * 32, Digits="1")
    carrier.post(carrier.action(first), "CA" + "3" * 32, From=JANE, DialCallStatus="completed", DialBridged="true")
    carrier.post("/voice/status", "CA" + "3" * 32, **{**RINGING, "CallStatus": "completed"})
    with office.database.transaction() as session:
        session.get_one(Staff, 1).on_duty = False
        session.get_one(Staff, 1).away_until = clock.now().replace(hour=9) + timedelta(days=1)
    said = heard(closed=False)
    assert "Priya Shah is away until tomorrow morning. We'll ring you back by noon" in said


@pytest.mark.parametrize(
    ("team", "said"), [("Workshop", "Priya Shah is away until"), ("Sales", "We're closed just now.")]
)
def test_person_of_another_team_is_not_told_to_be_away(office, clock, heard, jane, team, said):
    """Jane spoke with Priya of the workshop last, and is owed a call by that team."""
    now = clock.now()
    times = {"missed_at": now, "promised_by": now + timedelta(days=1), "next_try_at": now + timedelta(hours=20)}
    seen = {"started_at": now, "seen_at": now, "ended_at": now}
    with office.database.transaction() as session:
        session.add(Team(name="Sales", strategy="longest-idle"))
        session.flush()
        team_id = {name: number for number, name in people.team_names(session).items()}[team]
        session.add(Call(sid="CA" + "8" * 32, direction="inbound", phone=JANE, answered_by=1, **seen))
        owed = {"kind": "missed", "reason": "missed call", "state": "waiting"}
        session.add(Callback(phone=JANE, team_id=team_id, **owed, **times))
        session.get_one(Staff, 1).away_until = now + timedelta(days=2)
    assert said in heard(closed=True)


UNREADABLE: Any = None
"""In place of a session and of settings: whoever reads anything from it fails."""

NOTHING_OFFERED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "one of us": ({"step": "staff_key"}, {}, {"staff": StaffFacts(1, "Priya Shah", on_duty=True)}),
    "blocked": ({"step": "greet"}, {}, {"rule": BLOCKED}),
    "message only": ({"step": "greet"}, {}, {"rule": MESSAGE_ONLY}),
    "they have talked": ({"step": "rung"}, {"dial_status": "completed", "bridged": True}, {}),
}
"""The request, what was heard, and the situation."""


@pytest.mark.parametrize("turn", NOTHING_OFFERED)
def test_turn_that_offers_nothing_reads_nothing(clock, turn):
    request, heard, situation = NOTHING_OFFERED[turn]
    now, leg = clock.now(), Leg(accepted_at=clock.now()) if turn == "they have talked" else None
    at = Exchange(UNREADABLE, UNREADABLE, now, Heard("CA" + "1" * 32, **heard), call=Call(), leg=leg, **request)
    facts = {"is_open": False, "promised_by": now, "patience": timedelta(), "rounds": 1, **situation}
    assert absence.facts(at, Situation(now, ZoneInfo("Europe/London"), "Harbour Bikes", **facts)) is None


def test_caller_whom_we_owe_a_late_call_hears_that_we_are_sorry_whatever_the_greeting(heard, greet, carrier, clock):
    greet("busy", "We are out cycling.")
    heard(closed=False)
    carrier.post("/voice/status", **{**RINGING, "CallStatus": "completed"})
    clock.go_on(hours=3)
    again = carrier.post("/voice/incoming", "CA" + "2" * 32, **RINGING)
    while "<Dial" in again.text:
        again = carrier.post(carrier.action(again), "CA" + "2" * 32, **NO_ANSWER)
    assert "we are late" in again.text
    assert "cycling" not in again.text
