"""`set-pin`, as somebody at a terminal uses it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from office import pins
from office.tables import Pin, Staff
from office.wiring import Office

PIN = "7294"
PRIYA, TOM, MANAGER = "+447700900101", "+447700900102", "+442071838799"
Run = Callable[..., Any]


@pytest.fixture
def set_pin(app: Flask) -> Run:
    """Runs the command; what comes back has exit_code, stdout and stderr."""
    return lambda who, typed=f"{PIN}\n": app.test_cli_runner().invoke(args=["set-pin", who], input=typed)


def is_right(office: Office, phone: str, pin: str = PIN) -> bool:
    with office.database.transaction() as session:
        return pins.check(session, phone, pin, office.clock.now())


@pytest.mark.parametrize(
    ("who", "phone", "name"),
    [
        ("Priya Shah", PRIYA, "Priya Shah"),
        (" tom okafor ", TOM, "Tom Okafor"),
        (TOM, TOM, "Tom Okafor"),
        ("07700 900101", PRIYA, "Priya Shah"),
        ("020 7183 8799", MANAGER, "The manager"),
    ],
)
def test_one_of_us_by_name_or_phone_has_a_pin(office: Office, set_pin: Run, who: str, phone: str, name: str) -> None:
    result = set_pin(who)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(f"{name} ({phone}) has a PIN now.")
    assert PIN not in result.stdout
    assert is_right(office, phone)


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("+442071838750", "nobody on the staff"),
        ("+447700900123", "nobody on the staff"),
        ("Ann", "'Ann'; there are: Priya Shah, Tom Okafor"),
        ("", "''"),
    ],
)
def test_stranger_and_the_business_s_own_number_are_refused(office: Office, set_pin: Run, who: str, said: str) -> None:
    result = set_pin(who)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    with office.database.reading() as session:
        assert session.query(Pin).count() == 0


def test_two_people_of_one_name_must_be_told_apart_by_phone(office: Office, set_pin: Run) -> None:
    with office.database.transaction() as session:
        session.add(Staff(name="Tom Okafor", phone="+447700900177", role="staff"))
    assert "2 people are called Tom Okafor" in set_pin("Tom Okafor").stderr
    assert set_pin("+447700900177").exit_code == 0


@pytest.mark.parametrize("typed", ["1234\n", "72\n", "", "72 94\n"])
def test_pin_that_is_no_good_is_refused_in_one_line_and_the_old_one_stands(
    office: Office, set_pin: Run, typed: str
) -> None:
    set_pin(PRIYA)
    result = set_pin(PRIYA, typed)
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("a PIN ")
    assert is_right(office, PRIYA)
