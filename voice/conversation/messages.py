"""A caller's message: recorded, said again if they like, and asked for once more when nothing was said."""

from datetime import timedelta

from voice import wording
from voice.conversation import asking, endings
from voice.conversation.facts import Situation
from voice.conversation.news import CallEnded
from voice.conversation.turns import Ask, Heard, Say, Step, Turn

SAY_AGAIN = "1"
WAIT_FOR_A_KEY = timedelta(seconds=3)
"""Most people have said what they wanted: nobody is kept waiting for a key."""

SHORTEST = 2
"""Seconds: what is shorter holds no message (twilio.md 2.5: silence is saved, a second long)."""

TRIES_AT_WORDS = 2
"""How often who says nothing is asked to speak."""


def leave_message(heard: Heard, situation: Situation) -> Turn:
    """They keyed nothing where a number was asked for: then they tell us."""
    return endings.message(situation)


def recorded(heard: Heard, situation: Situation) -> Turn:
    """A message was left; the caller may be gone already, or want a person after all."""
    if heard.hung_up:
        return Turn(news=(CallEnded(),))
    if heard.digits == asking.PERSON:
        return asking.a_person()
    if heard.recording_seconds is not None and heard.recording_seconds < SHORTEST:
        return said_nothing(heard, situation)
    again = situation.recordings < endings.RECORDINGS_AT_MOST
    thanks = wording.message_kept(again=again)
    act = Ask(thanks, then="said_again", wait=WAIT_FOR_A_KEY) if again else Say(thanks)
    return Turn((act, *endings.goodbye(situation).acts))


def said_nothing(heard: Heard, situation: Situation) -> Turn:
    """Silence after the beep, or a click: asked once more, kindly, and then let go with what was promised."""
    if situation.recordings >= TRIES_AT_WORDS:
        return endings.goodbye(situation)
    return endings.message(situation, Say(wording.heard_nothing()))


def said_again(heard: Heard, situation: Situation) -> Turn:
    """The key after a message: 1 records another, which counts instead of it."""
    if heard.digits == asking.PERSON:
        return asking.a_person()
    return endings.message(situation) if heard.digits == SAY_AGAIN else endings.goodbye(situation)


STEPS: dict[str, Step] = {
    "leave_message": leave_message,
    "recorded": recorded,
    "said_nothing": said_nothing,
    "said_again": said_again,
}
"""From the way to the recorder to the last key, by the names in its answers."""
