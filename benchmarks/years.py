"""Some years of a business, in its database in a minute or so: calls, call-backs with their attempts, messages, customers, who did what.

The same rows each time but for the moments, which end now. Half of the call-backs of the last days are still owed; one
customer rang far oftener than all others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks import bulk
from benchmarks.bulk import Rows
from office import migrations, people
from office.database import Database
from office.profile import read

TEAMS, PEOPLE = ("Workshop", "Sales", "Hire", "Accounts"), 12
OFTEN = "+447400000007"
"""The customer who rings us most."""

WHOSE_AND_WHEN = "owner owner_id missed_at promised_by next_try_at"
WHEN_OVER = "first_rang_at spoke_at closed_at closed_by"
MISSED = (0, 3, 7)
"""Of ten calls these are missed, and each leads to a call-back."""

FIRST = (
    "Amina", "Bruno", "Carla", "Derek", "Edith", "Femi", "Grace", "Hamid", "Irina", "Jonas",
    "Kezia", "Liam", "Maeve", "Nadia", "Omar", "Priya", "Quentin", "Rosa", "Sunil", "Tessa",
)  # fmt: skip
LAST = (
    "Abbott", "Baxter", "Cole", "Dixon", "Ellis", "Foster", "Grant", "Hughes", "Ingram",
    "Jarvis", "Kaur", "Lowe", "Mistry", "Nolan", "Okafor", "Price", "Quinn", "Rao",
)  # fmt: skip
SAID = (
    "Hello, it is about the {thing} that I brought in on {day}. Could somebody ring me back, please? I would like to know whether it is "
    "ready, and what it will cost in all. I am at home after {hour}, thank you."
)
THINGS = ("bicycle", "tandem", "front wheel", "brake", "saddle", "invoice", "cargo bike", "child seat", "lamp", "gear")
DAYS = ("Monday", "Tuesday", "Thursday", "Saturday")

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
"""
TEAM = '[[team]]\nname = "{}"\nkey = "{}"\n'
PERSON = '[[staff]]\nname = "Person {0}"\nphone = "+4477009001{0:02}"\nteams = ["{1}"]\n'


@dataclass(frozen=True, slots=True)
class Size:
    """How big the business is. Of the newest `2 * open` call-backs every second is still owed."""

    calls: int
    customers: int
    open: int

    @property
    def callbacks(self) -> int:
        return self.calls // 10 * len(MISSED)


@dataclass(frozen=True, slots=True)
class Years:
    """Who rang when: call number `n` of `size.calls`, the last of them just before `now`."""

    size: Size
    now: datetime
    back: timedelta = timedelta(days=730)

    def began(self, n: int) -> datetime:
        """When that call began."""
        return self.now - self.back * ((self.size.calls - n) / self.size.calls)

    def phone(self, n: int) -> str:
        """Who rang. Of the newest calls no two are by the same customer."""
        often = n % 500 in {1, 10} and not self._is_new(n)
        return OFTEN if often else phone(n * 7919 % self.size.customers)

    def missed(self) -> Iterator[tuple[int, int]]:
        """The call-back's id, and the call that led to it."""
        missed = (n for n in range(self.size.calls) if n % 10 in MISSED)
        return enumerate(missed, start=1)

    def is_open(self, callback_id: int) -> bool:
        """Whether it is owed."""
        return callback_id > self.size.callbacks - 2 * self.size.open and callback_id % 2 == 0

    def _is_new(self, n: int) -> bool:
        return n // 10 * len(MISSED) > self.size.callbacks - 2 * self.size.open - len(MISSED)


def phone(customer: int) -> str:
    """A customer's number."""
    return f"+447{400_000_000 + customer}"


def fill(url: str, size: Size) -> None:
    """Migrate the database and put all of it in."""
    migrations.upgrade(url)
    database, years = Database(url), Years(size, datetime.now(UTC))
    teams = "".join(TEAM.format(name, place) for place, name in enumerate(TEAMS, start=1))
    staff = "".join(PERSON.format(n, TEAMS[n % len(TEAMS)]) for n in range(PEOPLE))
    with database.transaction() as session:
        people.save_business(session, read(BUSINESS + teams + staff))
    database.close()
    engine = create_engine(url)  # a plain one: no bound on how long this takes
    with engine.begin() as connection:
        for table, (columns, rows) in tables(years).items():
            bulk.put(connection, table, columns.split(), rows)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))  # as it does by itself in time
    engine.dispose()


def tables(years: Years) -> dict[str, tuple[str, Rows]]:
    """The columns of each table, and its rows."""
    return {
        "customers": ("id phone name email notes", _customers(years.size)),
        "notes": ("id phone at by text", _notes(years)),
        "calls": (
            "id sid direction phone team_id started_at seen_at ended_at turn came_open outcome missed_because answered_by",
            _calls(years),
        ),
        "callbacks": (
            f"id phone team_id kind reason state outcome {WHOSE_AND_WHEN} calls_missed tries {WHEN_OVER}",
            _callbacks(years),
        ),
        "callback_calls": ("call_sid callback_id", ((sid(n), row_id) for row_id, n in years.missed())),
        "messages": (
            "id recording_sid call_sid duration_s received_at ended_at fetches file words words_state words_by confidence",
            _messages(years),
        ),
        "attempts": (
            "id callback_id fence staff_id by stage at customer_phone customer_rang_at bridged talked_s outcome ended_at",
            _attempts(years),
        ),
        "rungs": ("callback_id rung promised_by at", _rungs(years)),
        "moves": ("id callback_id at by note promised_before promised_by", _moves(years)),
        "audit": ("id at by action about detail", _audit(years)),
        "texts": ("id reason to body state created_at tries", _texts(years)),
    }


def sid(n: int) -> str:
    """A call's."""
    return f"CA{n:032}"


def _at(moment: datetime | None) -> str | None:
    """As both kinds of database read it."""
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}" if moment else None


def _customers(size: Size) -> Rows:
    for n in range(size.customers):
        name = f"{FIRST[n % len(FIRST)]} {LAST[n // 20 % len(LAST)]} {n}"
        email = f"customer{n}@example.com" if n % 3 == 0 else None
        yield n + 1, phone(n), name, email, f"Has a {THINGS[n % 10]} on hire" if n % 10 == 0 else None


def _notes(years: Years) -> Rows:
    for n in range(years.size.customers // 4):
        at, said = years.began(n), f"Asked about the {THINGS[n % 10]}; prefers mornings ({n})"
        yield n + 1, phone(n * 3 % years.size.customers), _at(at), "Person 1", said


def _calls(years: Years) -> Rows:
    for n in range(years.size.calls):
        began = years.began(n)
        is_missed, team, over = n % 10 in MISSED, n % len(TEAMS) + 1, began + timedelta(seconds=30 + n % 300)
        told = ("missed", "nobody answered", None) if is_missed else ("spoke", None, n % PEOPLE + 1)
        is_open, moments = n % 7 != 0, (_at(began), _at(over), _at(over))
        yield n + 1, sid(n), "inbound", years.phone(n), team, *moments, 3, is_open, *told


def _callbacks(years: Years) -> Rows:
    for row_id, n in years.missed():
        missed_at, to = years.began(n), years.phone(n)
        of = (row_id, to, n % len(TEAMS) + 1, "missed", "nobody answered")
        yield _owed(years, of, missed_at) if years.is_open(row_id) else _done(years, of, missed_at)


def _owed(years: Years, of: tuple[Any, ...], missed_at: datetime) -> tuple[Any, ...]:
    """A twentieth of them late, the others within two days."""
    place = years.size.callbacks - of[0]
    by = years.now + timedelta(hours=48) * (place / (2 * years.size.open)) - timedelta(hours=2)
    by = by.replace(second=0, microsecond=0)
    held = (
        ("claimed", None, f"Person {of[0] % PEOPLE}", of[0] % PEOPLE + 1)
        if of[0] % 5 == 0
        else ("waiting", *[None] * 3)
    )
    next_try = by - timedelta(minutes=30)
    return *of, *held, _at(missed_at), _at(by), _at(next_try), 1, of[0] % 3, *[None] * 4


def _done(years: Years, of: tuple[Any, ...], missed_at: datetime) -> tuple[Any, ...]:
    """Nine of ten reached, four of five of them in time."""
    by = (missed_at + timedelta(hours=2)).replace(second=0, microsecond=0)
    spoke = min(missed_at + timedelta(minutes=10 + of[0] * 37 % 140), years.now)
    reached = of[0] % 10 != 0
    who = (f"Person {of[0] % PEOPLE}", of[0] % PEOPLE + 1)
    closed = ("done", "reached" if reached else "unreachable", *who, _at(missed_at), _at(by), None, 1, 1 + of[0] % 2)
    return *of, *closed, _at(spoke), _at(spoke) if reached else None, _at(spoke), who[0] if of[0] % 4 == 0 else None


def _messages(years: Years) -> Rows:
    for place, (row_id, n) in enumerate(years.missed()):
        if place % 3 == 0:
            at = _at(years.began(n) + timedelta(minutes=1))
            said = SAID.format(thing=THINGS[row_id % 10], day=DAYS[row_id % 4], hour=f"{row_id % 12 + 1} o'clock")
            words = f"{said} It is the unicorn sticker." if place % 9999 == 0 else said
            yield place + 1, f"RE{n:032}", sid(n), 20 + n % 60, at, at, 1, f"{row_id}.wav", words, "done", at, 0.9


def _attempts(years: Years) -> Rows:
    """One for each call-back, and a first one in vain for every second."""
    for row_id, n in years.missed():
        who, at = row_id % PEOPLE, years.began(n) + timedelta(minutes=5)
        for again in range(1 + row_id % 2):
            reached = again == row_id % 2 and row_id % 10 != 0 and not years.is_open(row_id)
            outcome, talked = ("reached", 90) if reached else ("customer-no-answer", None)
            moments = (_at(at + timedelta(minutes=5 * again)), years.phone(n), _at(at + timedelta(minutes=5 * again)))
            over = (reached, talked, outcome, _at(at + timedelta(minutes=5 * again + 1)))
            yield 2 * row_id + again, row_id, again + 1, who + 1, f"Person {who}", "ended", *moments, *over


def _rungs(years: Years) -> Rows:
    for row_id, n in years.missed():
        if row_id % 5 == 0:
            at = years.began(n) + timedelta(minutes=90)
            by = (at + timedelta(minutes=30)).replace(second=0, microsecond=0)
            for rung in ("reminder", "second-person"):
                yield row_id, rung, _at(by), _at(at)


def _moves(years: Years) -> Rows:
    for row_id, n in years.missed():
        if row_id % 30 == 0:
            at = years.began(n) + timedelta(minutes=20)
            yield row_id, row_id, _at(at), "Person 2", "Tomorrow suits them", _at(at), _at(at + timedelta(hours=2))


def _audit(years: Years) -> Rows:
    """Who took each, and looked at whom; of what is owed every twentieth was set aside."""
    for row_id, n in years.missed():
        by, at, aside = f"Person {row_id % PEOPLE}", years.began(n) + timedelta(minutes=20), row_id % 20 == 0
        deed, detail = ("snoozed", f"until {(at + timedelta(hours=1)).isoformat()}") if aside else ("claimed", None)
        yield 2 * row_id, _at(at), by, deed, f"callback:{row_id}", detail
        yield 2 * row_id + 1, _at(at), by, "viewed", f"customer:{years.phone(n)}", None


def _texts(years: Years) -> Rows:
    for row_id, n in years.missed():
        if row_id % 3 == 0:
            state = "failed" if row_id % 3000 == 0 else "sent"
            yield row_id, f"receipt:{row_id}", years.phone(n), "We rang you back.", state, _at(years.began(n)), 1
