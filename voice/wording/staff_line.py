"""What one of us hears who rings the business from their own phone: what waits, what the keys do, how it went."""

from voice.wording import messages
from voice.wording.asking import cannot_ring
from voice.wording.lengths import seconds
from voice.wording.names import spoken_name
from voice.wording.times import in_words

LONGEST_MENU = 10
"""Seconds."""

KEY_PIN, KEY_NUMBER = "Please key your PIN, then hash.", "Please key their number, then hash."


def staff_hello(name: str, waiting: int, when: str | None) -> str:
    """Who they are and what waits for them. `when` is the spoken time of the first call-back; None: it is late already."""
    who = spoken_name(name)
    return f"Hello{f', {who}' if who else ''}. {_what_waits(waiting, when)}"


def _what_waits(waiting: int, when: str | None) -> str:
    if waiting == 0:
        return "No call-back waits."
    count = in_words(waiting) if waiting < 100 else "a hundred or more"
    many = f"{count.capitalize()} call-back{' waits' if waiting == 1 else 's wait'}"
    if when is None:
        return f"{many}, and {'it' if waiting == 1 else 'the first'} is late."
    return f"{many}, {'promised' if waiting == 1 else 'the first'} by {when}."


def staff_menu(*, on_duty: bool | None, waiting: int, new_messages: int = 0) -> str:
    """What the keys do, in under ten seconds; `on_duty` None: a manager whom no call is put through to, and who has no call-backs.

    `new_messages` that nobody has heard.
    """
    if on_duty is None:
        return "To ring a customer, press 3. For a colleague, 0."
    here, there = ("on", "off") if on_duty else ("off", "on")
    many = messages.new_messages(new_messages) if new_messages else ""
    usual, short = (
        " ".join(filter(None, (f"You're {here} duty. To go {there} duty, press 1.", *keys, "For a colleague, 0.")))
        for keys in _keys(many, waiting=waiting)
    )
    return usual if seconds(usual) < LONGEST_MENU else short


def _keys(many: str, *, waiting: int) -> tuple[list[str], list[str]]:
    """The keys between the first and the last; and the same shorter."""
    next_one, short_one = ("For your next call-back, 2.", "Next call-back, 2.") if waiting else ("", "")
    heard, short_heard = (f"For {many}, 5.", f"{many.capitalize()}, 5.") if many else ("", "")
    return [next_one, "To ring a customer, 3.", heard, "For your greeting, 6."], [
        short_one,
        "A customer, 3.",
        short_heard,
        "Your greeting, 6.",
    ]


def key_your_pin(*, again: bool) -> str:
    """Asked before anything is done; once more after a wrong one."""
    return f"{wrong_pin()} {KEY_PIN}" if again else KEY_PIN


def wrong_pin() -> str:
    """They keyed a PIN that is not theirs."""
    return "Sorry, that was not it."


def no_pin() -> str:
    """They want something, and no PIN was ever set for their phone."""
    return "To use this from your phone, ask your manager for a PIN."


def pin_locked() -> str:
    """Too many wrong ones: nothing is checked for a while."""
    return "I'm sorry, there were too many wrong PINs. Please try again later."


def no_callback_now() -> str:
    """They wanted their next call-back: there is none that may be rung, or a colleague has it."""
    return "There is no call-back for you to ring just now."


def key_customers_number(*, again: bool) -> str:
    """Asked of somebody who rings a customer as the business."""
    return f"{cannot_ring()} {KEY_NUMBER}" if again else KEY_NUMBER


def rung_enough() -> str:
    """The limits of what we dial are met."""
    return "I'm sorry, that's as often as we may ring just now."


def they_ring_us() -> str:
    """The customer whom they want to ring is in a call to us."""
    return "They are on the line with us just now."


def ringing_them() -> str:
    """A customer's phone is about to ring."""
    return "Ringing them now."


def did_you_speak() -> str:
    """After a talk with a customer whom they rang."""
    return "If you spoke, press 1. If not, press 2."


def not_picked_up() -> str:
    """The customer whom they rang was not there."""
    return "They didn't pick up."


def no_colleague(*, is_open: bool) -> str:
    """They asked for a colleague."""
    return "I'm sorry, nobody is free just now." if is_open else "We're closed just now, so nobody's phone is rung."


def one_moment() -> str:
    """A colleague's phone is about to ring."""
    return "One moment, please."


def goodbye_staff() -> str:
    """The staff line is over."""
    return "Thank you. Goodbye!"
