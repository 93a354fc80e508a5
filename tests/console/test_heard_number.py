"""A person has a customer rung at a number that was said in the message."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from callbacks.tables import Callback
from office.wiring import Office

Made = Callable[..., Any]
JANE, SAID = "+447700900123", "+447700900456"


def ask(visitor: Any, callback_id: int, headers: dict[str, str], phone: str = "07700 900456") -> Any:
    return visitor.post(f"/api/callbacks/{callback_id}/number", json={"phone": phone}, headers=headers)


def test_customer_is_rung_there_and_known_by_both(visitor: Any, bearer: Made, owe: Made) -> None:
    callback_id, headers = owe(), bearer("staff", "Tom Okafor")
    before = visitor.get(f"/api/callbacks/{callback_id}", headers=headers).json
    after = ask(visitor, callback_id, headers).json
    assert (after["phone"], after["called_from"]) == (SAID, JANE)
    stands = ("id", "promised_by", "next_try_at", "needs_person", "state")
    assert {key: after[key] for key in stands} == {key: before[key] for key in stands}
    (deed,) = after["history"]
    assert (deed["action"], deed["by"], deed["detail"]) == ("number", "Tom Okafor", "…0456 instead of …0123")


def test_callback_left_to_a_person_stays_so(visitor: Any, bearer: Made, owe: Made) -> None:
    after = ask(visitor, owe(needs_person=True, next_try_at=None), bearer()).json
    assert (after["phone"], after["needs_person"], after["next_try_at"]) == (SAID, True, None)


def test_withheld_caller_has_a_callback_like_any_other(visitor: Any, bearer: Made, owe: Made) -> None:
    after = ask(visitor, owe(None, needs_person=True, next_try_at=None), bearer()).json
    assert (after["phone"], after["called_from"], after["needs_person"]) == (SAID, None, False)
    assert after["next_try_at"] == "2026-11-24T10:01:00+00:00"


def test_part_of_the_day_they_asked_for_stands(visitor: Any, bearer: Made, owe: Made) -> None:
    slot = {"slot_from": datetime(2026, 11, 25, 9, tzinfo=UTC), "slot_until": datetime(2026, 11, 25, 12, tzinfo=UTC)}
    callback_id = owe(**slot, slot_zone="Europe/London", next_try_at=slot["slot_from"], kind="complaint")
    headers = bearer()
    before = visitor.get(f"/api/callbacks/{callback_id}", headers=headers).json
    after = ask(visitor, callback_id, headers).json
    stands = ("slot", "next_try_at", "promised_by", "kind")
    assert {key: after[key] for key in stands} == {key: before[key] for key in stands}


@pytest.mark.parametrize("phone", ["0906 512 3456", "+1 876 555 0100", "999", "+442071838750", "not a number"])
def test_number_that_we_do_not_ring_is_refused(visitor: Any, bearer: Made, owe: Made, phone: str) -> None:
    callback_id, headers = owe(), bearer()
    answer = ask(visitor, callback_id, headers, phone)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "not_dialled")
    assert visitor.get(f"/api/callbacks/{callback_id}", headers=headers).json["phone"] == JANE


def test_callback_that_is_over_or_somebody_else_s_keeps_its_number(visitor: Any, bearer: Made, owe: Made) -> None:
    over = owe("+447700900001", state="done", outcome="reached")
    theirs = owe("+447700900002", state="claimed", owner="Priya Shah", owner_id=1)
    tom = bearer("staff", "Tom Okafor")
    codes = [ask(visitor, each, tom).json["error"]["code"] for each in (over, theirs)]
    assert codes == ["over", "held"]
    assert ask(visitor, theirs, bearer()).status_code == 200  # a manager may


def test_number_of_another_open_callback_makes_one_of_both(
    office: Office, visitor: Any, bearer: Made, owe: Made
) -> None:
    first, second = owe(JANE), owe(SAID, promised_by=datetime(2026, 11, 24, 15, tzinfo=UTC))
    after = ask(visitor, first, bearer()).json
    assert (after["id"], after["phone"], after["called_from"], after["calls_missed"]) == (first, SAID, JANE, 2)
    with office.database.reading() as session:
        assert session.get_one(Callback, second).state == "done"


def test_number_that_another_team_rings_is_not_taken_from_it(visitor: Any, bearer: Made, owe: Made, sales: int) -> None:
    owe(SAID, team_id=sales)
    answer = ask(visitor, owe(JANE), bearer("staff", "Tom Okafor"))
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "other_team")
