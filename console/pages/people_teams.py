"""One team: whose callers it has and how its phones ring; for managers also a new one, another name, and the end of one."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, make_response, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from callbacks import handing_on
from console import changing, wording
from console.access import the_office, the_viewer
from console.asked import LARGEST_ID
from console.framed import framed, local
from console.pages.people import all_teams, this_moment
from console.people import form as people_form
from console.people import tables as people_tables
from console.people.form import WrittenTeam
from console.people.seen import STRATEGIES, Team
from console.people.tables import Edit
from office import people, teams
from office.tables import Business
from office.teams import KEYS

TEAM = f"<int(max={LARGEST_ID}):team_id>"
NEW = {"name": "", "key": "", "strategy": teams.LONGEST_IDLE}


@dataclass(frozen=True, slots=True)
class Known:
    """A team as its page shows it, and what all are called and whose each menu key is as that is written down: read at once."""

    one: Team
    names: dict[int, str]
    keys: dict[str, str]
    manages: bool
    history: list[changing.Shown]

    @property
    def name(self) -> str:
        """What the team is called, as it is written down."""
        return self.names[self.one.id]

    @property
    def key(self) -> str | None:
        """Its own menu key; None: the next that is free."""
        return next((key for key, whose in self.keys.items() if whose == self.name), None)


def add_to(pages: Blueprint) -> None:
    """Give the pages the teams."""
    pages.add_url_rule("/teams/new", view_func=new_team, methods=["GET", "POST"])
    pages.add_url_rule(f"/teams/{TEAM}", view_func=team)
    pages.add_url_rule(f"/teams/{TEAM}", view_func=change_team, methods=["POST"])
    pages.add_url_rule(f"/teams/{TEAM}/close", view_func=close_team, methods=["GET", "POST"])


def team(team_id: int) -> str:
    """The page of a team."""
    return _page(_known(team_id), {})


def new_team() -> Response:
    """A team that nobody is in yet."""
    if request.method != "POST":
        return make_response(_new(NEW, {}))
    with the_office().database.reading() as session:
        keys, names = _keys(session), people.open_teams(session)
    written, problems = people_form.team(keys, names.values())
    name = wording.brief(written.name)
    edit = people_tables.add_team(written.name, written.key, written.strategy)
    problems = problems or _kept(edit, said=f"The team {name} was added", done=f"{name} is a team. Put somebody in it.")
    if problems:
        return make_response(_new(request.form.to_dict(), problems), 422)
    return redirect(_address(written.name), 303)


def change_team(team_id: int) -> Response:
    """Another name, key or way of ringing: the same team."""
    known = _known(team_id)
    keys = {key: name for key, name in known.keys.items() if key != known.key}
    written, problems = people_form.team(keys, {*known.names.values()} - {known.name})
    touched = people_form.touched(NEW)
    edit = people_tables.change_team(known.name, written.name, written.key, written.strategy, touched)
    said = _said(known, written, touched)
    done = f"{wording.brief(written.name if 'name' in touched else known.name)} is as you wrote."
    problems = {key: what for key, what in problems.items() if key in touched} or _kept(edit, said=said, done=done)
    if problems:
        return make_response(_page(known, problems, request.form.to_dict()), 422)
    return redirect(url_for("pages.team", team_id=team_id), 303)


def close_team(team_id: int) -> Response:
    """Its people and its open promises go to another team; what it did still names it."""
    known = _known(team_id)
    one, others = known.one, {key: name for key, name in known.names.items() if key != team_id}
    if request.method != "POST":
        return make_response(_closing(one, others, {}))
    to = next((key for key in others if str(key) == request.form.get("to")), None)
    if to is None:
        return make_response(_closing(one, others, {"to": "Choose where its people and promises go."}), 422)
    edit = people_tables.close_team(known.name, others[to])
    name, into = wording.brief(one.name), wording.brief(others[to])
    done = f"{name} is closed. Its people and promises are with {into} now."
    problems = _kept(edit, said=f"The team {name} was closed, for {into}", done=done, first=_move(team_id, to))
    if problems:
        return make_response(_closing(one, others, {"to": next(iter(problems.values()))}), 422)
    return redirect(url_for("pages.people"), 303)


def _move(team_id: int, to: int) -> Callable[[Session], None]:
    def first(session: Session) -> None:
        handing_on.to_team(session, team_id, to, by=the_viewer().name, now=the_office().clock.now())

    return first


def _kept(edit: Edit, *, said: str, done: str, first: Callable[[Session], None] | None = None) -> dict[str, str]:
    """{} when it holds, else what is wrong by field of the form."""
    problems = changing.attempt(edit, said=said, done=done, first=first)
    return {_field(key): what for key, what in problems.items()}


def _field(key: str) -> str:
    field = key.rpartition(".")[2]
    return field if field in {"name", "key", "strategy"} else "name"


def _said(known: Known, written: WrittenTeam, touched: Collection[str]) -> str:
    parts = {
        "name": f"is called {wording.brief(written.name)} now" if written.name != known.name else "",
        "key": f"has the key {written.key or 'that is free'}" if written.key != known.key else "",
        "strategy": STRATEGIES[written.strategy][0].lower() if written.strategy != known.one.strategy else "",
    }
    told = ", ".join(words for key, words in parts.items() if words and key in touched)
    return f"The team {wording.brief(known.name)}: {told or 'nothing'}"


def _known(team_id: int) -> Known:
    """404 for a team that is closed, too."""
    with the_office().database.reading() as session:
        at, names = this_moment(session), people.open_teams(session)
        one = next((one for one in all_teams(session, at) if one.id == team_id), None)
        if one is None or team_id not in names:
            abort(404)
        history = changing.shown(session, ("team",)) if at.manages else []
        return Known(one, names, _keys(session), at.manages, history)


def _page(known: Known, problems: dict[str, str], typed: dict[str, str] | None = None) -> str:
    written = {"name": known.name, "key": known.key or "", "strategy": known.one.strategy}
    told = {
        "team": known.one,
        "typed": typed or written,
        "problems": problems,
        "changes": known.history,
        "local": local,
    }
    return framed("team.html", is_only=len(known.names) == 1, manages=known.manages, **told, **_choices())


def _new(typed: dict[str, str], problems: dict[str, str]) -> str:
    return framed("team_new.html", typed=typed, problems=problems, **_choices())


def _closing(one: Team, others: dict[int, str], problems: dict[str, str]) -> str:
    with the_office().database.reading() as session:
        owed = handing_on.owed_by_team(session, one.id)
    return framed("team_closes.html", team=one, others=others, owed=owed, typed=request.form, problems=problems)


def _choices() -> dict[str, Any]:
    return {"keys": KEYS, "strategies": STRATEGIES}


def _keys(session: Session) -> dict[str, str]:
    """Whose each menu key is that the business writes down."""
    written = session.get_one(Business, 1).tables.get("team") or []
    return {team["key"]: team["name"] for team in written if team.get("key")}


def _address(name: str) -> str:
    """The page of the team that is called so; of all when it was closed just now."""
    with the_office().database.reading() as session:
        found = [key for key, each in people.open_teams(session).items() if each == name]
    return url_for("pages.team", team_id=found[0]) if found else url_for("pages.people")
