"""What each turn of a call costs: every kind of step against a Flask route that answers constant TwiML.

    .venv/bin/python benchmarks/steps.py [--seconds 1] [--rounds 3] [--postgres] [--only whisper]

Each request is the turn of a call of its own, which was brought there by its earlier turns beforehand, unmeasured; only
a caller who waits in the queue is asked for again and again. Turns per second are those of 16 connections, latencies
those of one. The floor is measured just before each step by the same client; what counts are the ratios to it, of which
the median of all rounds is printed. Of each run all requests are made and signed beforehand.
"""

import argparse
import itertools
import secrets
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import select, update  # noqa: E402 - the path comes first, as this runs as a script
from sqlalchemy.orm import Session  # noqa: E402 - as above

from benchmarks import business, load, servers  # noqa: E402 - as above
from benchmarks.journeys import JOURNEYS, Caller, House, Journey  # noqa: E402 - as above
from office.database import Database  # noqa: E402 - as above
from voice.tables import Call, Leg  # noqa: E402 - as above

ALONE, TOGETHER = 1, 16
"""Connections: of the latencies, and of the turns per second."""

PREPARED = {ALONE: 150, TOGETHER: 250}
"""Calls brought to a step for each second of a run. A run is over when they are used up, however fast that was."""

WARM_UP = 32
WAITING = 18
"""Callers in the queue while what they hear is measured: one for each connection, and two to look at."""

WITHOUT_END = 3600.0
PARTS = ("rate", "p50", "p99")


@dataclass(frozen=True)
class Figures:
    """Turns a second of sixteen connections, and milliseconds of one."""

    rate: float
    p50: float
    p99: float


@dataclass(frozen=True)
class Served:
    """The product in one of its houses; `url` is that of its database."""

    port: int
    url: str
    house: House

    def warm_up(self) -> None:
        """Both processes open their connections to the database, which takes PostgreSQL long when all come at once."""
        for connections in (1, 2, 4, 8, TOGETHER):
            load.run(self.port, connections, self._brought_there(JOURNEYS[0], WARM_UP), WITHOUT_END)
        self._tidy()

    def figures(self, journey: Journey, seconds: float) -> Figures:
        """One run with one connection, and one with sixteen."""
        alone, together = (self._run(journey, connections, seconds) for connections in (ALONE, TOGETHER))
        return Figures(together.rate, alone.percentile(0.5), alone.percentile(0.99))

    def _run(self, journey: Journey, connections: int, seconds: float) -> load.Load:
        count = WAITING if journey.again else WARM_UP + int(seconds * PREPARED[connections])
        first, *requests, last = self._brought_there(journey, count)
        self._check(journey, first)
        load.run(self.port, TOGETHER, requests[:WARM_UP], WITHOUT_END)
        rest = itertools.cycle(requests) if journey.again else requests[WARM_UP:]
        measured = load.run(self.port, connections, rest, seconds)
        self._check(journey, last)
        self._tidy()
        return measured

    def _check(self, journey: Journey, request: bytes) -> None:
        """Ends the benchmark when the step does not say what it says when it is the one that is meant."""
        answer = load.heard(self.port, request)
        if journey.says not in answer:
            sys.exit(f"{journey.name}: answered {answer}")

    def _brought_there(self, journey: Journey, count: int) -> list[bytes]:
        """New calls play all the turns before; the requests of the turn that is measured."""
        first = secrets.randbelow(business.CUSTOMERS)
        callers = [Caller(f"CA{secrets.token_hex(16)}", first + number * 7919) for number in range(count)]
        for turn in journey.before:
            callers = self._known(callers)
            before = [turn.request(self.port, caller) for caller in callers]
            load.run(self.port, TOGETHER, before, WITHOUT_END)
        return [journey.turn.request(self.port, caller) for caller in self._known(callers)]

    def _known(self, callers: list[Caller]) -> list[Caller]:
        """The same with the ids of their calls, by which staff phones and the queue are addressed."""
        with _session(self.url) as session:
            ids = dict(session.execute(select(Call.sid, Call.id).where(Call.ended_at.is_(None))).all())
        return [caller.with_id(ids.get(caller.sid)) for caller in callers]

    def _tidy(self) -> None:
        """All calls are over, so that no later run finds a queue."""
        with _session(self.url) as session:
            session.execute(update(Leg).where(Leg.ended_at.is_(None)).values(ended_at=Leg.rang_at))
            session.execute(
                update(Call).where(Call.ended_at.is_(None)).values(ended_at=Call.started_at, waiting_since=None)
            )


@contextmanager
def _session(url: str) -> Iterator[Session]:
    database = Database(url)
    with database.transaction() as session:
        yield session
    database.close()


@contextmanager
def houses(folder: Path, *, postgres: bool) -> Iterator[dict[House, Served]]:
    """The product under gunicorn in each of its houses."""
    with ExitStack() as stack:
        names = [house.name.lower() for house in House]
        urls = stack.enter_context(business.databases(folder, names, postgres=postgres))
        served = {}
        for house, url in zip(House, urls, strict=True):
            business.fill(url, house.teams, somebody_free=house is not House.BUSY)
            port = servers.free_port()
            stack.enter_context(servers.serving(business.product(url, port, folder), port))
            served[house] = Served(port, url, house)
            served[house].warm_up()
        yield served


def floor_figures(port: int, seconds: float) -> Figures:
    """The same two runs against the floor."""
    same = [business.request(port, "/voice/incoming", f"CA{secrets.token_hex(16)}", business.customer_phone(1))]
    load.run(port, TOGETHER, same * WARM_UP, WITHOUT_END)
    alone, together = (load.run(port, connections, itertools.cycle(same), seconds) for connections in (ALONE, TOGETHER))
    return Figures(together.rate, alone.percentile(0.5), alone.percentile(0.99))


def told(name: str, runs: list[tuple[Figures, Figures]]) -> str:
    """A row of the table: what was measured, and beside it the ratio to the floor."""
    cells = []
    for part in PARTS:
        measured = statistics.median(getattr(step, part) for _, step in runs)
        ratio = statistics.median(getattr(step, part) / getattr(floor, part) for floor, step in runs)
        cells.append(f"{measured:>10,.1f}{ratio:>9.3f}" if part == "rate" else f"{measured:>10,.2f}{ratio:>9.1f}")
    return f"{name:<34}{''.join(cells)}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What each turn of a call costs, as a ratio to constant TwiML.")
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--only", default="", help="measure only steps that have this in their name")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ringtrue-benchmark-")))
        served = stack.enter_context(houses(folder, postgres=given.postgres))
        floor = servers.free_port()
        stack.enter_context(servers.serving("floor()", floor))
        print(f"To the floor, {'PostgreSQL' if given.postgres else 'SQLite'}; ms of one connection, turns/s of sixteen")
        print(f"{'step':<34}" + "".join(f"{part:>10}{'ratio':>9}" for part in ("turns/s", "p50 ms", "p99 ms")))
        for journey in (journey for journey in JOURNEYS if given.only in journey.name):
            house = served[journey.house]
            runs = [
                (floor_figures(floor, given.seconds), house.figures(journey, given.seconds))
                for _ in range(given.rounds)
            ]
            print(told(journey.name, runs), flush=True)


if __name__ == "__main__":
    main()
