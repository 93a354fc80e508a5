"""<Enqueue>: waiting with wait documents, and every way out."""

from collections.abc import Callable
from typing import Any

import pytest
from twilio.rest import Client

from voice.standin.client import Answers, StandIn

JANE, MARK, BUSINESS, PRIYA = "+447700900123", "+447700900124", "+442071838750", "+447700900101"
Requested = Callable[[str], dict[str, str]]
Refused = Callable[[], list[int]]


@pytest.fixture
def hold(documents: dict[str, Any]) -> dict[str, Any]:
    documents["/incoming"] = '<Enqueue waitUrl="/wait" action="/left">hold</Enqueue>'
    documents["/wait"] = '<Gather numDigits="1" timeout="5" action="/key"><Say>Please hold, or press 1</Say></Gather>'
    documents["/key"] = "<Leave/>"
    documents["/left"] = "<Say>You have left the queue</Say>"
    documents["/talk"] = '<Dial action="/talked"><Queue url="/about">hold</Queue></Dial>'
    documents["/about"] = "<Say>Putting you through</Say>"
    documents["/talked"] = "<Hangup/>"
    return documents


def test_waiting_callers_are_told_their_places(
    carrier: StandIn, hold: dict[str, Any], requested: Requested, refused: Refused
) -> None:
    carrier.dial(JANE, BUSINESS)
    first = requested("/wait")
    carrier.wait_for("hears", phone=JANE)
    sid = carrier.dial(MARK, BUSINESS)
    carrier.wait_for("hears", phone=MARK)
    waits = [e["params"] for e in carrier.events() if e["kind"] == "request" and e["path"] == "/wait"]
    second = next(params for params in waits if params["CallSid"] == sid)
    assert (first["QueuePosition"], first["CurrentQueueSize"]) == ("1", "1")
    assert (second["QueuePosition"], second["CurrentQueueSize"]) == ("2", "2")
    assert refused() == []


def test_wait_document_is_asked_for_again_and_again(carrier: StandIn, hold: dict[str, Any]) -> None:
    carrier.dial(JANE, BUSINESS)
    again = carrier.wait_for("request", path="/wait", after=carrier.wait_for("request", path="/wait")["n"])
    assert int(again["params"]["QueueTime"]) >= 5


def test_leave_goes_to_the_action_at_once(carrier: StandIn, hold: dict[str, Any], requested: Requested) -> None:
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "press 1", "press": "1"}])
    left = requested("/left")
    assert (left["QueueResult"], left["CallStatus"]) == ("leave", "in-progress")
    carrier.wait_for("hears", phone=JANE, text="left the queue")


def test_caller_who_hangs_up_in_the_queue_is_told_to_the_action(
    carrier: StandIn, hold: dict[str, Any], requested: Requested, line: Client
) -> None:
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "hold", "hang_up": True}])
    left = requested("/left")
    assert (left["QueueResult"], left["CallStatus"]) == ("hangup", "completed")
    assert [queue.current_size for queue in line.queues.list()] == [0]


def test_person_who_dials_the_queue_talks_to_the_first(
    carrier: StandIn, hold: dict[str, Any], requested: Requested, refused: Refused, line: Client, app_url: str
) -> None:
    carrier.phone(PRIYA, Answers(after=1, script=[{"on_hearing": "hello", "hang_up": True}]))
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", phone=JANE)
    line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/talk")
    carrier.wait_for("bridged", phone=JANE)
    carrier.act(JANE, say="Hello?")
    assert "Putting you through" in carrier.heard(JANE)
    assert requested("/left")["QueueResult"] == "bridged"
    assert requested("/about")["DequeingCallSid"]
    assert refused() == []


def test_caller_who_leaves_the_talk_sends_the_other_to_the_dial_action(
    carrier: StandIn, hold: dict[str, Any], requested: Requested, line: Client, app_url: str
) -> None:
    carrier.phone(PRIYA, Answers(after=1))
    sid = carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", phone=JANE)
    line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/talk")
    carrier.wait_for("bridged", phone=JANE)
    carrier.act(JANE, say="I must go")
    carrier.wait_for("hears", phone=PRIYA, text="I must go", timeout=3)
    carrier.act(JANE, hang_up=True)
    talked = requested("/talked")
    assert (talked["DialCallStatus"], talked["DialBridged"], talked["DialCallSid"]) == ("completed", "true", sid)


def test_empty_queue_is_no_answer_in_the_end(
    carrier: StandIn, hold: dict[str, Any], requested: Requested, line: Client, app_url: str
) -> None:
    hold["/talk"] = '<Dial action="/talked" timeout="5"><Queue>hold</Queue></Dial>'
    carrier.phone(PRIYA, Answers(after=1))
    carrier.dial(JANE, BUSINESS, [{"on_hearing": "hold", "hang_up": True}])
    requested("/left")
    line.calls.create(to=PRIYA, from_=BUSINESS, url=f"{app_url}/talk")
    assert requested("/talked")["DialCallStatus"] == "no-answer"


def test_member_taken_out_by_rest_runs_the_other_document(
    carrier: StandIn, hold: dict[str, Any], requested: Requested, line: Client, app_url: str
) -> None:
    hold["/taken"] = "<Say>Somebody has time for you</Say>"
    sid = carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", phone=JANE)
    queue = line.queues.list()[0]
    assert [member.call_sid for member in queue.members.list()] == [sid]
    queue.members("Front").update(url=f"{app_url}/taken")
    carrier.wait_for("hears", phone=JANE, text="Somebody has time")
    assert requested("/left")["QueueResult"] == "redirected"
    assert "You have left the queue" not in carrier.heard(JANE)
    assert queue.members.list() == []
