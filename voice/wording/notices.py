"""What our own people are told of a message that a customer left, and of its words. Pure.

Plain letters only, and one text (160 letters) where the names allow it.
"""

from office import numbers
from voice.wording.names import clean
from voice.wording.quotes import first_words

LONGEST_NAME, LONGEST_TEXT = 40, 160
LONGEST_WORDS, LONGEST_TO_MANAGER = 300, 100
"""Characters of what was said."""

URGENT, COMPLAINT = "Urgent", "Complaint"
"""Under which words a manager is told of several together."""


def message_left(business: str, who: str, seconds: int, when: str | None, link: str) -> str:
    """Who left one, how long it is, by when we promised to ring (None: nobody promised), and where it is to be heard."""
    promised = f" Promised {when}." if when else ""
    said = f"{who} left a message of {_length(seconds)}.{promised} {link}"
    whole = f"{clean(business)}: {said}"
    return whole if len(whole) <= LONGEST_TEXT else said


def caller(name: str | None, phone: str | None) -> str:
    """Their name and the whole number, "Jane Smith (+44 7700 900123)": our own people are to ring it."""
    number = numbers.written(phone) if phone else "number withheld"
    return number if phone and not name else f"{short_caller(name, None)} ({number})"


def short_caller(name: str | None, phone: str | None) -> str:
    """Their name, else the number, else that it is withheld."""
    known = clean(name or "", LONGEST_NAME)
    return known or (numbers.written(phone) if phone else "A caller")


def words_came(business: str, who: str, words: str, link: str) -> str:
    """What they said, as much of it as is read at a glance."""
    return f'{clean(business)}: {who} said: "{first_words(words, LONGEST_WORDS)}" {link}'


def subject(who: str) -> str:
    """Of a mail about a message."""
    return f"Message from {who}"


def message_for_manager(who: str, seconds: int, when: str | None) -> str:
    """One message in what a manager is told when nobody is on duty."""
    return f"Message, nobody on duty: {who} {_length(seconds)}" + (f" {when}" if when else "")


def words_for_manager(who: str, words: str) -> str:
    """What was said in it."""
    return f'{who} said: "{first_words(words, LONGEST_TO_MANAGER)}"'


def flagged(heading: str, who: str, when: str) -> str:
    """A promise whose customer said that it is URGENT, or made a COMPLAINT, in what a manager is told."""
    return f"{heading}: {who} {when}"


def _length(seconds: int) -> str:
    """As a clock shows it: "0:14"."""
    return f"{seconds // 60}:{seconds % 60:02}"
