"""One of us records a greeting: asked which, heard before it is kept, said again; it ends whatever is pressed or not."""

from xml.etree import ElementTree as ET

import pytest

from voice import twiml
from voice.conversation.facts import StaffFacts, TakeFacts
from voice.conversation.news import NewTake, TakeBegins, TakeKept, TakeRecorded
from voice.conversation.steps import CALL_STEPS
from voice.conversation.takes import BREATHS, TAKE_STEPS, next_turn
from voice.conversation.turns import Ask, GoTo, HangUp, Heard, Pause, Record, Say
from voice.standin.schema import check
from voice.wording import lengths, takes

SID, RECORDING = "CA" + "1" * 32, "RE" + "1" * 32
PRIYA = StaffFacts(1, "Priya Shah", on_duty=True, proven=True, manages=True)
TOM = StaffFacts(2, "Tom Okafor", on_duty=True, proven=True)


def heard(**said) -> Heard:
    return Heard(SID, **said)


@pytest.fixture
def turn(situation):
    """What a step answers in a take that is as said."""

    def at(step: str, said: Heard | None = None, **take):
        facts = TakeFacts("closed", "/voice/takes/3/1", **{"recordings": 1, **take})
        return next_turn(step, said or heard(), situation(take=facts))

    return at


def said(turn) -> str:
    return " ".join(act.text for act in turn.acts if isinstance(act, Say | Ask))


def test_nobody_without_their_pin_records_a_greeting(situation):
    stranger = situation(staff=StaffFacts(1, "Priya Shah", on_duty=True, has_pin=True))
    for step in ("greeting", "greeting_situation", "greeting_begins"):
        turn = CALL_STEPS[step](heard(digits="1"), stranger)
        assert (turn.acts[-1], turn.news) == (HangUp(), ())


@pytest.mark.parametrize(("key", "for_when"), [("1", "busy"), ("2", "closed"), ("3", "holiday"), ("4", "away")])
def test_key_says_which_greeting_it_is(situation, key, for_when):
    turn = CALL_STEPS["greeting_situation"](heard(digits=key), situation(staff=PRIYA))
    assert (turn.acts, turn.news) == ((GoTo("greeting_begins"),), (NewTake(for_when),))


@pytest.mark.parametrize(("step", "key"), [("greeting", ""), *(("greeting_situation", key) for key in "1234")])
def test_who_does_not_manage_records_their_own_of_being_away_and_no_other(situation, step, key):
    turn = CALL_STEPS[step](heard(digits=key), situation(staff=TOM))
    assert (turn.acts, turn.news) == ((GoTo("greeting_begins"),), (NewTake("away"),))


def test_own_greeting_of_being_away_is_called_so(situation):
    begun = situation(staff=TOM, take=TakeFacts("away", "/voice/takes/3/0"))
    turn = CALL_STEPS["greeting_begins"](heard(), begun)
    assert "your own greeting, for while you are away" in said(turn)
    assert turn.acts[-1] == GoTo("/voice/takes/3/0/begin")


def test_staff_line_goes_on_in_the_take_s_own_conversation(situation):
    begun = situation(staff=PRIYA, take=TakeFacts("closed", "/voice/takes/3/0"))
    assert CALL_STEPS["greeting_begins"](heard(), begun).acts == (GoTo("/voice/takes/3/0/begin"),)


def test_other_key_or_none_leads_back_to_the_menu(situation):
    for key in ("9", ""):
        turn = CALL_STEPS["greeting_situation"](heard(digits=key), situation(staff=PRIYA))
        assert "To ring a customer" in said(turn)


def test_mailbox_that_picks_up_records_nothing(turn):
    asked = turn("ask", recordings=0)
    assert isinstance(asked.acts[0], Ask)
    assert asked.acts[1] == HangUp()
    assert turn("agreed", heard(digits="7"), recordings=0).acts[-1] == HangUp()
    assert turn("agreed", heard(digits="1"), recordings=0).news == (TakeBegins(),)


def test_what_was_said_is_waited_for_and_then_heard(turn):
    taken = turn("taken", heard(recording_sid=RECORDING, recording_seconds=9))
    assert (taken.acts[-1], taken.news) == (GoTo("hear_1"), (TakeRecorded(RECORDING, wanted=True),))
    assert [type(act) for act in turn("hear_1").acts] == [Pause, GoTo]
    ready = turn("hear_2", sound="a.wav").acts[0]
    assert isinstance(ready, Ask)
    assert (ready.sound, ready.sound_first, ready.then) == ("a.wav", True, "decide")


def test_sound_that_never_comes_ends_in_an_apology_after_twenty_seconds(turn):
    waits = [turn(f"hear_{breath}").acts[0] for breath in range(1, BREATHS)]
    assert 16 <= sum(wait.length.total_seconds() for wait in waits) <= 20
    assert (said(turn(f"hear_{BREATHS}")), turn(f"hear_{BREATHS}").acts[-1]) == (takes.not_ready(), HangUp())


def test_only_the_key_keeps_it(turn):
    assert turn("decide", heard(digits="1"), sound="a.wav").news == (TakeKept(),)
    assert turn("decide", heard(digits="2"), sound="a.wav").news == (TakeBegins(),)
    assert turn("decide", heard(), sound="a.wav").acts[-1] == GoTo("decide_now")
    assert turn("decide_now", heard(), sound="a.wav").news == ()
    assert turn("decide", heard(digits="1")).news == ()


@pytest.mark.parametrize("unheard", [{"recording_seconds": 1, "recording_sid": RECORDING}, {}])
def test_too_short_or_silent_is_said_again_once(turn, unheard):
    again = turn("taken", heard(**unheard))
    assert takes.nobody_heard() in said(again)
    assert (Record in map(type, again.acts), again.news[-1]) == (True, TakeBegins())
    assert turn("taken", heard(**unheard), recordings=2).acts[-1] == HangUp()
    assert turn("hear_1", trouble=True, recordings=2).acts[-1] == HangUp()


def test_whoever_says_it_again_for_ever_comes_to_an_end(turn):
    assert turn("decide", heard(digits="2"), sound="a.wav", recordings=4).acts[-1] == HangUp()


@pytest.mark.parametrize("step", TAKE_STEPS)
def test_whoever_hangs_up_keeps_nothing_and_what_was_recorded_is_known(turn, step):
    gone = heard(call_status="completed", digits="1", recording_sid=RECORDING)
    left = turn(step, gone, sound="a.wav")
    assert (left.acts, left.news) == ((), (TakeRecorded(RECORDING, wanted=False),))


@pytest.mark.parametrize("step", TAKE_STEPS)
def test_every_answer_is_a_document_that_the_carrier_takes(turn, step):
    for said_then in (heard(), heard(digits="1"), heard(digits="2", recording_sid=RECORDING, recording_seconds=5)):
        for take in ({}, {"sound": "a.wav"}, {"trouble": True}):
            document = twiml.render(turn(step, said_then, **take), lambda name: f"https://x.test/{name}", None)
            assert list(check(ET.fromstring(document), "call", has_base=True)) == []
            assert not document.endswith(("</Gather></Response>", "</Record></Response>"))


def test_every_sentence_is_short():
    told = (takes.which_greeting(), *map(takes.ask_to_record, takes.WHEN), takes.say_it(), takes.keep_or_again())
    assert [text for text in told if lengths.seconds(text) > 8] == []
