"""The report on promises as a file for spreadsheets: the same figures as on the page, a line each. Pure.

What somebody typed never begins a cell, our own words do: so no name becomes a formula in a spreadsheet.
"""

import csv
import io
from collections.abc import Iterator

from console.figures import FEWEST, WEEKDAYS, Report, Sums, percent

BOM = "\ufeff"
"""So that spreadsheets read it as UTF-8."""

HEADER = ("period", "figure", "whose", "count", "cases", "value", "unit")
KEPT, ANSWERED, MIDDLE = "promises kept", "answered by a person", "middle time to call back"
Line = tuple[object, ...]


def written(report: Report) -> str:
    """The whole file. A value is left empty where there are too few cases to say."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADER)
    writer.writerows((report.period.written, *line) for line in _lines(report))
    return BOM + file.getvalue()


def _lines(report: Report) -> Iterator[Line]:
    yield from _sums("all", report.house)
    yield f"aim: {KEPT}", "all", "", "", report.aims.kept, "%"
    yield f"aim: {ANSWERED}", "all", "", "", report.aims.answered, "%"
    yield f"aim: {MIDDLE}", "all", "", "", int(report.aims.call_back.total_seconds()), "s"
    for team in report.teams:
        yield from _sums(f"team: {team.name}", team.sums)
    for person in report.people or ():
        yield "calls taken", f"person: {person.name}", person.calls, person.calls, "", ""
        yield "customers reached in time", f"person: {person.name}", person.in_time, person.reached, "", ""
    for day, cells in zip(WEEKDAYS, report.heat.cells, strict=True):
        for hour, many in zip(report.heat.hours, cells, strict=True):
            yield "missed in open hours", f"{day} {hour:02}:00", many, report.heat.total, "", ""
    yield "missed while closed", "all", report.closed, report.closed, "", ""
    for week in report.weeks:
        yield KEPT, f"week of {week.monday.isoformat()}", week.kept, week.of, "", ""


def _sums(whose: str, sums: Sums) -> Iterator[Line]:
    for name, count in ((KEPT, sums.kept), (ANSWERED, sums.answered)):
        yield name, whose, count.yes, count.of, percent(count) if count.of >= FEWEST else "", "%"
    middle = sums.middle
    told = middle.seconds if middle.of >= FEWEST and middle.seconds is not None else ""
    yield MIDDLE, whose, middle.of, middle.of, told, "s"
