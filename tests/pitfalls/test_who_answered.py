"""Who answered: a person who pressed a key, or nobody. What a phone or the carrier's lists say is no proof."""

import re
from datetime import timedelta

import pytest
import responses

from callbacks import attempts
from office import people
from reception import phones
from voice import twiml
from voice.conversation.facts import Colleague
from voice.conversation.turns import Ring, Turn
from voice.wording import seconds

JANE, OTHER, PRIYA_LEG, TOM_LEG = "+447700900123", "CA" + "7" * 32, "CA" + "8" * 32, "CA" + "9" * 32
CREATE = "https://api.twilio.com/2010-04-01/Accounts/AC" + "0" * 32 + "/Calls.json"
CONNECTED = {"From": JANE, "DialCallStatus": "completed", "DialBridged": "true", "DialCallDuration": "40"}
GONE = {"From": JANE, "CallStatus": "completed", "CallDuration": "50"}
PATIENCE = 20
"""Seconds that a phone rings unless the business says otherwise, so that its mailbox seldom comes to pick up."""


@pytest.fixture
def free(office, clock):
    """Has one of those who are `all_busy` free again."""

    def release(staff_id: int) -> None:
        with office.database.transaction() as session:
            people.release(session, "attempt:99", clock.now(), staff_id=staff_id)

    return release


@pytest.mark.parametrize("bridged", ["true", "false"])
def test_pitfall_1_mailbox_that_the_carrier_calls_completed_leaves_the_caller_missed(
    carrier, rings, the_call, owed, bridged
):
    answer = rings()
    for leg in (PRIYA_LEG, TOM_LEG):
        carrier.post(carrier.whisper(answer), leg)
        answer = carrier.post(carrier.action(answer), **{**CONNECTED, "DialBridged": bridged})
    carrier.post("/voice/status", **GONE)

    assert (the_call().outcome, the_call().answered_by, len(owed())) == ("missed", None, 1)


def test_pitfall_2_prompt_is_over_before_a_mailbox_has_recorded_much_and_rings_shorter_than_voicemail_waits(
    carrier, rings
):
    answer = rings()
    heard = carrier.post(carrier.whisper(answer), PRIYA_LEG).text

    assert int(re.findall(r'<Dial[^>]* timeout="(\d+)"', answer.text)[0]) == PATIENCE
    assert seconds(re.findall("<Say[^>]*>([^<]+)<", heard)[0]) + int(re.findall(r'timeout="(\d+)"', heard)[0]) < 10
    assert heard.endswith("</Gather><Hangup /></Response>")


@pytest.mark.parametrize("pressed", ["", "2", "#"])
def test_pitfall_3_every_staff_phone_is_asked_for_a_key_whatever_rings_it_and_hung_up_without(
    office, carrier, rings, clock, pressed
):
    """Inside a caller's dial, for a call-back, and the plain number that is rung when our own parts are down."""
    in_dial = carrier.whisper(rings())
    carrier.post("/voice/status", OTHER, **{**GONE, "From": "+447700900124"})
    clock.go_on(minutes=1)
    with office.database.transaction() as session:
        made = attempts.claim(session, 1, people.Person(2, "Tom Okafor", "+447700900102"), clock.now())
    assert made is not None

    for first in (in_dial, f"/callbacks/attempts/{made.attempt_id}/{made.fence}/ask_staff", "/voice/fallback_whisper"):
        heard = carrier.post(first, PRIYA_LEG)
        refused = carrier.post(carrier.key(heard), PRIYA_LEG, Digits=pressed)
        assert heard.text.endswith("</Gather><Hangup /></Response>")
        assert refused.text.endswith("<Hangup /></Response>")
        assert "<Dial" not in refused.text


@pytest.mark.parametrize("whisper", ["whisper", "fallback_whisper"])
def test_pitfall_3_no_phone_of_the_staff_is_dialled_without_its_prompt(whisper):
    ring = Ring(Colleague(1, "Priya Shah", "+447700900101"), timedelta(seconds=20), then="rung", whisper=whisper)
    document = twiml.render(Turn((ring,)), lambda step: f"https://ringtrue.test/{step}", None)

    assert re.search(rf'<Number [^>]*url="https://ringtrue.test/{whisper}"[^>]*>\+447700900101<', document)


@pytest.mark.parametrize("talked_for", [None, 0, 1])
def test_pitfall_4_caller_who_leaves_before_or_as_the_key_is_pressed_is_missed_and_owed_one_call(
    carrier, rings, the_call, owed, clock, talked_for
):
    answer, after = rings(), []
    heard = carrier.post(carrier.whisper(answer), PRIYA_LEG)
    moments = ["gone", "key"] if talked_for is None else ["key", "gone"]
    for moment in moments:
        clock.go_on(seconds=talked_for or 0)
        after.append(
            carrier.post("/voice/status", **GONE)
            if moment == "gone"
            else carrier.post(carrier.key(heard), PRIYA_LEG, Digits="1")
        )

    assert talked_for is not None or "They have just hung up" in after[-1].text
    assert (the_call().outcome, len(owed())) == ("missed", 1)


@pytest.mark.parametrize("at_the_recorder", [True, False])
def test_pitfall_5_caller_who_leaves_on_the_way_to_the_recorder_is_missed_and_nothing_fails(
    carrier, all_busy, rings, the_call, owed, at_the_recorder
):
    offer = rings()
    if at_the_recorder:
        beep = carrier.post(carrier.key(offer), From=JANE, Digits="3")
        last = carrier.post(re.findall(r'<Record action="([^"]+)"', beep.text)[0], **GONE)
    else:
        last = carrier.post(carrier.key(offer), **GONE, Digits="3")

    assert (last.status_code, "<Say" in last.text) == (200, False)
    assert (the_call().outcome, the_call().ended_at is None) == ("missed", False)
    assert [row.needs_person for row in owed()] == [False]


def test_pitfall_6_who_waits_and_who_has_them_is_our_own_knowledge_and_no_count_of_the_carriers(
    office, carrier, rings, all_busy, free, the_call, twilio
):
    """Nothing but the placing of calls is registered: a question about the queue would be an error."""
    twilio.add(responses.POST, CREATE, status=201, json={"sid": PRIYA_LEG, "status": "queued"})
    carrier.post(carrier.key(rings()), From=JANE, Digits="1")
    free(1)
    waiting = the_call()

    assert phones.ring_for(office, waiting.id)
    whisper = f"/voice/legs/{waiting.id}/1/whisper"
    carrier.post(whisper, PRIYA_LEG)
    taken = carrier.post(whisper.replace("whisper", "take"), PRIYA_LEG, Digits="1").text
    assert f"<Queue>call-{waiting.id}</Queue>" in taken
    free(2)
    assert not phones.ring_for(office, waiting.id)
    assert [sent.request.url for sent in twilio.calls] == [CREATE]
