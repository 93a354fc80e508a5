"""How a promise is kept: whose phone rings for it, what their keys do, how often it is tried, and who comes first."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from callbacks import actions
from callbacks.actions import Owed
from console.tables import Token
from office import texts
from office.clock import SystemClock
from voice.standin.client import Answers, Busy, Declines, Mailbox, RingsOut
from voicemail_greetings.tables import Message

NUMBER, JANE, MARK, ANN = "+442071838750", "+447700900123", "+447700900124", "+447700900125"
PRIYA, TOM, TOMS_TOKEN = "+447700900101", "+447700900102", "rt_toms"
WHISPER = "Call-back for"
"""How it begins: which keys it names, and how, goes by how long it takes to say the time."""

TAKES_A_CALLER = Answers(1, [{"on_hearing": "press 1", "press": "1"}])
TALKS_A_WHILE = Answers(1, [{"after": 20, "hang_up": True}])

TWO_PEOPLE = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[ringing]
rounds = 1
rest_after = "1s"
off_after_misses = 0
keep_free = 0
[callbacks]
first_try_after = "1h"
[guard]
calls_per_second = 20
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
"""
TRIED_SOON = TWO_PEOPLE.replace('"1h"', '"1s"\nretry_after = ["1s", "1s"]') + '[promise]\nwithin = "5m"\n'
"""A promise of five minutes has its last try when the plan says so, not shortly before its end."""


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


@pytest.mark.slow
def test_customer_who_is_never_there_is_tried_as_planned_and_told_that_we_could_not_reach_them(build):
    house = build(business=TRIED_SOON)
    house.start_worker()
    keys = [{"on_hearing": WHISPER, "press": "1"}, {"on_hearing": "If they were not there", "press": "2"}]
    for staff in (PRIYA, TOM):
        house.carrier.phone(staff, Busy(), Answers(1, keys))
    house.carrier.phone(JANE, Declines(1), RingsOut(), Mailbox(1))
    house.carrier.dial(JANE, NUMBER, [{"on_hearing": "Thank you for calling", "after": 4, "hang_up": True}])
    house.carrier.wait_for("bridged", phone=JANE)
    house.carrier.act(JANE, hang_up=True)
    done = house.until_done()
    read = lambda: [text["body"] for text in house.carrier.texts() if text["to"] == JANE]  # noqa: E731
    house.until(lambda: [text for text in read() if "couldn't reach you" in text], "the last text")

    told = [done[name] for name in ("outcome", "rang_in_time", "kept", "needs_person")]
    assert told == ["unreachable", True, False, False]
    tried = [attempt["outcome"] for attempt in done["attempts"]]
    assert tried == ["customer-busy", "customer-no-answer", "customer-machine"]
    first, second, third = (moment(attempt["at"]) for attempt in done["attempts"])
    assert min(second - first, third - second) >= timedelta(seconds=1)
    assert house.rings(JANE) == 3
    assert sum("couldn't reach you" in text for text in read()) == 1


@pytest.fixture
def house(build):
    """Two people, whose phones ring for a promise when they are asked to."""
    house = build(business=TWO_PEOPLE)
    house.start_worker()
    with house.database.transaction() as session:
        digest, now = sha256(TOMS_TOKEN.encode()).hexdigest(), SystemClock().now()
        session.add(Token(name="toms", digest=digest, role="staff", staff_id=2, created_at=now))
    return house


def soon(house, callback_id: int, token: str | None = None) -> None:
    """Have it tried in a moment."""
    until = datetime.now(UTC) + timedelta(milliseconds=300)
    status, said = house.post(f"/api/callbacks/{callback_id}/snooze", {"until": until.isoformat()}, token)
    assert status == 200, said


def stands(house, callback_id: int, attempts: int) -> dict[str, Any]:
    """The call-back after so many attempts have ended."""

    def found() -> dict[str, Any] | None:
        row: dict[str, Any] = house.get(f"/api/callbacks/{callback_id}")
        ended = [attempt for attempt in row["attempts"] if attempt["outcome"]]
        return row if len(ended) == attempts else None

    return dict(house.until(found, f"{attempts} attempts"))


def fetched(house) -> bool:
    """Whether the audio of a message is with us."""
    with house.database.reading() as session:
        return session.scalar(select(Message.id).where(Message.file.is_not(None))) is not None


def test_whoever_has_a_call_back_is_rung_hears_the_message_puts_it_off_and_rings_the_customer(house):
    later = [{"on_hearing": WHISPER, "press": "4"}, {"on_hearing": "3 in fifteen", "press": "3"}]
    spoke = [{"on_hearing": WHISPER, "press": "1"}, {"on_hearing": "If you spoke, press 1", "press": "1"}]
    house.carrier.phone(PRIYA, Busy())
    house.carrier.phone(TOM, Busy(), Answers(1, later), Answers(1, spoke))
    house.carrier.phone(JANE, TALKS_A_WHILE)
    message = [{"on_hearing": "beep", "after": 4, "say": "Jane here, about my bike."}, {"after": 4, "hang_up": True}]
    house.carrier.dial(JANE, NUMBER, [{"on_hearing": "a message, 3", "press": "3"}, *message])
    house.until(lambda: fetched(house), "the message")
    (owed,) = house.callbacks()
    house.post(f"/api/callbacks/{owed['id']}/claim", token=TOMS_TOKEN)
    soon(house, owed["id"], TOMS_TOKEN)
    put_off = stands(house, owed["id"], attempts=1)
    soon(house, owed["id"], TOMS_TOKEN)
    rings = house.carrier.wait_for("rings", phone=JANE)
    done = stands(house, owed["id"], attempts=2)

    heard = house.carrier.heard(TOM)
    assert heard[0].startswith("Call-back for Jane Smith, owed since ")
    played = [event["phone"] for event in house.carrier.events() if event["kind"] == "plays"]
    assert played == [JANE, TOM], "the beep, and the message"
    assert "In fifteen minutes, then. Thank you!" in heard
    assert (put_off["state"], put_off["owner"]) == ("claimed", "Tom Okafor")
    theirs_for = moment(put_off["claimed_until"]) - moment(put_off["attempts"][0]["at"])
    assert timedelta(minutes=45) <= theirs_for < timedelta(minutes=46)
    assert rings["from"] == NUMBER
    tried = [(one["by"], one["outcome"], one["assumed"]) for one in done["attempts"]]
    assert tried == [("Tom Okafor", "staff-passed", False), ("Tom Okafor", "reached", False)]
    assert (done["state"], done["outcome"], done["owner"]) == ("done", "reached", "Tom Okafor")
    assert house.rings(PRIYA) == 0


@pytest.mark.slow
def test_call_back_that_one_passes_is_another_s_whose_talk_counts_without_a_key(house):
    house.carrier.phone(PRIYA, Answers(1, [{"on_hearing": WHISPER, "press": "2"}]))
    house.carrier.phone(TOM, Answers(1, [{"on_hearing": WHISPER, "press": "1"}]))
    house.carrier.phone(MARK, TALKS_A_WHILE)
    _, owed = house.post("/api/callbacks", {"phone": MARK})
    soon(house, owed["id"])
    passed = stands(house, owed["id"], attempts=1)
    soon(house, owed["id"])
    done = stands(house, owed["id"], attempts=2)

    assert (passed["state"], passed["owner"]) == ("waiting", None)
    tried = [(one["by"], one["outcome"], one["assumed"]) for one in done["attempts"]]
    assert tried == [("Priya Shah", "staff-passed", False), ("Tom Okafor", "reached", True)]
    assert (done["outcome"], done["kept"], done["rang_in_time"]) == ("reached", True, True)
    assert (house.rings(PRIYA), house.rings(TOM), house.rings(MARK)) == (1, 1, 1)


@pytest.fixture
def half_busy(build):
    """A house in which Ann talks with one of two people, and its workers do nothing yet; and whose phone is free."""
    house = build(business=TWO_PEOPLE.replace("keep_free = 0", "keep_free = 1"))
    for phone in (PRIYA, TOM):
        house.carrier.phone(phone, TAKES_A_CALLER)
    house.carrier.dial(ANN, NUMBER)
    busy = house.carrier.wait_for("bridged", phone=ANN)["text"]
    return house, ({PRIYA, TOM} - {busy}).pop()


def owe_jane(house, within: timedelta) -> None:
    """Jane's phone is to be rung now. A text is due too, and goes out after that was looked at: one job follows the other."""
    now = SystemClock().now()
    with house.database.transaction() as session:
        owed = Owed("CAearlier", JANE, None, 1, "nobody answered", now, now + within, now)
        actions.promise(session, owed)
        texts.write(session, reason="promise:1", to=JANE, body="Sorry we missed you.", now=now)


@pytest.mark.slow
def test_live_caller_goes_before_a_promise_that_has_time(half_busy):
    house, free = half_busy
    owe_jane(house, within=timedelta(hours=2))
    house.start_worker()
    house.carrier.wait_for("texted", phone=JANE)
    house.carrier.dial(MARK, NUMBER)
    house.carrier.wait_for("bridged", phone=MARK, text=free)
    (owed,) = house.callbacks()
    assert (owed["state"], owed["attempts"], house.rings(free)) == ("waiting", [], 1)
    for caller in (ANN, MARK):
        house.carrier.act(caller, hang_up=True)
    whose = house.carrier.wait_for("hears", text="Call-back for Jane")["phone"]
    assert whose in {PRIYA, TOM}


def test_promise_at_risk_goes_before_a_live_caller(half_busy):
    house, free = half_busy
    owe_jane(house, within=timedelta(minutes=30))
    house.carrier.dial(MARK, NUMBER)
    house.carrier.wait_for("hears", phone=MARK, text="everybody is with a customer")
    assert house.rings(free) == 0
    house.start_worker()
    house.carrier.wait_for("hears", phone=free, text="Call-back for")
    assert house.rings(free) == 1
