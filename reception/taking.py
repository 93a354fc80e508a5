"""What the work process does for greetings that are recorded by phone: ring whoever asked for it, fetch what they said.

Both claim before they act and write with the fence; no transaction is open while the carrier or the other process works.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office import pace, people, sounds
from office.audio_files import AudioError
from office.line import LineError, LineRefused, LineUncertain
from office.people import Person
from office.profile import Profile
from office.wiring import Office
from reception.takes import FETCH, address, holder
from voicemail_greetings import convert, convert_process, takes
from voicemail_greetings.tables import Take

log = logging.getLogger(__name__)

RING = "worker.ring_take"

LASTS = timedelta(minutes=10)
"""For so long at most nobody hands a call to whoever we ring for it."""

LONGEST = timedelta(seconds=convert_process.LONGEST)


def due(session: Session, now: datetime) -> list[tuple[str, int]]:
    """What there is to do now, as jobs."""
    to_ring, to_fetch = takes.to_ring(session, now), takes.to_fetch(session, now)
    return [(RING, take_id) for take_id in to_ring] + [(FETCH, take_id) for take_id in to_fetch]


def forget_unkept(office: Office) -> int:
    """What somebody recorded and did not keep goes after a while; how many."""
    with office.database.transaction() as session:
        return takes.forget_unkept(session, office.clock.now())


def ring(office: Office, take_id: int) -> bool:
    """Ring the phone of whoever asked for it, once. True when it was asked to ring, or perhaps was."""
    with office.database.transaction() as session:
        profile, now = office.business(session), office.clock.now()
        person = _claimed(session, take_id, now)
        if person is not None:
            pace.take_turn(session, pace.CALLS, now, profile.guard.calls_per_second)
    return person is not None and _ring(office, profile, take_id, person)


def _claimed(session: Session, take_id: int, now: datetime) -> Person | None:
    """Ours to ring. Nobody hands them a call meanwhile; whoever is in one already hears that their line is busy."""
    if not takes.claim_ring(session, take_id, now):
        return None
    person = people.at_work(session, session.get_one(Take, take_id).staff_id)
    if person is not None:
        people.reserve(session, person.id, holder(take_id), now, now + LASTS)
    return person


def _ring(office: Office, profile: Profile, take_id: int, person: Person) -> bool:
    try:
        office.line.ring(
            person.phone,
            caller_id=profile.phone,
            answer_at=office.address(address(take_id, 0, "ask")),
            report_to=office.address(address(take_id, 0, "report")),
            ring_for=profile.ringing.patience,
        )
    except LineRefused as refusal:
        log.warning("greeting %d: the carrier did not ring for it: %s", take_id, refusal)
        with office.database.transaction() as session:
            people.release(session, holder(take_id), office.clock.now())
            takes.no_good(session, take_id, 0, "the carrier did not ring the phone")
        return False
    except LineUncertain as doubt:
        # It may be ringing: whoever picks it up is asked. Nobody rings it again.
        log.warning("greeting %d: perhaps rung for, perhaps not: %s", take_id, doubt)
    return True


def fetch(office: Office, take_id: int) -> bool:
    """Fetch what was said last, and make it what callers hear. False when it is not to be had now, or was said again meanwhile."""
    with office.database.reading() as session:
        take = session.get(Take, take_id)
    if take is None or take.recording_sid is None or take.fetch_at is None:
        return False
    try:
        sound = convert.convert(office.line.recording(take.recording_sid))
    except LineError as trouble:
        log.warning("greeting %d: its sound is not to be had yet: %s", take_id, trouble)
        with office.database.transaction() as session:
            takes.not_fetched(session, take, office.clock.now())
        return False
    except AudioError as trouble:
        with office.database.transaction() as session:
            takes.no_good(session, take_id, take.fence, str(trouble))
        return False
    with office.database.transaction() as session:
        return takes.fetched(session, take_id, take.fence, sounds.keep(session, sound, LONGEST))
