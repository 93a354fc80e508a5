"""What the console's pages cost in a business of some years: milliseconds and statements of each page and filter.

    .venv/bin/python benchmarks/console.py [--calls 1000000] [--rounds 5] [--postgres] [--only WORD] [--plans]

Through the application itself, by browsers that signed in: a manager's and one of the staff's. Beside each page stands
what it takes in a business with a thousand calls, whose list is as long: the ratio says what the years cost.
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from flask.testing import FlaskClient  # noqa: E402 - the path comes first, as this runs as a script
from sqlalchemy import func, insert, select  # noqa: E402 - as above

from benchmarks import business, statements, years  # noqa: E402 - as above
from benchmarks.years import OFTEN, Size  # noqa: E402 - as above
from callbacks.tables import Attempt, Callback  # noqa: E402 - as above
from console import access  # noqa: E402 - as above
from office.settings import Settings  # noqa: E402 - as above
from office.wiring import Office  # noqa: E402 - as above
from webhooks import create_app  # noqa: E402 - as above

PASSWORD = "correct horse battery"
SMALL = Size(calls=1000, customers=1000, open=100)


@dataclass(frozen=True, slots=True)
class Took:
    """Of one page: milliseconds of each round, statements of one, and what was answered."""

    times: list[float]
    statements: int
    status: int

    @property
    def median(self) -> float:
        return statistics.median(self.times)


@dataclass(frozen=True, slots=True)
class Page:
    """An address, and what stands in the table for it. `before` happens before each time, unmeasured."""

    name: str
    address: str
    who: str = "manager"
    before: Callable[[], object] | None = None


@dataclass
class House:
    """A business whose console is looked at."""

    office: Office
    browsers: dict[str, FlaskClient]
    size: Size

    def get(self, page: Page) -> int:
        """Ask for it, all of it; the status."""
        with self.browsers[page.who].get(page.address) as answer:
            answer.get_data()
            return answer.status_code


def opened(url: str, size: Size, folder: str) -> House:
    """The application over that database, with two browsers signed in."""
    environment = {
        "DATABASE_URL": url,
        "REDIS_URL": "redis://127.0.0.1:1",
        "DATA_DIR": folder,
        "PUBLIC_BASE_URL": "http://localhost",
        "TWILIO_ACCOUNT_SID": business.ACCOUNT,
        "TWILIO_AUTH_TOKEN": business.TOKEN,
    }
    office = Office.open(Settings.read(environment))
    app = create_app(office)
    with app.app_context(), office.database.transaction() as session:
        for role, staff_id in (("manager", 1), ("staff", 2)):
            access.add_user(session, f"{role}@example.com", PASSWORD, role, staff_id)
    return House(office, {role: _signed_in(app.test_client(), role) for role in ("manager", "staff")}, size)


def _signed_in(browser: FlaskClient, role: str) -> FlaskClient:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in").text)
    form = {"csrf_token": found[1] if found else "", "email": f"{role}@example.com", "password": PASSWORD}
    if browser.post("/sign-in", data=form).status_code != 303:
        raise SystemExit(f"the {role} could not sign in")
    return browser


def pages(house: House) -> Iterator[Page]:
    """Every page and filter that grows with the years."""
    today = datetime.now(UTC).date()
    last_month = (today.replace(day=1) - timedelta(days=1)).isoformat()[:7]
    year_ago, month_ago = (today - timedelta(days=days) for days in (365, 30))
    yield from _lists(house, f"from={month_ago}&to={today}", f"from={year_ago}&to={year_ago}")
    callback_id = house.size.callbacks - 1
    yield Page("one call-back", f"/callbacks/{callback_id + 1}")
    yield Page("its card", f"/callbacks/{callback_id + 1}/card")
    yield from _customers(house)
    yield Page("mine", "/mine", "staff")
    yield from _fresh(house, Page("list again, nothing new", "/callbacks/list"))
    yield from _fresh(house, Page("mine again, nothing new", "/mine/list", "staff"))
    yield from _now(house)
    yield Page("promises", "/promises")
    yield Page("promises, last month", f"/promises?month={last_month}")
    yield Page("promises, of a team", f"/promises?month={last_month}&team=2")
    yield Page("promises, staff", f"/promises?month={last_month}", "staff")
    for figure in ("due", "kept", "late", "spoken", "called", "open", "answered", "missed", "shut", "taken"):
        yield Page(f"behind: {figure}", f"/promises/behind?month={last_month}&figure={figure}")
    yield Page("promises.csv", f"/promises.csv?month={last_month}")
    yield Page("troubles", "/troubles")
    yield Page("people", "/people")


def _lists(house: House, month: str, day: str) -> Iterator[Page]:
    yield Page("list", "/callbacks")
    yield Page("list, staff", "/callbacks", "staff")
    for show in ("nobody", "mine", "snoozed", "done"):
        yield Page(f"list, {show}", f"/callbacks?show={show}")
    yield Page("list, mine, staff", "/callbacks?show=mine", "staff")
    yield Page("list, of a team", "/callbacks?team=2")
    yield Page("list, next page", _further(house, "/callbacks"))
    yield Page("list, done for a month", f"/callbacks?show=done&{month}")
    yield Page("list, done, next page", _further(house, f"/callbacks?show=done&{month}"))
    yield Page("list, done a year ago", f"/callbacks?show=done&{day}")
    asked = {
        "a name": "Okafor",
        "two words": "Priya Okafor",
        "a rare name": "Okafor 4567",
        "part of a number": "0740 00 12",
    }
    asked |= {
        "the end of a number": "4321",
        "words of a message": "cargo",
        "a rare word": "unicorn",
        "nothing": "zzzzz",
    }
    for name, words in asked.items():
        yield Page(f"list, q: {name}", f"/callbacks?q={words.replace(' ', '+')}")
    yield Page("list, q: a rare word, done", f"/callbacks?show=done&{month}&q=unicorn")
    yield Page("list, q: a name, staff", "/callbacks?q=Okafor", "staff")
    yield Page("callbacks.csv, done for a day", f"/callbacks.csv?show=done&{day}")
    yield Page("callbacks.csv, snoozed", "/callbacks.csv?show=snoozed")
    yield Page("callbacks.csv, open", "/callbacks.csv")


def _customers(house: House) -> Iterator[Page]:
    yield Page("one with many calls", f"/callbacks/{_of_often(house)}")
    yield Page("a customer", f"/customers/{years.phone(3)}")
    yield Page("one with many calls", f"/customers/{OFTEN}")
    yield Page("their notes", f"/customers/{OFTEN}?show=notes")
    yield Page("customers", "/customers")
    yield Page("customers, staff", "/customers", "staff")
    yield Page("customers, next page", _further(house, "/customers"))
    for name, words in {
        "a name": "Okafor",
        "two words": "Priya+Okafor",
        "a number": "0740+00+12",
        "a rare note": "zzzz",
    }.items():
        yield Page(f"customers, q: {name}", f"/customers?q={words}")


def _now(house: House) -> Iterator[Page]:
    yield Page("now", "/now")
    yield from _fresh(house, Page("now again, nothing new", "/now/region"))
    yield Page("now again, something new", "/now/region?version=0", before=lambda: _try(house))


def _fresh(house: House, page: Page) -> Iterator[Page]:
    """As the browser that has the newest version asks for it."""
    answer = house.browsers[page.who].get(page.address)
    found = re.search(r'data-version="([^"]+)"', answer.text)
    version = answer.headers.get("X-Version") or (found[1] if found else "")
    yield replace(page, address=f"{page.address}?version={version}")


def _try(house: House) -> None:
    """Somebody rings a customer back, and it is over at once."""
    now = house.office.clock.now()
    row = {"callback_id": 1, "fence": 9, "staff_id": 1, "by": "Person 0", "stage": "ended", "at": now, "ended_at": now}
    with house.office.database.transaction() as session:
        session.execute(insert(Attempt), [{**row, "customer_phone": OFTEN, "outcome": "failed"}])


def _further(house: House, address: str) -> str:
    found = re.search(r'href="([^"]+)"[^>]*>Show more', house.browsers["manager"].get(address).text)
    return found[1].replace("&amp;", "&") if found else address


def _of_often(house: House) -> int:
    with house.office.database.reading() as session:
        return session.scalar(select(func.max(Callback.id)).where(Callback.phone == OFTEN)) or 1


def measured(house: House, page: Page, rounds: int) -> Took:
    """Once to warm up, then so many times; statements are counted the last time."""
    house.get(page)
    times = []
    for _ in range(rounds):
        with statements.listening() as asked:
            if page.before:
                page.before()
            asked.clear()
            began = time.perf_counter()
            status = house.get(page)
            times.append((time.perf_counter() - began) * 1000)
    return Took(times, len(asked), status)


def compare(small: House, big: House, rounds: int, only: str) -> Iterator[str]:
    """A line for each page."""
    yield f"{'page':<32}{'small ms':>9}{'median':>9}{'min':>9}{'ratio':>7}{'statements':>12}"
    for few, many in zip(pages(small), pages(big), strict=True):
        if only in many.name:
            before, after = measured(small, few, rounds), measured(big, many, rounds)
            counts = (
                f"{before.statements} {after.statements}"
                if before.statements != after.statements
                else str(after.statements)
            )
            said = "" if after.status in {200, 204} else f"  {after.status}"
            slower = after.median / before.median
            numbers = f"{before.median:>9.1f}{after.median:>9.1f}{min(after.times):>9.1f}{slower:>7.1f}{counts:>12}"
            yield f"{many.name:<32}{numbers}{said}"


def plans(house: House, only: str) -> Iterator[str]:
    """What is slow in each page."""
    for page in pages(house):
        if only in page.name:
            yield f"== {page.name}"
            yield from statements.explain(house.office.database, partial(house.get, page))


def filled(urls: Sequence[str], sizes: Sequence[Size], folder: str) -> Iterator[House]:
    """Businesses of those sizes."""
    for url, size in zip(urls, sizes, strict=True):
        began = time.perf_counter()
        years.fill(url, size)
        print(f"{size.calls:,} calls put in within {time.perf_counter() - began:.0f} s", flush=True)
        yield opened(url, size, folder)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What the console's pages cost in a business of some years.")
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgres", action="store_true")
    parser.add_argument("--only", default="", help="pages with this in their name")
    parser.add_argument("--plans", action="store_true", help="print the plans of slow statements instead")
    given = parser.parse_args()
    big = Size(given.calls, max(given.calls // 5, SMALL.customers), max(given.calls // 200, SMALL.open))
    with (
        tempfile.TemporaryDirectory(prefix="ringtrue-benchmark-") as folder,
        business.databases(Path(folder), ("small", "big"), postgres=given.postgres) as urls,
    ):
        small, large = filled(urls, (SMALL, big), folder)
        lines = plans(large, given.only) if given.plans else compare(small, large, given.rounds, given.only)
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main()
