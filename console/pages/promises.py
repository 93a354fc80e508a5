"""How well promises were kept in a month, what is behind each figure, and the same figures as a file."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, render_template, request
from sqlalchemy.orm import Session

from console import behind, charts, digests, figures, live, periods, promises_csv, promises_sums, wording
from console.access import MANAGER, the_office, the_viewer
from console.periods import Period
from console.promises_sums import OF_CALLS, OF_PERSONS, OF_PROMISES, Scope
from office import audit, people
from office.profile import Profile


def add_to(pages: Blueprint) -> None:
    """Give the pages the report."""
    pages.add_url_rule("/promises", view_func=promises)
    pages.add_url_rule("/promises/region", view_func=promises_region)
    pages.add_url_rule("/promises/behind", view_func=promises_behind)
    pages.add_url_rule("/promises.csv", view_func=promises_csv_file)


def promises() -> str:
    """The page of a month."""
    return render_template("promises.html", **_shown())


def promises_region() -> Response:
    """The report alone, for a page that keeps itself fresh: 204 when it has this version already."""
    return live.region("promises_region.html", _shown())


def _shown() -> dict[str, Any]:
    now = the_office().clock.now()
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        period, scope = _period(now, profile.zone), _scope(session)
        report = promises_sums.report(session, period, scope, profile)
        teams = _teams(session)
    chart, months = charts.week_by_week(report.weeks), periods.earlier(now, profile.zone)
    told = {"report": report, "chart": chart, "months": months, "teams": teams, "figures": figures, "now": now}
    return {**told, "version": digests.version(report, months, teams), **_frame(profile)}


def promises_behind() -> str:
    """The calls or call-backs that a figure counts. 404 for a figure that there is not; 403 for a person's, asked for by no manager."""
    now, figure = the_office().clock.now(), request.args.get("figure", "")
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        period, scope = _period(now, profile.zone), _scope(session)
        found = _behind(session, figure, period, scope, profile)
    title = behind.TITLES[figure]
    return render_template("promises_behind.html", title=title, found=found, period=period, **_frame(profile))


def promises_csv_file() -> Response:
    """The report as a file for spreadsheets, from the same figures as the page."""
    now = the_office().clock.now()
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        period = _period(now, profile.zone)
        report = promises_sums.report(session, period, _scope(session), profile)
    with the_office().database.transaction() as session:
        audit.write(session, by=the_viewer().name, action="exported", about=f"promises:{period.written}", now=now)
    named = {"Content-Disposition": f"attachment; filename=promises-{period.written}.csv"}
    return Response(promises_csv.written(report), mimetype="text/csv", headers=named)


def _frame(profile: Profile) -> dict[str, Any]:
    asked = {name: request.args[name] for name in ("month", "team") if request.args.get(name)}
    return {"profile": profile, "viewer": the_viewer(), "wording": wording, "asked": asked}


def _period(now: datetime, zone: ZoneInfo) -> Period:
    return periods.read(request.args.get("month"), now, zone) or abort(404)


def _scope(session: Session) -> Scope:
    """Managers ask for everybody or a team; others for theirs, or one of them: 404 for another's."""
    viewer, wanted = the_viewer(), request.args.get("team")
    is_manager = viewer.role == MANAGER
    if not wanted:
        return Scope(None if viewer.teams is None else {*viewer.teams, None}, with_people=is_manager)
    team = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 10 else 0
    if team not in _teams(session):
        abort(404)
    return Scope({team}, with_people=is_manager)


def _teams(session: Session) -> dict[int, str]:
    """Those that whoever looks may choose from."""
    mine = the_viewer().teams
    return {team: name for team, name in people.team_names(session).items() if mine is None or team in mine}


def _behind(session: Session, figure: str, period: Period, scope: Scope, profile: Profile) -> behind.Behind:
    person = request.args.get("person", type=int)
    if (person is not None or figure in OF_PERSONS) and not scope.with_people:
        abort(403)
    if figure in OF_PROMISES:
        rows = promises_sums.promises_behind(session, figure, period, scope, person)
        return behind.of_promises(session, rows, profile, with_people=scope.with_people)
    if figure not in OF_CALLS:
        abort(404)
    calls = promises_sums.calls_behind(
        session, figure, period, scope, person=person, spans=_spans(period, profile.zone)
    )
    return behind.of_calls(session, calls, profile, with_people=scope.with_people)


def _spans(period: Period, zone: ZoneInfo) -> list[tuple[datetime, datetime]] | None:
    """The hours of the week that are asked for; None: all."""
    day, hour = request.args.get("day", type=int), request.args.get("hour", type=int)
    return None if day is None or hour is None else periods.hours_of(period, day, hour, zone)
