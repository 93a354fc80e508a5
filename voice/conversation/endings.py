"""How a call ends when no person took it: a message, and a goodbye that thanks and says once more what we promised."""

from datetime import timedelta

from office.contact_rules import DO_NOT_CALL_BACK, MESSAGE_ONLY
from voice import wording
from voice.calls import BEFORE_THE_BEEP
from voice.conversation.facts import Situation
from voice.conversation.news import Promised, Records
from voice.conversation.turns import Act, GoTo, HangUp, Record, Say, Turn

LONGEST_MESSAGE = timedelta(minutes=3)
RECORDINGS_AT_MOST = 3
"""How often the recorder is started in a call: an end to every loop."""

TO_RECORD: tuple[Act, ...] = (GoTo("leave_message"),)
"""On to the recorder, for whoever keys nothing: in a turn of its own, which knows that it was started."""


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
    """The notice, when one is set and was not told yet, and the recorder. What follows it is for who said nothing (twilio.md 2.5)."""
    if situation.recordings >= RECORDINGS_AT_MOST:
        return Turn((*before, *goodbye(situation).acts))
    notice = (Say(situation.notice),) if situation.notice and not situation.recordings else ()
    beep = Say(wording.after_the_beep(hidden=number_to_ring(situation) is None))
    record = Record(LONGEST_MESSAGE, then="recorded", transcribe=situation.carrier_writes)
    promised = Promised(BEFORE_THE_BEEP, situation.promised_by)
    return Turn((*before, *notice, beep, record, GoTo("said_nothing")), (promised, Records()))
