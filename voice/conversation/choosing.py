"""What a caller chose instead of a person: to hold, another number or time, a message; or a person after all."""

from voice.conversation import asking, endings, offering
from voice.conversation.facts import Situation
from voice.conversation.turns import Heard, Turn

HOLD, CALL_BACK, MESSAGE = "1", "2", "3"


def answered_offer(heard: Heard, situation: Situation) -> Turn:
    """The key after the offer. Nothing, or a key that nobody offered: goodbye, with the promise standing."""
    if heard.digits == HOLD:
        return offering.hold(situation, chosen=True) if offering.may_hold(situation) else asking.a_person()
    if heard.digits == asking.PERSON:
        return asking.a_person()
    return instead(heard.digits, situation) or endings.goodbye(situation)


def instead(key: str | None, situation: Situation) -> Turn | None:
    """What was chosen instead of waiting, also by who waits already; None: nothing that there is."""
    if key == CALL_BACK and may_ask(situation):
        return asking.ask_number(situation)
    return endings.message(situation) if key == MESSAGE else None


def may_ask(situation: Situation) -> bool:
    """Whether they may say where and when to ring; a caller with a hidden number keys one."""
    return situation.phone is None or endings.may_be_rung(situation)
