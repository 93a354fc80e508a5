"""The call-backs: whom to ring next, and whether anybody is about to be let down."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request
from sqlalchemy.orm import Session

from callbacks import queries as promises
from console import wording
from console.access import the_office, the_viewer
from console.board import Board, board
from console.known import about_callbacks
from console.messages_shown import Setting
from office import people
from office.profile import Profile

MOST_ROWS = 200
"""Rows of a page, of each kind: nobody works through more in a day, and the page says how many it leaves out."""


def add_to(pages: Blueprint) -> None:
    """Give the pages the list of call-backs."""
    pages.add_url_rule("/callbacks", view_func=callbacks)
    pages.add_url_rule("/callbacks/list", view_func=refreshed)


def callbacks() -> str:
    """The page."""
    return render_template("callbacks.html", **_shown())


def refreshed() -> Response:
    """The list alone, for a page that keeps itself fresh: 204 when it has this version already.

    The server's clock goes along, by which the countdowns run.
    """
    shown = _shown()
    if request.args.get("version") == shown["board"].version:
        response = Response(status=204)
    else:
        response = make_response(render_template("callbacks_list.html", **shown))
    response.headers["X-Now"] = shown["now"].isoformat()
    return response


def _shown() -> dict[str, Any]:
    now, viewer = the_office().clock.now(), the_viewer()
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        shown = _board(session, profile, now)
    return {"board": shown, "profile": profile, "viewer": viewer, "wording": wording, "now": now}


def _board(session: Session, profile: Profile, now: datetime) -> Board:
    teams = the_viewer().teams
    owed = promises.still_open(session, MOST_ROWS, teams)
    closed = promises.closed_since(session, _midnight(now, profile.zone), MOST_ROWS, teams)
    how_many = len(owed) if len(owed) < MOST_ROWS else promises.how_many_open(session, teams)
    return board(owed, closed, how_many, about_callbacks(session, [*owed, *closed]), _setting(session, profile, now))


def _setting(session: Session, profile: Profile, now: datetime) -> Setting:
    return Setting(
        now=now,
        zone=profile.zone,
        region=profile.country,
        allowed=profile.callbacks.allowed_countries,
        ours=frozenset({profile.phone}),
        remind_before=profile.callbacks.remind_before,
        viewer=the_viewer().name,
        free=len(people.free(session, now)),
        on_duty=people.on_duty(session),
    )


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
