"""How far somebody is with recording a greeting on their own phone, as the page tells it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from console.greetings.keys import Key
from office.tables import Staff
from reception.takes import holder
from voicemail_greetings.convert import SENTENCES
from voicemail_greetings.convert_process import Refusal
from voicemail_greetings.tables import Take
from voicemail_greetings.takes import KEPT_FOR

SETTING_UP = timedelta(seconds=15)
"""Between our wish to ring a phone and its first ring, and again until we hear that nobody picked up."""

LONGEST_TALK = timedelta(minutes=5)
"""So long at most a recording takes from the first ring, all tries of it: then nobody is at it any more."""

SILENT = frozenset({"not wanted", SENTENCES[Refusal.SILENT]})
"""Why there is no sound when nobody was heard: they hung up or said nothing, or nothing is in it."""

GONE = "nobody kept it"


@dataclass(frozen=True, slots=True)
class Standing:
    """`state`: "", "ringing", "recording", "fetching", "ready", "kept", "trouble". `words` say it; `goes_on`: it may change by itself."""

    state: str = ""
    words: str = ""
    goes_on: bool = False
    take_id: int | None = None
    sound: str | None = None


RINGING = "Ringing your phone. Pick up, and press 1."
RECORDING = "Recording. Say it after the beep; any key ends it."
FETCHING = "One moment. We’re getting what you said ready."
READY = "That’s what you said. Listen, then keep it or say it again."
KEPT = "Kept. Callers hear it from now on."
NOT_RUNG = "Your phone couldn’t be rung just now. Try again in a moment."
NO_ANSWER = "We couldn’t get through to your phone. Check it, or try again."
NOT_HEARD = "We didn’t hear anything. Is the phone on mute?"
NOT_HERE = "Your recording didn’t reach us. Say it once more."


def last(session: Session, staff_id: int, key: Key, now: datetime) -> Take | None:
    """The last time that they wanted to record this very greeting, within the hour that a recording is kept for."""
    of = (
        Take.situation == key.situation,
        Take.team_id.is_not_distinct_from(key.team_id),
        Take.of_staff_id.is_not_distinct_from(key.staff_id),
        Take.holiday.is_not_distinct_from(key.holiday),
    )
    query = select(Take).where(Take.staff_id == staff_id, Take.asked_at > now - KEPT_FOR, *of)
    return session.scalars(query.order_by(Take.id.desc()).limit(1)).first()


def standing(session: Session, staff_id: int | None, key: Key, patience: timedelta, now: datetime) -> Standing:
    """How far they are with it; nothing to tell when they never began, or have no phone of ours. `patience`: how long a phone rings."""
    take = last(session, staff_id, key, now) if staff_id else None
    if take is None or take.trouble == GONE:
        return Standing()
    return told(take, is_up=is_up(session, take, now), patience=patience, now=now)


def is_up(session: Session, take: Take, now: datetime) -> bool:
    """Whether their phone is known to be up for it, or to ring: only phones of people on duty are reserved, so False is no proof."""
    by = select(Staff.id).where(Staff.id == take.staff_id, Staff.busy_with == holder(take.id), Staff.busy_until > now)
    return session.scalar(by) is not None


def is_over(session: Session, take: Take, patience: timedelta, now: datetime) -> bool:
    """Whether their phone may be rung anew: it came to something, or to nothing."""
    at = told(take, is_up=is_up(session, take, now), patience=patience, now=now)
    return at.state in {"kept", "trouble", "ready"} and not at.goes_on


def told(take: Take, *, is_up: bool, patience: timedelta, now: datetime) -> Standing:
    """The sentence for a take."""
    if take.kept_at is not None:
        return Standing("kept", KEPT)
    if take.sound is not None:
        return Standing("ready", READY, is_up, take.id, take.sound)
    if take.trouble is not None:
        return Standing("trouble", _trouble(take), is_up)
    if take.fence == 0:
        rings = take.ring_at is not None or is_up or now < take.asked_at + patience + SETTING_UP
        return Standing("ringing", RINGING, goes_on=True) if rings else Standing("trouble", NO_ANSWER)
    if take.recording_sid is not None:
        return Standing("fetching", FETCHING, goes_on=True)
    at_it = is_up or now < take.asked_at + LONGEST_TALK
    return Standing("recording", RECORDING, goes_on=True) if at_it else Standing("trouble", NOT_HEARD)


def _trouble(take: Take) -> str:
    if take.fence == 0:
        return NOT_RUNG
    return NOT_HEARD if take.trouble in SILENT else NOT_HERE
