"""Calls, customers, and the errors of the JSON API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from office import people
from office.wiring import Office

Made = Callable[..., Any]


def test_call_has_the_contracts_shape(
    visitor: Any, bearer: Made, owe: Made, call: Made, customers: Made, office: Office
) -> None:
    customers(("+447700900123", "Jane Smith"))
    callback_id = owe()
    call("CA1", callback_id, outcome="spoke", answered_by=2, ended_at=office.clock.now() + timedelta(minutes=1))
    answer = visitor.get("/api/calls", headers=bearer()).json
    assert answer == {
        "calls": [
            {
                "sid": "CA1",
                "phone": "+447700900123",
                "customer": {"name": "Jane Smith"},
                "direction": "inbound",
                "started_at": "2026-11-24T10:00:00+00:00",
                "ended_at": "2026-11-24T10:01:00+00:00",
                "outcome": "spoke",
                "missed_because": None,
                "answered_by": "Tom Okafor",
                "callback_id": callback_id,
            }
        ],
        "next": None,
    }


@pytest.mark.parametrize("written", ["%2B447700900123", "+447700900123", "07700 900123", "0044 7700 900123"])
def test_calls_of_a_number_however_it_is_written(visitor: Any, bearer: Made, call: Made, written: str) -> None:
    call("CA1")
    call("CA2", phone="+447700900124")
    found = visitor.get(f"/api/calls?phone={written}", headers=bearer()).json["calls"]
    assert [row["sid"] for row in found] == ["CA1"]


def test_plus_sign_that_a_query_made_a_space_is_still_a_plus_sign(visitor: Any, bearer: Made, call: Made) -> None:
    call("CA1", phone="+15005550006")
    found = visitor.get("/api/calls?phone=+15005550006", headers=bearer()).json["calls"]
    assert [row["sid"] for row in found] == ["CA1"]


def test_calls_page_newest_first_and_each_once(visitor: Any, bearer: Made, call: Made, office: Office) -> None:
    for minute in range(5):
        call(f"CA{minute}", started_at=office.clock.now() + timedelta(minutes=minute // 2))
    seen, cursor, headers = [], "", bearer()
    while cursor is not None:
        answer = visitor.get(f"/api/calls?limit=2&cursor={cursor}", headers=headers).json
        seen += [row["sid"] for row in answer["calls"]]
        cursor = answer["next"]
    assert seen == ["CA4", "CA3", "CA2", "CA1", "CA0"]


def test_staff_token_sees_its_teams_calls_only(visitor: Any, bearer: Made, call: Made, sales: int) -> None:
    call("CA1")
    call("CA2", team_id=sales)
    found = visitor.get("/api/calls", headers=bearer("staff", "Tom Okafor")).json["calls"]
    assert [row["sid"] for row in found] == ["CA1"]


@pytest.mark.parametrize("phone", ["x", "12", "anonymous", "sip:jane@example.com", "+1", "+44770090012300000000"])
def test_phone_that_is_none_is_400(visitor: Any, bearer: Made, phone: str) -> None:
    headers = bearer()
    for path in (f"/api/calls?phone={phone}", f"/api/customers/{phone}"):
        answer = visitor.get(path, headers=headers)
        assert (answer.status_code, answer.json["error"]["field"]) == (400, "phone")


def test_customer_has_all_that_we_know_in_one_line(
    visitor: Any,
    bearer: Made,
    owe: Made,
    call: Made,
    message: Made,
    customers: Made,
    office: Office,
    clock: Any,
) -> None:
    customers(("+447700900123", "Jane Smith"))
    with office.database.transaction() as session:
        people.keep_text(session, "+447700900123", "SM1", "Running late", clock.now())
    clock.go_on(minutes=1)
    first, callback_id = call("CA1"), owe()
    clock.go_on(minutes=1)
    message(call("CA2", callback_id))
    answer = visitor.get("/api/customers/07700 900123", headers=bearer()).json
    assert (answer["phone"], answer["customer"]["name"]) == ("+447700900123", "Jane Smith")
    assert [row["sid"] for row in answer["calls"]] == ["CA2", first]
    assert [row["id"] for row in answer["callbacks"]] == [callback_id]
    assert answer["voicemails"][0]["audio"] == f"/api/callbacks/{callback_id}/voicemail.wav"
    assert (answer["notes"][0]["by"], answer["notes"][0]["text"]) == ("customer", "Running late")
    assert answer["scores"] == []
    assert sorted(entry["kind"] for entry in answer["timeline"]) == ["call", "call", "callback", "note", "voicemail"]
    times = [entry["at"] for entry in answer["timeline"]]
    assert times == sorted(times, reverse=True)
    assert answer["timeline"][-1]["note"] == answer["notes"][0]


def test_number_of_two_customers_names_both(visitor: Any, bearer: Made, customers: Made) -> None:
    customers(("+447700900123", "Jane Smith"), ("+447700900123", "John Smith"))
    answer = visitor.get("/api/customers/+447700900123", headers=bearer()).json
    assert answer["customer"] is None
    assert [row["name"] for row in answer["customers"]] == ["Jane Smith", "John Smith"]


def test_number_that_only_another_team_knows_is_404_for_staff(
    visitor: Any, bearer: Made, owe: Made, call: Made, sales: int
) -> None:
    call("CA1", owe(team_id=sales), team_id=sales)
    path = "/api/customers/+447700900123"
    assert visitor.get(path, headers=bearer()).status_code == 200
    assert visitor.get(path, headers=bearer("staff", "Tom Okafor")).status_code == 404


def test_customer_of_two_teams_shows_staff_their_part(
    visitor: Any, bearer: Made, call: Made, message: Made, sales: int
) -> None:
    call("CA1")
    message(call("CA2", team_id=sales), b"private")
    answer = visitor.get("/api/customers/+447700900123", headers=bearer("staff", "Tom Okafor")).json
    assert ([row["sid"] for row in answer["calls"]], answer["voicemails"]) == (["CA1"], [])


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/callbacks/999", 404, "not_found"),
        ("GET", "/api/callbacks/99999999999999999999", 404, "not_found"),
        ("GET", "/api/customers/+447700900999", 404, "not_found"),
        ("DELETE", "/api/calls", 405, "method_not_allowed"),
        ("GET", "/api", 404, "not_found"),
    ],
)
def test_error_is_json_with_a_code(visitor: Any, bearer: Made, method: str, path: str, status: int, code: str) -> None:
    answer = visitor.open(path, method=method, headers=bearer())
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert answer.json["error"]["code"] == code
    assert answer.json["error"]["message"]


def test_method_not_allowed_names_what_is(visitor: Any, bearer: Made) -> None:
    assert "GET" in visitor.delete("/api/calls", headers=bearer()).headers["Allow"]
