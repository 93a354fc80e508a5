"""The sums of the report on promises, on a small month that is counted by hand, and on a big one that is not."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from callbacks import figures as owed
from callbacks.figures import Count, Middle
from callbacks.tables import Callback
from console import charts, figures, periods, promises_sums
from console.figures import Sums, Week
from console.periods import Period
from console.promises_sums import Scope
from office.profile import AimPolicy
from office.wiring import Office
from voice.figures import Answered
from voice.tables import Call

Made = Callable[..., Any]
LONDON, LORD_HOWE = ZoneInfo("Europe/London"), ZoneInfo("Australia/Lord_Howe")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
EVERYBODY = Scope(None, with_people=True)
AIMS = AimPolicy(95, 80, timedelta(hours=1))


def moment(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def month(written: str, zone: ZoneInfo = LONDON) -> Period:
    period = periods.read(written, NOW, zone)
    assert period is not None
    return period


def report(office: Office, period: Period, scope: Scope = EVERYBODY, zone: ZoneInfo = LONDON) -> figures.Report:
    with office.database.reading() as session:
        return promises_sums.report(session, period, scope, replace(office.business(session), zone=zone))


def test_small_month_is_counted_as_by_hand(office: Office, owe: Made, call: Made, sales: int) -> None:
    noon, at_one, done = moment("2026-10-05T12:00"), moment("2026-10-05T13:00"), {"state": "done", "outcome": "reached"}
    spoken = {"missed_at": noon, "promised_by": at_one, **done}
    owe(**spoken, spoke_at=at_one, owner_id=1)  # at the very minute: kept
    owe(**spoken, spoke_at=at_one + timedelta(seconds=1), owner_id=2)  # late
    owe(**spoken, spoke_at=noon + timedelta(minutes=20), team_id=sales, owner_id=2)
    owe(missed_at=noon, promised_by=at_one)  # open, and past its time
    owe(missed_at=noon, promised_by=at_one, state="done", outcome="cancelled")
    owe(**{**spoken, "kind": "outreach"}, spoke_at=noon)
    calls: list[tuple[str | None, dict[str, Any]]] = [
        ("spoke", {"answered_by": 1}), ("spoke", {"answered_by": 2, "came_open": False}), ("missed", {}),
        ("missed", {"team_id": sales}), ("missed", {"came_open": False}), ("unwanted", {}), ("spoke", {"own": True}),
        ("spoke", {"direction": "outbound", "answered_by": 1}), (None, {}),
    ]  # fmt: skip
    for number, (outcome, values) in enumerate(calls):
        call(f"CA{number}", started_at=noon, **{"outcome": outcome, "came_open": True, **values})
    found = report(office, month("2026-10"))
    assert found.house == Sums(Count(2, 4), Answered(1, 3), Middle(3600, 3))
    assert {team.name: team.sums for team in found.teams} == {
        "Workshop": Sums(Count(1, 3), Answered(1, 2), Middle(3600, 2)),
        "Sales": Sums(Count(1, 1), Answered(0, 1), Middle(1200, 1)),
    }
    assert [(row.name, row.calls, row.reached, row.in_time) for row in found.people or ()] == [
        ("Priya Shah", 1, 1, 1),
        ("Tom Okafor", 1, 2, 1),
    ]
    assert (found.heat.total, found.heat.cells[0][13 - 8], found.closed) == (2, 2, 1)
    assert found.weeks[-4] == Week(datetime(2026, 10, 5, tzinfo=UTC).date(), 2, 4)
    assert report(office, month("2026-09")).house == report(office, month("2026-11")).house == Sums()


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [(LONDON, "2026-09-30T23:00:00", "2026-10-31T23:59:59.9"), (LORD_HOWE, "2026-09-30T13:30:00", "2026-10-31T12:59:59.9")],
)  # fmt: skip
def test_month_has_its_first_moment_and_its_last_and_no_other(
    office: Office, owe: Made, call: Made, zone: ZoneInfo, first: str, last: str
) -> None:
    for number, at in enumerate((moment(first), moment(last))):
        owe(missed_at=at - timedelta(hours=1), promised_by=at, spoke_at=at, state="done", outcome="reached")
        call(f"CA{number}", started_at=at, outcome="missed", came_open=True)
    october, september, november = (month(written, zone) for written in ("2026-10", "2026-09", "2026-11"))
    found = report(office, october, zone=zone)
    assert (found.house.kept, found.house.answered, found.house.middle.of) == (Count(2, 2), Answered(0, 2), 2)
    assert (found.heat.cells[3][0], found.heat.cells[5][23]) == (1, 1)  # midnight on a Thursday, the end of a Saturday
    for other in (september, november):
        assert report(office, other, zone=zone).house == Sums()


def test_figures_of_all_teams_together_are_those_of_the_house(office: Office, sales: int) -> None:
    _live_a_month(office, [1, sales, None], random.Random(7))
    period = month("2026-10")
    found = report(office, period)
    parts = [report(office, period, Scope({team}, with_people=True)) for team in (1, sales, None)]
    assert found.house.kept.of > 50
    assert found.house.kept == _together([part.house.kept for part in parts])
    assert found.house.answered.of == sum(part.house.answered.of for part in parts)
    assert found.house.answered.yes == sum(part.house.answered.yes for part in parts)
    assert found.house.middle.of == sum(part.house.middle.of for part in parts)
    assert found.heat.total == sum(part.heat.total for part in parts) == found.house.answered.of - found.house.answered.yes  # fmt: skip
    assert [row.sums.middle for row in found.teams] == [part.house.middle for part in parts]
    assert sum(week.of for week in found.weeks) == sum(week.of for part in parts for week in part.weeks)


def test_figure_counts_just_the_rows_that_are_listed_behind_it(office: Office, sales: int) -> None:
    _live_a_month(office, [1, sales, None], random.Random(8))
    period = month("2026-10")
    found = report(office, period)
    with office.database.reading() as session:
        behind = {what: promises_sums.promises_behind(session, what, period, EVERYBODY) for what in ("due", "kept", "late", "spoken")}  # fmt: skip
        calls = {what: promises_sums.calls_behind(session, what, period, EVERYBODY) for what in ("open", "answered", "missed", "shut")}  # fmt: skip
        most, day, place = max((many, day, place) for day, row in enumerate(found.heat.cells) for place, many in enumerate(row))  # fmt: skip
        hours = periods.hours_of(period, day, found.heat.hours[place], LONDON)
        cell = promises_sums.calls_behind(session, "missed", period, EVERYBODY, spans=hours)
    waits = [(row.spoke_at - row.missed_at).total_seconds() for row in behind["spoken"] if row.spoke_at]
    assert (len(behind["kept"]), len(behind["due"])) == (found.house.kept.yes, found.house.kept.of)
    assert len(behind["late"]) == found.house.kept.of - found.house.kept.yes
    assert (int(median(waits)), len(waits)) == (found.house.middle.seconds, found.house.middle.of)
    assert (len(calls["answered"]), len(calls["open"])) == (found.house.answered.yes, found.house.answered.of)
    assert (len(calls["missed"]), len(calls["shut"])) == (found.heat.total, found.closed)
    assert len(cell) == most > 1


def _live_a_month(office: Office, teams: list[int | None], chance: random.Random) -> None:
    begin = moment("2026-09-25T00:00")
    with office.database.transaction() as session:
        for number in range(400):
            at = begin + timedelta(seconds=chance.randrange(45 * 86_400))
            spoke = chance.choice([None, at + timedelta(seconds=chance.randrange(9000))])
            ended = {"state": "done", "outcome": chance.choice(["reached", "answered-elsewhere", "cancelled"])} if spoke else {"state": "waiting"}  # fmt: skip
            facts = {"kind": chance.choice(["missed", "asked", "apology"]), "reason": "missed call", "phone": f"+44770{number:07}"}  # fmt: skip
            times = {"missed_at": at, "promised_by": at + timedelta(hours=2), "spoke_at": spoke}
            session.add(Callback(team_id=chance.choice(teams), **facts, **times, **ended))
            how = {"outcome": chance.choice(["spoke", "missed", "unwanted", None]), "came_open": chance.random() < 0.7}
            session.add(Call(sid=f"CA{number}", direction="inbound", team_id=chance.choice(teams), started_at=at, seen_at=at, **how))  # fmt: skip


def _together(counts: list[Count]) -> Count:
    return Count(sum(count.yes for count in counts), sum(count.of for count in counts))


def test_median_of_an_even_number_lies_between_the_two_in_the_middle(office: Office, owe: Made) -> None:
    noon = moment("2026-10-05T12:00")
    for minutes in (10, 20, 50, 90):
        owe(
            missed_at=noon,
            promised_by=noon,
            spoke_at=noon + timedelta(minutes=minutes),
            state="done",
            outcome="reached",
        )
    with office.database.reading() as session:
        period = month("2026-10")
        assert owed.until_spoken(session, owed.Asked(period.since, period.until))[0] == Middle(35 * 60, 4)


def test_fewer_than_ten_cases_are_too_few_to_say() -> None:
    assert (figures.share(Count(9, 9)), figures.share(Count(9, 10))) == (figures.TOO_FEW, "90%")
    assert (figures.middle(Middle(60, 9)), figures.middle(Middle(60, 10))) == (figures.TOO_FEW, "1 min")


def test_hundred_percent_is_all_and_none_is_none() -> None:
    counts = [Count(999, 1000), Count(1000, 1000), Count(1, 1000), Count(0, 1000), Count(945, 1000)]
    assert [figures.percent(count) for count in counts] == [99, 100, 1, 0, 95]


def test_change_is_told_in_words_and_only_when_both_months_have_enough() -> None:
    others = [(month("2026-10"), Sums(Count(80, 100), Answered(9, 9), Middle(44 * 60, 50)))]
    kept, answered, middle = figures.figures(Sums(Count(94, 100), Answered(90, 100), Middle(38 * 60, 50)), others, AIMS)
    assert (kept.changes[0].words, kept.changes[0].better) == ("up 14", True)
    assert (answered.changes[0].value, answered.changes[0].better) == (figures.TOO_FEW, None)
    assert (middle.changes[0].words, middle.changes[0].better) == ("6 min less", True)


@pytest.mark.parametrize(
    ("sums", "reached"),
    [
        (Sums(Count(95, 100), Answered(80, 100), Middle(3569, 50)), [True, True, True]),
        (Sums(Count(94, 100), Answered(79, 100), Middle(3570, 50)), [False, False, False]),  # told as 1 h: that is not less
        (Sums(Count(9, 9), Answered(9, 9), Middle(60, 9)), [None, None, None]),
    ],
)  # fmt: skip
def test_aim_is_reached_by_what_is_told_and_never_by_too_few(sums: Sums, reached: list[bool | None]) -> None:
    found = figures.figures(sums, [], AIMS)
    assert [figure.aim for figure in found] == ["95%", "80%", "under 1 h"]
    assert [figure.is_reached for figure in found] == reached


def test_hour_that_stands_out_is_named_and_a_tie_is_not() -> None:
    nine = moment("2026-11-02T09:00")
    assert "Mondays 9 to 10 stand out: 9 of the 11" in figures.heat([(nine, 9), (nine + timedelta(hours=1), 2)], LONDON).advice  # fmt: skip
    assert figures.heat([(nine, 9), (nine + timedelta(hours=1), 9)], LONDON).advice == ""
    assert figures.heat([(nine, 9)], LONDON).advice == ""


def test_columns_of_the_chart_stand_on_the_floor_and_within_the_frame() -> None:
    monday = datetime(2026, 11, 2, tzinfo=UTC).date()
    chart = charts.week_by_week([Week(monday + timedelta(weeks=n), n, 2 * n) for n in range(12)])
    assert all(column.kept_y + column.kept_height == pytest.approx(charts.FLOOR, abs=0.2) for column in chart.columns)
    assert all(column.late_y >= charts.TOP and column.x + column.width <= charts.WIDTH for column in chart.columns)
    assert (chart.columns[0].on_top, chart.columns[1].on_top) == ("", "50%")
    assert "in that of 18 January 11 of 22" in chart.told
