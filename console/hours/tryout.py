"""What happens at a certain time, as the page of hours tells it: what a caller hears, whose phone rings, and what we would promise and why."""

from dataclasses import dataclass
from datetime import datetime

import phonenumbers as plan
from sqlalchemy.orm import Session

from callbacks import deadlines
from console.hours.promise import why
from console.rehearsal import day_and_time, in_brief, moment_of
from console.rehearsed_call import Rehearsed, begin
from office import numbers
from office.hours import HoursError
from office.numbers import NumberError
from office.profile import Profile

WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Tried:
    """The sentences of the call in their order, the promise in one, and the reasons for its time. `named` is the number that was asked about."""

    named: str | None
    lines: list[str]
    promise: str
    reasons: list[str]


class UnfitError(ValueError):
    """That cannot be tried; `field` is "at" or "phone", the text a sentence beside it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def whose(phone: str, profile: Profile) -> str | None:
    """The number (E.164) that is meant; None: withheld. Nothing typed: somebody of whom we know nothing. Raises UnfitError."""
    if phone.casefold() == WITHHELD:
        return None
    if not phone:
        return _anybody(profile.country)
    try:
        return numbers.normal(phone, profile.country)
    except NumberError:
        raise UnfitError("phone", "That’s no phone number. Write one, or withheld, or leave it empty.") from None


def moment(at: str, profile: Profile) -> datetime:
    """The UTC moment that is meant, by the office's clock. Raises UnfitError."""
    try:
        return moment_of(at, profile)
    except ValueError:
        raise UnfitError("at", "Which day and time? Write for example 2026-12-25 18:05.") from None


def tried(session: Session, profile: Profile, phone: str, at: str, now: datetime) -> Tried:
    """The call from the number at the time that were typed; no time: now. Only reads. Raises UnfitError, also for a time of which no hours are known."""
    number, when = whose(phone, profile), moment(at, profile) if at else now
    try:
        call = begin(session, profile, number, when, is_now=not at)
        *lines, promise = in_brief(call)
        return Tried(number if phone else None, lines, promise, _reasons(call, profile))
    except (HoursError, OverflowError):
        raise UnfitError("at", "No opening hours are known about that time.") from None


def _reasons(call: Rehearsed, profile: Profile) -> list[str]:
    if call.promised_by is None or call.promised_at is None or call.call.phone is None:
        return []
    if call.promised_by != deadlines.promised_by(call.promised_at, profile.hours, profile.promise):
        return ["We owe them a call already. Ringing again doesn’t move that promise."]
    return why(call.promised_at, profile.hours, profile.promise)


def promised_now(profile: Profile, now: datetime) -> str:
    """What a call that is missed now would be promised."""
    by = deadlines.promised_by(now, profile.hours, profile.promise)
    local = by.astimezone(profile.zone)
    is_today = local.date() == now.astimezone(profile.zone).date()
    return f"Miss a call now and we promise {f'{local:%H:%M} today' if is_today else day_and_time(by, profile)}."


def _anybody(country: str) -> str | None:
    """A number of the country's own that is nobody's we know: made for examples."""
    kind = plan.PhoneNumberType.MOBILE
    example = plan.example_number_for_type(country, kind) or plan.example_number(country)
    return plan.format_number(example, plan.PhoneNumberFormat.E164) if example else None
