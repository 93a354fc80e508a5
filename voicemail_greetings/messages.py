"""States of a message's words, and when they are due. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST = 2
"""Seconds: what is shorter holds no message (twilio.md 2.5: silent recordings are saved, a second long)."""

WORDS_WITHIN = timedelta(minutes=2)
"""From the end of the recording until its words are there, or it is said why not."""


class Words(StrEnum):
    """Of a message's transcript (CONTRACT, `transcript_state`)."""

    WAITING = "waiting"
    DONE = "done"
    UNAVAILABLE = "unavailable"


class Label(StrEnum):
    """Why a message may have nothing in it."""

    SHORT = "short"
    SILENT = "silent"


def words_by(ended_at: datetime) -> datetime:
    """By when the words of a message that ended then should be there."""
    return ended_at + WORDS_WITHIN
