"""The call-backs: whom to ring next, and whether anybody is about to be let down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy.orm import Session

from callbacks import lists, today
from callbacks import queries as promises
from callbacks.claims import Who
from callbacks.lists import Wanted
from callbacks.promise import State
from callbacks.tables import Callback
from console import chosen, deeds, digests, known, live, promise_card, search, wording
from console.access import MANAGER, the_office, the_viewer
from console.board import Marks, board
from console.chosen import Chosen
from console.messages_shown import Setting
from console.pages.now import at_their_phones
from console.promise_card import Looks
from console.standing import Next, Standing, standing
from office import people
from office.profile import Profile

MOST_ROWS = 100
"""Rows of a page; the next page goes on where this one ends."""

DONE_BELOW = 20
"""Of what is done today so many stand below the whole list."""

ACTS = {
    "call": "call",
    "take": "claim",
    "put_back": "release",
    "hand_over": "assign",
    "snooze": "snooze",
    "done": "done",
}
"""What the card of a promise calls an act, and the address that does it."""


@dataclass(frozen=True, slots=True)
class Look:
    """The list as it was found, before anything beside its rows is read. Two looks with one `stamp` show the same rows."""

    session: Session
    profile: Profile
    now: datetime
    asked: Chosen
    wanted: Wanted
    rows: Sequence[Callback]
    at: Setting
    stamp: str


def add_to(pages: Blueprint) -> None:
    """Give the pages the list of call-backs."""
    pages.add_url_rule("/callbacks", view_func=callbacks)
    pages.add_url_rule("/callbacks/list", view_func=refreshed)


def callbacks() -> str:
    """The page."""
    with the_office().database.reading() as session:
        mates = deeds.team_mates(session, None) if the_viewer().role == MANAGER else ()
        return render_template("callbacks.html", mates=mates, **_shown(_look(session)))


def refreshed() -> Response:
    """The list alone, for a page that keeps itself fresh: 204 when it has this version already."""
    with the_office().database.reading() as session:
        look = _look(session)
        return live.stamped("callbacks_list.html", look.stamp, look.now, lambda: _shown(look))


def wanted(session: Session, asked: Chosen, profile: Profile, now: datetime) -> Wanted:
    """The rows that are asked for, of those that the viewer sees."""
    viewer = the_viewer()
    rows = Wanted(
        show=asked.show,
        who=Who(viewer.name, viewer.staff_id),
        now=now,
        today=_day(now, profile.zone)[0],
        teams=viewer.teams,
        team_id=asked.team_id if asked.team_id and asked.team_id in _teams(session) else None,
        since=chosen.begin(asked.since, profile.zone) if asked.since else None,
        until=chosen.begin(asked.until + timedelta(days=1), profile.zone) if asked.until else None,
    )
    return lists.sought(session, rows, search.found(asked.words, profile.country))


def _look(session: Session) -> Look:
    now, asked = the_office().clock.now(), chosen.chosen(request.args)
    profile = the_office().business(session)
    rows_wanted, at = wanted(session, asked, profile, now), _setting(session, profile, now)
    rows = lists.page(session, rows_wanted, MOST_ROWS + 1, asked.after)
    stamp = live.stamp(session, rows, now, at.free, at.on_duty)
    return Look(session, profile, now, asked, rows_wanted, rows, at, stamp)


def _shown(look: Look) -> dict[str, Any]:
    rows, more = look.rows[:MOST_ROWS], len(look.rows) > MOST_ROWS
    done = look.wanted.show == "done"
    closed = rows if done else _done_today(look)
    how_many = lists.counts(look.session, look.wanted)
    stands, owed = _standing(look, how_many["done"]), promises.how_many_open(look.session, look.wanted.teams)
    about = known.about_callbacks(look.session, [*rows, *([] if done else closed)])
    shown = board([] if done else rows, closed, owed, about, look.at, _marks(look, rows))
    teams = _teams(look.session)
    asked = look.asked if look.wanted.team_id else replace(look.asked, team_id=None)
    further = replace(asked, after=lists.key(rows[-1], asked.show)) if more else None
    same = digests.version(shown, stands, how_many, teams, further)
    return {
        "board": shown, "standing": stands, "counts": how_many, "teams": teams, "asked": asked, "profile": look.profile,
        "viewer": the_viewer(), "wording": wording, "now": look.now, "version": same, "stamp": look.stamp,
        "here": _here(asked), "further": further and url_for("pages.callbacks", **chosen.address(further)),
        "query": chosen.address(asked), "all": chosen.address(replace(asked, after=None)),
    }  # fmt: skip


def _done_today(look: Look) -> Sequence[Callback]:
    """Below the whole list; nothing below a part of it."""
    return lists.page(look.session, replace(look.wanted, show="done"), DONE_BELOW) if look.asked.is_whole else ()


def _standing(look: Look, done: int) -> Standing:
    """Of all that the viewer sees, whatever the page shows of it."""
    session, now, teams = look.session, look.now, look.wanted.teams
    firsts = [lists.first(session, teams, now, late=late) for late in (True, False)]
    names = known.names(session, [row for row in firsts if row])
    late, coming = (_next(row, names, look.profile) if row else None for row in firsts)
    figures = today.today(session, now, *_day(now, look.profile.zone), teams)
    return standing(figures, late, coming, look.at, done=done)


def _next(row: Callback, names: Mapping[str, str], profile: Profile) -> Next:
    number = wording.number(row.phone, profile.country) if row.phone else wording.WITHHELD
    return Next(wording.legible(known.called(row, names) or "") or number, row.promised_by)


def _marks(look: Look, rows: Sequence[Callback]) -> Marks:
    ids = [row.id for row in rows if row.next_try_at and row.next_try_at > look.now]
    aside = lists.snoozed(look.session, ids, look.now) if ids else frozenset()
    return Marks({row.id: _acts(row, look.now) for row in rows}, aside)


def _acts(row: Callback, now: datetime) -> tuple[str, ...]:
    """What the viewer may do with it, as the addresses are called; `tick`: together with others."""
    viewer = the_viewer()
    if row.state == State.DONE.value:
        return ()
    is_manager = viewer.role == MANAGER
    may = promise_card.acts(row, Looks(viewer.name, viewer.staff_id, is_manager), now)
    acts = [act for name, act in ACTS.items() if getattr(may, name)]
    acts += ["note"] if row.phone or row.called_from else []
    return (*acts, "move", *(["tick"] if is_manager else []))


def _here(asked: Chosen) -> Any:
    """An address of the list that asks for something else besides."""
    return lambda **other: url_for("pages.callbacks", **chosen.address(replace(asked, after=None, **other)))


def _teams(session: Session) -> dict[int, str]:
    """Those of the viewer, to choose from."""
    theirs, names = the_viewer().teams, people.open_teams(session)
    return {key: name for key, name in names.items() if theirs is None or key in theirs}


def _setting(session: Session, profile: Profile, now: datetime) -> Setting:
    there = at_their_phones(session, now)
    return Setting(
        now=now,
        zone=profile.zone,
        region=profile.country,
        allowed=profile.callbacks.allowed_countries,
        ours=frozenset({profile.phone}),
        remind_before=profile.callbacks.remind_before,
        kept=profile.retention,
        viewer=the_viewer().name,
        free=tuple(sorted(one.name for one in there if one.is_free)),
        on_duty=sum(one.on_duty for one in there),
    )


def _day(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the day at the office began, and when it is over."""
    there = now.astimezone(zone).date()
    return chosen.begin(there, zone), chosen.begin(there + timedelta(days=1), zone)
