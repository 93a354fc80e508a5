"""Every step of every conversation by its name, as it stands in the addresses we give the carrier."""

from voice.conversation import arriving, legs, ringing_back
from voice.conversation.turns import CallEnded, Heard, Situation, Step, Turn

CALL_STEPS: dict[str, Step] = {
    "greet": arriving.greet,
    "rung": arriving.rung,
    "answered_offer": arriving.answered_offer,
    "recorded": arriving.recorded,
}
"""Heard by the customer who rang us."""

LEG_STEPS: dict[str, Step] = {"whisper": legs.whisper, "take": legs.take}
"""Heard by a staff member whose phone rings for that customer."""

ATTEMPT_STEPS: dict[str, Step] = {
    "ask_staff": ringing_back.ask_staff,
    "ring_customer": ringing_back.ring_customer,
    "talked": ringing_back.talked,
    "said": ringing_back.said,
}
"""Heard by a staff member who keeps a promise."""

HEARS_OF_THE_END = frozenset({"rung", "recorded", "talked"})
"""Steps that the carrier may ask for because the call is over, with something to tell (twilio.md 2.1)."""


def next_turn(steps: dict[str, Step], step: str, heard: Heard, situation: Situation) -> Turn:
    """What we do now. Who is gone hears nothing; what their going tells us is kept.

    A staff leg of a customer's call that is gone tells us nothing here: the call's own turn follows.
    """
    if heard.hung_up and step not in HEARS_OF_THE_END:
        return Turn(news=() if steps is LEG_STEPS else (CallEnded(),))
    return steps[step](heard, situation)
