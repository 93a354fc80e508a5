"""What people at work do with a call-back: ring it, put it off, move it, close it, note something. Never commits.

Every deed is told to other software and written into the audit trail in the same transaction. What cannot be raises one
of the refusals in refused.py, and nothing is changed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from callbacks import claims, events, guard, ring_me, wishes
from callbacks.claims import Who
from callbacks.promise import Outcome, State
from callbacks.refused import NotPossible, Over, WornOut
from callbacks.tables import Callback
from office import audit, contact_rules, numbers, people
from office.database import changed
from office.people import Person
from office.profile import Profile
from office.tables import Note

BY_HAND = (Outcome.REACHED.value, Outcome.UNREACHABLE.value, Outcome.CANCELLED.value)
"""Outcomes that a person may close a call-back with; the others are found out."""

NEEDS_NOTE = "A few words on what happened, for whoever looks later."
"""What somebody hears who spoke with nobody and says nothing of it."""

LONGEST_NOTE, LONGEST_MOVE_NOTE = 2000, 500
"""Characters."""

FURTHEST = timedelta(days=366)
"""Nobody agrees to a later day than that; a slip of the pen does."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A person acts on a call-back now; `manager`: also on what somebody else has. `elsewhere` counts what is dialled without a call-back."""

    session: Session
    profile: Profile
    now: datetime
    callback_id: int
    who: Who
    manager: bool = False
    elsewhere: guard.Elsewhere | None = None

    def note(self, action: str, detail: str | None = None) -> None:
        """Into the audit trail."""
        about = f"callback:{self.callback_id}"
        audit.write(self.session, by=self.who.name, action=action, about=about, now=self.now, detail=detail)


def claim(deed: Deed) -> None:
    """They have it for as long as the business lets them; again, for as long anew. Raises Held, Underway, Over."""
    claims.claim(deed.session, deed.callback_id, deed.who, deed.now + deed.profile.callbacks.claim_for, deed.now)
    deed.note("claimed")


def release(deed: Deed) -> None:
    """It is everybody's again: whoever has it says so, or a manager. Raises Held, Underway, Over."""
    if claims.release(deed.session, deed.callback_id, deed.who, deed.now, anybodys=deed.manager):
        deed.note("released")


def assign(deed: Deed, to: Person) -> None:
    """They hand it to somebody of its team: what they have, a manager whatever anybody has. Raises NotPossible, Held, Underway, Over."""
    query = select(Callback.team_id, Callback.state).where(Callback.id == deed.callback_id)
    team_id, state = deed.session.execute(query).one()
    theirs = people.teams_of(deed.session, to.id)
    if team_id is not None and team_id not in theirs:
        raise NotPossible("staff", f"{to.name} is not in the team that this call-back is for.")
    if not deed.manager and (deed.who.staff_id is None or theirs.isdisjoint(_teams(deed))):
        raise NotPossible("staff", f"{to.name} is in none of your teams.")
    if not deed.manager and state == State.WAITING.value:
        raise NotPossible(None, "Nobody has it yet: take it first, then hand it over.")
    until = deed.now + deed.profile.callbacks.claim_for
    holder = None if deed.manager else deed.who
    claims.assign(deed.session, deed.callback_id, Who(to.name, to.id), until, deed.now, by=deed.who.name, holder=holder)
    deed.note("assigned", to.name)


def _teams(deed: Deed) -> frozenset[int]:
    return people.teams_of(deed.session, deed.who.staff_id) if deed.who.staff_id else frozenset()


def call(deed: Deed) -> None:
    """Their own phone rings now, then the customer's, whatever was planned; a worker dials. Raises all that there are."""
    staff = people.at_work(deed.session, deed.who.staff_id)
    if staff is None:
        raise NotPossible(None, "There is no phone to ring: this sign-in belongs to nobody on the staff.", "no_phone")
    callback = deed.session.get_one(Callback, deed.callback_id)
    if callback.state == State.DONE.value:
        raise Over
    _check_may_ring(deed, callback)
    ring_me.ask(deed.session, deed.callback_id, staff, deed.profile, deed.now)
    deed.note("called")


def _check_may_ring(deed: Deed, callback: Callback) -> None:
    """A person decides when, also after hours; but not before the customer wants it, nor whom nobody may ring."""
    if callback.slot is not None and deed.now < callback.slot[0]:
        raise NotPossible(None, "The customer asked to be rung later than this.", "too_early")
    ours = frozenset({deed.profile.phone}) | people.in_a_call(deed.session, deed.now)
    allowed = deed.profile.callbacks.allowed_countries
    rule = contact_rules.rule_for(deed.session, callback.phone)
    refusal = numbers.may_we_dial(callback.phone or "", allowed=allowed, ours=ours)
    why = refusal or (rule if rule == contact_rules.BLOCKED else None)
    if why is not None:
        raise NotPossible(None, f"This number is not dialled: {why}.", "not_dialled")
    cap = guard.reached(deed.session, deed.profile, callback.phone, deed.now, deed.elsewhere)
    if cap is not None:
        worn_out = (
            "it was called often enough today" if cap is guard.Cap.NUMBER else "we have dialled all that we may for now"
        )
        raise WornOut(cap, worn_out)


def snooze(deed: Deed, until: datetime) -> None:
    """Nobody tries before then, at the latest the promised time; whoever has it keeps it. Raises all that there are."""
    if until <= deed.now:
        raise NotPossible("until", "This time is over already.")
    free = update(Callback).where(Callback.id == deed.callback_id, claims.may_be_taken_by(deed.who, deed.now))
    theirs = claims.is_held_by(deed.who)
    longer = case((theirs, until + deed.profile.callbacks.claim_for), else_=Callback.claimed_until)
    later = {"next_try_at": until, "needs_person": Callback.phone.is_(None), "claimed_until": longer}
    if not changed(deed.session.execute(free.where(Callback.promised_by >= until).values(later))):
        raise _too_late(deed)
    events.note(deed.session, deed.callback_id, "snoozed", deed.now, by=deed.who.name, until=until)
    deed.note("snoozed", f"until {until.isoformat()}")


def _too_late(deed: Deed) -> Exception:
    may = select(Callback.id).where(Callback.id == deed.callback_id, claims.may_be_taken_by(deed.who, deed.now))
    if deed.session.scalar(may) is None:
        return claims.why_not(deed.session, deed.callback_id)
    return NotPossible("until", "This is later than the promised time: a promise moves when its customer agrees.")


def move(deed: Deed, promised_by: datetime, note: str) -> None:
    """The customer agreed to a later time; `note` says who agreed, and how. Raises NotPossible, Over."""
    if promised_by <= deed.now:
        raise NotPossible("promised_by", "This time is over already.")
    if promised_by > deed.now + FURTHEST:
        raise NotPossible("promised_by", "This is more than a year ahead.")
    moved = wishes.move(deed.session, deed.callback_id, promised_by, by=deed.who.name, note=note, now=deed.now)
    if not moved:
        over = deed.session.get_one(Callback, deed.callback_id).state == State.DONE.value
        raise Over if over else NotPossible("promised_by", "A promise only moves to a later time.")
    deed.note("moved", f"to {promised_by.isoformat()}: {note}")


def done(deed: Deed, outcome: str, note: str | None) -> None:
    """It is over, and a person says how; a note is needed where they were not reached. Raises all that there are.

    An attempt that is under way becomes stale: a phone that rings for it hears that it is over.
    """
    if outcome != Outcome.REACHED.value and note is None:
        raise NotPossible("note", NEEDS_NOTE)
    open_one = update(Callback).where(Callback.id == deed.callback_id, Callback.state != State.DONE.value)
    theirs = or_(claims.may_be_taken_by(deed.who, deed.now), claims.rings_for(deed.who))
    if not changed(deed.session.execute(open_one.where(theirs).values(_closed(deed, outcome, note)))):
        raise claims.why_not(deed.session, deed.callback_id)
    if note is not None:
        _keep_note(deed, note)
    events.note(deed.session, deed.callback_id, "done", deed.now, by=deed.who.name, note=note)
    deed.note("done", f"{outcome}: {note}" if note else outcome)


def _closed(deed: Deed, outcome: str, note: str | None) -> dict[str, object]:
    """Nobody speaks on a phone that never rang: who was reached was rung, now if nobody knows better."""
    closed: dict[str, object] = {
        "state": State.DONE.value,
        "outcome": outcome,
        "owner": deed.who.name,
        "owner_id": deed.who.staff_id,
        "claimed_until": None,
        "closed_at": deed.now,
        "closed_by": deed.who.name,
        "close_note": note,
        "fence": Callback.fence + 1,
        "next_try_at": None,
        "needs_person": False,
    }
    if outcome == Outcome.REACHED.value:
        spoke_at = func.coalesce(Callback.spoke_at, deed.now)
        closed |= {"spoke_at": spoke_at, "first_rang_at": func.coalesce(Callback.first_rang_at, deed.now)}
    return closed


def note(deed: Deed, text: str) -> None:
    """Something to know about the customer, kept with their number. Raises NotPossible."""
    if not _keep_note(deed, text):
        raise NotPossible("text", "The number was withheld: there is nobody to keep the note for.")
    deed.session.get_one(Callback, deed.callback_id, with_for_update=True)
    events.note(deed.session, deed.callback_id, "note", deed.now, by=deed.who.name, note=text)
    deed.note("noted")


def _keep_note(deed: Deed, text: str) -> bool:
    phone = deed.session.get_one(Callback, deed.callback_id).own_phone
    if phone is None:
        return False
    deed.session.add(Note(phone=phone, at=deed.now, by=deed.who.name, text=text))
    return True
