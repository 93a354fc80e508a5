"""What we text about a promise that may not be kept: to staff, to the manager, to the customer. Pure.

Plain letters only: one curly apostrophe or dash would more than halve what a text can hold.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from voice.wording.names import clean

LONGEST_WHO = 40
LONGEST_TEXT = 320
"""Characters: a text of two parts is read at a glance."""

IN_DANGER, LATE, NOBODY_THERE = "In danger", "Late", "Nobody is on duty to ring"
"""Under which words the manager is told of several together."""


def who(name: str | None, phone: str | None) -> str:
    """The customer in a text to our own people: their name, else the end of their number."""
    known = clean(name or "", LONGEST_WHO)
    if known:
        return known
    return f"Caller ...{phone[-4:]}" if phone else "Caller without a number"


def by_when(promised_by: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A promised time as it is written: "by 15:00", "by 09:30 tomorrow", "by 09:30 on Monday", "by 09:30 on 3 March"."""
    local, today = promised_by.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    near = {-1: " yesterday", 0: "", 1: " tomorrow"}
    later = f" on {local:%A}" if 1 < days < 7 else f" on {local.day} {local:%B}"
    return f"by {local:%H:%M}{near.get(days, later)}"


def yours(who: str, when: str) -> str:
    """To whoever has it, at half the time."""
    return f"{who} is yours to ring {when}."


def waits(who: str, when: str) -> str:
    """To everybody on duty, at half the time, when nobody has it."""
    return f"{who} waits for a call {when}."


def yours_now(who: str, when: str) -> str:
    """To the second person."""
    return f"{who} is yours to ring now, {when}."


def passed_on(who: str, to: str | None) -> str:
    """To whoever had it; `to` None: the whole team has it."""
    return f"{who} has gone to {clean(to, LONGEST_WHO) if to else 'the team'}."


def soon_late(who: str, when: str) -> str:
    """To everybody who is free, shortly before the end."""
    return f"{who} must be rung {when}."


def to_one_person(business: str, lines: Sequence[str], link: str) -> str:
    """What one person is told at one time: as much as a text holds, and how much more there is."""
    for shown in range(len(lines), 0, -1):
        more = [f"And {len(lines) - shown} more."] if shown < len(lines) else []
        text = " ".join([f"{business}:", *lines[:shown], *more, link])
        if len(text) <= LONGEST_TEXT:
            break
    return text


def for_manager(kind: str, who: str, when: str) -> str:
    """One promise in what the manager is told; `kind` is IN_DANGER, LATE or NOBODY_THERE."""
    return f"{kind}: {who} {when}"


def late_apology(business: str, when: str, *, rang: bool) -> str:
    """To the customer when the promised time has passed. `rang`: by then their phone rang, and nobody was there."""
    if rang:
        return f"{business}: we are sorry that we missed you when we rang. You are first in line, and we keep trying."
    return f"{business}: we are sorry. We promised to ring you {when}, and did not. You are first in line now."
