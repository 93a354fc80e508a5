"""A customer rings us: greeted, and put through, asked which team, or told what is when nobody can come."""

from office.contact_rules import BLOCKED, MESSAGE_ONLY
from voice import wording
from voice.conversation import endings, menu, offering, putting_through, staff_line
from voice.conversation.facts import Situation
from voice.conversation.news import Unwanted
from voice.conversation.turns import Act, HangUp, Heard, Play, Say, Turn


def greet(heard: Heard, situation: Situation) -> Turn:
    """The first turn of every call."""
    if situation.staff is not None:
        return staff_line.greet(heard, situation)
    if situation.rule == BLOCKED:
        return Turn((Say(wording.not_taken()), HangUp()), (Unwanted(),))
    if situation.rule == MESSAGE_ONLY:
        return endings.message(situation, _hello(situation))
    if situation.is_open and len(situation.teams) > 1 and not situation.owed:
        return _hello_and_menu(situation)
    turn = putting_through.ring(situation) if situation.is_open else offering.offer(situation)
    return Turn((_hello(situation), *turn.acts), turn.news)


def _hello(situation: Situation) -> Act:
    """The business's own recording; but who is owed a call hears that we know."""
    recorded = _recorded(situation)
    return Play(recorded) if recorded else Say(wording.hello(situation))


def _hello_and_menu(situation: Situation) -> Turn:
    """In one question, so that a key is taken from the first word on."""
    recorded = _recorded(situation)
    return menu.ask(situation, "" if recorded else wording.hello(situation), recorded)


def _recorded(situation: Situation) -> str | None:
    return None if situation.owed else situation.greeting
