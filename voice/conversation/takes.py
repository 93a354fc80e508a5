"""One of us records a greeting on a phone: on the staff line, or because they asked us to ring them. They hear it before any caller does.

A recording of ours begins in the staff line's conversation and goes on in one of its own. Whoever hangs up keeps nothing. The
recorder is started a few times at most, so that the call ends whatever is said or pressed.
"""

from datetime import timedelta
from functools import partial

from voice.conversation.facts import Situation, StaffFacts, TakeFacts
from voice.conversation.news import NewTake, TakeBegins, TakeKept, TakeRecorded
from voice.conversation.staff_line import for_us, menu
from voice.conversation.turns import Ask, GoTo, HangUp, Heard, Pause, Record, Say, Step, Turn
from voice.wording import takes as wording

OWN = "away"
"""The one greeting that everybody has of their own: heard while they are away."""

SITUATIONS = {"1": "busy", "2": "closed", "3": "holiday", "4": OWN}

LONGEST = timedelta(seconds=60)
SHORTEST = 2
"""Seconds: what is shorter holds no greeting (twilio.md 2.5: silent recordings are saved, a second long)."""

RECORDINGS_AT_MOST = 4
"""How often the recorder is started for one greeting: an end to every loop."""

TRIES_UNHEARD = 2
"""How often it is started for somebody who cannot be heard."""

BREATH = timedelta(seconds=2)
BREATHS = 10
"""So often they wait a breath for what they said: it must be fetched from the carrier first."""


def _greeting(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """On the staff line, behind the PIN: which greeting. Who does not manage has only their own."""
    if not staff.manages:
        return _new_take(situation, staff, OWN)
    return Turn((Ask(wording.which_greeting(), then="greeting_situation"), GoTo("staff_key")))


def _greeting_situation(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    if heard.digits not in SITUATIONS:
        return menu(situation)
    return _new_take(situation, staff, SITUATIONS[heard.digits] if staff.manages else OWN)


def _new_take(situation: Situation, staff: StaffFacts, for_when: str) -> Turn:
    """The recording is written down with this turn, so that the next one knows which it is."""
    if staff.id is None:
        return menu(situation)
    return Turn((GoTo("greeting_begins"),), (NewTake(for_when),))


def _greeting_begins(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    take = situation.take
    if take is None:
        return menu(situation)
    its_own = (Say(wording.your_own_greeting()),) if take.situation == OWN else ()
    return Turn((*its_own, GoTo(f"{take.path}/begin")))


STEPS: dict[str, Step] = {
    "greeting": for_us(_greeting),
    "greeting_situation": for_us(_greeting_situation),
    "greeting_begins": for_us(_greeting_begins),
}
"""Of the staff line's conversation; the menu's key leads to the first."""


def next_turn(step: str, heard: Heard, situation: Situation) -> Turn:
    """What we do now. Who is gone hears nothing and keeps nothing; that there is a recording we know from them."""
    take = situation.take
    if heard.hung_up or take is None:
        left = heard.recording_sid if heard.hung_up else None
        return Turn(news=(TakeRecorded(left, wanted=False),) if left else ())
    return TAKE_STEPS[step](heard, situation)


def _ask(heard: Heard, situation: Situation) -> Turn:
    """Their phone rang, and was picked up by them or by a mailbox: only a key goes on."""
    asked = wording.ask_to_record(_take(situation).situation)
    return Turn((Ask(asked, then="agreed"), HangUp()))


def _agreed(heard: Heard, situation: Situation) -> Turn:
    return _begin(heard, situation) if heard.digits == "1" else _over(wording.nothing_changed())


def _begin(heard: Heard, situation: Situation, sorry: str = "") -> Turn:
    """What follows the recorder is heard only by somebody who said nothing (twilio.md 2.5)."""
    say_it = Say(f"{sorry} {wording.say_it()}".strip())
    return Turn((say_it, Record(LONGEST, then="taken"), GoTo("taken")), (TakeBegins(),))


def _taken(heard: Heard, situation: Situation) -> Turn:
    """They said it, or nothing: it is fetched while they wait."""
    sid, seconds = heard.recording_sid, heard.recording_seconds
    if sid is None:
        return _unheard(heard, situation)
    if seconds is not None and seconds < SHORTEST:
        again = _unheard(heard, situation)
        return Turn(again.acts, (TakeRecorded(sid, wanted=False), *again.news))
    waits = (Say(wording.one_moment_for_it()), Pause(BREATH), GoTo("hear_1"))
    return Turn(waits, (TakeRecorded(sid, wanted=True),))


def _hear(heard: Heard, situation: Situation, *, breaths: int) -> Turn:
    """The address remembers how long they have waited."""
    take = _take(situation)
    if take.trouble:
        return _unheard(heard, situation)
    if take.sound is not None:
        return Turn((_keep_or_again("decide", take.sound), GoTo("decide")))
    if breaths >= BREATHS:
        return _over(wording.not_ready())
    return Turn((Pause(BREATH), GoTo(f"hear_{breaths + 1}")))


def _decide(heard: Heard, situation: Situation, *, asks_again: bool) -> Turn:
    """1 keeps it, 2 says it again. Anything else, or nothing, is asked once more."""
    take = _take(situation)
    if heard.digits == "1" and take.sound is not None:
        return Turn((Say(wording.kept_from_now_on()), HangUp()), (TakeKept(),))
    if heard.digits == "2" and take.recordings < RECORDINGS_AT_MOST:
        return _begin(heard, situation)
    if heard.digits != "2" and asks_again:
        return Turn((_keep_or_again("decide_now"), GoTo("decide_now")))
    return _over(wording.nothing_changed())


def _unheard(heard: Heard, situation: Situation) -> Turn:
    """Nobody can be heard in it: it is said again, unless that happens for ever."""
    if _take(situation).recordings >= TRIES_UNHEARD:
        return _over(f"{wording.nobody_heard()} {wording.nothing_changed()}")
    return _begin(heard, situation, wording.nobody_heard())


def _keep_or_again(then: str, sound: str | None = None) -> Ask:
    return Ask(wording.keep_or_again(), then=then, sound=sound, sound_first=True)


def _over(text: str) -> Turn:
    return Turn((Say(text), HangUp()))


def _take(situation: Situation) -> TakeFacts:
    if situation.take is None:
        raise LookupError("nobody is recording a greeting here")
    return situation.take


TAKE_STEPS: dict[str, Step] = {
    "ask": _ask,
    "agreed": _agreed,
    "begin": _begin,
    "taken": _taken,
    **{f"hear_{breaths}": partial(_hear, breaths=breaths) for breaths in range(1, BREATHS + 1)},
    "decide": partial(_decide, asks_again=True),
    "decide_now": partial(_decide, asks_again=False),
}
"""Of the recording's own conversation, by the names in its answers."""

BEGINS = frozenset({"agreed", "begin", "taken", "decide", "decide_now", *(f"hear_{n}" for n in range(1, BREATHS + 1))})
"""Steps that may start the recorder once more."""
