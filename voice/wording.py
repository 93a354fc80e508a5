"""Every sentence we speak, and how names, times and numbers are spoken. Pure: text in, text out.

Whole sentences with or without a name, so that nobody ever hears a gap. Anything that came from outside goes through
`clean` before it is spoken.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONGEST_NAME = 60
"""Characters of a name that we speak: about four seconds, as long as a greeting can bear."""

HOURS = ("twelve", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")
TEENS = (*HOURS[1:], "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
QUARTERS = {15: "a quarter", 30: "half"}
MARKUP = re.compile(r"<[^<>]*>")
NIGHTS = {-1: "last night", 0: "tonight", 1: "tomorrow night"}


def clean(text: str, longest: int = LONGEST_NAME) -> str:
    """Text that can be spoken and stands in XML: no control characters, one space between words, a sane length."""
    # A soft hyphen or a joiner (Cf) stands inside a word; every other unspoken character stands between two.
    seen = (letter for letter in text if unicodedata.category(letter) != "Cf")
    spaced = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in seen)
    words = unicodedata.normalize("NFC", " ".join(spaced.split()))
    return words if len(words) <= longest else words[: longest + 1].rsplit(" ", 1)[0][:longest]


def spoken_name(name: str | None) -> str | None:
    """A name without pictures and markup; None when no letter is left: then the sentence without a name is spoken."""
    bare = MARKUP.sub(" ", name or "")
    plain = "".join(" " if unicodedata.category(letter) in {"So", "Sm"} else letter for letter in bare)
    # What hung on a picture (a skin tone, a variant) is left as a word without any letter, digit or punctuation.
    words = [word for word in plain.split() if any(unicodedata.category(letter)[0] in "LNP" for letter in word)]
    spoken = re.sub(r"^\W+", "", clean(" ".join(words)))
    return spoken if any(letter.isalpha() for letter in spoken) else None


def greeting(now: datetime, zone: ZoneInfo, business: str, name: str | None) -> str:
    """The first thing a caller hears: time of day, their name when we are certain of it, who we are."""
    hello, who = time_of_day(now.astimezone(zone)), spoken_name(name)
    return f"{hello}{f', {who}' if who else ''}! Thank you for calling {clean(business) or 'us'}."


def time_of_day(local: datetime) -> str:
    """Good morning until noon, good afternoon until six, good evening until the small hours."""
    if 4 <= local.hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= local.hour < 18 else "Good evening"


def spoken_time(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment as people say it: "a quarter past three this afternoon", "ten past nine on Monday morning"."""
    local = moment.astimezone(zone)
    # Midnight, and the hour after it, end the evening before: "midnight tonight", never "midnight tomorrow morning".
    before = timedelta(hours=1) if local.hour == 0 else timedelta()
    day, today = (local - before).date(), (now.astimezone(zone) - before).date()
    return f"{clock_words(local)} {_day_words(day, (day - today).days, _part(local))}"


def _part(local: datetime) -> str:
    """The part of the day; noon needs none."""
    if (local.hour, local.minute) == (12, 0):
        return ""
    if not 1 <= local.hour < 21:
        return "night"
    return "morning" if local.hour < 12 else "afternoon" if local.hour < 18 else "evening"


def clock_words(local: datetime) -> str:
    """The time on a clock face, in words: "three o'clock", "twenty-five to four", "noon"."""
    if local.minute == 0:
        return {0: "midnight", 12: "noon"}.get(local.hour, f"{HOURS[local.hour % 12]} o'clock")
    if local.minute <= 30:
        return f"{_minutes(local.minute)} past {HOURS[local.hour % 12] if local.hour else 'midnight'}"
    return f"{_minutes(60 - local.minute)} to {HOURS[(local.hour + 1) % 12]}"


def _minutes(count: int) -> str:
    if count in QUARTERS:
        return QUARTERS[count]
    words = TEENS[count - 1] if count < 20 else "twenty" if count == 20 else f"twenty-{TEENS[count - 21]}"
    if count % 5 == 0:
        return words
    return f"{words} minute" if count == 1 else f"{words} minutes"


def _day_words(day: date, days: int, part: str) -> str:
    if part == "night" and days in NIGHTS:
        return NIGHTS[days]
    if days == 0:
        return f"this {part}" if part else "today"
    if days in {-1, 1}:
        return f"{'tomorrow' if days == 1 else 'yesterday'} {part}".rstrip()
    if 1 < days < 7:
        return f"on {day:%A} {part}".rstrip()
    return f"on {f'the {part} of ' if part else ''}{day:%A} the {_ordinal(day.day)} of {day:%B}"


def _ordinal(day: int) -> str:
    ending = "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def offer(when: str | None, *, is_open: bool, again: bool) -> str:
    """What we owe a caller whom nobody could take: sorry, the time we ring by, and the way back to a person.

    `when` None: the time we promised is past, so we say that we are late, and that nobody comes before them.
    """
    sorry = "I'm so sorry, everybody is with a customer." if is_open else "We're closed just now."
    key = " To try us again now, press 1." if again else ""
    if when is None:
        soon = "as soon as somebody is free" if is_open else "as soon as we open"
        return f"{sorry} We promised you a call before now, and we apologise. You're first in line: we'll ring you {soon}.{key}"
    return f"{sorry} We'll ring you back by {when}.{key}"


def offer_withheld(*, is_open: bool) -> str:
    """The same for a caller whose number is hidden: there is nothing to ring, so they tell us."""
    sorry = "I'm so sorry, everybody is with a customer." if is_open else "We're closed just now."
    return f"{sorry} Your number is hidden from us. After the beep, please tell us your name and number."


def trying_again() -> str:
    """The caller asked us to ring once more."""
    return "Of course. One moment, please."


def goodbye(when: str | None) -> str:
    """Every ending thanks; one that leaves a promise says it once more."""
    return f"Thank you! We'll ring you by {when}. Goodbye!" if when else "Thank you for calling. Goodbye!"


def goodbye_late() -> str:
    """The same when the promised time is past."""
    return "Thank you for your patience! You're first in line for our call. Goodbye!"


def message_thanks() -> str:
    """After a message was left."""
    return "Thank you! We have your message. Goodbye!"


def whisper(name: str | None, since: int | None, *, owed: bool) -> str:
    """Who is calling, told to a staff member before they take it: under five seconds."""
    known = ". We owe them a call" if owed else f", a customer since {since}" if since else ""
    return f"{spoken_name(name) or 'A caller'}{known}. Press 1 to take it, 2 to pass."


def connecting() -> str:
    """The staff member took the call."""
    return "Thank you."


def caller_gone() -> str:
    """The staff member took the call, but there is nobody to connect."""
    return "Thank you. They have just hung up; we'll ring them back."


def already_taken() -> str:
    """The staff member is too late: a colleague has the caller, or is being rung for them."""
    return "Thank you. A colleague has this call."


def callback_whisper(name: str | None, when: str) -> str:
    """A promise's time has come: told to the staff member whose phone rang."""
    return f"Call-back for {spoken_name(name) or 'a caller'}, promised by {when}. Press 1 to ring them, 2 to pass."


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


def apology() -> str:
    """Something of ours broke while a caller waits."""
    return "I'm sorry, something went wrong on our side. Let me put you through."


def fallback() -> str:
    """Nothing of ours works, and the carrier asked the fallback address."""
    return "I'm so sorry, we can't connect you just now. After the beep, please tell us your name and number, and we'll ring you."
