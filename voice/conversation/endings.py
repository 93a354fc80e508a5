"""How a call ends when no person took it: a message, and a goodbye that thanks and says once more what we promised."""

from datetime import timedelta

from office.contact_rules import DO_NOT_CALL_BACK, MESSAGE_ONLY
from voice import wording
from voice.calls import BEFORE_THE_BEEP
from voice.conversation.facts import Situation
from voice.conversation.news import Promised
from voice.conversation.turns import Act, HangUp, Record, Say, Turn

LONGEST_MESSAGE = timedelta(minutes=3)


def number_to_ring(situation: Situation) -> str | None:
    """Where we would ring them back; None: withheld, and they have keyed none."""
    return situation.number_to_ring or situation.phone


def may_be_rung(situation: Situation) -> bool:
    """Whether they may hear when we ring: not without a number, nor when a person said how to deal with it."""
    return number_to_ring(situation) is not None and situation.rule not in {DO_NOT_CALL_BACK, MESSAGE_ONLY}


def when_promised(situation: Situation) -> str | None:
    """The promised time as it is spoken; None when we may not name one, or it is past."""
    if situation.late or not may_be_rung(situation):
        return None
    return wording.spoken_time(situation.promised_by, situation.now, situation.zone)


def goodbye(situation: Situation) -> Turn:
    """Thanks, the promise once more, and the end."""
    late = situation.late and may_be_rung(situation)
    text = wording.goodbye_late() if late else wording.goodbye(when_promised(situation))
    return Turn((Say(text), HangUp()))


def message(situation: Situation, *before: Act) -> Turn:
    """The recorder. What follows it is heard only by somebody who said nothing (twilio.md 2.5)."""
    beep = Say(wording.after_the_beep(hidden=number_to_ring(situation) is None))
    return Turn((*before, beep, *to_record(situation)), (Promised(BEFORE_THE_BEEP, situation.promised_by),))


def to_record(situation: Situation) -> tuple[Act, ...]:
    """The beep, and goodbye to whoever said nothing after it."""
    return (Record(LONGEST_MESSAGE, then="recorded"), *goodbye(situation).acts)
