"""What answering a call costs: POST /voice/incoming against a Flask route that answers constant TwiML.

    .venv/bin/python benchmarks/incoming.py [--seconds 3] [--rounds 5] [--postgres]

Each request is a call of its own by one of 20,000 customers: signature checked, customer looked up, call and answer
committed, TwiML returned. *rings*: somebody is free, is reserved, and their phone rings. *missed*: nobody is, and a
call-back is promised in the same transaction. All servers run under gunicorn as in the Procfile and are measured in
turn, by the same client, with 1 and 16 connections; what counts are the ratios to the floor within a round. CPU is
that of the web processes (not of PostgreSQL).
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

from sqlalchemy import func, select  # noqa: E402 - the path comes first, as this runs as a script

from benchmarks import business, load, servers  # noqa: E402 - as above
from office.database import Database  # noqa: E402 - as above
from voice.tables import Call  # noqa: E402 - as above

CONNECTIONS = (1, 16)
PARTS = ("rate", "p50", "p99", "cpu")
MOST_PER_SECOND = 2_500
"""Requests made beforehand for each second of a run; more than the product has answered here."""

WARM_UP = 100
"""Requests before each run that are not measured."""


@dataclass(frozen=True)
class Figures:
    """One run: answers a second, milliseconds, and milliseconds of CPU a request."""

    rate: float
    p50: float
    p99: float
    cpu: float


@dataclass
class Server:
    """One of those that are compared. `url` is its database's, None for the floor, which may be asked the same twice."""

    name: str
    port: int
    pid: int
    url: str | None
    answered: int = 0

    def measure(self, connections: int, seconds: float) -> Figures:
        """One run, with requests that were signed before it began."""
        requests = calls(self.port, WARM_UP + int(seconds * MOST_PER_SECOND))
        warm = load.run(self.port, connections, requests[:WARM_UP], seconds)
        before = servers.cpu_seconds(self.pid)
        asked = requests[WARM_UP:] if self.url else itertools.cycle(requests)
        run = load.run(self.port, connections, asked, seconds)
        cpu = (servers.cpu_seconds(self.pid) - before) * 1000 / len(run.latencies)
        self.answered += len(warm.latencies) + len(run.latencies)
        return Figures(run.rate, run.percentile(0.5), run.percentile(0.99), cpu)


def calls(port: int, count: int) -> list[bytes]:
    """So many calls, each of its own, as the carrier posts them."""
    first = secrets.randbelow(business.CUSTOMERS)
    phones = (business.customer_phone((first + number) * 7919) for number in range(count))
    sids = (f"CA{secrets.token_hex(16)}" for _ in range(count))
    return [
        business.request(port, "/voice/incoming", sid, phone, CallStatus="ringing")
        for sid, phone in zip(sids, phones, strict=True)
    ]


def written(url: str) -> int:
    """How many calls were written down."""
    database = Database(url)
    with database.reading() as session:
        count = session.scalar(select(func.count()).select_from(Call)) or 0
    database.close()
    return count


@contextmanager
def serving(rings: str, missed: str, folder: Path) -> Iterator[list[Server]]:
    """The floor and the product twice, on those databases."""
    floor, ringing, missing = (servers.free_port() for _ in range(3))
    apps = (
        ("floor", floor, "floor()", None),
        ("rings", ringing, business.product(rings, ringing, folder), rings),
        ("missed", missing, business.product(missed, missing, folder), missed),
    )
    with ExitStack() as stack:
        yield [
            Server(name, port, stack.enter_context(servers.serving(app, port)), url) for name, port, app, url in apps
        ]


def compare(everybody: list[Server], connections: int, seconds: float, rounds: int) -> str:
    """Measure all in turn, so often; prints a row of the table for each, and tells the ratios, which are the result."""
    runs = [[server.measure(connections, seconds) for server in everybody] for _ in range(rounds)]
    for server, figures in zip(everybody, zip(*runs, strict=True), strict=True):
        low, high = min(each.rate for each in figures), max(each.rate for each in figures)
        middle = {part: statistics.median(getattr(each, part) for each in figures) for part in PARTS}
        rates = f"{middle['rate']:,.0f} ({low:,.0f}-{high:,.0f})"
        row = f"{server.name:<8}{connections:>6}{rates:>24}{middle['p50']:>9.2f}{middle['p99']:>9.2f}{middle['cpu']:>16.2f}"
        print(row, flush=True)
    return "; ".join(
        _ratios(server.name, [(run[0], run[at]) for run in runs]) for at, server in enumerate(everybody) if at
    )


def _ratios(name: str, pairs: list[tuple[Figures, Figures]]) -> str:
    ratio = {part: statistics.median(getattr(b, part) / getattr(a, part) for a, b in pairs) for part in PARTS}
    return f"{name}: rate {ratio['rate']:.3f}, p50 {ratio['p50']:.1f}, p99 {ratio['p99']:.1f}, CPU {ratio['cpu']:.1f}"


def check(server: Server) -> None:
    """Ends the benchmark when an answer was not a call written down: then something other than calls was measured."""
    if server.url and written(server.url) != server.answered:
        sys.exit(f"{server.name}: {server.answered} answers, but {written(server.url)} calls written down")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What answering a call costs, as a ratio to constant TwiML.")
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgres", action="store_true")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ringtrue-benchmark-")))
        urls = stack.enter_context(business.databases(folder, ("rings", "missed"), postgres=given.postgres))
        for url, somebody_free in zip(urls, (True, False), strict=True):
            business.fill(url, {"Workshop": "1"}, somebody_free=somebody_free)
        everybody = stack.enter_context(serving(urls[0], urls[1], folder))
        print(f"{'server':<8}{'conns':>6}{'requests/s (min-max)':>24}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms/request':>16}")
        ratios = {count: compare(everybody, count, given.seconds, given.rounds) for count in CONNECTIONS}
        for server in everybody:
            check(server)
    kind = "PostgreSQL" if given.postgres else "SQLite"
    print(f"To the floor, {kind}: {' | '.join(f'{count} connections: {told}' for count, told in ratios.items())}")


if __name__ == "__main__":
    main()
