"""Nobody can take the caller: what we promise them, and what they may choose instead, in one breath."""

from voice import wording
from voice.calls import CLOSED, NOBODY_ANSWERED
from voice.conversation import endings
from voice.conversation.facts import Absence, Situation
from voice.conversation.news import Holds, Promised
from voice.conversation.turns import Ask, AskNumber, GoTo, Hold, Play, Say, Turn

HOLDS_AT_MOST = 3
"""How often a caller may choose to wait in a call: an end to every loop."""


def offer(situation: Situation, *, has_waited: bool = False) -> Turn:
    """The promise is given before the choice, and stands whatever they press, also when they hang up.

    `has_waited`: they held for as long as anybody may, or for nobody; holding is not offered again at once.
    """
    promised = Promised(NOBODY_ANSWERED if situation.is_open else CLOSED, situation.promised_by)
    hold = may_hold(situation) and not has_waited
    said = _greeting(situation, has_waited=has_waited)
    if endings.number_to_ring(situation) is None:
        sound = (Play(said.sound),) if said.sound else ()
        text = " ".join(filter(None, (said.text, wording.hidden_number(hold=hold))))
        return Turn((*sound, AskNumber(text, then="keyed_number"), *endings.TO_RECORD), (promised,))
    keys = wording.choices(hold=hold, call_back=endings.may_be_rung(situation))
    text = " ".join(filter(None, (said.text, None if said.tells_when else _promise(situation), keys)))
    asked = Ask(text, then="answered_offer", sound=said.sound, sound_first=True)
    return Turn((asked, GoTo("answered_offer")), (promised,))


def may_hold(situation: Situation) -> bool:
    """Whether waiting makes sense: somebody may become free, and they have not waited too often."""
    return situation.is_open and situation.may_hold and situation.holds < HOLDS_AT_MOST


def hold(situation: Situation, *, chosen: bool) -> Turn:
    """Into the queue: because they asked to, or while the phones of their team ring all at once."""
    one_moment = (Say(wording.trying_again()),) if chosen else ()
    return Turn((*one_moment, Hold(situation.queue, then="waited")), (Holds(chosen=chosen),))


def _greeting(situation: Situation, *, has_waited: bool) -> Absence:
    """The business's, unless something happened to this caller that no greeting knows of: we closed, they waited, we are late."""
    late = situation.late and endings.may_be_rung(situation)
    just_closed = not situation.is_open and situation.came_open
    if just_closed or (situation.is_open and (has_waited or late)) or situation.absence is None:
        return Absence(_sorry(situation, has_waited=has_waited, late=late))
    return situation.absence


def _sorry(situation: Situation, *, has_waited: bool, late: bool) -> str:
    if not situation.is_open:
        return wording.we_are_closed(situation.closed_because, just_now=situation.came_open)
    return wording.still_nobody_free() if has_waited else wording.nobody_free(late=late)


def _promise(situation: Situation) -> str | None:
    when = endings.when_promised(situation)
    if when is not None:
        return wording.we_ring_back(when)
    return wording.first_in_line() if endings.may_be_rung(situation) else None
