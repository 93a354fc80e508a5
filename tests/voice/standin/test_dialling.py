"""<Dial>: who is rung, what they hear first, who is put through, and what the action is told."""

from collections.abc import Callable
from typing import Any

import pytest

from voice.standin.client import Answers, Behaviour, Busy, ByHand, Declines, Fails, Mailbox, RingsOut, StandIn

JANE, BUSINESS, PRIYA, TOM = "+447700900123", "+442071838750", "+447700900101", "+447700900102"
WHISPER = '<Gather numDigits="1" action="/accept" timeout="3"><Say>Call for you. Press 1.</Say></Gather><Hangup/>'
Requested = Callable[[str], dict[str, str]]
Refused = Callable[[], list[int]]


@pytest.fixture
def shop(documents: dict[str, Any]) -> dict[str, Any]:
    """An application that rings Priya, who must press a key, and speaks to the caller afterwards."""
    documents["/incoming"] = (
        f'<Dial action="/after" timeout="10"><Number url="/whisper" statusCallback="/report"'
        f' statusCallbackEvent="initiated ringing answered completed">{PRIYA}</Number></Dial><Say>Never said</Say>'
    )
    documents["/whisper"] = WHISPER
    documents["/accept"] = ""
    documents["/after"] = "<Say>Goodbye</Say>"
    return documents


@pytest.mark.parametrize(
    ("behaviour", "status"),
    [(Busy(), "busy"), (Declines(), "busy"), (RingsOut(), "no-answer"), (Fails(), "failed")],
    ids=["busy", "declines", "rings out", "fails"],
)
def test_phone_that_is_not_answered_is_told_to_the_action(
    carrier: StandIn, shop: dict[str, Any], requested: Requested, refused: Refused, behaviour: Behaviour, status: str
) -> None:
    carrier.phone(PRIYA, behaviour)
    carrier.dial(JANE, BUSINESS)
    after = requested("/after")
    assert (after["DialCallStatus"], after["DialBridged"], after["CallStatus"]) == (status, "false", "in-progress")
    assert "DialCallDuration" not in after
    carrier.wait_for("ended", phone=JANE)
    assert carrier.heard(JANE) == ["Goodbye"]
    assert refused() == []


def test_person_who_accepts_is_put_through_and_both_hear_each_other(
    carrier: StandIn, shop: dict[str, Any], requested: Requested, refused: Refused
) -> None:
    talk: list[dict[str, Any]] = [
        {"on_hearing": "press 1", "press": "1"},
        {"on_hearing": "broken", "say": "Bring it in"},
        {"after": 8, "hang_up": True},
    ]
    carrier.phone(PRIYA, Answers(script=talk))
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("bridged", phone=JANE)
    carrier.act(JANE, say="My bike is broken")
    after = requested("/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "true")
    assert int(after["DialCallDuration"]) >= 8
    assert carrier.heard(PRIYA)[-1] == "My bike is broken"
    assert "Bring it in" in carrier.heard(JANE)
    assert refused() == []


def test_whisper_is_asked_for_as_the_child_call(carrier: StandIn, shop: dict[str, Any], requested: Requested) -> None:
    carrier.phone(PRIYA, Answers())
    sid = carrier.dial(JANE, BUSINESS)
    whisper = requested("/whisper")
    assert whisper["ParentCallSid"] == sid != whisper["CallSid"]
    assert (whisper["Direction"], whisper["To"], whisper["From"]) == ("outbound-dial", PRIYA, JANE)


def test_child_reports_its_states_in_order(carrier: StandIn, shop: dict[str, Any], requested: Requested) -> None:
    carrier.phone(PRIYA, Answers())
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("request", path="/report", timeout=5)
    carrier.wait_for("ended", phone=JANE)
    carrier.wait_for("request", path="/report", after=carrier.wait_for("ended", phone=JANE)["n"])
    reports = [e["params"] for e in carrier.events() if e["kind"] == "request" and e["path"] == "/report"]
    states = [(r["CallStatus"], r["SequenceNumber"]) for r in reports if r["To"] == PRIYA]
    assert states == [("initiated", "0"), ("ringing", "1"), ("in-progress", "2"), ("completed", "3")]


@pytest.mark.parametrize("behaviour", [Answers(), Mailbox()], ids=["person", "mailbox"])
def test_whisper_without_a_key_is_completed_and_not_bridged(
    carrier: StandIn, shop: dict[str, Any], requested: Requested, behaviour: Behaviour
) -> None:
    carrier.phone(PRIYA, behaviour)
    carrier.dial(JANE, BUSINESS)
    after = requested("/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "false")
    assert "bridged" not in [event["kind"] for event in carrier.events()]


def test_whisper_that_only_ends_puts_a_mailbox_through(
    carrier: StandIn, shop: dict[str, Any], requested: Requested
) -> None:
    shop["/whisper"] = "<Say>Call for you</Say>"
    carrier.phone(PRIYA, Mailbox())
    carrier.dial(JANE, BUSINESS, [{"after": 10, "hang_up": True}])
    assert carrier.wait_for("bridged", phone=JANE)


def test_mailbox_that_picks_up_first_takes_the_call_from_every_person(
    carrier: StandIn, shop: dict[str, Any], requested: Requested
) -> None:
    shop["/incoming"] = (
        f'<Dial action="/after"><Number url="/whisper">{PRIYA}</Number><Number url="/whisper">{TOM}</Number></Dial>'
    )
    carrier.phone(PRIYA, Mailbox(after=1))
    carrier.phone(TOM, Answers(after=3, script=[{"on_hearing": "press 1", "press": "1"}]))
    carrier.dial(JANE, BUSINESS)
    after = requested("/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "false")
    assert carrier.wait_for("ended", phone=TOM)["status"] == "canceled"
    assert carrier.heard(TOM) == []


def test_first_person_cancels_the_other_phone(carrier: StandIn, shop: dict[str, Any], requested: Requested) -> None:
    shop["/incoming"] = f'<Dial action="/after"><Number>{PRIYA}</Number><Number>{TOM}</Number></Dial>'
    carrier.phone(PRIYA, RingsOut())
    carrier.phone(TOM, Answers(after=1, script=[{"after": 3, "hang_up": True}]))
    carrier.dial(JANE, BUSINESS)
    assert requested("/after")["DialBridged"] == "true"
    assert carrier.wait_for("ended", phone=PRIYA)["status"] == "canceled"
    assert len([e for e in carrier.events() if e["kind"] == "request" and e["path"] == "/after"]) == 1


def test_dial_without_action_goes_on_when_the_callee_leaves(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = f"<Dial>{PRIYA}</Dial><Say>They have gone</Say>"
    carrier.phone(PRIYA, Answers(script=[{"after": 1, "hang_up": True}]))
    carrier.dial(JANE, BUSINESS)
    assert carrier.wait_for("hears", phone=JANE, text="They have gone")


def test_caller_who_leaves_while_talking_ends_the_other_leg(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = f"<Dial>{PRIYA}</Dial><Say>Nobody hears this</Say>"
    carrier.phone(PRIYA, Answers())
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("bridged", phone=JANE)
    carrier.act(JANE, hang_up=True)
    assert carrier.wait_for("ended", phone=PRIYA)["status"] == "completed"
    assert requested("/report")["From"] == JANE
    assert carrier.heard(JANE) == []


def test_caller_who_leaves_while_it_rings_cancels_and_no_action_comes(
    carrier: StandIn, shop: dict[str, Any], refused: Refused
) -> None:
    carrier.phone(PRIYA, ByHand())
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("rings", phone=PRIYA)
    carrier.act(JANE, hang_up=True)
    assert carrier.wait_for("ended", phone=PRIYA)["status"] == "canceled"
    carrier.wait_for("request", path="/report", after=carrier.wait_for("ended", phone=PRIYA)["n"])
    assert "/after" not in [event.get("path") for event in carrier.events()]
    assert refused() == []


def test_by_the_other_reading_the_action_comes_after_the_caller_has_left(
    carrier: StandIn, shop: dict[str, Any], requested: Requested
) -> None:
    carrier.faults(dial_action_after_hangup=True)
    carrier.phone(PRIYA, ByHand())
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("rings", phone=PRIYA)
    carrier.act(JANE, hang_up=True)
    after = requested("/after")
    assert (after["CallStatus"], after["DialCallStatus"], after["DialBridged"]) == ("completed", "canceled", "false")


def test_time_limit_ends_the_talk_and_the_caller_goes_on(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = f'<Dial action="/after" timeLimit="5">{PRIYA}</Dial>'
    documents["/after"] = "<Say>Goodbye</Say>"
    carrier.phone(PRIYA, Answers())
    carrier.dial(JANE, BUSINESS)
    after = requested("/after")
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "true")
    carrier.wait_for("hears", phone=JANE, text="Goodbye")


def test_star_drops_the_callee_when_asked_for(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = f'<Dial action="/after" hangupOnStar="true">{PRIYA}</Dial>'
    documents["/after"] = "<Say>Back with us</Say>"
    carrier.phone(PRIYA, Answers())
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("bridged", phone=JANE)
    carrier.act(JANE, press="*")
    assert requested("/after")["DialBridged"] == "true"


def test_star_is_only_a_key_otherwise(carrier: StandIn, documents: dict[str, Any]) -> None:
    documents["/incoming"] = f"<Dial>{PRIYA}</Dial>"
    carrier.phone(PRIYA, Answers())
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("bridged", phone=JANE)
    carrier.act(JANE, press="*")
    carrier.act(JANE, say="Still there?")
    assert carrier.wait_for("hears", phone=PRIYA, text="Still there?")


def test_dial_in_a_whisper_is_refused(carrier: StandIn, shop: dict[str, Any], refused: Refused) -> None:
    shop["/whisper"] = f"<Dial>{TOM}</Dial>"
    carrier.phone(PRIYA, Answers())
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("hears", phone=JANE, text="Goodbye")
    assert refused() == [13201]


@pytest.mark.parametrize(
    ("dial", "code"),
    [
        (f'<Dial action="/after" callerId="+447700900999">{PRIYA}</Dial>', 13214),
        (f'<Dial action="/after" callerId="anonymous">{PRIYA}</Dial>', 13214),
        ('<Dial action="/after">07700 900101</Dial>', 13223),
    ],
)
def test_number_or_caller_id_that_will_not_do_fails_the_dial(
    carrier: StandIn, shop: dict[str, Any], requested: Requested, refused: Refused, dial: str, code: int
) -> None:
    shop["/incoming"] = dial
    carrier.dial(JANE, BUSINESS)
    assert requested("/after")["DialCallStatus"] == "failed"
    assert refused() == [code]


@pytest.mark.parametrize("caller_id", [BUSINESS, JANE])
def test_own_number_and_the_callers_may_be_shown(
    carrier: StandIn, documents: dict[str, Any], refused: Refused, caller_id: str
) -> None:
    documents["/incoming"] = f'<Dial callerId="{caller_id}">{PRIYA}</Dial>'
    carrier.phone(PRIYA, ByHand())
    carrier.dial(JANE, BUSINESS)
    assert carrier.wait_for("rings", phone=PRIYA)["from"] == caller_id
    assert refused() == []


def test_phone_in_a_call_is_busy(carrier: StandIn, documents: dict[str, Any], requested: Requested) -> None:
    documents["/incoming"] = f'<Dial action="/after">{PRIYA}</Dial>'
    documents["/after"] = "<Hangup/>"
    carrier.phone(PRIYA, Answers())
    carrier.dial(JANE, BUSINESS)
    carrier.wait_for("bridged", phone=JANE)
    carrier.dial("+447700900124", BUSINESS)
    assert requested("/after")["DialCallStatus"] == "busy"


def test_call_is_answered_only_when_bridged_if_so_asked(
    carrier: StandIn, documents: dict[str, Any], requested: Requested
) -> None:
    documents["/incoming"] = f'<Dial answerOnBridge="true">{PRIYA}</Dial><Reject/>'
    carrier.phone(PRIYA, Busy())
    carrier.dial(JANE, BUSINESS)
    assert requested("/report")["CallStatus"] == "no-answer"


@pytest.mark.parametrize(("behaviour", "verdict"), [(Answers(), "human"), (Mailbox(), "machine_start")])
def test_detection_tells_a_mailbox_from_a_person_afterwards(
    carrier: StandIn, documents: dict[str, Any], requested: Requested, behaviour: Behaviour, verdict: str
) -> None:
    documents["/incoming"] = (
        f'<Dial><Number machineDetection="Enable" amdStatusCallback="/detected">{PRIYA}</Number></Dial>'
    )
    documents["/detected"] = lambda: ("", 204)
    carrier.phone(PRIYA, behaviour)
    carrier.dial(JANE, BUSINESS)
    detected = requested("/detected")
    assert (detected["AnsweredBy"], detected["MachineDetectionDuration"]) == (verdict, "4000")
