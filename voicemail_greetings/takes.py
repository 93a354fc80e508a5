"""Greetings that one of us records on a phone: from the wish to the sound that callers hear. Takes a Session, never commits.

`fence` grows each time the recorder is started, and every write names it: the sound of an earlier try is never kept for a later.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, select, update
from sqlalchemy.orm import Session

from office.database import changed, run
from office.tables import Sound, Staff
from voicemail_greetings import actions, greetings
from voicemail_greetings.choice import Greeting, Situation
from voicemail_greetings.tables import GreetingVersion, Take

KEPT_FOR = timedelta(hours=1)
"""For so long a recording that nobody kept stays anywhere."""

FETCH_AGAIN = timedelta(seconds=2)
"""They are on the line, waiting to hear it."""

FETCHES = 15
"""How often we ask for the sound: well beyond the moment when they were told to try again later."""

STILL_WANTED = timedelta(minutes=5)
"""For so long somebody expects their phone to ring because they asked for it."""

TO_FETCH = select(Take.id).where(Take.fetch_at <= bindparam("now", type_=Take.fetch_at.type)).order_by(Take.fetch_at)
TO_RING = (
    select(Take.id)
    .where(Take.ring_at <= bindparam("now", type_=Take.ring_at.type))
    .where(Take.ring_at > bindparam("since", type_=Take.ring_at.type))
    .order_by(Take.ring_at)
)
OF_PHONE = select(Take).where(Take.call_sid == bindparam("sid"), Take.fence == 0).order_by(Take.id.desc()).limit(1)
FORGOTTEN = select(Take).where(Take.sound.is_not(None), Take.kept_at.is_(None), Take.asked_at <= bindparam("before"))
DROP = delete(Sound).where(
    Sound.digest == bindparam("which"),
    ~exists().where(GreetingVersion.sound == bindparam("sound")),
    ~exists().where(Take.sound == bindparam("sound"), Take.id != bindparam("but")),
)


def new(session: Session, staff_id: int, greeting: Greeting, now: datetime, *, call_sid: str | None = None) -> Take:
    """`staff_id` records what `greeting` says by its situation, team, person and holiday. Without `call_sid` their phone is rung for it."""
    take = Take(
        staff_id=staff_id,
        situation=greeting.situation,
        team_id=greeting.team_id,
        of_staff_id=greeting.staff_id,
        holiday=greeting.holiday,
        asked_at=now,
        ring_at=None if call_sid else now,
        call_sid=call_sid,
        fence=0,
    )
    session.add(take)
    session.flush()
    return take


def own(session: Session, staff_id: int, situation: Situation, now: datetime, call_sid: str) -> Take:
    """Recorded on their own phone: a manager's is the business's, but of being away; anybody else's is their own."""
    role = session.scalar(select(Staff.role).where(Staff.id == staff_id))
    whose = staff_id if situation == "away" or role != "manager" else None
    return new(session, staff_id, Greeting(None, situation, None, whose, None, None, None), now, call_sid=call_sid)


def one(session: Session, take_id: int) -> Take | None:
    """A take, locked until the transaction ends."""
    return session.get(Take, take_id, with_for_update=True)


def of_phone(session: Session, call_sid: str) -> Take | None:
    """The take that was begun on this phone, and of which nothing was recorded yet."""
    return session.scalars(OF_PHONE, {"sid": call_sid}).first()


def to_fetch(session: Session, now: datetime) -> list[int]:
    """Takes whose sound is still at the carrier and may be asked for now."""
    return list(session.scalars(TO_FETCH, {"now": now}))


def to_ring(session: Session, now: datetime) -> list[int]:
    """Takes for which somebody's phone is to be rung now."""
    return list(session.scalars(TO_RING, {"now": now, "since": now - STILL_WANTED}))


def claim_ring(session: Session, take_id: int, now: datetime) -> bool:
    """It is ours to ring their phone for it, once; False when another process was quicker, or they wished it long ago."""
    due = update(Take).where(Take.id == take_id, Take.ring_at <= now, Take.ring_at > now - STILL_WANTED)
    return changed(session.execute(due.values(ring_at=None))) == 1


def begins(session: Session, take: Take, now: datetime) -> None:
    """The recorder is about to be started, once more: what was recorded before is forgotten, here and at the carrier."""
    _forget(session, take.recording_sid, now, now)
    _drop(session, take.sound, of=take.id)
    take.fence += 1
    take.recording_sid = take.sound = take.trouble = take.fetch_at = None
    take.fetches = 0


def recorded(session: Session, take: Take, fence: int, sid: str, now: datetime, *, wanted: bool = True) -> bool:
    """The carrier has a recording of that try; True when its sound is to be fetched now. The carrier forgets it within the hour."""
    _forget(session, sid, now, now + KEPT_FOR)
    if fence != take.fence or take.recording_sid not in {None, sid} or take.sound or take.trouble or take.kept_at:
        return False
    take.recording_sid = sid
    if not wanted:
        take.trouble, take.fetch_at = "not wanted", None
        return False
    take.fetch_at = now
    return True


def fetched(session: Session, take_id: int, fence: int, sound: str) -> bool:
    """Its sound is ready; False when it is said again meanwhile, and then nobody needs that sound."""
    is_wanted = _note(session, take_id, fence, sound=sound, fetch_at=None)
    if not is_wanted:
        _drop(session, sound)
    return is_wanted


def no_good(session: Session, take_id: int, fence: int, trouble: str) -> bool:
    """Its sound will not come, or nobody can be heard in it."""
    return _note(session, take_id, fence, trouble=trouble[:200], fetch_at=None)


def not_fetched(session: Session, take: Take, now: datetime) -> None:
    """Not there yet: asked for again in a moment, a few times."""
    if take.fetches + 1 >= FETCHES:
        no_good(session, take.id, take.fence, "the carrier did not hand it over")
    else:
        _note(session, take.id, take.fence, fetches=take.fetches + 1, fetch_at=now + FETCH_AGAIN)


def keep(session: Session, take: Take, *, by: str, now: datetime) -> int | None:
    """Callers hear it from now on: the greeting's id; None when it was kept already, or there is no sound."""
    if take.kept_at is not None or take.sound is None:
        return None
    take.kept_at = now
    _forget(session, take.recording_sid, now, now)
    situation: Situation = take.situation  # type: ignore[assignment] # as `new` wrote it
    greeting = Greeting(None, situation, take.team_id, take.of_staff_id, take.holiday, None, take.sound)
    return greetings.make(session, greeting, by=by, now=now)


def forget_unkept(session: Session, now: datetime) -> int:
    """Sounds that nobody kept within the hour go, and wishes to be rung that nobody met in time; returns how many sounds."""
    session.execute(update(Take).where(Take.ring_at <= now - STILL_WANTED).values(ring_at=None))
    left = session.scalars(FORGOTTEN, {"before": now - KEPT_FOR}).all()
    for take in left:
        _drop(session, take.sound, of=take.id)
        take.sound, take.trouble = None, "nobody kept it"
    return len(left)


def _drop(session: Session, sound: str | None, *, of: int = 0) -> None:
    """The sound goes, unless a greeting or a take names it; but the take `of` which it is has no use for it any more."""
    if sound is not None:
        run(session, DROP, which=sound.partition(".")[0], sound=sound, but=of)


def _note(session: Session, take_id: int, fence: int, **values: object) -> bool:
    same = update(Take).where(Take.id == take_id, Take.fence == fence, Take.kept_at.is_(None))
    return changed(session.execute(same.values(values))) == 1


def _forget(session: Session, sid: str | None, now: datetime, due_at: datetime) -> None:
    """The carrier forgets a recording then, or before if that was asked already."""
    if sid is not None:
        actions.forget_at_carrier(session, sid, actions.RECORDING, now, not_before=due_at)
