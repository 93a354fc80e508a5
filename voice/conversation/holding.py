"""A caller waits in the queue: what they hear meanwhile, the way out of it, and what follows."""

from datetime import timedelta

from voice import sounds, wording
from voice.conversation import choosing, offering, putting_through
from voice.conversation.facts import HoldFacts, Situation
from voice.conversation.news import CallEnded, LeavesHold
from voice.conversation.turns import Ask, Heard, LeaveHold, Turn

A_MOMENT = timedelta(seconds=1)
"""After the music: the carrier asks for more when nobody has pressed a key by then."""

TALKED = frozenset({"bridged", "redirected-from-bridged"})
"""Results that say that one of us took them out of the queue (twilio.md 2.8)."""


def waiting(heard: Heard, situation: Situation) -> Turn:
    """Asked for again and again: while the first phones ring a chime, then their place, the keys and the music.

    Nothing follows the question, so that the carrier asks anew, with their place as it is then (twilio.md 2.2).
    """
    hold = situation.hold
    if hold is None:
        return Turn((LeaveHold(),))
    if hold.over or not hold.hope:
        return _leave(None)
    text, sound = _while_waiting(situation, hold)
    return Turn((Ask(text, then="pressed", wait=A_MOMENT, sound=sound),))


def pressed(heard: Heard, situation: Situation) -> Turn:
    """A call-back or a message instead. They are waiting for a person already, so any other key changes nothing."""
    offered = heard.digits == choosing.MESSAGE or (heard.digits == choosing.CALL_BACK and choosing.may_ask(situation))
    return _leave(heard.digits) if offered else waiting(heard, situation)


def waited(heard: Heard, situation: Situation) -> Turn:
    """Out of the queue: they spoke, or pressed a key, or nobody came and they hear the offer."""
    if heard.queue_result in TALKED:
        return putting_through.after_talk(heard)
    if heard.hung_up:
        return Turn(news=(CallEnded(),))
    left = (LeavesHold(None),) if situation.hold is not None else ()
    turn = choosing.instead(situation.wants, situation) or _nobody_came(situation)
    return Turn(turn.acts, (*left, *turn.news))


def _leave(key: str | None) -> Turn:
    return Turn((LeaveHold(),), (LeavesHold(key),))


def _while_waiting(situation: Situation, hold: HoldFacts) -> tuple[str, str]:
    if not situation.holds:
        return "", sounds.RINGING
    told = (
        wording.place_in_line(hold.position),
        wording.usual_wait(hold.estimate),
        wording.instead_of_holding(call_back=choosing.may_ask(situation)),
    )
    return " ".join(filter(None, told)), situation.music or sounds.HOLD


def _nobody_came(situation: Situation) -> Turn:
    """No phone rang at all while they waited: whoever places them is down, so they ring from inside the call."""
    has_waited = situation.holds > 0
    if not situation.rang:
        return putting_through.one_by_one(situation, has_waited=has_waited)
    return offering.offer(situation, has_waited=has_waited)
