"""What the API says to a body that it cannot use: what is wrong with it, and where."""

from typing import Any

import pytest

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = on_sqlite  # nothing of this reaches the database


@pytest.fixture
def post(visitor, bearer, owe):
    callback_id, headers = owe(), bearer()

    def posted(deed: str, **how: Any):
        return visitor.post(f"/api/callbacks/{callback_id}/{deed}", headers=headers, **how)

    return posted


@pytest.mark.parametrize(
    ("deed", "said", "field"),
    [
        ("done", {}, "outcome"),
        ("done", {"outcome": "answered-elsewhere"}, "outcome"),
        ("done", {"outcome": 1}, "outcome"),
        ("done", {"outcome": "reached", "note": ["x"]}, "note"),
        ("done", {"outcome": "reached", "note": "x" * 2001}, "note"),
        ("done", {"outcome": "reached", "note": "a\0b"}, "note"),
        ("done", {"outcome": "reached", "note": "\ud800"}, "note"),
        ("done", {"outcome": "reached", "Note": "x"}, "Note"),
        ("snooze", {}, "until"),
        ("snooze", {"until": "2026-11-24T12:00:00"}, "until"),
        ("snooze", {"until": "20261124T120000Z"}, "until"),
        ("snooze", {"until": "0001-01-01T00:00:00+14:00"}, "until"),
        ("snooze", {"until": 1764000000}, "until"),
        ("move", {"promised_by": "2026-11-24T15:00:00Z"}, "note"),
        ("move", {"promised_by": "2026-11-24T15:00:00Z", "note": "x" * 501}, "note"),
        ("note", {"text": " "}, "text"),
        ("claim", {"owner": "Priya Shah"}, "owner"),
    ],
)
def test_field_of_the_wrong_kind_is_400_and_named(post, deed, said, field) -> None:
    answer = post(deed, json=said)
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_request")
    assert answer.json["error"]["field"] == field


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff", b"[" * 60_000, b'"x"'])
def test_body_that_is_no_object_is_400(post, raw) -> None:
    answer = post("done", data=raw, content_type="application/json")
    assert (answer.status_code, "field" in answer.json["error"]) == (400, False)


def test_body_of_another_type_is_415_and_one_too_long_413(post) -> None:
    assert post("done", data={"outcome": "reached"}).status_code == 415
    assert post("note", json={"text": "x" * 70_000}).status_code == 413


def test_other_method_is_405(visitor, bearer) -> None:
    assert visitor.get("/api/callbacks/1/claim", headers=bearer()).status_code == 405
    assert visitor.delete("/api/callbacks/1", headers=bearer()).status_code == 405
