"""What a caller would hear and whose phone would ring at any time: no call is placed and nothing is written.

The conversation's own steps are asked, as the carrier would ask them, about a caller to whom nobody comes: each phone
rings in vain, and each question is met with silence.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from callbacks import deadlines
from callbacks import queries as promises
from office import numbers, people
from office.profile import Profile
from voice.conversation.steps import CALL_STEPS, next_turn
from voice.conversation.turns import (
    Act,
    Ask,
    Colleague,
    GoTo,
    HangUp,
    Heard,
    LegFacts,
    Promised,
    Record,
    Ring,
    Say,
    Situation,
    Turn,
)

SID = "rehearsal"
MOST_TURNS = 200
"""No conversation comes near it: a rehearsal of one that would never end still ends."""

EVERYBODY_IS_FREE = datetime.max.replace(tzinfo=UTC)
"""When every call, rest and reservation of today is over."""

A_WEEK = timedelta(days=7)


def situation(session: Session, profile: Profile, phone: str | None, at: datetime, *, is_now: bool) -> Situation:
    """All that the first step of a call from `phone` (E.164; None: withheld) at `at` (UTC) would know. Only reads.

    The same facts as those of a real call (reception.gather). Unless the time is now, all on duty are taken to be free.
    """
    customer, owed = people.certain_customer(session, phone), promises.open_for(session, phone)
    free = people.free(session, at if is_now else EVERYBODY_IS_FREE, team_of_callers(session))
    return Situation(
        now=at,
        zone=profile.zone,
        business=profile.name,
        is_open=profile.hours.open_at(at),
        promised_by=owed.promised_by if owed else deadlines.promised_by(at, profile.hours, profile.promise),
        patience=profile.ringing.patience,
        rounds=profile.ringing.rounds,
        phone=phone,
        customer=customer.name if customer else None,
        since=customer.customer_since.year if customer and customer.customer_since else None,
        owed=owed is not None,
        free=tuple(Colleague(person.id, person.name, person.phone) for person in free),
    )


def team_of_callers(session: Session) -> int | None:
    """The team whose phones ring for a caller: the only one there is; with several, anybody's."""
    teams = people.team_names(session)
    return next(iter(teams)) if len(teams) == 1 else None


def rehearse(profile: Profile, first: Situation) -> Iterator[str]:
    """The call as sentences in its order, beginning with who rings when and ending with what would be promised."""
    yield f"{_who(first)} rings {profile.name} on {day_and_time(first.now, profile)}."
    yield _doors(profile, first.now)
    situation, step, promised = first, "greet", None
    silence = heard = Heard(SID, phone=first.phone)
    for _ in range(MOST_TURNS):
        turn = next_turn(CALL_STEPS, step, heard, situation)
        acts = _until_it_leads_on(turn)
        yield from filter(None, map(_told, acts))
        promised = next((news.by for news in turn.news if isinstance(news, Promised)), promised)
        match acts[-1] if acts else None:
            case Ring() as ring:
                situation, step = _nobody_answered(profile, situation, ring), ring.then
                heard = replace(silence, dial_status="no-answer", bridged=False)
            case GoTo(onward):
                step, heard = onward, silence
            case _:
                break
    yield _promise(profile, situation, promised)


def _until_it_leads_on(turn: Turn) -> list[Act]:
    """The acts that the carrier comes to: what follows a redirect or a hang-up is never heard (twilio.md 2.3)."""
    ends = (number for number, act in enumerate(turn.acts, 1) if isinstance(act, Ring | GoTo | HangUp))
    return list(turn.acts[: next(ends, len(turn.acts))])


def _told(act: Act) -> str | None:
    match act:
        case Say(text):
            return f'They hear: "{text}"'
        case Ask(text):
            return f'They hear: "{text}" (and press nothing)'
        case Ring(staff, ring_for):
            return (
                f"Rings {staff.name}'s phone ({numbers.short(staff.phone)}) for {_seconds(ring_for)} s; nobody answers."
            )
        case Record(longest):
            return f"They can leave a message of up to {_seconds(longest)} s, and say nothing."
        case HangUp():
            return "The call ends."
        case _:
            return None


def _nobody_answered(profile: Profile, situation: Situation, ring: Ring) -> Situation:
    """The same caller when that phone has rung for as long as it does."""
    now, rang = situation.now + ring.ring_for, {**situation.rang}
    rang[ring.staff.id] = rang.get(ring.staff.id, 0) + 1
    owed = situation.promised_by if situation.owed else deadlines.promised_by(now, profile.hours, profile.promise)
    leg = LegFacts(ring.staff, accepted=False, caller_waits=True)
    is_open = profile.hours.open_at(now)
    return replace(situation, now=now, is_open=is_open, promised_by=owed, rang=rang, leg=leg)


def _who(situation: Situation) -> str:
    if situation.phone is None:
        return "A caller with a withheld number"
    return f"{situation.customer or 'A caller'} ({numbers.short(situation.phone)})"


def _doors(profile: Profile, at: datetime) -> str:
    span = profile.hours.next_span(at)
    reason = profile.hours.reason_closed(at)
    if reason is not None:
        why = profile.hours.holiday_at(at) if reason == "holiday" else reason
        return f"Closed{'' if why == 'closed' else f' ({why})'}; opens on {day_and_time(span.opens, profile)}."
    return "Open round the clock." if span.closes - at > A_WEEK else f"Open until {day_and_time(span.closes, profile)}."


def _promise(profile: Profile, situation: Situation, by: datetime | None) -> str:
    if by is None:
        return "Promised: nothing."
    if situation.phone is None:
        return "Promised: nothing, there is no number to ring; a message would be for a person to see to."
    ours = frozenset({profile.phone})
    refusal = numbers.may_we_dial(situation.phone, allowed=profile.callbacks.allowed_countries, ours=ours)
    by_whom = "" if refusal is None else f", by a person: we do not ring such numbers by ourselves ({refusal})"
    late = ", which is late already" if by <= situation.now else ""
    return f"Promised: a call by {day_and_time(by, profile)}{late}{by_whom}."


def day_and_time(moment: datetime, profile: Profile) -> str:
    """A moment as the business's own clock shows it: "Tuesday 24 November 2026 at 10:00"."""
    local = moment.astimezone(profile.zone)
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"


def moment_of(words: str, profile: Profile) -> datetime:
    """The UTC moment of an ISO time, on the business's own clock unless it has an offset. ValueError says what is wrong."""
    try:
        read = datetime.fromisoformat(words)
        return (read if read.tzinfo else read.replace(tzinfo=profile.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f'{words!r} is no time; write for example "2026-11-24 10:00"') from None


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
