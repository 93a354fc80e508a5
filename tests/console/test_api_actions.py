"""What people and other software do with call-backs through the API."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callbacks.tables import Attempt, Callback, Rung
from office import alerts, contact_rules, people
from office.tables import Staff
from office.wiring import Office

JANE = "+447700900123"
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
"""What `owe` promises."""

Made = Callable[..., Any]


@pytest.fixture
def act(visitor, bearer) -> Made:
    """Posts to a call-back as a person on the staff, or as a manager's software when nobody is named."""
    tokens: dict[tuple[str, str | None], dict[str, str]] = {}

    def acted(callback_id: int, deed: str, who: str | None = None, role: str = "staff", **said: Any):
        key = (role if who else "manager", who)
        tokens[key] = tokens.get(key) or bearer(*key)
        return visitor.post(f"/api/callbacks/{callback_id}/{deed}", headers=tokens[key], json=said or None)

    return acted


@pytest.fixture
def row(office: Office) -> Callable[[int], Callback]:
    def read(callback_id: int) -> Callback:
        with office.database.reading() as session:
            return session.get_one(Callback, callback_id)

    return read


@pytest.fixture
def attempt_under_way(office: Office, owe: Made) -> Callable[..., int]:
    """A call-back for which a phone rings; its id."""

    def made(staff_id: int, name: str, stage: str = "placed") -> int:
        callback_id: int = owe(state="calling", fence=3)
        with office.database.transaction() as session:
            values = {"by": name, "stage": stage, "at": office.clock.now(), "customer_phone": JANE}
            session.add(Attempt(callback_id=callback_id, fence=3, staff_id=staff_id, **values))
        return callback_id

    return made


def error(answer: Any) -> tuple[int, str, str | None]:
    told = answer.json["error"]
    return answer.status_code, told["code"], told.get("holder", told.get("field"))


def test_claimed_callback_is_its_owner_s_and_another_hears_who_has_it(owe, act) -> None:
    callback_id = owe()
    answer = act(callback_id, "claim", "Tom Okafor")
    assert (answer.status_code, answer.json["state"], answer.json["owner"]) == (200, "claimed", "Tom Okafor")
    assert answer.json["claimed_until"] == "2026-11-24T10:30:00+00:00"
    for deed, said in (("claim", {}), ("call", {}), ("release", {}), ("snooze", {"until": NOON.isoformat()})):
        assert error(act(callback_id, deed, "Priya Shah", **said)) == (409, "held", "Tom Okafor")
    assert error(act(callback_id, "done", outcome="reached")) == (409, "held", "Tom Okafor")


def test_own_claim_again_is_for_as_long_anew(owe, act, clock) -> None:
    callback_id = owe()
    act(callback_id, "claim", "Tom Okafor")
    clock.go_on(minutes=20)
    assert act(callback_id, "claim", "Tom Okafor").json["claimed_until"] == "2026-11-24T10:50:00+00:00"


def test_token_without_staff_claims_under_its_own_name(owe, act) -> None:
    assert act(owe(), "claim").json["owner"] == "wallboard"


@pytest.mark.parametrize("deed", ["claim", "call", "release"])
def test_callback_whose_phone_rings_for_another_is_409_with_whose(attempt_under_way, act, deed) -> None:
    callback_id = attempt_under_way(2, "Tom Okafor")
    assert error(act(callback_id, deed, "Priya Shah")) == (409, "calling", "Tom Okafor")


def test_claim_while_ones_own_phone_rings_leaves_the_attempt_alone(attempt_under_way, act, row) -> None:
    callback_id = attempt_under_way(2, "Tom Okafor")
    answer = act(callback_id, "claim", "Tom Okafor")
    assert (answer.status_code, answer.json["state"], answer.json["owner"]) == (200, "calling", "Tom Okafor")
    assert row(callback_id).fence == 3


def test_holder_or_manager_gives_it_back(owe, act) -> None:
    first, second = owe(), owe("+447700900001")
    for callback_id in (first, second):
        act(callback_id, "claim", "Tom Okafor")
    for answer in (act(first, "release", "Tom Okafor"), act(second, "release"), act(first, "release", "Tom Okafor")):
        assert (answer.status_code, answer.json["state"], answer.json["owner"]) == (200, "waiting", None)
        assert answer.json["claimed_until"] is None


@pytest.mark.parametrize("deed", ["claim", "release", "call", "snooze", "done", "move", "assign"])
def test_callback_that_is_over_is_409(owe, act, deed) -> None:
    said = {
        "snooze": {"until": NOON.isoformat()},
        "done": {"outcome": "reached"},
        "move": {"promised_by": (NOON + timedelta(hours=1)).isoformat(), "note": "Jane"},
        "assign": {"staff": "Tom Okafor"},
    }
    answer = act(owe(state="done", outcome="reached"), deed, "Priya Shah", "manager", **said.get(deed, {}))
    assert error(answer) == (409, "over", None)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("claim", {}), ("release", {}), ("call", {}), ("snooze", {"until": NOON.isoformat()}),
        ("done", {"outcome": "reached"}), ("note", {"text": "tall"}),
        ("move", {"promised_by": (NOON + timedelta(hours=1)).isoformat(), "note": "Jane"}),
    ],
)  # fmt: skip
def test_another_team_s_callback_is_404(owe, act, sales, row, deed, said) -> None:
    callback_id = owe(team_id=sales)
    assert act(callback_id, deed, "Tom Okafor", **said).status_code == 404
    assert row(callback_id).state == "waiting"


def test_snoozed_callback_is_tried_then_and_stays_its_owner_s(owe, act, row) -> None:
    callback_id = owe(needs_person=True, next_try_at=None)
    act(callback_id, "claim", "Tom Okafor")
    answer = act(callback_id, "snooze", "Tom Okafor", until="2026-11-24T13:00:00+01:00")
    assert (answer.status_code, answer.json["owner"], answer.json["needs_person"]) == (200, "Tom Okafor", False)
    assert (row(callback_id).next_try_at, row(callback_id).claimed_until) == (NOON, NOON + timedelta(minutes=30))


@pytest.mark.parametrize("until", [NOON + timedelta(seconds=1), NOON - timedelta(hours=2)])
def test_snooze_past_the_promised_time_or_into_the_past_is_422(owe, act, row, until) -> None:
    callback_id = owe()
    assert error(act(callback_id, "snooze", "Tom Okafor", until=until.isoformat())) == (422, "not_possible", "until")
    assert row(callback_id).next_try_at == NOON - timedelta(hours=2)


def test_done_and_reached_keeps_the_promise(owe, act) -> None:
    answer = act(owe(), "done", "Tom Okafor", outcome="reached").json
    told = [answer[name] for name in ("state", "outcome", "kept", "rang_in_time", "closed_by", "close_note")]
    assert told == ["done", "reached", True, True, "Tom Okafor", None]


@pytest.mark.parametrize("outcome", ["unreachable", "cancelled"])
def test_done_and_not_reached_needs_a_note_which_is_kept_with_the_customer(owe, act, visitor, bearer, outcome) -> None:
    callback_id = owe()
    assert error(act(callback_id, "done", outcome=outcome, note="  ")) == (422, "not_possible", "note")
    answer = act(callback_id, "done", outcome=outcome, note="Moved to\nFrance").json
    assert (answer["outcome"], answer["close_note"], answer["kept"]) == (outcome, "Moved to\nFrance", False)
    customer = visitor.get(f"/api/customers/{JANE}", headers=bearer()).json
    assert [(note["by"], note["text"]) for note in customer["notes"]] == [("wallboard", "Moved to\nFrance")]


def test_done_ends_the_claim_and_makes_ones_own_attempt_stale(attempt_under_way, act, row) -> None:
    callback_id = attempt_under_way(2, "Tom Okafor")
    act(callback_id, "claim", "Tom Okafor")
    assert act(callback_id, "done", "Tom Okafor", outcome="reached").json["claimed_until"] is None
    assert (row(callback_id).fence, row(callback_id).claimed_until) == (4, None)


def test_promise_moves_to_a_later_time_that_the_customer_agreed_to(owe, act) -> None:
    callback_id = owe()
    answer = act(callback_id, "move", "Tom Okafor", promised_by="2026-11-24T15:00:30Z", note="Jane, on the phone")
    assert answer.json["promised_by"] == "2026-11-24T15:01:00+00:00"
    (moved,) = answer.json["moves"]
    assert (moved["by"], moved["note"]) == ("Tom Okafor", "Jane, on the phone")
    for when in ("2026-11-24T14:00:00Z", "2026-11-24T09:00:00Z", "2028-01-01T00:00:00Z"):
        assert error(act(callback_id, "move", promised_by=when, note="x")) == (422, "not_possible", "promised_by")


def test_manager_hands_it_to_a_person_of_its_team(owe, act, sales, join_team) -> None:
    callback_id = owe()
    act(callback_id, "claim", "Tom Okafor")
    assert act(callback_id, "assign", "Tom Okafor", staff="Priya Shah").status_code == 403
    answer = act(callback_id, "assign", staff="Priya Shah").json
    assert (answer["state"], answer["owner"]) == ("claimed", "Priya Shah")
    join_team("Tom Okafor", sales)
    for name in ("Tom Okafor", "Nobody"):
        assert error(act(callback_id, "assign", staff=name)) == (422, "not_possible", "staff")


def test_every_deed_is_in_the_history_and_notes_stand_beside_it(owe, act, visitor, bearer) -> None:
    callback_id = owe()
    act(callback_id, "claim", "Tom Okafor")
    act(callback_id, "note", "Tom Okafor", text="Rings after school")
    act(callback_id, "release")
    answer = visitor.get(f"/api/callbacks/{callback_id}", headers=bearer()).json
    assert [note["text"] for note in answer["notes"]] == ["Rings after school"]
    told = [(deed["by"], deed["action"]) for deed in answer["history"]]
    assert told == [("Tom Okafor", "claimed"), ("Tom Okafor", "noted"), ("wallboard", "released")]


def test_refused_deed_leaves_no_trace(owe, act) -> None:
    callback_id = owe()
    act(callback_id, "done", outcome="unreachable")
    act(callback_id, "snooze", until="2027-01-01T00:00:00Z")
    assert act(callback_id, "claim").json["history"][0]["action"] == "claimed"


def test_call_reserves_the_person_and_waits_for_a_worker(office, owe, act, row) -> None:
    """Whatever was planned: a person decides."""
    callback_id = owe(needs_person=True, next_try_at=None)
    answer = act(callback_id, "call", "Tom Okafor")
    assert (answer.status_code, answer.json["state"], answer.json["owner"]) == (200, "calling", "Tom Okafor")
    assert [tried["by"] for tried in answer.json["attempts"]] == ["Tom Okafor"]
    with office.database.reading() as session:
        assert session.get_one(Staff, 2).busy_with == "attempt:1"
    assert act(callback_id, "call", "Tom Okafor").status_code == 200
    assert len(act(callback_id, "claim", "Tom Okafor").json["attempts"]) == 1


def test_call_without_a_phone_is_422(owe, act) -> None:
    assert error(act(owe(), "call")) == (422, "no_phone", None)


def test_call_of_a_busy_person_is_409_and_says_with_what(office, owe, act, row) -> None:
    callback_id = owe()
    with office.database.transaction() as session:
        people.reserve(session, 2, "call:7", office.clock.now(), NOON)
    answer = act(callback_id, "call", "Tom Okafor")
    assert error(answer) == (409, "busy", None)
    assert answer.json["error"]["message"] == "Tom Okafor is on the phone with a caller just now."
    assert row(callback_id).state == "waiting"


@pytest.mark.parametrize(
    ("phone", "more", "code"),
    [
        ("+449098790123", {}, "not_dialled"),
        (None, {}, "not_dialled"),
        ("+447700900777", {}, "not_dialled"),
        (JANE, {"slot_from": NOON, "slot_until": NOON + timedelta(hours=1)}, "too_early"),
    ],
)
def test_call_to_whom_nobody_may_ring_now_is_422(office, owe, act, phone, more, code) -> None:
    with office.database.transaction() as session:
        contact_rules.set_rule(session, "+447700900777", "blocked", by="x", now=office.clock.now())
    assert error(act(owe(phone, **more), "call", "Tom Okafor")) == (422, code, None)


def test_call_past_the_guard_s_limit_is_422_and_the_manager_is_to_know(office, owe, act) -> None:
    tired = {"callback_id": owe(), "fence": 0, "staff_id": 1, "by": "Priya Shah", "customer_phone": JANE}
    with office.database.transaction() as session:
        rang = {"at": office.clock.now(), "customer_rang_at": office.clock.now(), "ended_at": office.clock.now()}
        session.add_all(Attempt(**tired, **rang, stage="ended") for _ in range(6))
    assert error(act(tired["callback_id"], "call", "Tom Okafor")) == (422, "not_dialled", None)
    with office.database.reading() as session:
        assert [alert.reason.split(":")[1] for alert in alerts.untold(session)] == ["number_per_day"]


def test_rungs_that_a_promise_went_up_are_told(office, owe, act) -> None:
    callback_id = owe()
    with office.database.transaction() as session:
        session.add(Rung(callback_id=callback_id, rung="reminder", promised_by=NOON, at=NOON - timedelta(hours=1)))
    told = act(callback_id, "claim", "Tom Okafor").json["rungs"]
    assert told == [{"step": "reminder", "at": "2026-11-24T11:00:00+00:00", "promised_by": "2026-11-24T12:00:00+00:00"}]
