"""<Dial><Conference> and the participants that REST brings in and puts out."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from twilio.rest import Client

from voice.standin.client import Answers, StandIn
from voice.standin.exchange import Exchange

JANE, BUSINESS, PRIYA = "+447700900123", "+442071838750", "+447700900101"
Requested = Callable[[str], dict[str, str]]
Refused = Callable[[], list[int]]


@pytest.fixture
def room(documents: dict[str, Any]) -> dict[str, Any]:
    documents["/incoming"] = (
        '<Dial action="/after"><Conference waitUrl="/wait" statusCallback="/room"'
        ' statusCallbackEvent="start end join leave">talk</Conference></Dial>'
    )
    documents["/wait"] = '<Say>Waiting for Priya</Say><Pause length="60"/><Redirect/>'
    documents["/after"] = "<Say>The talk is over</Say>"
    documents["/room"] = lambda: ("", 204)
    return documents


TOLD = Counter({"conference-start": 1, "participant-join": 2, "participant-leave": 1, "conference-end": 1})


def _bring_priya(carrier: StandIn, line: Client) -> Any:
    carrier.phone(PRIYA, Answers(after=1))
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", phone=JANE, text="Waiting for Priya")
    conference = line.conferences.list(status="init")[0]
    conference.participants.create(from_=BUSINESS, to=PRIYA, end_conference_on_exit=True, label="priya")
    carrier.wait_for("bridged", phone=JANE)
    return conference


def test_participants_hear_each_other_and_the_last_hears_the_action(
    carrier: StandIn, room: dict[str, Any], line: Client, requested: Requested, refused: Refused
) -> None:
    _bring_priya(carrier, line)
    carrier.act(JANE, say="Hello Priya")
    carrier.wait_for("hears", phone=PRIYA, text="Hello Priya")
    carrier.act(PRIYA, hang_up=True)
    after = requested("/after")
    assert after["DialCallStatus"] == "answered"
    assert "DialCallSid" not in after
    carrier.wait_for("hears", phone=JANE, text="The talk is over")
    carrier.wait_for("request", path="/report")
    told, seen = Counter[str](), 0
    while not told >= TOLD:  # each is delivered by itself, in no order
        fresh = carrier.events(seen, wait=5)
        assert fresh, told
        seen = fresh[-1]["n"]
        told.update(e["params"]["StatusCallbackEvent"] for e in fresh if e.get("path") == "/room")
    assert told["conference-start"] == told["conference-end"] == 1
    assert refused() == []


def test_wait_document_stops_when_the_conference_begins(
    carrier: StandIn, room: dict[str, Any], line: Client, exchange: Exchange
) -> None:
    room["/wait"] = "<Say>Waiting for Priya</Say><Redirect/>"
    _bring_priya(carrier, line)
    begun = carrier.wait_for("bridged", phone=JANE)["n"]
    exchange.sleep(6)
    assert "hears" not in [event["kind"] for event in carrier.events(begun)]


def test_muted_participant_is_not_heard(carrier: StandIn, room: dict[str, Any], line: Client) -> None:
    conference = _bring_priya(carrier, line)
    conference.participants("priya").update(muted=True)
    carrier.act(PRIYA, say="Can you hear me?")
    conference.participants("priya").update(muted=False)
    carrier.act(PRIYA, say="And now?")
    carrier.wait_for("hears", phone=JANE, text="And now?")
    assert "Can you hear me?" not in carrier.heard(JANE)


def test_participant_put_out_goes_on_alone(carrier: StandIn, room: dict[str, Any], line: Client) -> None:
    conference = _bring_priya(carrier, line)
    jane = next(one for one in conference.participants.list() if one.label != "priya")
    assert jane.delete()
    carrier.wait_for("hears", phone=JANE, text="The talk is over")


def test_conference_ended_by_rest_lets_everybody_go_on(carrier: StandIn, room: dict[str, Any], line: Client) -> None:
    conference = _bring_priya(carrier, line)
    assert conference.update(status="completed").status == "completed"
    carrier.wait_for("hears", phone=JANE, text="The talk is over")
    carrier.wait_for("ended", phone=PRIYA)
