"""A caller asks to be rung: on this number or another, read back to them, and as soon as possible or in a part of a day."""

from dataclasses import replace

from voice import wording
from voice.calls import ASKED_FOR
from voice.conversation import endings, offering
from voice.conversation.facts import Situation
from voice.conversation.news import AskedFor, Keyed, Promised
from voice.conversation.turns import Act, Ask, AskNumber, GoTo, Heard, Say, Turn

PERSON = "0"
"""What people press everywhere to reach a person; here too, whatever was asked."""

HOLD = "1"
"""What a caller with a hidden number keys instead of one, to hold."""

PARTS_AT_MOST = 4
"""Parts of days that are read out: with more, nobody knows the first any more."""


def ask_number(situation: Situation, *before: Act) -> Turn:
    """On which number? From here on they are owed a call, whatever they key or do not key."""
    hidden = situation.phone is None
    question = AskNumber(wording.which_number(hidden=hidden), then="keyed_number")
    onward = endings.TO_RECORD if hidden else (GoTo("keyed_number"),)
    return Turn((*before, question, *onward), (Promised(ASKED_FOR, situation.promised_by),))


def keyed_number(heard: Heard, situation: Situation) -> Turn:
    """A number is read back. None, or just the hash, is the one that they ring from."""
    if heard.digits == PERSON:
        return a_person()
    if heard.digits == HOLD and situation.phone is None and offering.may_hold(situation):
        return offering.hold(situation, chosen=True)
    if not heard.digits:
        return _their_own(situation)
    keyed = situation.keyed
    if keyed is None or keyed.phone is None or keyed.left < 0:
        return _refused(situation, again=keyed is not None and keyed.left > 0)
    question = Ask(wording.read_back(keyed.phone), then="confirmed_number")
    return Turn((question, GoTo("confirmed_number")), (Keyed(keyed.phone),))


def confirmed_number(heard: Heard, situation: Situation) -> Turn:
    """1, or silence: that is the number, and it is promised a call at once. Any other key: it is not."""
    number = situation.number_to_ring
    if heard.digits == PERSON:
        # Of a caller with a hidden number it is all that we have.
        return _certain(number, then="person") if number and situation.phone is None else a_person()
    if heard.digits in {"", "1"} and number is not None:
        return _certain(number)
    again = ask_number(_without_keyed(situation))
    return Turn(again.acts, (Keyed(None), *again.news))


def chose_number(heard: Heard, situation: Situation) -> Turn:
    """The number is certain. When shall we ring it?"""
    slots = situation.slots[:PARTS_AT_MOST]
    if not slots:
        return endings.goodbye(situation)
    question = Ask(wording.which_time([slot.name for slot in slots]), then="chose_time")
    return Turn((question, GoTo("chose_time")))


def chose_time(heard: Heard, situation: Situation) -> Turn:
    """A part of a day is promised by its end; any other key, or none, leaves it at as soon as possible."""
    if heard.digits == PERSON:
        return a_person()
    number, keys = endings.number_to_ring(situation), enumerate(situation.slots[:PARTS_AT_MOST], 2)
    slot = next((slot for key, slot in keys if heard.digits == str(key)), None)
    if number is None or slot is None:
        return endings.goodbye(situation)
    return Turn(endings.goodbye(replace(situation, promised_by=slot.until)).acts, (AskedFor(number, slot),))


def a_person() -> Turn:
    """They would rather have a person: asked for in a turn of its own, which may ring a phone."""
    return Turn((GoTo("person"),))


def _certain(number: str, *before: Act, then: str = "chose_number") -> Turn:
    """What is stored now is what the next turn speaks of."""
    return Turn((*before, GoTo(then)), (AskedFor(number, None),))


def _their_own(situation: Situation, *before: Act) -> Turn:
    """The number that they ring from; when that is hidden, their message says where."""
    if situation.phone is None:
        return endings.message(_without_keyed(situation), *before)
    return _certain(situation.phone, *before)


def _refused(situation: Situation, *, again: bool) -> Turn:
    sorry = Say(wording.cannot_ring())
    turn = ask_number(_without_keyed(situation), sorry) if again else _their_own(situation, sorry)
    return Turn(turn.acts, (Keyed(None), *turn.news))


def _without_keyed(situation: Situation) -> Situation:
    """What they keyed is not their number."""
    return replace(situation, number_to_ring=situation.phone)
