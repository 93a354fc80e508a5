"""Every step of every conversation by its name, as it stands in the addresses we give the carrier."""

from voice.conversation import (
    arriving,
    asking,
    choosing,
    holding,
    legs,
    menu,
    messages,
    playing_messages,
    putting_through,
    ringing_back,
    staff_line,
    takes,
)
from voice.conversation.facts import Situation
from voice.conversation.news import CallEnded
from voice.conversation.turns import Heard, Step, Turn

CALL_STEPS: dict[str, Step] = {
    "greet": arriving.greet,
    "chose_team": menu.chose_team,
    "ring_team": putting_through.ring_team,
    "rung": putting_through.rung,
    "waited": holding.waited,
    "answered_offer": choosing.answered_offer,
    "person": putting_through.person,
    "keyed_number": asking.keyed_number,
    "confirmed_number": asking.confirmed_number,
    "chose_number": asking.chose_number,
    "chose_time": asking.chose_time,
    **messages.STEPS,
    **staff_line.STEPS,
    **playing_messages.STEPS,
    **takes.STEPS,
}
"""Heard by the customer who rang us, or by one of us who did."""

HOLD_STEPS: dict[str, Step] = {"waiting": holding.waiting, "pressed": holding.pressed}
"""Heard by a customer who waits in the queue."""

LEG_STEPS: dict[str, Step] = {
    "whisper": legs.whisper,
    "take": legs.take,
    "talked": legs.talked,
    "ring_back": legs.ring_back,
    "ringing_back": legs.ringing_back,
}
"""Heard by a staff member whose phone rings for that customer."""

ATTEMPT_STEPS: dict[str, Step] = {
    "ask_staff": ringing_back.ask_staff,
    "ring_customer": ringing_back.ring_customer,
    "asked_again": ringing_back.asked_again,
    "talked": ringing_back.talked,
    "said": ringing_back.said,
}
"""Heard by a staff member who keeps a promise."""

HEARS_OF_THE_END = frozenset({"rung", "recorded", "talked", "waited"}) | staff_line.HEARS_OF_THE_END
"""Steps that the carrier may ask for because the call is over, with something to tell (twilio.md 2.1)."""


def next_turn(steps: dict[str, Step], step: str, heard: Heard, situation: Situation) -> Turn:
    """What we do now. Who is gone hears nothing; what their going tells us is kept.

    A staff leg of a customer's call that is gone tells us nothing here: the call's own turn follows.
    """
    if heard.hung_up and step not in HEARS_OF_THE_END:
        return Turn(news=() if steps is LEG_STEPS else (CallEnded(),))
    return steps[step](heard, situation)
