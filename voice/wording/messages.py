"""What is said about messages: to whoever leaves one, and to one of us who hears it."""

from voice.wording.lengths import shortened
from voice.wording.names import spoken_name
from voice.wording.times import in_words

ROOM_FOR_NAME = 2.0
"""Seconds."""

NEW_SAID_WHOLE = 99


def message_kept(*, again: bool) -> str:
    """After a message was left; `again`: they may say it once more."""
    return f"Thank you! We have your message.{' To say it again, press 1.' if again else ''}"


def heard_nothing() -> str:
    """They said nothing after the beep, or so little that it may have been a click."""
    return "I'm sorry, I couldn't hear you."


def new_messages(count: int) -> str:
    """How many nobody has heard yet, for the menu: "two new messages"."""
    many = in_words(count) if count <= NEW_SAID_WHOLE else "many"
    return f"{many} new message{'' if count == 1 else 's'}"


def message_from(name: str | None, when: str) -> str:
    """Before one is played: who left it, and when, as it is spoken."""
    who = shortened(spoken_name(name) or "a caller", ROOM_FOR_NAME)
    return f"From {who}, {when}."


def message_keys() -> str:
    """After it was played."""
    return "To ring them, press 1; for the next, 2; again, 3; if it's done, 4; the menu, 0."


def no_messages() -> str:
    """They wanted to hear messages, and there are none."""
    return "There is no message for you just now."


def no_more_messages() -> str:
    """They heard the last one."""
    return "That was the last one."


def message_done() -> str:
    """Its call-back is closed."""
    return "Done, thank you."


def somebody_has_it() -> str:
    """A colleague has the call-back that they would close."""
    return "A colleague has this one."


def no_number_to_ring() -> str:
    """Whoever left the message rang with a hidden number."""
    return "They rang with a hidden number, so there is none to ring."
