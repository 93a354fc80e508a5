"""A caller is put through: staff phones ring, one after the other inside their call, or all at once while they wait."""

from dataclasses import replace
from datetime import timedelta

from office.contact_rules import MESSAGE_ONLY
from office.teams import ALL_AT_ONCE
from voice import ringing, wording
from voice.conversation import endings, offering
from voice.conversation.facts import Colleague, Situation
from voice.conversation.legs import how_it_ended, were_connected
from voice.conversation.news import AskedAgain, CallEnded, ChoseTeam, LegEnded, News, Rang, Spoke
from voice.conversation.turns import GoTo, HangUp, Heard, Ring, Say, Turn

ASK_AGAIN_AT_MOST = 2
"""How often a caller may ask for a person once more: an end to every loop."""

LONGEST_RINGING = timedelta(minutes=3)
"""However many are free: so long a caller hears phones ring, before they are offered more, each time they ask for a person."""


def ring(situation: Situation) -> Turn:
    """As the team has it: all its phones at once while the caller waits, or one by one. Nobody to ring: the offer."""
    staff = _next(situation)
    if staff is None:
        return offering.offer(situation)
    return offering.hold(situation, chosen=False) if situation.strategy == ALL_AT_ONCE else _ring(situation, staff)


def one_by_one(situation: Situation, *, has_waited: bool = False) -> Turn:
    """The next phone, whatever the team's way of ringing; nobody to ring: the offer."""
    staff = _next(situation)
    return offering.offer(situation, has_waited=has_waited) if staff is None else _ring(situation, staff)


def rung(heard: Heard, situation: Situation) -> Turn:
    """A staff phone is done: they spoke, or the next phone rings."""
    accepted = situation.leg is not None and situation.leg.accepted
    if accepted and were_connected(heard):
        return after_talk(heard, LegEnded("spoke", bridged=heard.bridged))
    ended = LegEnded(how_it_ended(heard, accepted=accepted), bridged=heard.bridged)
    if heard.hung_up:
        return Turn(news=(ended, CallEnded()))
    turn = offering.offer(situation) if _rang_long_enough(situation) else one_by_one(situation)
    return Turn(turn.acts, (ended, *turn.news))


def after_talk(heard: Heard, *news: News) -> Turn:
    """They spoke with a person: nothing is owed. The caller may be there still."""
    if heard.hung_up:
        return Turn(news=(*news, Spoke(), CallEnded()))
    return Turn((Say(wording.goodbye(None)), HangUp()), (*news, Spoke()))


def ring_team(heard: Heard, situation: Situation) -> Turn:
    """The caller said which team they want: a turn of its own, for who is free there is asked anew."""
    return ring(situation)


def person(heard: Heard, situation: Situation) -> Turn:
    """0: whoever is free now is rung, else they hold; who asked often enough hears goodbye, with the promise standing."""
    if not situation.is_open or situation.rule == MESSAGE_ONLY:
        return endings.goodbye(situation)
    asked = replace(situation, asked_again=situation.asked_again + 1)
    if asked.asked_again <= ASK_AGAIN_AT_MOST and (_next(asked) or _may_be_anybody(asked)):
        turn = ring(asked) if _next(asked) else Turn((GoTo("ring_team"),), (ChoseTeam(None),))
        return Turn((Say(wording.trying_again()), *turn.acts), (AskedAgain(), *turn.news))
    return offering.hold(situation, chosen=True) if offering.may_hold(situation) else endings.goodbye(situation)


def _may_be_anybody(situation: Situation) -> bool:
    """Nobody of the team that they chose is free: then somebody of another, whom the next turn finds."""
    return situation.menus > 0 and situation.team is not None


def _next(situation: Situation) -> Colleague | None:
    """Nobody's phone rings more often than the rounds, and once more for each time that the caller asked us to go on."""
    if not situation.is_open:
        return None
    rounds = situation.rounds + situation.asked_again + situation.holds
    return ringing.next_to_ring(situation.free, situation.rang, rounds)


def _ring(situation: Situation, staff: Colleague) -> Turn:
    return Turn((Ring(staff, situation.patience, then="rung"),), (Rang(staff),))


def _rang_long_enough(situation: Situation) -> bool:
    rang = sum(situation.rang.values()) * situation.patience
    return rang >= LONGEST_RINGING * (1 + situation.asked_again)
