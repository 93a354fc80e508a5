"""Who is free for the next call, who reserves them, and which customer is certain."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from office import people
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.database import Base, Database
from office.profile import Profile, read
from office.tables import Business, Customer, Staff, StaffTeam, Team

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PRIYA, TOM, AMA = "Priya Shah", "Tom Okafor", "Ama Boateng"
JANE = "+447700900123"

SHOP = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
mon = ["09:00-17:30"]
[[team]]
name = "Workshop"
key = "1"
[[team]]
name = "Sales"
key = "2"
"""


def somebody(name: str, phone: str, team: str) -> str:
    return f'[[staff]]\nname = "{name}"\nphone = "{phone}"\nteams = ["{team}"]\n'


STAFF = (
    somebody(PRIYA, "+447700900101", "Workshop"),
    somebody(TOM, "+447700900102", "Workshop"),
    somebody(AMA, "+447700900103", "Sales"),
)


def business(*staff: str) -> Profile:
    return read(SHOP + "".join(staff or STAFF))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A business with two people in the workshop and one in sales, in this order."""
    database = Database(database_url)
    with database.transaction() as session:
        people.save_business(session, business())
    yield database
    database.close()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        yield session


def free(session: Session, at: datetime = NOW, team: str | None = None) -> list[str]:
    team_id = session.scalars(select(Team.id).where(Team.name == team)).one() if team else None
    return [person.name for person in people.free(session, at, team_id, hold=True)]


def change(session: Session, name: str, **values: object) -> None:
    session.execute(update(Staff).where(Staff.name == name).values(values))


def staff_id(session: Session, name: str) -> int:
    return session.scalars(select(Staff.id).where(Staff.name == name)).one()


def reserve(session: Session, name: str, by: str = "call:7", at: datetime = NOW) -> bool:
    return people.reserve(session, staff_id(session, name), by, at, at + MINUTE)


def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """All that the database holds."""
    tables = Base.metadata.sorted_tables
    return {table.name: [tuple(row) for row in session.execute(select(table))] for table in tables}


def test_whoever_never_had_a_call_is_first_then_whoever_had_peace_the_longest(session: Session) -> None:
    change(session, PRIYA, last_call_at=NOW - MINUTE)
    change(session, TOM, last_call_at=NOW - 9 * MINUTE)
    assert free(session) == [AMA, TOM, PRIYA]


def test_equally_idle_people_come_in_the_order_of_the_file(session: Session) -> None:
    assert free(session) == [PRIYA, TOM, AMA]


def test_another_team_is_not_free_for_this_one(session: Session) -> None:
    assert free(session, team="Workshop") == [PRIYA, TOM]
    assert free(session, team="Sales") == [AMA]


@pytest.mark.parametrize(
    "state",
    [
        {"on_duty": False},
        {"busy_with": "call:7", "busy_until": NOW + MINUTE},
        {"rest_until": NOW + MINUTE},
    ],
)
def test_person_off_duty_busy_or_resting_is_not_free(session: Session, state: dict[str, object]) -> None:
    change(session, PRIYA, **state)
    assert free(session) == [TOM, AMA]


def test_busy_person_is_still_on_duty(session: Session) -> None:
    reserve(session, PRIYA)
    change(session, TOM, on_duty=False)
    assert people.on_duty(session) == 2
    workshop, sales = session.scalars(select(Team.id).order_by(Team.id))
    assert (people.on_duty(session, workshop), people.on_duty(session, sales)) == (1, 1)


def test_reserved_person_is_in_a_call_until_released(session: Session) -> None:
    assert reserve(session, PRIYA)
    assert people.in_a_call(session, NOW) == {"+447700900101"}
    people.release(session, "call:7", NOW)
    assert people.in_a_call(session, NOW) == frozenset()
    assert free(session) == [PRIYA, TOM, AMA]


def test_reserved_person_cannot_be_reserved_again(session: Session) -> None:
    assert reserve(session, PRIYA)
    assert not reserve(session, PRIYA, "attempt:3")
    assert not reserve(session, PRIYA)


def test_person_who_went_off_duty_cannot_be_reserved(session: Session) -> None:
    change(session, PRIYA, on_duty=False)
    assert not reserve(session, PRIYA)


def test_person_wanted_by_many_at_once_goes_to_one(database: Database) -> None:
    wanting = 8
    start = threading.Barrier(wanting)

    def want(number: int) -> bool:
        start.wait(timeout=10)
        with database.transaction() as session:
            return reserve(session, PRIYA, f"call:{number}")

    with ThreadPoolExecutor(wanting) as pool:
        won = list(pool.map(want, range(wanting)))
    assert won.count(True) == 1
    with database.reading() as session:
        assert session.scalar(select(Staff.busy_with).where(Staff.name == PRIYA)) == f"call:{won.index(True)}"


def test_person_chosen_in_an_open_transaction_is_not_free_for_the_next(database: Database) -> None:
    def choose_next() -> list[str]:
        with database.transaction() as session:
            return free(session)

    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as session:
            chosen = free(session)[0]
            other = pool.submit(choose_next)
            with pytest.raises(TimeoutError):  # held off until we are done
                other.result(timeout=0.3)
            reserve(session, chosen)
        assert other.result(timeout=10) == [TOM, AMA]


def test_person_who_talked_rests_and_then_goes_to_the_end(session: Session) -> None:
    reserve(session, PRIYA)
    people.release(session, "call:7", NOW, rest=MINUTE)
    assert free(session, NOW + MINUTE / 2) == [TOM, AMA]
    assert free(session, NOW + MINUTE) == [TOM, AMA, PRIYA]


def test_person_who_only_rang_keeps_their_place(session: Session) -> None:
    change(session, TOM, last_call_at=NOW - 9 * MINUTE)
    reserve(session, TOM)
    people.release(session, "call:7", NOW)
    assert session.scalar(select(Staff.last_call_at).where(Staff.name == TOM)) == NOW - 9 * MINUTE


def test_forgotten_reservation_ends_by_itself(session: Session) -> None:
    reserve(session, PRIYA)
    assert free(session, NOW + MINUTE - timedelta(seconds=1)) == [TOM, AMA]
    assert free(session, NOW + MINUTE) == [PRIYA, TOM, AMA]
    assert reserve(session, PRIYA, "call:8", NOW + MINUTE)


def test_late_release_frees_nobody_who_was_reserved_since(session: Session) -> None:
    reserve(session, PRIYA)
    reserve(session, PRIYA, "call:8", NOW + MINUTE)
    people.release(session, "call:7", NOW + MINUTE)
    assert free(session, NOW + MINUTE) == [TOM, AMA]


def test_reservation_can_be_kept_for_longer(session: Session) -> None:
    reserve(session, PRIYA)
    people.keep_reserved(session, "call:7", NOW + 60 * MINUTE, staff_id(session, PRIYA))
    assert free(session, NOW + 59 * MINUTE) == [TOM, AMA]


def test_business_imported_twice_is_the_same(session: Session) -> None:
    before = everything(session)
    people.save_business(session, business())
    session.flush()
    session.expire_all()
    assert everything(session) == before


def test_import_leaves_calls_and_duty_alone(session: Session) -> None:
    reserve(session, PRIYA)
    change(session, TOM, on_duty=False)
    people.save_business(session, business())
    session.flush()
    assert free(session) == [AMA]


def test_import_removes_nobody(session: Session) -> None:
    people.save_business(session, business(STAFF[0]))
    session.flush()
    assert free(session) == [PRIYA, TOM, AMA]


def test_import_finds_people_by_their_phone(session: Session) -> None:
    people.save_business(session, business(somebody("Priya Jones", "+447700900101", "Sales"), *STAFF[1:]))
    session.flush()
    assert free(session) == ["Priya Jones", TOM, AMA]
    assert "Priya Jones" in free(session, team="Sales")


def test_changed_business_has_another_version(session: Session) -> None:
    first = session.scalars(select(Business.version)).one()
    people.save_business(session, business(STAFF[0]))
    session.flush()
    assert session.scalars(select(Business.version)).one() == first + 1


def test_every_member_of_a_team_is_in_it_once(session: Session) -> None:
    people.save_business(session, business())
    session.flush()
    assert len(session.execute(select(StaffTeam)).all()) == len(STAFF)


def test_customers_imported_twice_are_the_same_but_for_what_changed(session: Session) -> None:
    save_customers(session, [CustomerRow(2, JANE, "Jane Smith")])
    assert save_customers(session, [CustomerRow(2, JANE, "Jane Smith", notes="Rings early")]) == 1
    assert [(row.name, row.notes) for row in session.scalars(select(Customer))] == [("Jane Smith", "Rings early")]


@pytest.mark.parametrize(
    ("names", "certain"), [((), None), (("Jane Smith",), "Jane Smith"), (("Jane Smith", "John Smith"), None)]
)
def test_customer_is_certain_only_when_one_has_the_number(
    session: Session, names: tuple[str, ...], certain: str | None
) -> None:
    save_customers(session, [CustomerRow(2, JANE, name) for name in names])
    save_customers(session, [CustomerRow(3, "+447700900124", "Sam Reed")])
    customer = people.certain_customer(session, JANE)
    assert (customer.name if customer else None) == certain


def test_withheld_number_is_no_customer(session: Session) -> None:
    save_customers(session, [CustomerRow(2, JANE, "Jane Smith")])
    assert people.customers_at(session, None) == []
    assert people.certain_customer(session, None) is None
