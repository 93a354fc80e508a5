"""Charts as the server draws them: where each mark of a drawing stands. Pure; the template writes the SVG.

No chart needs colour to be read: kept is solid, late is hatched, and the number stands on the mark.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from callbacks.figures import Count
from console import figures
from console.figures import Week

WIDTH, HEIGHT = 820, 232
LEFT, TOP, FLOOR = 36, 24, 194
LEAST_TOP = 4
"""Promises at the upper line when there are hardly any: one promise does not fill the chart."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line across, and its figure."""

    y: float
    figure: int


@dataclass(frozen=True, slots=True)
class Column:
    """A week: its kept part stands on the floor, its late part on that. `on_top` is how many of 100 were kept."""

    x: float
    width: float
    kept_y: float
    kept_height: float
    late_y: float
    late_height: float
    on_top: str
    name: str

    @property
    def middle(self) -> float:
        """Where its words stand."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Columns:
    """The chart of the weeks; `told` is the whole of it in words."""

    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    told: str


def week_by_week(weeks: Sequence[Week]) -> Columns:
    """Promises kept and late, a column a week, from zero up."""
    top = _round_up(max((week.of for week in weeks), default=0))
    height = (FLOOR - TOP) / top
    step = (WIDTH - LEFT) / len(weeks)
    columns = tuple(_column(week, LEFT + step * place, step, height) for place, week in enumerate(weeks))
    lines = tuple(Line(round(FLOOR - height * top * part / 4, 1), top * part // 4) for part in range(5))
    return Columns(lines, columns, _told(weeks))


def _column(week: Week, x: float, step: float, height: float) -> Column:
    late = week.of - week.kept
    kept_height, late_height = round(height * week.kept, 1), round(height * late, 1)
    return Column(
        x=round(x + step * 0.18, 1),
        width=round(step * 0.64, 1),
        kept_y=round(FLOOR - kept_height, 1),
        kept_height=kept_height,
        late_y=round(FLOOR - kept_height - late_height, 1),
        late_height=late_height,
        on_top=f"{figures.percent(Count(week.kept, week.of))}%" if week.of else "",
        name=f"{week.monday.day} {week.monday:%b}",
    )


def _round_up(most: int) -> int:
    """The upper line: the next number that four lines divide."""
    return max(-(-most // 4) * 4, LEAST_TOP)


def _told(weeks: Sequence[Week]) -> str:
    counted = [week for week in weeks if week.of]
    if not counted:
        return "No promise came due in these weeks."
    first, last = counted[0], counted[-1]
    began = f"In the week of {first.monday.day} {first.monday:%B} {first.kept} of {first.of} promises were kept"
    return f"{began}, in that of {last.monday.day} {last.monday:%B} {last.kept} of {last.of}."
