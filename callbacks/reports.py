"""What the carrier reports of an attempt's legs. Late, twice, in any order or never: each only adds to what is known."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from callbacks import attempts
from callbacks.promise import Stage
from callbacks.tables import Attempt
from office.line import LIVE
from office.profile import Profile


@dataclass(frozen=True, slots=True)
class Report:
    """One status report: which leg, its state in the carrier's words, seconds connected once it ended, who answered."""

    sid: str
    status: str
    seconds: int | None
    answered_by: str


def of_staff_leg(session: Session, attempt: Attempt, report: Report, profile: Profile, now: datetime) -> None:
    """The staff phone: it is there, so the request was carried out; or it is down."""
    attempts.adopt_sid(session, attempt.id, report.sid)
    if report.status in LIVE:
        attempts.move(session, attempt.id, Stage.PLACED, now)
    elif attempt.ended_at is None and attempt.call_sid in {None, report.sid}:
        attempts.staff_leg_ended(session, attempt, profile, now, refused=report.status == "failed")


def of_customer_leg(session: Session, attempt: Attempt, report: Report, profile: Profile, now: datetime) -> None:
    """The customer's phone: it rings, is picked up, or is down."""
    if report.status == "ringing":
        attempts.customer_rang(session, attempt, report.sid, now)
    elif report.status == "in-progress":
        attempts.customer_answered(session, attempt, report.sid, now)
    elif report.status not in LIVE:
        attempts.customer_leg_ended(session, attempt, report.sid, report.status, report.seconds)
    session.flush()


def of_machine(session: Session, attempt: Attempt, report: Report, profile: Profile, now: datetime) -> None:
    """Who picked up the customer's phone, in the carrier's opinion: human, machine_start, fax or unknown."""
    attempt.machine = report.answered_by.startswith(("machine", "fax"))
    session.flush()


REPORTS: dict[str, Callable[[Session, Attempt, Report, Profile, datetime], None]] = {
    "report": of_staff_leg,
    "customer_report": of_customer_leg,
    "machine_report": of_machine,
}
