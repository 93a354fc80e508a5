"""A call-back that a web form or a CRM asks for."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from callbacks.tables import Callback
from office import contact_rules

JANE = "+447700900123"


@pytest.fixture
def ask(app, bearer):
    headers = bearer()

    def asked(key: str | None = None, **said: Any):
        keyed = {"Idempotency-Key": key} if key else {}
        return app.test_client().post("/api/callbacks", json=said, headers={**headers, **keyed})

    return asked


@pytest.fixture
def ids(office):
    def read() -> list[int]:
        with office.database.reading() as session:
            return list(session.scalars(select(Callback.id)))

    return read


def test_request_opens_a_callback_promised_as_if_missed_now(ask) -> None:
    answer = ask(phone="07700 900123", name="Jane Smith", reason="wants a quote")
    assert answer.status_code == 201
    told = [answer.json[name] for name in ("phone", "customer", "reason", "kind", "state", "team", "promised_by")]
    at_noon = "2026-11-24T12:00:00+00:00"
    assert told == [JANE, {"name": "Jane Smith"}, "wants a quote", "asked", "waiting", "Workshop", at_noon]
    assert (answer.json["calls_missed"], answer.json["history"][0]["action"]) == (0, "created")


def test_promised_time_asked_for_is_a_whole_minute_and_tried_before(ask, office, clock) -> None:
    answer = ask(phone=JANE, promised_by="2026-11-24T10:00:30Z")
    assert answer.json["promised_by"] == "2026-11-24T10:01:00+00:00"
    with office.database.reading() as session:
        assert session.scalars(select(Callback.next_try_at)).one() == clock.now()


@pytest.mark.parametrize("when", ["2026-11-24T10:00:00Z", "2028-01-01T00:00:00Z"])
def test_promised_time_over_or_far_off_is_422(ask, ids, when) -> None:
    answer = ask(phone=JANE, promised_by=when)
    assert (answer.status_code, answer.json["error"]["field"], ids()) == (422, "promised_by", [])


def test_promised_time_before_the_next_opening_is_422(ask, clock) -> None:
    clock.go_on(hours=8)
    assert ask(phone=JANE, promised_by="2026-11-25T08:59:00Z").status_code == 422
    assert ask(phone=JANE, promised_by="2026-11-25T09:01:00Z").status_code == 201


@pytest.mark.parametrize(
    "phone", ["+449098790123", "999", "nonsense", "+33612345678", "+442071838750", "+447700900666"]
)
def test_number_that_we_may_not_dial_is_422(ask, office, ids, phone) -> None:
    with office.database.transaction() as session:
        contact_rules.set_rule(session, "+447700900666", "do-not-call-back", by="x", now=office.clock.now())
    answer = ask(phone=phone)
    assert (answer.status_code, answer.json["error"]["code"], ids()) == (422, "not_dialled", [])
    assert answer.json["error"]["field"] == "phone"


def test_phone_left_out_or_of_another_type_is_400(ask) -> None:
    for said in ({}, {"phone": 447700900123}, {"phone": None}):
        assert ask(**said).json["error"]["field"] == "phone"


def test_customer_with_an_open_callback_gets_that_one_and_no_sooner_promise(ask, owe) -> None:
    """By whichever of their numbers; what was said this time is kept with them."""
    known = owe("+447700900555", called_from=JANE)
    answer = ask(phone=JANE, name="Jane", reason="also the brakes", promised_by="2026-11-24T11:00:00Z")
    assert (answer.status_code, answer.json["id"]) == (200, known)
    told = [answer.json[name] for name in ("promised_by", "calls_missed", "customer")]
    assert told == ["2026-11-24T12:00:00+00:00", 1, {"name": "Jane"}]
    assert [note["text"] for note in answer.json["notes"]] == ["also the brakes"]


def test_callback_of_another_team_is_not_shown_to_who_asks_for_one(visitor, bearer, owe, sales) -> None:
    owe(JANE, team_id=sales)
    answer = visitor.post("/api/callbacks", json={"phone": JANE}, headers=bearer("staff", "Tom Okafor"))
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "other_team")


def test_same_key_has_the_same_answer_for_a_day_and_more(ask, ids, clock) -> None:
    first = ask("form-7", phone=JANE, name="Jane")
    clock.go_on(hours=25)
    again = ask("form-7", name="Jane", phone=JANE)
    assert (first.status_code, again.status_code) == (201, 201)
    assert ids() == [first.json["id"]] == [again.json["id"]]


def test_same_key_with_another_request_is_422(ask, ids) -> None:
    ask("form-7", phone=JANE)
    answer = ask("form-7", phone="+447700900124")
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "idempotency-key-reused")
    assert len(ids()) == 1


def test_same_key_of_another_token_is_another_request(ask, visitor, bearer, ids) -> None:
    ask("form-7", phone=JANE)
    headers = {**bearer("staff", "Tom Okafor"), "Idempotency-Key": "form-7"}
    assert visitor.post("/api/callbacks", json={"phone": "+447700900124"}, headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["x" * 201, "\xe9"])
def test_key_that_is_no_plain_text_is_400(ask, key) -> None:
    assert ask(key, phone=JANE).json["error"]["field"] == "Idempotency-Key"


@pytest.mark.parametrize("keys", [("a", "a", "a", "a"), (None, None, None, None), ("a", "b", "c", "d")])
def test_same_customer_at_the_same_instant_has_one_callback(ask, ids, keys) -> None:
    barrier = Barrier(len(keys))

    def at_once(key: str | None):
        barrier.wait()
        return ask(key, phone=JANE)

    with ThreadPoolExecutor(len(keys)) as forms:
        answers = list(forms.map(at_once, keys))
    assert {answer.json["id"] for answer in answers} == set(ids())
    assert len(ids()) == 1
    opened = [answer.status_code for answer in answers].count(201)
    assert opened == (4 if keys[0] == keys[1] == "a" else 1)


def test_same_key_for_two_customers_at_the_same_instant_opens_one(ask, ids) -> None:
    barrier = Barrier(2)

    def at_once(phone: str) -> int:
        barrier.wait()
        status: int = ask("form-7", phone=phone).status_code
        return status

    with ThreadPoolExecutor(2) as forms:
        assert sorted(forms.map(at_once, [JANE, "+447700900124"])) == [201, 422]
    assert len(ids()) == 1
