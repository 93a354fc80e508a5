"""The sentences of the pages that depend on figures and rows; sentences that never change stand in the templates.

Voice (design): warm, brief, plain; who and when; nobody is to blame. Pure.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import phonenumbers as plan
from babel import Locale

from callbacks.promise import Outcome, Tried
from callbacks.tables import Attempt, Callback
from callbacks.wishes import CUSTOMER, GOES_ON
from voice import calls

SMALL_NUMBERS = (
    "No",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
    "Eleven",
    "Twelve",
)
WITHHELD = "Number withheld"
LONGEST_IN_SENTENCE = 48
TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
RECENT = 2
"""How many tries on the customer's phone a row tells one by one."""

HOW_IT_WENT = {
    Tried.REACHED.value: "{by} spoke to them at {at}.",
    Tried.STAFF_PASSED.value: "{by} couldn’t take it at {at}.",
    Tried.CUSTOMER_NO_ANSWER.value: "{by} rang at {at}, no answer.",
    Tried.CUSTOMER_BUSY.value: "{by} rang at {at}, the line was busy.",
    Tried.CUSTOMER_MACHINE.value: "{by} rang at {at}, a machine answered.",
    Tried.REFUSED.value: "{by} tried at {at}; the carrier wouldn’t put the call through.",
    Tried.FAILED.value: "{by} tried at {at}; the line dropped.",
    Tried.UNKNOWN.value: "{by} tried at {at}; nobody can tell whether the phone rang.",
}

ENDED = {
    Outcome.REACHED.value: "We spoke.",
    Outcome.UNREACHABLE.value: "We couldn’t reach them.",
    Outcome.ANSWERED_ELSEWHERE.value: "They got through to us another way.",
}
NO_CALL = "No call needed"
IN_OTHER_WORDS = {calls.CLOSED: "Rang while we were closed", calls.ASKED_FOR: "Asked us to ring"}
"""Reasons that say too little where nothing stands beside them."""


def length(span: timedelta) -> str:
    """Whole minutes until the last one, then seconds: "1 h 2 min", "14 min", "40 s"; far off only days.

    app.js counts in the same words.
    """
    seconds = int(abs(span).total_seconds())
    if seconds < 60:
        return f"{seconds} s"
    if seconds >= 172_800:
        return f"{seconds // 86_400} days"
    hours, minutes = divmod(seconds // 60, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def time_left(promised_by: datetime, now: datetime) -> str:
    """How far off a promised time is."""
    left = promised_by - now
    return f"{length(left)} over" if left < timedelta(0) else f"in {length(left)}"


def talk(began_at: datetime, now: datetime) -> str:
    """How long a talk has gone on: "1:12"."""
    minutes, seconds = divmod(max(int((now - began_at).total_seconds()), 0), 60)
    return f"{minutes}:{seconds:02}"


def seconds(duration_s: int) -> str:
    """The length of a message: "0:14"."""
    return f"{duration_s // 60}:{duration_s % 60:02}"


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """The time of day at the office."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(moment: datetime, now: datetime, zone: ZoneInfo) -> str | None:
    """The day of a time that is not today: "Tue", further off "3 Dec"."""
    then, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    if then == today:
        return None
    return f"{then:%a}" if abs((then - today).days) < 7 else f"{then.day} {then:%b}"


def number(phone: str, region: str) -> str:
    """A number as people here write it: national at home, with its calling code from abroad."""
    parsed = plan.parse(phone)
    at_home = parsed.country_code == plan.country_code_for_region(region)
    form = plan.PhoneNumberFormat.NATIONAL if at_home else plan.PhoneNumberFormat.INTERNATIONAL
    return plan.format_number(parsed, form)


def legible(text: str) -> str:
    """What somebody typed, without what would turn round or hide the words beside it (U+202E and its like)."""
    if text.isprintable():  # as nearly all is: nothing to take out
        return text
    return "".join(
        character for character in text if character not in TURNS and unicodedata.category(character) != "Cc"
    )


def brief(name: str) -> str:
    """A name as a sentence can bear it."""
    return name if len(name) <= LONGEST_IN_SENTENCE else name[:LONGEST_IN_SENTENCE].rstrip() + "…"


def initials(name: str) -> str:
    """The first letters of the first and the last word: "PS"."""
    letters = [word[0] for word in re.findall(r"\w+", name)]
    return "".join(dict.fromkeys((letters[0], letters[-1]))).upper() if letters else "?"


def language(code: str | None) -> str | None:
    """What somebody speaks ("French"), by its code ("fr", "fr-CA"); None: nobody said, or it is ours."""
    short = (code or "").partition("-")[0].lower()
    return None if short in {"", "en"} else Locale("en").languages.get(short, code)


def rang_often(times: int) -> str | None:
    """That a customer rang more than once."""
    return {0: None, 1: None, 2: "rang twice"}.get(times, f"rang {times} times")


def reason(row: Callback) -> str:
    """Why we owe this call, as a sentence begins."""
    return IN_OTHER_WORDS.get(row.reason) or legible(row.reason[:1].upper() + row.reason[1:])


def news(late: int, first: str | None, coming: tuple[str, str] | None) -> tuple[str, str]:
    """How things stand, and the next step: how many are late, the first of them, and who is next with the time."""
    next_up = f"{coming[0]} is next, by {coming[1]}." if coming else ""
    if late and first:
        step = f"A quick call to {first} still means a lot."
        if late > 1:  # after the first come others that are late: the one who is next in time is not the next to ring
            step = f"{first} comes first."
            next_up = f"The next promise is to {coming[0]}, by {coming[1]}." if coming else ""
        verb = "is" if late == 1 else "are"
        return f"{_count(late, 'customer')} {verb} past their time.", " ".join(filter(None, (step, next_up)))
    if coming:
        return "Nobody is past their time.", next_up
    return "Nobody is waiting for us.", ""


def back_at(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """When something that was set aside comes back: "Back at 13:00", "Back Tue 09:00"."""
    away = day(moment, now, zone)
    return f"Back {away} {clock(moment, zone)}" if away else f"Back at {clock(moment, zone)}"


def all_clear(kept: int, closed: int, *, done: int) -> str:
    """What stands where the list would be when nothing is owed; `done` are those closed today, also where no call was needed."""
    if closed == 0:
        return "All clear." if done else "A quiet line so far."
    return f"All clear. {_count(closed, 'promise')}, {small(kept).lower() if kept else 'none'} kept."


def tries(attempts: Sequence[Attempt], zone: ZoneInfo) -> str | None:
    """What was tried so far: the last tries on the customer's phone, and how often no staff phone was picked up."""
    told = [one for one in attempts if one.outcome in HOW_IT_WENT]
    sentences = [
        HOW_IT_WENT[str(one.outcome)].format(by=brief(legible(one.by)), at=clock(one.at, zone))
        for one in told[-RECENT:]
    ]
    if len(told) > RECENT:
        sentences.insert(0, f"{_count(len(told) - RECENT, 'earlier try', 'earlier tries')}.")
    counted = Counter(one.outcome for one in attempts)[Tried.STAFF_NO_ANSWER.value]
    if counted:
        last = max(one.at for one in attempts if one.outcome == Tried.STAFF_NO_ANSWER.value)
        how_often = "once" if counted == 1 else f"{counted} times, last"
        sentences.append(f"A staff phone rang {how_often} at {clock(last, zone)}, and nobody was free.")
    return " ".join(sentences) or None


def ended(row: Callback, now: datetime, zone: ZoneInfo) -> str | None:
    """How it ended for the customer: "We spoke at 10:54."; None while it is open, and when no call was needed."""
    if row.outcome == Outcome.REACHED.value and row.spoke_at is not None:
        return f"We spoke {_at(row.spoke_at, now, zone)}."
    return f"{goes_on(row)}." if goes_on(row) else ENDED.get(row.outcome or "")


def goes_on(row: Callback) -> str | None:
    """That another call-back answers for it: "It goes on as call-back 12: they asked to be rung there"."""
    note = row.close_note or ""
    return f"It {note}" if row.outcome == Outcome.CANCELLED.value and note.startswith(GOES_ON) else None


def close_note(row: Callback) -> str | None:
    """What the person wrote who closed it; None where nobody did."""
    return None if row.closed_by == CUSTOMER or goes_on(row) else row.close_note


def closed(row: Callback, now: datetime, zone: ZoneInfo) -> str | None:
    """Who closed it and when; None while it is open, where it goes on as another, and where a talk alone closed it."""
    by = brief(legible(row.closed_by or ""))
    if row.closed_at is None or goes_on(row) or (row.outcome == Outcome.REACHED.value and not by):
        return None
    when = _at(row.closed_at, now, zone)
    if row.closed_by == CUSTOMER:
        return f"They cancelled {when}."
    return f"{by} closed it {when}." if by else f"It closed by itself {when}."


def kept(row: Callback, *, in_time: bool) -> str:
    """How a promise ended: "Kept, 41 min early"."""
    if row.spoke_at is None:
        return "Not reached in time"
    away = length(row.promised_by - row.spoke_at)
    return f"Kept, {away} early" if in_time else f"Late by {away}"


def _at(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    away = day(moment, now, zone)
    return f"{away} at {clock(moment, zone)}" if away else f"at {clock(moment, zone)}"


def _count(many: int, one: str, more: str | None = None) -> str:
    return f"{small(many)} {one if many == 1 else more or one + 's'}"


def small(many: int) -> str:
    """A number as a sentence begins with it: "Four", "13"."""
    return SMALL_NUMBERS[many] if many < len(SMALL_NUMBERS) else str(many)
