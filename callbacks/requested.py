"""A call-back that nobody's call made: a web form, a CRM or a colleague asks for it. Never commits.

Still one open call-back a customer, and one for a request that is sent twice, also when both come at the same instant.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from callbacks import actions, deadlines, events, queries
from callbacks.promise import State
from callbacks.refused import NotPossible, Refused
from callbacks.tables import Callback, RequestKey
from callbacks.wishes import ASKED, COMPLAINT
from office import audit, contact_rules, numbers, people
from office.database import insert_once
from office.profile import Profile
from office.tables import Note

USUAL_REASON, OUR_REASON = "asked for it", "we’d like to ring them"
"""What stands where nobody wrote a reason: they asked for it, or the wish is ours."""

OUTREACH = "outreach"
KINDS = (ASKED, COMPLAINT, OUTREACH)
"""They asked for it, they complained, or we would like to ring them."""

KEPT_FOR = timedelta(hours=48)
"""How long the same request is known again: whoever retries for a whole day finds it."""

FURTHEST = timedelta(days=366)
"""No sooner promise is broken by a slip of the pen."""


class OtherTeams(Refused):
    """The customer has an open call-back with people whose rows this person may not see."""

    code = "other_team"

    def __init__(self) -> None:
        super().__init__("This customer has an open call-back with another team.")


@dataclass(frozen=True, slots=True)
class Request:
    """`phone` is E.164. `promised_by` None: as for a call missed now. `by` is who asks; `teams` whose rows they see (None: all).

    `kind` is one of KINDS. `slot` is the part of a day in which they want to be rung: begin, end (which is promised), and
    the name of the zone it was said in.
    """

    phone: str
    name: str | None
    reason: str | None
    promised_by: datetime | None
    by: str
    team_id: int | None
    teams: frozenset[int] | None = None
    kind: str = ASKED
    slot: tuple[datetime, datetime, str] | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """The asking software's own name for its request: `by` tells its token, `digest` what the request says."""

    by: str
    key: str
    digest: str


def once(session: Session, request: Request, key: Key, profile: Profile, now: datetime) -> tuple[int, bool]:
    """As `ask`; the same request again, within two days, has the same answer. Raises NotPossible for another with its key."""
    actions.hold_numbers(session, request.phone, f"{key.by} {key.key}")
    session.execute(delete(RequestKey).where(RequestKey.at < now - KEPT_FOR))
    known = session.get(RequestKey, (key.by, key.key))
    if known is None:
        callback_id, opened = ask(session, request, profile, now)
        session.add(
            RequestKey(by=key.by, key=key.key, digest=key.digest, callback_id=callback_id, opened=opened, at=now)
        )
        return callback_id, opened
    if known.digest != key.digest:
        raise NotPossible(None, "This Idempotency-Key came before with another request.", "idempotency-key-reused")
    return known.callback_id, known.opened


def ask(session: Session, request: Request, profile: Profile, now: datetime) -> tuple[int, bool]:
    """The open call-back of that customer, and whether it was opened for this. Raises NotPossible, OtherTeams.

    The promise that is open stands as it is; what was said this time is kept with the customer.
    """
    check_number(session, request.phone, profile, now)
    promised_by = _promised_by(request, profile, now)
    actions.hold_numbers(session, request.phone)
    while (known := queries.open_for(session, request.phone)) is None:
        opened = _open(session, request, promised_by, profile, now)
        if opened is not None:
            events.note(session, opened, "opened", now, by=request.by)
            audit.write(session, by=request.by, action="created", about=f"callback:{opened}", now=now)
            return opened, True
    _join(session, known.id, request, now)
    return known.id, False


def check_number(session: Session, phone: str, profile: Profile, now: datetime) -> None:
    """Raises NotPossible for a number (E.164) where nobody may be rung who asks for it."""
    ours = frozenset({profile.phone}) | people.in_a_call(session, now)
    refusal = numbers.may_we_dial(phone, allowed=profile.callbacks.allowed_countries, ours=ours)
    why = refusal or contact_rules.rule_for(session, phone)
    if why is not None:
        raise NotPossible("phone", f"This number is not dialled: {why}.", "not_dialled")


def _promised_by(request: Request, profile: Profile, now: datetime) -> datetime:
    """Ours, else theirs, when somebody is there to keep it."""
    if request.slot is not None:
        return deadlines.whole_minute(request.slot[1])
    if request.promised_by is None:
        return deadlines.promised_by(now, profile.hours, profile.promise)
    if not now < request.promised_by <= now + FURTHEST:
        raise NotPossible("promised_by", "The promised time must lie in the next year.")
    if profile.hours.next_span(now).opens >= request.promised_by:
        raise NotPossible("promised_by", "Nobody is there until then: we are closed.")
    return deadlines.whole_minute(request.promised_by)


def _open(session: Session, request: Request, by: datetime, profile: Profile, now: datetime) -> int | None:
    """None when another one opened meanwhile."""
    first_try = deadlines.first_try(now, profile.hours, profile.callbacks)
    soonest = first_try if first_try < by else profile.hours.next_span(now).opens
    slot_from, slot_until, slot_zone = request.slot or (None, None, None)
    customer = people.certain_customer(session, request.phone)
    opened = insert_once(
        session,
        Callback,
        phone=request.phone,
        customer_id=customer.id if customer else None,
        name=request.name,
        team_id=request.team_id,
        kind=request.kind,
        reason=request.reason or (OUR_REASON if request.kind == OUTREACH else USUAL_REASON),
        state=State.WAITING.value,
        missed_at=now,
        promised_by=by,
        next_try_at=max(soonest, slot_from) if slot_from else soonest,
        slot_from=slot_from,
        slot_until=slot_until,
        slot_zone=slot_zone,
    )
    return opened if isinstance(opened, int) else None


def _join(session: Session, callback_id: int, request: Request, now: datetime) -> None:
    callback = session.get_one(Callback, callback_id, with_for_update=True, populate_existing=True)
    if request.teams is not None and callback.team_id is not None and callback.team_id not in request.teams:
        raise OtherTeams
    callback.name = callback.name or request.name
    if callback.promised_by > now:  # that we spoke kept the word before: they are told this time again
        callback.spoke_at = None
    callback.kind = COMPLAINT if request.kind == COMPLAINT else callback.kind
    if request.reason is not None:
        session.add(Note(phone=request.phone, at=now, by=request.by, text=request.reason))
    session.flush()
    events.note(session, callback_id, "joined", now, by=request.by, reason=request.reason)
    audit.write(session, by=request.by, action="asked again", about=f"callback:{callback_id}", now=now)
