"""The board for everybody in the room: shall I pick up? It asks for itself every two seconds."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from callbacks import queries as promises
from callbacks import today
from callbacks.tables import Callback
from callbacks.today import Today
from console import live, now_board, wording
from console.access import the_office, the_viewer
from console.now_board import MOST_LINES, NowBoard, OnDuty, Seen
from office import people
from office.hours import HoursError
from office.profile import Profile
from office.tables import Staff, StaffTeam
from voice import live as calls_now
from voice.live import LiveCall

ROUND_THE_CLOCK = timedelta(days=7)
"""Open for longer than this without a break: nobody wants to read until when."""


def add_to(pages: Blueprint) -> None:
    """Give the pages the board."""
    pages.add_url_rule("/now", view_func=now)
    pages.add_url_rule("/now/region", view_func=now_region)


def now() -> str:
    """The page, which is whole without script too: it then loads itself anew."""
    return render_template("now.html", **shown())


def now_region() -> Response:
    """The board alone: 204 when the browser has this version already. The server's clock goes along."""
    return live.region("now_region.html", shown())


def shown() -> dict[str, Any]:
    """What the board wants, as whoever looks may see it."""
    moment = the_office().clock.now()
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        wall = _wall(session, profile, moment)
    patience = profile.ringing.patience * profile.ringing.rounds
    told = {"profile": profile, "wording": wording, "now": moment, "patience_s": int(patience.total_seconds())}
    return {
        "wall": wall,
        "version": wall.version,
        "hours": opening(profile, moment),
        "number": _number(profile),
        **told,
    }


def _wall(session: Session, profile: Profile, moment: datetime) -> NowBoard:
    teams = the_viewer().teams
    calls, under_way = calls_now.going_on(session, teams), today.under_way(session)
    tries = [(tried, row) for tried, row in under_way if teams is None or row.team_id in {None, *teams}]
    owed = promises.still_open(session, MOST_LINES, teams)
    return now_board.board(
        Seen(
            now=moment,
            zone=profile.zone,
            remind_before=profile.callbacks.remind_before,
            calls=calls,
            tries=tries,
            ringing=frozenset(tried.holder for tried, _ in under_way if tried.answered_at is None),
            owed=owed,
            today=_today(session, profile, moment),
            people=at_their_phones(session, moment),
            staff=people.staff_names(session),
            teams=people.team_names(session) if calls else {},
            names=_names(session, calls, [*owed, *(row for _, row in tries)]),
            how_many_owed=len(owed) if len(owed) < MOST_LINES else promises.how_many_open(session, teams),
        )
    )


def _today(session: Session, profile: Profile, moment: datetime) -> Today:
    midnight = moment.astimezone(profile.zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return today.today(session, moment, midnight, midnight + timedelta(days=1), the_viewer().teams)


def _names(session: Session, calls: list[LiveCall], rows: list[Callback]) -> dict[str, str]:
    phones = {call.phone for call in calls} | {phone for row in rows for phone in (row.phone, row.called_from)}
    return people.certain_names(session, {phone for phone in phones if phone})


def at_their_phones(session: Session, moment: datetime) -> list[OnDuty]:
    """Who is on duty, or away and comes back; whoever is no manager sees those whom they are in a team with."""
    query = select(Staff).where(Staff.on_duty | Staff.away_until.is_not(None)).order_by(Staff.id)
    teams = the_viewer().teams
    if teams is not None:
        mates = select(StaffTeam.staff_id).where(StaffTeam.team_id.in_(teams))
        query = query.where(Staff.id.in_(mates) | (Staff.id == the_viewer().staff_id))
    return [_person(row, moment) for row in session.scalars(query)]


def _person(row: Staff, moment: datetime) -> OnDuty:
    is_busy = row.busy_until is not None and row.busy_until > moment
    return OnDuty(
        id=row.id,
        name=row.name,
        on_duty=row.on_duty,
        busy_with=(row.busy_with or "call:") if is_busy else None,
        resting=row.rest_until is not None and row.rest_until > moment,
        away_until=row.away_until,
    )


def opening(profile: Profile, moment: datetime) -> str:
    """Whether the office is open: "open until 17:30", "closed until Wed 09:00"."""
    try:
        span = profile.hours.next_span(moment)
    except HoursError:
        return "closed"
    if span.opens > moment:
        return f"closed until {_when(span.opens, moment, profile)}"
    if span.closes - moment > ROUND_THE_CLOCK:
        return "open round the clock"
    return f"open until {_when(span.closes, moment, profile)}"


def _when(then: datetime, moment: datetime, profile: Profile) -> str:
    day = wording.day(then, moment, profile.zone)
    return " ".join(filter(None, (day, wording.clock(then, profile.zone))))


def _number(profile: Profile) -> str:
    return wording.number(profile.phone, profile.country)
