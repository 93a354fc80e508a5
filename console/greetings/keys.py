"""What a request says a greeting is for: a situation, whose it is by name, which holiday. And who may touch it.

A manager makes the business's, every team's and everybody's; whoever is no manager makes their own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort
from sqlalchemy.orm import Session

from console import asked, form
from console.access import MANAGER, the_viewer
from console.asked import BadFieldError, RefusedError
from console.body import Body
from office import people
from office.tables import Staff, Team
from voicemail_greetings.choice import SITUATIONS, Greeting, Situation

LONGEST_HOLIDAY = 100
"""Characters."""

BUSINESS = "business"

NOT_THEIRS = "Only a manager makes greetings of the business, a team or somebody else; name yourself as `staff`."


@dataclass(frozen=True, slots=True)
class Key:
    """One greeting's place: `team` and `staff` are the names that `team_id` and `staff_id` have."""

    situation: Situation
    team_id: int | None = None
    staff_id: int | None = None
    holiday: str | None = None
    team: str | None = None
    staff: str | None = None

    @property
    def place(self) -> tuple[str, int | None, int | None, str | None]:
        """What it is for: the situation, the ids of the team and the person, the holiday."""
        return self.situation, self.team_id, self.staff_id, self.holiday

    @property
    def whose(self) -> str:
        """As the address of its page names the owner: "business", "team-3", "staff-2"."""
        if self.staff_id is not None:
            return f"staff-{self.staff_id}"
        return BUSINESS if self.team_id is None else f"team-{self.team_id}"

    def greeting(self, *, text: str | None = None, sound: str | None = None) -> Greeting:
        """A greeting for just that."""
        return Greeting(None, self.situation, self.team_id, self.staff_id, self.holiday, text, sound)


def from_body(session: Session, body: Body) -> Key:
    """As the body of the request says."""
    return _key(session, lambda name: body.text(name, LONGEST_HOLIDAY if name == "holiday" else asked.LONGEST_TEXT))


def from_query(session: Session) -> Key:
    """As the address of the request says."""
    return _key(session, lambda name: asked.text(name, LONGEST_HOLIDAY if name == "holiday" else asked.LONGEST_TEXT))


def from_page(session: Session) -> Key:
    """As the address of a page says: `whose` is "business", "team-3" or "staff-2". 404 when that is nobody (any more)."""
    kind, _, number = (asked.text("whose") or BUSINESS).partition("-")
    named = situation(asked.text("situation"))
    day = asked.text("holiday", LONGEST_HOLIDAY) if named == "holiday" else None
    holiday = " ".join((day or "").split()) or None
    if kind == BUSINESS:
        return Key(named, holiday=holiday)
    row_id = form.row_id(number) or abort(404)
    if kind == "team":
        team = session.get(Team, row_id)
        known = team is not None and team.closed_at is None
        return Key(named, team_id=row_id, holiday=holiday, team=team.name) if team and known else abort(404)
    person = session.get(Staff, row_id) if kind == "staff" else None
    if person is None or person.left_at is not None:
        abort(404)
    return Key(named, staff_id=row_id, holiday=holiday, staff=person.name)


def situation(named: str | None) -> Situation:
    """One of the situations by its name; 404 for any other."""
    return next((each for each in SITUATIONS if each == named), None) or abort(404)


def check_theirs(staff_id: int | None) -> None:
    """403 unless a manager asks, or it is their own."""
    if not is_theirs(staff_id):
        abort(403, NOT_THEIRS)


def is_theirs(staff_id: int | None) -> bool:
    """Whether whoever asks may touch the greetings of that person, None: of the business or a team."""
    viewer = the_viewer()
    return viewer.role == MANAGER or (staff_id is not None and staff_id == viewer.staff_id)


def _key(session: Session, said: Callable[[str], str | None]) -> Key:
    named = next((each for each in SITUATIONS if each == said("situation")), None)
    if named is None:
        raise BadFieldError("situation", f"must be one of: {', '.join(SITUATIONS)}")
    team, staff, holiday = said("team"), said("staff"), said("holiday")
    if team and staff:
        raise RefusedError(422, "A person's greeting is theirs in every team: name one of the two.", field="team")
    if holiday and named != "holiday":
        raise RefusedError(422, "Only a greeting for a holiday names one.", field="holiday")
    team_id = _named("team", team, people.open_teams(session)) if team else None
    staff_id = _named("staff", staff, people.names_at_work(session)) if staff else None
    return Key(named, team_id, staff_id, holiday, team, staff)


def _named(field: str, name: str, names: dict[int, str]) -> int:
    """The id of the one with that name."""
    found = [each for each, known in names.items() if known == name]
    if len(found) != 1:
        raise RefusedError(422, "There is none of that name." if not found else "Several have that name.", field=field)
    return found[0]
