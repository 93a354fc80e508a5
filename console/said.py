"""What a page says after an act: that it is done, or why it is not. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.promise import Outcome
from callbacks.refused import Held, Over, Refused, Underway
from callbacks.reopening import AnotherOpen, Changed
from callbacks.tables import Callback
from console import wording

JUST_NOW = timedelta(minutes=1)
"""Whoever took something so lately was a moment quicker than who hears of it."""


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A time of day, with its day when that is not today: "Tue 10:00"."""
    day, clock = wording.day(moment, now, zone), wording.clock(moment, zone)
    return f"{day} {clock}" if day else clock


def done(row: Callback, who: str) -> str:
    """How a promise ended."""
    if row.outcome == Outcome.CANCELLED.value:
        return f"Done. {who} needs no call any more."
    if row.outcome != Outcome.REACHED.value or row.spoke_at is None:
        return f"Done. We couldn’t reach {who}."
    away = row.promised_by - row.spoke_at
    if away < timedelta(0):
        return f"Done, and thank you for ringing. {who} was expecting us {_minutes(away)} earlier."
    return f"Done. {who}’s promise was kept with {_minutes(away)} to spare."


def refused(refusal: Refused, who: str, now: datetime) -> str:
    """Why not: somebody was quicker, or it cannot be."""
    if isinstance(refusal, Held):
        was_quicker = refusal.since is not None and now - refusal.since < JUST_NOW
        how = f"took {who}’s call-back a moment ago" if was_quicker else f"has {who}’s call-back"
        return f"{_plain(refusal.holder)} {how}."
    if isinstance(refusal, Underway):
        return f"{_plain(refusal.holder)} is on the phone for {who} just now."
    if isinstance(refusal, Over):
        return f"{who}’s call-back is over already."
    if isinstance(refusal, Changed):
        return f"{who}’s call-back has changed since, so it stays as it is now."
    if isinstance(refusal, AnotherOpen):
        return f"{who} has another open call-back by now, so this one stays closed."
    return wording.legible(str(refusal))


def _plain(name: str) -> str:
    return wording.brief(wording.legible(name))


def _minutes(span: timedelta) -> str:
    """In words: "14 minutes", "2 h 5 min"."""
    minutes = int(abs(span).total_seconds()) // 60
    if minutes >= 60:
        return wording.length(span)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
