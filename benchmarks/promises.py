"""What keeping promises costs: how late many that are due in the same second start, and what a round of the sweep takes.

    .venv/bin/python benchmarks/promises.py [--seconds 5] [--promises 10000] [--closed 300000] [--rounds 20] [--postgres]

*Starts*: promises due at once, 80 people, no limit of the guard's and no pace; the carrier answers at once, and each staff
phone is down again at once. 1, 2 and 4 worker processes claim for some seconds; the ratio is to one of them. *Rounds*: what
each part of the sweep takes with 5,000 open call-backs and no others, and with the closed ones of some years beside them.
"""

import argparse
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import delete, insert, update  # noqa: E402 - the path comes first, as this runs as a script

from benchmarks import business  # noqa: E402 - as above
from callbacks import attempts, carry_out, deliveries, guard, queries, sweep  # noqa: E402 - as above
from callbacks.tables import Attempt, Callback  # noqa: E402 - as above
from office import mails, migrations, people, texts  # noqa: E402 - as above
from office.line import PhoneLine  # noqa: E402 - as above
from office.profile import read  # noqa: E402 - as above
from office.settings import Settings  # noqa: E402 - as above
from office.wiring import Office  # noqa: E402 - as above
from reception import escalating, phones, whom  # noqa: E402 - as above
from voice import dialled  # noqa: E402 - as above

PROCESSES = (1, 2, 4)
OPEN, PEOPLE, CHUNK = 5_000, 80, 10_000
A_DAY = 1_000
"""Closed call-backs a day: so many of them the guard counts."""

LIMITS = """
keep_free = 0
[guard]
house_per_hour = 1000000
house_per_day = 1000000
minutes_per_day = 1000000
calls_per_second = 0
"""
STAFF = '[[staff]]\nname = "Person {0}"\nphone = "+4477009{0:05}"\n'
BUSINESS = business.BUSINESS.rstrip() + LIMITS + "".join(STAFF.format(n) for n in range(PEOPLE))
"""The limits begin in its last table, [ringing]."""


class AtOnce:
    """A carrier that takes every call at once; remembers which attempt the last one was for."""

    attempt_id = 0

    def ring(self, to: str, *, answer_at: str, **_: object) -> str:  # noqa: ARG002 - PhoneLine's signature
        """The call's sid."""
        self.attempt_id = int(answer_at.split("/")[-3])
        return f"CA{self.attempt_id:032}"


def opened(url: str, line: AtOnce) -> Office:
    """An office over that database, whose line answers at once."""
    environment = {
        "DATABASE_URL": url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "DATA_DIR": tempfile.gettempdir(),
        "PUBLIC_BASE_URL": "https://ringtrue.test",
        "TWILIO_ACCOUNT_SID": business.ACCOUNT,
        "TWILIO_AUTH_TOKEN": business.TOKEN,
    }
    return Office.open(Settings.read(environment), line=cast("PhoneLine", line))


def fill(url: str, promises: int) -> None:
    """The business, and promises that are owed."""
    migrations.upgrade(url)
    office, now = opened(url, AtOnce()), datetime.now(UTC)
    with office.database.transaction() as session:
        people.save_business(session, read(BUSINESS))
    _add(office, Callback, (_owed(n, now) for n in range(promises)))
    office.close()


def _owed(number: int, now: datetime) -> dict[str, Any]:
    return {
        "phone": f"+4479470{number:05}",
        "kind": "missed",
        "reason": "nobody answered",
        "state": "waiting",
        "missed_at": now,
        "promised_by": now + timedelta(hours=3, seconds=number),
        "next_try_at": now,
    }


def _add(office: Office, table: type[Callback] | type[Attempt], rows: Iterator[dict[str, Any]]) -> None:
    """Row by row costs minutes; all at once a gigabyte."""
    while chunk := [row for _, row in zip(range(CHUNK), rows, strict=False)]:
        with office.database.transaction() as session:
            session.execute(insert(table), chunk)


def start_all_again(url: str) -> None:
    """Every promise is due in this second, as if nobody had tried."""
    office = opened(url, AtOnce())
    anew = {"state": "waiting", "next_try_at": office.clock.now(), "staff_misses": 0, "needs_person": False}
    with office.database.transaction() as session:
        session.execute(delete(Attempt))
        session.execute(update(Callback).values(anew))
    office.close()


def work(url: str, place: int, of: int, seconds: float, together: Barrier) -> int:
    """A worker process: how many calls it started. It is given its part of what is due, as the queue would."""
    line = AtOnce()
    office, started = opened(url, line), 0
    together.wait()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for callback_id in sweep.due(office)[place::of]:
            started += time.monotonic() < deadline and _start(office, line, callback_id)
    office.close()
    return started


def _start(office: Office, line: AtOnce, callback_id: int) -> bool:
    """Nobody takes the staff phone: its person is free for the next."""
    if not carry_out.carry_out(office, callback_id, whom.CALLS, dialled):
        return False
    with office.database.transaction() as session:
        attempt = session.get_one(Attempt, line.attempt_id)
        attempts.staff_leg_ended(session, attempt, office.business(session), office.clock.now())
    return True


def starts_per_second(url: str, processes: int, seconds: float) -> float:
    """Calls that so many worker processes start in a second, together."""
    start_all_again(url)
    spawn = multiprocessing.get_context("spawn")
    with spawn.Manager() as manager, spawn.Pool(processes) as pool:
        together = manager.Barrier(processes)
        jobs = [(url, place, processes, seconds, together) for place in range(processes)]
        return sum(pool.starmap(work, jobs, chunksize=1)) / seconds


def measure_starts(url: str, promises: int, seconds: float) -> None:
    """Prints a line for each number of processes."""
    print(f"{'processes':<12}{'starts/s':>10}{'ratio':>8}{f'the last of {promises:,} starts after':>36}")
    first = 0.0
    for processes in PROCESSES:
        rate = starts_per_second(url, processes, seconds)
        first = first or rate
        print(f"{processes:<12}{rate:>10,.0f}{rate / first:>8.2f}{promises / rate:>34,.0f} s", flush=True)


def parts(office: Office) -> dict[str, Callable[[], object]]:
    """Each part of a round by its name."""

    def reads(ask: Callable[..., object], *more: object) -> Callable[[], object]:
        def do() -> object:
            with office.database.reading() as session:
                return ask(session, *more, office.clock.now())

        return do

    def guarded() -> object:
        with office.database.transaction() as session:
            return guard.reached(session, office.business(session), "+447947000001", office.clock.now(), dialled)

    return {
        "call-backs due": lambda: sweep.due(office),
        "callers in line": reads(phones.due),
        "texts due": reads(texts.due),
        "mails due": reads(mails.due),
        "deliveries due": lambda: deliveries.due(office),
        "silent attempts": reads(queries.silent_attempts),
        "claims that lapse": lambda: sweep.free_lapsed(office),
        "ladder (every 5 s)": lambda: escalating.look_after_promises(office),
        "guard (each claim)": guarded,
    }


def milliseconds(do: Callable[[], object], rounds: int) -> list[float]:
    """What each time took."""

    def once() -> float:
        began = time.perf_counter()
        do()
        return (time.perf_counter() - began) * 1000

    return [once() for _ in range(rounds)]


def close_many(office: Office, closed: int) -> None:
    """Years of kept promises, each with its attempt."""
    now = office.clock.now()
    when = [now - timedelta(days=1) * (n / A_DAY) for n in range(closed)]
    done = {"state": "done", "outcome": "reached", "next_try_at": None}
    _add(office, Callback, (_owed(n, at) | done | {"closed_at": at, "spoke_at": at} for n, at in enumerate(when)))
    over = {"fence": 1, "staff_id": 1, "by": "Person 1", "stage": "ended", "outcome": "reached", "talked_s": 90}
    rows = ((n, {"customer_phone": f"+4479470{n:05}", "at": at, "ended_at": at}) for n, at in enumerate(when))
    _add(office, Attempt, (over | row | {"callback_id": OPEN + 1 + n} for n, row in rows))


def measure_rounds(url: str, closed: int, rounds: int) -> None:
    """Prints a line for each part of a round."""
    office = opened(url, AtOnce())
    before = {name: milliseconds(do, rounds) for name, do in parts(office).items()}
    close_many(office, closed)
    after = {name: milliseconds(do, rounds) for name, do in parts(office).items()}
    print(f"{'ms a round':<22}{'first':>10}{f'{OPEN:,} open':>14}{f'and {closed:,} closed':>24}{'ratio':>8}")
    for name, took in before.items():
        few, many = statistics.median(took), statistics.median(after[name])
        print(f"{name:<22}{took[0]:>10.1f}{few:>14.2f}{many:>24.2f}{many / few:>8.1f}")
    print(f"{'all':<22}{'':>10}{_sum(before):>14.2f}{_sum(after):>24.2f}{_sum(after) / _sum(before):>8.1f}")
    office.close()


def _sum(took: dict[str, list[float]]) -> float:
    return sum(statistics.median(times) for times in took.values())


@contextmanager
def databases(*, postgres: bool) -> Iterator[tuple[str, str]]:
    """Two new databases while the block lasts."""
    with (
        tempfile.TemporaryDirectory(prefix="ringtrue-benchmark-") as folder,
        business.databases(Path(folder), ("still", "busy"), postgres=postgres) as urls,
    ):
        yield urls[0], urls[1]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How late promises start, and what a round of the sweep takes.")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--promises", type=int, default=10_000)
    parser.add_argument("--closed", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    with databases(postgres=given.postgres) as (starts, rounds):
        fill(starts, given.promises)
        measure_starts(starts, given.promises, given.seconds)
        fill(rounds, OPEN)
        measure_rounds(rounds, given.closed, given.rounds)


if __name__ == "__main__":
    main()
