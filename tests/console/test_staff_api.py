"""Who is there, and being away oneself."""

from collections.abc import Callable
from typing import Any

from office.tables import Staff
from office.wiring import Office

Made = Callable[..., Any]
UNTIL = "2026-11-27T09:00:00+00:00"


def away(visitor: Any, headers: dict[str, str], until: str | None) -> Any:
    return visitor.post("/api/staff/me/away", json={"until": until}, headers=headers)


def test_whoever_is_away_is_off_duty_until_then_or_until_they_are_back(visitor: Any, bearer: Made) -> None:
    tom = bearer("staff", "Tom Okafor")
    assert away(visitor, tom, UNTIL).status_code == 200
    priya, them = visitor.get("/api/staff", headers=bearer()).json["staff"]
    assert (priya["name"], priya["on_duty"], priya["away_until"]) == ("Priya Shah", True, None)
    gone = {"name": "Tom Okafor", "role": "staff", "teams": ["Workshop"], "on_duty": False, "away_until": UNTIL}
    assert them == gone
    assert away(visitor, tom, None).json == {**gone, "on_duty": True, "away_until": None}


def test_nobody_is_away_until_a_time_that_is_over(visitor: Any, bearer: Made) -> None:
    answer = away(visitor, bearer("staff", "Tom Okafor"), "2026-11-24T10:00:00+00:00")
    assert (answer.status_code, answer.json["error"]["field"]) == (422, "until")


def test_token_of_nobody_cannot_be_away(visitor: Any, bearer: Made) -> None:
    answer = away(visitor, bearer(), UNTIL)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "no_person")


def test_staff_are_listed_in_as_many_reads_however_many_there_are(
    office: Office, visitor: Any, bearer: Made, count_statements: Made
) -> None:
    headers = bearer()
    few = count_statements(lambda: visitor.get("/api/staff", headers=headers))
    with office.database.transaction() as session:
        session.add_all(Staff(name=f"Ann {each}", phone=f"+44770090080{each}", role="staff") for each in range(5))
    assert count_statements(lambda: visitor.get("/api/staff", headers=headers)) == few
    assert [each["teams"] for each in visitor.get("/api/staff", headers=headers).json["staff"]] == [
        ["Workshop"], ["Workshop"], [], [], [], [], [],
    ]  # fmt: skip
