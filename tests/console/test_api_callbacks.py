"""Call-backs as other software reads them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callbacks.tables import Attempt, Callback, Move
from office.wiring import Office

Made = Callable[..., Any]
AUDIO = b"RIFF" + bytes(range(96))
JANE, AT_WORK = "+447700900123", "+447700900199"
EARLIER = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TOMORROW, TOMORROW_NOON = EARLIER + timedelta(days=1), EARLIER + timedelta(days=1, hours=3)


def test_callback_never_tried_has_the_contracts_shape(
    visitor: Any, bearer: Made, owe: Made, call: Made, customers: Made
) -> None:
    customers(("+447700900123", "Jane Smith"))
    callback_id = owe(calls_missed=2)
    call("CA1", callback_id)
    assert visitor.get(f"/api/callbacks/{callback_id}", headers=bearer()).json == {
        "id": callback_id,
        "phone": "+447700900123",
        "called_from": None,
        "customer": {"name": "Jane Smith"},
        "team": "Workshop",
        "reason": "missed call",
        "state": "waiting",
        "outcome": None,
        "owner": None,
        "claimed_until": None,
        "closed_by": None,
        "close_note": None,
        "missed_at": "2026-11-24T10:00:00+00:00",
        "promised_by": "2026-11-24T12:00:00+00:00",
        "next_try_at": "2026-11-24T10:00:00+00:00",
        "slot": None,
        "moves": [],
        "rungs": [],
        "rang_in_time": None,
        "kept": None,
        "calls_missed": 2,
        "voicemail": None,
        "voicemails": [],
        "kind": "missed",
        "needs_person": False,
        "calls": ["CA1"],
        "attempts": [],
        "notes": [],
        "history": [],
    }


@pytest.fixture
def asked(office: Office, owe: Made) -> int:
    """Jane rang from her own phone, and asked to be rung at work tomorrow morning."""
    tomorrow = {"slot_from": TOMORROW, "slot_until": TOMORROW_NOON, "slot_zone": "Europe/London"}
    callback_id: int = owe(AT_WORK, called_from=JANE, kind="asked", promised_by=TOMORROW_NOON, **tomorrow)
    with office.database.transaction() as session:
        times = {"at": EARLIER, "promised_before": EARLIER + timedelta(hours=2), "promised_by": TOMORROW_NOON}
        session.add(Move(callback_id=callback_id, by="customer", note="asked for tomorrow morning", **times))
    return callback_id


def test_callback_that_was_asked_for_tells_where_and_when(
    visitor: Any, bearer: Made, asked: int, customers: Made
) -> None:
    """PITFALLS 15: the number that we ring, and the one that they rang from."""
    customers((JANE, "Jane Smith"), (AT_WORK, "Smith and Sons"))
    answer = visitor.get(f"/api/callbacks/{asked}", headers=bearer()).json
    until = "2026-11-25T12:00:00+00:00"
    assert (answer["phone"], answer["called_from"], answer["customer"]) == (AT_WORK, JANE, {"name": "Jane Smith"})
    assert (answer["kind"], answer["promised_by"]) == ("asked", until)
    assert answer["slot"] == {"from": "2026-11-25T09:00:00+00:00", "until": until, "zone": "Europe/London"}
    moved = {"at": "2026-11-24T09:00:00+00:00", "by": "customer", "note": "asked for tomorrow morning"}
    assert answer["moves"] == [{**moved, "from": "2026-11-24T11:00:00+00:00", "to": until}]


@pytest.mark.parametrize("phone", [JANE, AT_WORK])
def test_callback_is_found_by_the_customer_s_either_number(
    visitor: Any, bearer: Made, asked: int, owe: Made, phone: str
) -> None:
    owe("+447700900555")
    answer = visitor.get(f"/api/customers/{phone}", headers=bearer()).json
    assert [row["id"] for row in answer["callbacks"]] == [asked]


@pytest.mark.parametrize("phone", [JANE, AT_WORK])
def test_another_team_s_callback_is_not_found_by_either_number(
    office: Office, visitor: Any, bearer: Made, asked: int, sales: int, phone: str
) -> None:
    with office.database.transaction() as session:
        session.get_one(Callback, asked).team_id = sales
    assert visitor.get(f"/api/customers/{phone}", headers=bearer("staff", "Tom Okafor")).status_code == 404


def test_callback_kept_late_tells_its_tries(office: Office, visitor: Any, bearer: Made, owe: Made) -> None:
    done = {"state": "done", "outcome": "reached", "owner": "Tom Okafor", "promised_by": EARLIER, "missed_at": EARLIER}
    callback_id = owe(**done, first_rang_at=EARLIER, spoke_at=EARLIER + timedelta(minutes=1))
    tried = {"callback_id": callback_id, "fence": 1, "staff_id": 2, "by": "Tom Okafor", "stage": "ended"}
    with office.database.transaction() as session:
        ended = {"call_sid": "CA9", "outcome": "reached", "ended_at": EARLIER}
        session.add(Attempt(**tried, at=EARLIER, customer_phone="+447700900123", **ended))
    answer = visitor.get(f"/api/callbacks/{callback_id}", headers=bearer()).json
    assert (answer["kept"], answer["rang_in_time"]) == (False, True)
    at = "2026-11-24T09:00:00+00:00"
    assert answer["attempts"] == [
        {"at": at, "by": "Tom Okafor", "outcome": "reached", "call_sid": "CA9", "assumed": False}
    ]


def test_callback_answered_elsewhere_in_time_was_kept_and_nobody_rang(visitor: Any, bearer: Made, owe: Made) -> None:
    callback_id = owe(state="done", outcome="answered-elsewhere", spoke_at=EARLIER)
    answer = visitor.get(f"/api/callbacks/{callback_id}", headers=bearer()).json
    assert (answer["kept"], answer["rang_in_time"]) == (True, None)


def test_number_of_two_customers_has_no_name(visitor: Any, bearer: Made, owe: Made, customers: Made) -> None:
    customers(("+447700900123", "Jane Smith"), ("+447700900123", "John Smith"))
    assert visitor.get(f"/api/callbacks/{owe()}", headers=bearer()).json["customer"] is None


def test_withheld_number_is_null(visitor: Any, bearer: Made, owe: Made) -> None:
    answer = visitor.get(f"/api/callbacks/{owe(None, needs_person=True)}", headers=bearer()).json
    assert (answer["phone"], answer["needs_person"]) == (None, True)


def test_list_pages_through_every_callback_once_most_urgent_first(
    office: Office, visitor: Any, bearer: Made, owe: Made
) -> None:
    soon = office.clock.now() + timedelta(minutes=10)
    done = owe("+447700900001", state="done", outcome="reached", spoke_at=soon)
    later, urgent, late = (
        owe("+447700900002"),
        owe("+447700900003", promised_by=soon),
        owe("+447700900004", promised_by=EARLIER),
    )
    seen, cursor, headers = [], "", bearer()
    while cursor is not None:
        answer = visitor.get(f"/api/callbacks?limit=1&cursor={cursor}", headers=headers).json
        seen += [row["id"] for row in answer["callbacks"]]
        cursor = answer["next"]
    assert seen == [late, urgent, later, done]


def test_list_of_a_state_and_of_an_owner(visitor: Any, bearer: Made, owe: Made) -> None:
    mine, _ = owe("+447700900001", state="claimed", owner="Tom Okafor"), owe("+447700900002")
    headers = bearer()
    for query in ("state=claimed", "owner=Tom+Okafor", "state=claimed&owner=Tom+Okafor&cursor=&limit="):
        found = visitor.get(f"/api/callbacks?{query}", headers=headers).json["callbacks"]
        assert [row["id"] for row in found] == [mine]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"), ("limit=201", "limit"), ("limit=-1", "limit"), ("limit=ten", "limit"), ("limit=1e2", "limit"), ("limit=٣", "limit"),
        ("state=open", "state"), ("state=DONE", "state"),
        ("owner=%00", "owner"), ("owner=" + "x" * 201, "owner"),
        ("cursor=x", "cursor"), ("cursor=%ff", "cursor"), ("cursor=bnVsbA", "cursor"), ("cursor=W10", "cursor"),
        ("cursor=WzEsICJ4IiwgIngiLCAxXQ", "cursor"),  # [1, "x", "x", 1]
        ("cursor=W2ZhbHNlLCAiMjAyNi0xMS0yNFQxMDowMDowMCIsICIyMDI2LTExLTI0VDEwOjAwOjAwIiwgMV0", "cursor"),  # times without a zone
        ("cursor=W2ZhbHNlLCAiMDAwMS0wMS0wMVQwMDowMDowMCsxNDowMCIsICIyMDI2LTExLTI0VDEwOjAwOjAwWiIsIDFd", "cursor"),  # before year 1 in UTC
    ],
)  # fmt: skip
def test_question_that_makes_no_sense_is_400_and_names_the_field(
    visitor: Any, bearer: Made, query: str, field: str
) -> None:
    answer = visitor.get(f"/api/callbacks?{query}", headers=bearer())
    assert (answer.status_code, answer.json["error"]["field"]) == (400, field)


def test_staff_token_sees_its_team_and_no_team_only(visitor: Any, bearer: Made, owe: Made, sales: int) -> None:
    ours, nobodys, theirs = (
        owe("+447700900001"),
        owe("+447700900002", team_id=None),
        owe("+447700900003", team_id=sales),
    )
    headers = bearer("staff", "Tom Okafor")
    listed = visitor.get("/api/callbacks", headers=headers).json["callbacks"]
    assert {row["id"] for row in listed} == {ours, nobodys}
    one_by_one = [visitor.get(f"/api/callbacks/{key}", headers=headers).status_code for key in (ours, nobodys, theirs)]
    assert one_by_one == [200, 200, 404]


def test_staff_token_of_nobody_sees_rows_of_no_team_only(visitor: Any, bearer: Made, owe: Made) -> None:
    _, nobodys = owe("+447700900001"), owe("+447700900002", team_id=None)
    listed = visitor.get("/api/callbacks", headers=bearer("staff")).json["callbacks"]
    assert [row["id"] for row in listed] == [nobodys]


def test_voicemail_is_served_whole_and_in_parts(
    visitor: Any, bearer: Made, owe: Made, call: Made, message: Made
) -> None:
    callback_id, headers = owe(), bearer()
    message(call("CA1", callback_id), AUDIO)
    voicemail = visitor.get(f"/api/callbacks/{callback_id}", headers=headers).json["voicemail"]
    address = f"/api/callbacks/{callback_id}/voicemail.wav"
    told = ("duration_s", "audio", "transcript", "transcript_state")
    assert [voicemail[key] for key in told] == [14, address, None, "waiting"]
    whole = visitor.get(address, headers=headers)
    assert (whole.status_code, whole.data, whole.mimetype) == (200, AUDIO, "audio/wav")
    assert whole.headers["Cache-Control"] == "no-store"
    part = visitor.get(address, headers={**headers, "Range": "bytes=4-7"})
    assert (part.status_code, part.data) == (206, AUDIO[4:8])
    beyond = visitor.get(address, headers={**headers, "Range": "bytes=900-"})
    assert (beyond.status_code, beyond.json["error"]["code"]) == (416, "bad_range")


def test_voicemail_not_here_yet_lost_or_of_another_team_is_404(
    visitor: Any, bearer: Made, owe: Made, call: Made, message: Made, sales: int, office: Office
) -> None:
    coming, theirs = owe("+447700900001"), owe("+447700900002", team_id=sales)
    lost, silent = owe("+447700900003"), owe("+447700900004")
    message(call("CA1", coming))
    message(call("CA2", theirs), AUDIO)
    message(call("CA3", lost), AUDIO)
    newest = max((office.settings.data_dir / "recordings").iterdir(), key=lambda file: int(file.stem))
    newest.unlink()
    headers = bearer("staff", "Tom Okafor")
    for callback_id in (coming, theirs, lost, silent):
        assert visitor.get(f"/api/callbacks/{callback_id}/voicemail.wav", headers=headers).status_code == 404


def test_older_voicemail_is_found_by_its_call(visitor: Any, bearer: Made, owe: Made, call: Made, message: Made) -> None:
    callback_id, headers = owe(), bearer()
    message(call("CA1", callback_id), b"first")
    message(call("CA2", callback_id), b"second")
    address = f"/api/callbacks/{callback_id}/voicemail.wav"
    assert visitor.get(address, headers=headers).data == b"second"
    assert visitor.get(f"{address}?call=CA1", headers=headers).data == b"first"


def test_list_costs_as_many_statements_for_many_as_for_one(
    office: Office, visitor: Any, bearer: Made, owe: Made, call: Made, message: Made, count_statements: Made
) -> None:
    headers = bearer()

    def add(number: int) -> None:
        message(call(f"CA{number}", owe(f"+44770090{number:04}")), AUDIO)

    add(0)
    one = count_statements(lambda: visitor.get("/api/callbacks", headers=headers))
    for number in range(1, 30):
        add(number)
    many = count_statements(lambda: visitor.get("/api/callbacks", headers=headers))
    assert one == many
