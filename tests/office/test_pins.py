"""PINs: which we take, how they are kept, and that nobody finds one out by trying."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest

from office import pins
from office.tables import Pin

PRIYA, PIN, WRONG = "+447700900101", "7294", "9999"


@pytest.fixture
def check(office, clock):
    """Keys a PIN in a transaction of its own, as a turn does. Priya has one."""
    with office.database.transaction() as session:
        pins.set_pin(session, PRIYA, PIN)

    def keyed(pin: str, phone: str = PRIYA) -> bool:
        with office.database.transaction() as session:
            return pins.check(session, phone, pin, clock.now())

    return keyed


@pytest.fixture
def standing(office, clock):
    def read(phone: str = PRIYA) -> pins.Standing:
        with office.database.reading() as session:
            return pins.standing(session, phone, clock.now())

    return read


@pytest.fixture
def wait_for_the_lock(office, clock) -> Callable[[], timedelta]:
    """Lets the clock go on to the end of the lock; how long that was."""

    def waited() -> timedelta:
        with office.database.reading() as session:
            until = session.get_one(Pin, PRIYA).locked_until
        length: timedelta = until - clock.now()
        clock.set(until)
        return length

    return waited


def test_pin_of_four_to_eight_digits_is_taken(office, check):
    for pin in ("7294", "2468", "10000000", "1112", "13579", "9087"):
        with office.database.transaction() as session:
            pins.set_pin(session, PRIYA, pin)
        assert check(pin)


@pytest.mark.parametrize("bad", [
    "", "729", "123456789", "72a4", "72 94", "٧٢٩٤", "7294\n", "-729", "1111", "00000000", "1234", "4321", "8901", "2109",
])  # fmt: skip
def test_pin_of_another_shape_or_easy_to_guess_is_refused_and_not_repeated(bad):
    with pytest.raises(pins.PinError) as refused:
        pins._check_shape(bad)
    assert str(refused.value).startswith("a PIN ")
    assert not bad or bad == "1234" or bad not in str(refused.value)


def test_pin_that_is_refused_leaves_the_old_one(office, check):
    with pytest.raises(pins.PinError), office.database.transaction() as session:
        pins.set_pin(session, PRIYA, "1234")
    assert check(PIN)


def test_only_a_slow_hash_with_a_salt_of_its_own_is_kept(office, check):
    with office.database.transaction() as session:
        pins.set_pin(session, "+447700900102", PIN)
    with office.database.reading() as session:
        kept = [session.get_one(Pin, phone).digest for phone in (PRIYA, "+447700900102")]
    assert all(digest.startswith("scrypt:") and PIN not in digest.split(":") for digest in kept)
    assert kept[0] != kept[1]


def test_right_pin_is_right_and_any_other_is_not(check):
    assert check(PIN)
    assert not check(WRONG)
    assert not check("")
    assert not check(PIN + "0")
    assert not check("7" * 10_000)
    assert check(PIN)


def test_phone_without_a_pin_is_never_right(check, standing):
    assert not check(PIN, "+447700900102")
    assert standing("+447700900102") == pins.Standing(has_pin=False, locked=False)
    assert standing() == pins.Standing(has_pin=True, locked=False)


def test_five_wrong_ones_in_a_row_lock_the_phone_and_even_the_right_one_is_refused(check, standing, clock):
    for _ in range(4):
        check(WRONG)
    assert not standing().locked
    check(WRONG)
    assert standing().locked
    assert not check(PIN)
    clock.go_on(minutes=14, seconds=59)
    assert not check(PIN)
    clock.go_on(seconds=1)
    assert check(PIN)


def test_right_one_in_between_forgets_the_wrong_ones_before(check, standing):
    for _ in range(3):
        for _ in range(4):
            check(WRONG)
        assert check(PIN)
    assert not standing().locked


def test_what_is_keyed_while_locked_is_not_counted(check, standing, wait_for_the_lock):
    for _ in range(25):
        check(WRONG)
    assert wait_for_the_lock() == timedelta(minutes=15)
    for _ in range(4):
        check(WRONG)
    assert not standing().locked


@pytest.mark.slow
def test_each_lock_is_twice_as_long_up_to_a_day(check, wait_for_the_lock):
    lengths = []
    for _ in range(9):
        for _ in range(5):
            check(WRONG)
        lengths.append(wait_for_the_lock())
    hours = [length.total_seconds() / 3600 for length in lengths]
    assert hours == [0.25, 0.5, 1, 2, 4, 8, 16, 24, 24]
    assert check(PIN)
    for _ in range(5):
        check(WRONG)
    assert wait_for_the_lock() == timedelta(minutes=15)


def test_new_pin_ends_the_lock_and_the_old_one_is_wrong(office, check, standing):
    for _ in range(5):
        check(WRONG)
    with office.database.transaction() as session:
        pins.set_pin(session, PRIYA, "5173")
    assert not standing().locked
    assert not check(PIN)
    assert check("5173")


def test_wrong_ones_are_logged_without_the_pin_and_the_whole_number(check, caplog):
    caplog.set_level(logging.INFO)
    for _ in range(6):
        check("8642")
    told = [record.getMessage() for record in caplog.records if record.name == "office.pins"]
    assert told[0] == "wrong PIN from …0101, 1 in a row"
    assert told[4] == "wrong PIN from …0101, 5 in a row: locked until 2026-11-24 10:15 UTC"
    assert told[5] == "a PIN was keyed from …0101, which is locked"
    assert all("8642" not in line and PRIYA not in line for line in told)


def test_ten_callers_at_once_have_five_tries_between_them(check, standing, caplog):
    callers = [threading.Thread(target=check, args=(WRONG,)) for _ in range(10)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    wrong = [record for record in caplog.records if record.getMessage().startswith("wrong PIN")]
    assert len(wrong) == 5
    assert standing().locked
