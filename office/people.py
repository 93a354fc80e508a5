"""Who is on duty, free, in a call; customers and what we know of them.

A person is reserved before any phone rings, by one conditional update, so that nobody is handed a second call and no
more calls are placed than people are free. Every reservation is a lease: it ends by itself.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from office.database import insert_once, run
from office.profile import Problem, Profile, ProfileError
from office.tables import Business, Customer, Note, Pin, Staff, StaffTeam, Team

RESERVE = (
    update(Staff)
    .where(Staff.id == bindparam("who"), Staff.on_duty)
    .where(or_(Staff.busy_until.is_(None), Staff.busy_until <= bindparam("now")))
    .values(busy_with=bindparam("by"), busy_until=bindparam("until"), last_rang_at=bindparam("now"))
)
CUSTOMERS_AT = select(Customer).where(Customer.phone == bindparam("phone")).order_by(Customer.id)
TEAMS = select(Team.id, Team.name).order_by(Team.id)
"""Closed ones too: what they did still names them."""

OPEN_TEAMS = select(Team.id, Team.name).where(Team.closed_at.is_(None)).order_by(Team.id)
AT_WORK = select(Staff.id, Staff.name, Staff.phone).where(Staff.left_at.is_(None)).order_by(Staff.id)

AWAY = select(Staff.away_until).where(Staff.id == bindparam("who"), Staff.away_until > bindparam("now"))

NEVER = datetime.min.replace(tzinfo=UTC)
"""When somebody had their last call who never had one."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the staff whose phone may ring."""

    id: int
    name: str
    phone: str


def free(
    session: Session, now: datetime, team_id: int | None = None, *, hold: bool = False, in_turn: bool = False
) -> list[Person]:
    """Who is on duty, in no call and rested; None as team: anybody. Longest idle first, or longest not rung if `in_turn`.

    With `hold`, rows are locked until the transaction ends, so that who is free when we choose is free when we reserve.
    """
    found = run(session, _free(in_team=team_id is not None, hold=hold), now=now, team_id=team_id).all()
    ordered = sorted(found, key=lambda row: (row.last_rang_at if in_turn else row.last_call_at) or NEVER)
    return [Person(row.id, row.name, row.phone) for row in ordered]


@cache
def _free(*, in_team: bool, hold: bool) -> Select[*tuple[Any, ...]]:
    query = select(Staff.id, Staff.name, Staff.phone, Staff.last_call_at, Staff.last_rang_at).where(
        Staff.on_duty,
        or_(Staff.busy_until.is_(None), Staff.busy_until <= bindparam("now")),
        or_(Staff.rest_until.is_(None), Staff.rest_until <= bindparam("now")),
    )
    # By id, whatever the order they are rung in: two callers who lock the same people in two orders would never end.
    query = (_of_team(query) if in_team else query).order_by(Staff.id)
    # Without the key: who names one of them in another row (prefer_id, owner_id) need not wait, and cannot wait for ever.
    return query.with_for_update(of=Staff, key_share=True) if hold else query


def free_by_team(session: Session, now: datetime) -> dict[int, int]:
    """How many people are free in each team that has any."""
    ids = [person.id for person in free(session, now)]
    query = select(StaffTeam.team_id, func.count()).where(StaffTeam.staff_id.in_(ids)).group_by(StaffTeam.team_id)
    return dict(session.execute(query).all())


def on_duty(session: Session, team_id: int | None = None) -> int:
    """How many people of the team are on duty, busy or not; None as team: anybody."""
    count: int = run(session, _on_duty(in_team=team_id is not None), team_id=team_id).scalar_one()
    return count


@cache
def _on_duty(*, in_team: bool) -> Select[*tuple[Any, ...]]:
    query = select(func.count()).select_from(Staff).where(Staff.on_duty)
    return _of_team(query) if in_team else query


def reserve(session: Session, staff_id: int, by: str, now: datetime, until: datetime) -> bool:
    """Take a free person for `by` ("call:7") until then at the latest; False when somebody else was quicker."""
    return run(session, RESERVE, who=staff_id, by=by, now=now, until=until).rowcount == 1


def keep_reserved(session: Session, by: str, until: datetime, staff_id: int) -> None:
    """The call goes on: whom `by` reserved, of several this one, stays reserved until then."""
    session.execute(update(Staff).where(Staff.busy_with == by, Staff.id == staff_id).values(busy_until=until))


def release(
    session: Session, by: str, now: datetime, rest: timedelta | None = None, staff_id: int | None = None
) -> None:  # fmt: skip
    """Whoever `by` reserved, of several this one, is free; with `rest`, they talked, and are left in peace for that long."""
    values: dict[str, object] = {"busy_with": None, "busy_until": None}
    if rest is not None:
        values |= {"rest_until": now + rest, "last_call_at": now}
    whom = update(Staff).where(Staff.busy_with == by)
    session.execute((whom if staff_id is None else whom.where(Staff.id == staff_id)).values(values))


def away_until(session: Session, staff_id: int | None, now: datetime) -> datetime | None:
    """Until when somebody is away; None when they are not, or nobody is meant."""
    if staff_id is None:
        return None
    until: datetime | None = run(session, AWAY, who=staff_id, now=now).scalar()
    return until


def in_a_call(session: Session, now: datetime) -> frozenset[str]:
    """Staff phones that are reserved now; a call-back never dials one of them as a customer."""
    return frozenset(session.scalars(select(Staff.phone).where(Staff.busy_until > now)))


def person(session: Session, staff_id: int | None) -> Person | None:
    """One of the staff, or None. Also who has left meanwhile: for what they did, and for calls that go on."""
    row = session.execute(select(Staff.id, Staff.name, Staff.phone).where(Staff.id == staff_id)).first()
    return Person(*row) if row else None


def at_work(session: Session, staff_id: int | None) -> Person | None:
    """One of the staff who may be rung, told and handed something; None: nobody, or they have left."""
    row = session.execute(AT_WORK.where(Staff.id == staff_id)).first()
    return Person(*row) if row else None


def customers_at(session: Session, phone: str | None) -> list[Customer]:
    """Every customer with that number, oldest entry first."""
    return [] if phone is None else list(session.scalars(CUSTOMERS_AT, {"phone": phone}))


def certain_customer(session: Session, phone: str | None) -> Customer | None:
    """The customer when exactly one has that number: we greet by name only whom we are sure of."""
    customers = customers_at(session, phone)
    return customers[0] if len(customers) == 1 else None


def keep_text(session: Session, phone: str | None, sid: str, text: str, now: datetime) -> bool:
    """A text from a customer, kept once however often it is delivered; from a withheld number there is nobody to keep it for.

    Whether it is kept now and was not before.
    """
    told = {"phone": phone, "at": now, "by": "customer", "text": text, "source": sid}
    return phone is not None and insert_once(session, Note, **told) is not None


def notes_of(session: Session, phone: str) -> list[Note]:
    """What was written down about a number, newest first."""
    return list(session.scalars(select(Note).where(Note.phone == phone).order_by(Note.at.desc(), Note.id.desc())))


def teams_of(session: Session, staff_id: int) -> frozenset[int]:
    """The teams that person is in."""
    return frozenset(session.scalars(select(StaffTeam.team_id).where(StaffTeam.staff_id == staff_id)))


def team_names(session: Session) -> dict[int, str]:
    """Every team's name by its id, in the order of the business's file; closed ones too."""
    return dict(run(session, TEAMS).all())


def open_teams(session: Session) -> dict[int, str]:
    """The same, of the teams that there are now: to choose from."""
    return dict(run(session, OPEN_TEAMS).all())


def save_business(session: Session, profile: Profile) -> None:
    """Add or update the business, its teams and its staff (by phone). Removes nobody; twice changes nothing."""
    business = session.get(Business, 1, with_for_update=True)
    if business is None:
        session.add(Business(id=1, version=1, tables=profile.tables))
    elif business.tables != profile.tables:
        business.tables, business.version = profile.tables, business.version + 1
    teams = {team.name: team for team in session.scalars(select(Team))}
    for said in profile.teams:
        team = teams.setdefault(said.name, Team(name=said.name))
        team.key, team.strategy, team.closed_at = said.key, said.strategy, None
        session.add(team)
    session.flush()
    _save_staff(session, profile, {name: team.id for name, team in teams.items()})


def _save_staff(session: Session, profile: Profile, teams: dict[str, int]) -> None:
    known = {staff.phone: staff for staff in session.scalars(select(Staff))}
    member_of = members(session)
    for said in profile.staff:
        staff = known.get(said.phone)
        if staff is not None and staff.left_at is not None and staff.name.casefold() != said.name.casefold():
            _give_up(session, staff)
            staff = None
        staff = staff or Staff(phone=said.phone, on_duty=True)
        staff.name, staff.role, staff.email, staff.notices = said.name, said.role, said.email, said.notices
        if staff.left_at is not None:
            staff.left_at, staff.on_duty = None, True
        session.add(staff)
        session.flush()
        _put_in_teams(session, staff.id, member_of[staff.id], {teams[name] for name in said.teams})


def members(session: Session) -> defaultdict[int, set[int]]:
    """The teams that everybody is in, by person; none for whoever is in none."""
    found = defaultdict[int, set[int]](set)
    for staff_id, team_id in session.execute(select(StaffTeam.staff_id, StaffTeam.team_id)):
        found[staff_id].add(team_id)
    return found


def rename(session: Session, phones: Mapping[str, str], teams: Mapping[str, str]) -> None:
    """People who go on with another phone, and teams with another name, by what they were: the same rows, with all that they did.

    Raises ProfileError when a team that was closed has the name.
    """
    for before, after in phones.items():
        staff = session.scalars(select(Staff).where(Staff.phone == before)).first()
        if staff is not None:
            give_phone(session, staff, after)
    for before, after in teams.items():
        if session.scalar(select(Team.id).where(Team.name == after)) is not None:
            what = "A team of this name was closed, and what it did still goes by it. Choose another name."
            raise ProfileError((Problem("change", None, "team.name", what),))
        session.execute(update(Team).where(Team.name == before).values(name=after))


def give_phone(session: Session, staff: Staff, phone: str) -> None:
    """Their phone is that one now, and the PIN goes along; somebody who left with it gives it up. Not when a colleague has it."""
    other = session.scalars(select(Staff).where(Staff.phone == phone, Staff.id != staff.id)).first()
    if other is not None and other.left_at is None:
        return
    if other is not None:
        _give_up(session, other)
    if phone != staff.phone and session.get(Pin, phone) is None:
        session.execute(update(Pin).where(Pin.phone == staff.phone).values(phone=phone))
    staff.phone = phone
    session.flush()


def _give_up(session: Session, gone: Staff) -> None:
    """Somebody else has the number of one who left: what they did stays theirs, and the PIN is nobody's."""
    session.execute(delete(Pin).where(Pin.phone == gone.phone))
    gone.phone = f"left:{gone.id}"
    session.flush()


def _put_in_teams(session: Session, staff_id: int, member_of: set[int], teams: set[int]) -> None:
    """In just these teams: whoever the file moves is moved."""
    session.add_all(StaffTeam(staff_id=staff_id, team_id=team_id) for team_id in teams - member_of)
    if left := member_of - teams:
        session.execute(delete(StaffTeam).where(StaffTeam.staff_id == staff_id, StaffTeam.team_id.in_(left)))


def _of_team(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same query about the people of the team that `team_id` is bound to."""
    return query.join(StaffTeam, StaffTeam.staff_id == Staff.id).where(StaffTeam.team_id == bindparam("team_id"))


def staff_names(session: Session) -> dict[int, str]:
    """Everybody's name by their id, also of those who left: what they did still names them."""
    return dict(session.execute(select(Staff.id, Staff.name).order_by(Staff.id)).all())


def names_at_work(session: Session) -> dict[int, str]:
    """The names of those who work here, by their ids: to choose from."""
    return {row.id: row.name for row in run(session, AT_WORK).all()}


def certain_names(session: Session, phones: Collection[str]) -> dict[str, str]:
    """The customers' names by number, of the numbers that exactly one customer has."""
    query = select(Customer.phone, func.min(Customer.name)).where(Customer.phone.in_(phones))
    certain = query.group_by(Customer.phone).having(func.count() == 1)
    return dict(session.execute(certain).all())
