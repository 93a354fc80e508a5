"""How things stand, above the list: the sentence, today's promises, who is there. Made from figures; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callbacks.today import Today
from console import said, wording
from console.board import MOST_BEADS
from console.messages_shown import Setting
from console.now_board import listed, short_name


@dataclass(frozen=True, slots=True)
class Next:
    """Whom to ring first of some, and by when."""

    who: str
    by: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The sentence (news, then the next step), and the figures beside today's marks. Two that are equal look the same."""

    news: str
    next_step: str
    today: Today
    all_clear: str
    who_is_free: str
    on_duty: int
    done: int

    @property
    def is_quiet(self) -> bool:
        """Nothing was promised today, and nothing is done."""
        return self.today == Today(0, 0, 0, 0) and not self.done

    @property
    def beads(self) -> tuple[str, ...]:
        """Today's promises, a mark each."""
        marks = ("kept",) * self.today.kept + ("late",) * self.today.late + ("open",) * self.today.to_come
        return marks if len(marks) <= MOST_BEADS else ()


def standing(today: Today, late: Next | None, coming: Next | None, at: Setting, *, done: int) -> Standing:
    """How things stand; `late` and `coming` are the first of those past their time, and of those whose time is to come; `done`: how many are done today."""
    next_up = (wording.brief(coming.who), said.when(coming.by, at.now, at.zone)) if coming else None
    news, next_step = wording.news(today.past, wording.brief(late.who) if late else None, next_up)
    cleared = wording.all_clear(today.kept, today.kept + today.missed, done=done)
    return Standing(news, next_step, today, cleared, who_is_free(at.free), at.on_duty, done)


def who_is_free(names: Sequence[str]) -> str:
    """By as much of each name as one person alone has: "Ana, Tom O. and 3 more"."""
    whole = [wording.brief(wording.legible(name)) for name in names]
    firsts, shorts = [name.partition(" ")[0] for name in whole], [short_name(name) for name in whole]
    ways = zip(firsts, shorts, whole, strict=True)
    return listed([
        first if firsts.count(first) == 1 else short if shorts.count(short) == 1 else name for first, short, name in ways
    ])  # fmt: skip
