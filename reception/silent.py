"""What went silent: calls, staff phones and attempts whose end no report told us. The carrier is asked about each (PITFALLS 8).

Slow work, one after the other: a carrier that does not answer about one must not keep us from the others.
"""

import logging
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from callbacks import sweep
from callbacks.tables import Attempt
from office import mails, texts
from office.line import CarrierCall
from office.wiring import Office
from reception import waiting
from reception.exchange import Exchange
from reception.keeping import keep
from reception.keeping_promises import tell
from voice import our_legs, queries
from voice.conversation.news import CallEnded
from voice.conversation.turns import Heard
from voice.our_legs import CANCELED, OurLeg
from voice.tables import Call

log = logging.getLogger(__name__)

SILENT_CALL = timedelta(minutes=5)
"""No step lasts longer without a word from the carrier but a talk, and whether people still talk can be asked."""

GIVE_UP_ON_CALL = timedelta(minutes=30)
"""A call that neither reports nor the carrier tell us of is over after this, and counts as missed."""


def look_after_attempts(office: Office) -> int:
    """Find out about attempts that no report ended; our calls to customers are part of their history however they end."""
    return sweep.look_after_silent(office, partial(_tell, office))


def _tell(office: Office, session: Session, attempt: Attempt, now: datetime) -> None:
    tell(Exchange(session, office.business(session), now, Heard(""), attempt=attempt, bell=office.bell))


def close_calls(office: Office) -> int:
    """Ask the carrier about calls that no report ended; returns how many turned out to be over."""
    with office.database.reading() as session:
        silent = queries.silent(session, office.clock.now() - SILENT_CALL)
    return sum(_close_if_over(office, sid) for sid in silent)


def _close_if_over(office: Office, sid: str) -> bool:
    try:
        found: CarrierCall | None = office.line.look_up(sid)
    except Exception as trouble:  # noqa: BLE001 - one that cannot be asked about must not keep us from the others
        log.warning("a call went silent and the carrier cannot be asked: %s", trouble)
        now = office.clock.now()
        return _end(office, sid, now, unheard_since=now - GIVE_UP_ON_CALL)
    now = office.clock.now()
    if found is None or not found.is_live:
        return _end(office, sid, now, seconds=found.seconds if found else None)
    with office.database.transaction() as session:
        queries.the(session, sid).seen_at = now
    return False


def _end(
    office: Office, sid: str, now: datetime, *, seconds: int | None = None, unheard_since: datetime | None = None
) -> bool:
    with office.database.transaction() as session:
        call = queries.the(session, sid)
        if unheard_since is not None and call.seen_at > unheard_since:
            return False
        heard = Heard(sid, phone=call.phone, call_status="completed", seconds=seconds)
        keep(Exchange(session, office.business(session), now, heard, call, bell=office.bell), (CallEnded(),))
    return True


def forget_texts(office: Office) -> int:
    """Give up the texts and mails whose sender died while it was at it; returns how many."""
    now = office.clock.now()
    with office.database.transaction() as session:
        return texts.forget_lost(session, now) + mails.forget_lost(session, now)


def look_after_phones(office: Office) -> int:
    """Find out about staff phones that we placed and that no report ended; returns how many turned out to be down."""
    with office.database.reading() as session:
        silent = our_legs.silent(session, office.clock.now())
    return sum(_end_if_down(office, leg) for leg in silent)


def _end_if_down(office: Office, leg: OurLeg) -> bool:
    """One that the carrier knows nothing of was never dialled, or nobody can tell any more: its person missed nothing."""
    try:
        found = office.line.look_up(leg.sid) if leg.sid else None
    except Exception as trouble:  # noqa: BLE001 - one that cannot be asked about must not keep us from the others
        log.warning("%s went silent and the carrier cannot be asked: %s", leg, trouble)
        return _ask_again(office, leg)
    if found is not None and found.is_live:
        return _ask_again(office, leg)
    heard = Heard(leg.sid or "", call_status=found.status if found else CANCELED)
    now = office.clock.now()
    with office.database.transaction() as session:
        call = session.get_one(Call, leg.call_id, with_for_update=True)
        row = queries.leg(session, leg.call_id, leg.number)
        profile = office.business(session)
        waiting.leg_reported(Exchange(session, profile, now, heard, call, leg.number, "report", row, bell=office.bell))
    return True


def _ask_again(office: Office, leg: OurLeg) -> bool:
    with office.database.transaction() as session:
        our_legs.asked_about(session, leg, office.clock.now())
    return False
