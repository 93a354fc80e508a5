"""What a staff member hears: who is calling, whom to ring, how it went."""

from collections.abc import Iterator

from voice.wording.lengths import seconds, shortened
from voice.wording.names import spoken, spoken_name

SHORT_ENOUGH = 5
"""Seconds before which a whisper is over: a caller waits meanwhile."""

ROOM_FOR_NAME = 1.3
"""Seconds: "Alexandra Thompson" is said whole."""

ROOM_FOR_TOPIC = (2.2, 1.6, 1.1, 0.7)
"""Seconds of what was written down last, as much as there is time for: from six words to two."""

LONGEST_TOPIC = 120
"""Characters that are looked at."""

LONGEST_CALLBACK = 10
"""Seconds of what is told about a call-back: nobody waits meanwhile, but whoever was called is at work."""

WORDS_OF_A_TEXT = 12
ROOM_FOR_WORDS = (4.5, 3.0, 2.0, 1.2)
"""Seconds."""

ALL_KEYS = "Press 1 to ring them, 2 for somebody else, 3 in fifteen minutes"
KEYS = ("Press 1 to take it, 2 to pass.", "1 takes, 2 passes.")


def whisper(name: str | None, since: int | None, *, owed: bool, topic: str | None = None) -> str:
    """Who is calling, told to a staff member before they take it, in under five seconds.

    A customer `since` that year; what is owed to them comes before what was last written down about them (`topic`).
    """
    who = shortened(spoken_name(name) or "A caller", ROOM_FOR_NAME)
    return next(text for text in _whispers(who, since, _about(owed, topic)) if seconds(text) < SHORT_ENOUGH)


def _about(owed: bool, topic: str | None) -> list[str]:  # noqa: FBT001 - two facts of one kind
    """What the call may be about, from the longest way to say it to the shortest; one word of several tells nothing."""
    if owed:
        return [", owed a call"]
    said = spoken(topic, LONGEST_TOPIC)
    cut = [shortened(said, room) for room in ROOM_FOR_TOPIC]
    return [f". Last: {topic}" for topic in cut if topic and (" " in topic or topic == said)]


def _whispers(who: str, since: int | None, about: list[str]) -> Iterator[str]:
    """From the fullest to the name alone: the year is left out before what the call is about."""
    dates = [f", since {since}", ""] if since else [""]
    if since and not about:
        dates.insert(0, f", a customer since {since}")
    for said in [f"{who}{date}{what}" for date in dates for what in about] + [f"{who}{date}" for date in dates]:
        yield from (f"{said}. {keys}" for keys in KEYS)


def connecting() -> str:
    """The staff member took the call."""
    return "Thank you."


def caller_gone() -> str:
    """The staff member took the call, but there is nobody to connect."""
    return "Thank you. They have just hung up; we'll ring them back."


def gone_ring_back() -> str:
    """The same, while there is a way to ring them at once."""
    return "They've just hung up. To ring them back now, press 1."


def already_taken() -> str:
    """The staff member is too late: a colleague has the caller, or is being rung for them."""
    return "Thank you. A colleague has this call."


def callback_whisper(
    name: str | None, since: str, words: str | None = None, *, said: str | None = None, message: bool = False
) -> str:  # fmt: skip
    """A promise's time has come: told to the staff member whose phone rang, in under ten seconds. Keys are taken all the while.

    Who, since when it is owed, what the customer wrote, else `said` (as many of the first words as there is time for), and
    the keys; 4 only where there is a `message` to hear.
    """
    who = shortened(spoken_name(name) or "a caller", ROOM_FOR_NAME)
    opening = f"Call-back for {who}, owed since {since}."
    did, their_words = ("wrote", words) if words else ("said", said)
    fuller = [f"{opening} They {did}: {cut}." for cut in _first_words(their_words)] + [opening]
    forms = [f"{text} {keys}" for text in fuller for keys in _callback_keys(message=message)]
    return next((text for text in forms if seconds(text) < LONGEST_CALLBACK), forms[-1])


def _first_words(words: str | None) -> list[str]:
    said = " ".join(spoken(words, LONGEST_TOPIC).split()[:WORDS_OF_A_TEXT])
    cut = [shortened(said, room) for room in ROOM_FOR_WORDS]
    return [words for words in cut if " " in words or words == said != ""]


def _callback_keys(*, message: bool) -> tuple[str, str]:
    long, short = (", 4 to hear the message", ", 4 plays the message") if message else ("", "")
    return f"{ALL_KEYS}{long}.", f"1 rings them, 2 passes, 3 later{short}."


def callback_keys() -> str:
    """Asked once more, after the message."""
    return f"{ALL_KEYS}."


def too_late_to_snooze() -> str:
    """They would ring the customer later, but so much later would be too late."""
    return "In fifteen minutes would be too late for this one. Press 1 to ring them, 2 for somebody else."


def snoozed() -> str:
    """They ring the customer in a quarter of an hour."""
    return "In fifteen minutes, then. Thank you!"


def ringing_customer(name: str | None) -> str:
    """The customer's phone is about to ring."""
    return f"Ringing {spoken_name(name) or 'them'} now."


def attempt_over() -> str:
    """This attempt is no longer the one: somebody else spoke to the customer, or is about to."""
    return "This call-back is taken care of. Thank you!"


def customer_rings_us() -> str:
    """A call-back's customer is in a call to us just now."""
    return "They are on the line with us just now. Thank you!"


def how_did_it_go() -> str:
    """After a call-back's talk: the three keys of the contract."""
    return "If you spoke, press 1. If they were not there, press 2. To try again later, press 3."


def customer_not_there(next_try: str | None) -> str:
    """The customer did not pick up."""
    again = f" We'll try again at {next_try}." if next_try else ""
    return f"They didn't pick up.{again} Thank you!"


def thanks_staff() -> str:
    """A call-back is done."""
    return "Thank you!"
