"""Who is on duty, and who is taken off it for not picking up: callers must not wait for phones that nobody answers.

Writes; takes a Session, never commits.
"""

from datetime import UTC, datetime

from sqlalchemy import Integer, and_, bindparam, not_, select, update
from sqlalchemy.orm import Session

from office import people, texts
from office.database import UtcDateTime, run
from office.people import Person
from office.profile import Profile
from office.tables import Business, Staff

OFF_AFTER = bindparam("off_after", type_=Integer)
MISSED = (
    update(Staff)
    .where(Staff.id == bindparam("who"), Staff.on_duty)
    .values(misses=Staff.misses + 1, on_duty=not_(and_(OFF_AFTER > 0, Staff.misses + 1 >= OFF_AFTER)))
    .returning(Staff.on_duty)
)
ANSWERED = update(Staff).where(Staff.id == bindparam("who"), Staff.misses > 0).values(misses=0)
IS_AT_WORK = (Staff.id == bindparam("who"), Staff.left_at.is_(None))
SET_DUTY = update(Staff).where(*IS_AT_WORK).values(on_duty=bindparam("on"), misses=0, away_until=None)
AWAY = (
    update(Staff).where(*IS_AT_WORK).values(on_duty=False, misses=0, away_until=bindparam("until", type_=UtcDateTime()))
)
BACK = (
    update(Staff)
    .where(Staff.away_until <= bindparam("now", type_=UtcDateTime()))
    .values(on_duty=True, misses=0, away_until=None)
)
IS_BACK = select(Staff.id).where(Staff.away_until <= bindparam("now", type_=UtcDateTime())).limit(1)
THE_BUSINESS = select(Business.id).with_for_update()


def missed(session: Session, staff_id: int, off_after: int) -> bool:
    """Count one more call in a row that this person did not pick up; at `off_after` (0: never) they go off duty.

    No answer, busy, failed and a machine that pressed no key count; a person who declined by key was there. True when
    they went off duty by this.
    """
    on_duty = run(session, MISSED, who=staff_id, off_after=off_after).scalar()
    return on_duty is False


def answered(session: Session, staff_id: int) -> None:
    """This person is at their phone: none of their calls in a row is missed."""
    run(session, ANSWERED, who=staff_id)


def set_duty(session: Session, staff_id: int, on: bool) -> None:  # noqa: FBT001 - read as it is said: set duty on
    """Put a person on duty, or take them off; either way what they missed before is forgotten, and until when they are away."""
    run(session, SET_DUTY, who=staff_id, on=on)


def away(session: Session, staff_id: int, until: datetime, now: datetime) -> bool:
    """Somebody is away until then: off duty, and on duty again by itself. False, and nothing changes, when that is over already."""
    return until > now and run(session, AWAY, who=staff_id, until=until).rowcount == 1


def any_back(session: Session, now: datetime) -> bool:
    """Whether somebody's time away is over. One indexed read."""
    return run(session, IS_BACK, now=now).first() is not None


def back(session: Session, now: datetime) -> int:
    """Whoever's time away is over is on duty again; returns how many are. Safe to run twice at once."""
    return run(session, BACK, now=now).rowcount


def tell_off_duty(session: Session, profile: Profile, staff_id: int, now: datetime) -> list[int]:
    """Text somebody that they were taken off duty, and the manager when nobody is left; the ids of the texts to send.

    For each time that `missed` says True, once.
    """
    person = people.person(session, staff_id)
    if person is None:
        return []
    # Two who go off duty at once must not each think that the other stays: the second waits here for the first.
    run(session, THE_BUSINESS)
    nobody_left = people.on_duty(session) == 0
    at = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"
    to_them = _to_them(profile, person, nobody_left=nobody_left)
    told = [texts.write(session, reason=f"off-duty:{person.id}:{at}", to=person.phone, body=to_them, now=now)]
    if nobody_left and person.phone != profile.manager_phone:
        body = f"{_nobody(profile, person.name)} Until somebody is back on duty, no caller reaches a person."
        told.append(texts.write(session, reason=f"nobody-on-duty:{at}", to=profile.manager_phone, body=body, now=now))
    return [text_id for text_id in told if text_id is not None]


def tell_switched(
    session: Session, profile: Profile, person: Person, *, by: str, on: bool, until: str | None, now: datetime
) -> int | None:  # fmt: skip
    """Text somebody that a manager put them on duty, or took them off it (`until`: in words); the id of the text to send."""
    if on:
        body = f"{by} has put you on duty at {profile.name}: your phone rings for callers."
    else:
        off = f"{by} has taken you off duty at {profile.name}{f' until {until}' if until else ''}."
        body = f"{off} To be back on duty, ring {profile.phone} from this phone and press 1."
    at = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}"
    return texts.write(session, reason=f"switched:{person.id}:{at}", to=person.phone, body=body, now=now)


# Plain letters only: a curly apostrophe or a dash would more than halve what one text can hold.


def _to_them(profile: Profile, person: Person, *, nobody_left: bool) -> str:
    """One text says both to a manager who was the last one on duty."""
    back = f"To be back on duty, ring {profile.phone} from this phone and press 1."
    if nobody_left and person.phone == profile.manager_phone:
        return f"{_nobody(profile, 'you')} {back}"
    return f"You {_missed(profile)}, so {profile.name} has taken you off duty. {back}"


def _nobody(profile: Profile, who: str) -> str:
    return f"Nobody is on duty at {profile.name} now: {who} {_missed(profile)}."


def _missed(profile: Profile) -> str:
    count = profile.ringing.off_after_misses
    return "missed a call" if count == 1 else f"missed {count} calls in a row"
