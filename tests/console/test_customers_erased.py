"""A customer's data handed out, and forgotten: here, in what we told each other, and at the carrier."""

import io
import json
from collections.abc import Callable
from typing import Any
from zipfile import ZipFile

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from callbacks.tables import Attempt, Callback, Delivery
from office import opt_outs, texts
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.database import Base
from office.tables import Alert, Audit, Note, Text
from office.wiring import Office
from voice.tables import Call, Turn
from voicemail_greetings.tables import Erasure, Message

Made = Callable[..., Any]
JANE, SAM = "+447700900123", "+447700900124"
TRACES = ("7700900123", "7700 900123", "Jane", "brakes")


@pytest.fixture
def jane(office: Office, owe: Made, call: Made, message: Made) -> int:
    """A customer with something of every kind; the id of her open call-back."""
    now = office.clock.now()
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith", notes="Squeaky brakes")])
        session.add(Note(phone=JANE, at=now, by="Tom Okafor", text="Jane wants new brakes"))
        texts.write(session, reason="promise:1", to=JANE, body="Jane, we ring by 12:00", now=now)
        told = "Ring Jane Smith, 07700 900123, by 12:00; and Sam Reed by 13:00"
        texts.write(session, reason="ladder:1:1", to="+447700900102", body=told, now=now)
        session.add(Audit(at=now, by="Tom Okafor", action="moved", about="callback:1", detail="Jane agreed"))
    callback_id: int = owe(customer_id=1, name="Jane Smith", reason="her brakes", kind="asked")
    message(call("CA1", callback_id, customer_id=1, ended_at=now, outcome="missed"), b"RIFF brakes")
    tried = {"fence": 1, "staff_id": 2, "by": "Tom Okafor", "stage": "ended", "at": now, "ended_at": now}
    with office.database.transaction() as session:
        session.add(Turn(call_id=1, number=0, answer="<Say>Hello Jane</Say>"))
        session.add(Attempt(callback_id=callback_id, customer_phone=JANE, **tried))
        session.execute(update(Message).values(words="It's Jane about my brakes", words_state="done"))
    return callback_id


@pytest.fixture
def erase(browser: FlaskClient) -> Made:
    def asked(typed: str) -> Any:
        path = f"/customers/{JANE}/erase"
        token = browser.get(path).text.split('name="csrf_token" value="')[1].split('"')[0]
        data = {"csrf_token": token, "typed": typed}
        return browser.post(path, data=data, headers={"Referer": f"https://localhost{path}"})

    return asked


@pytest.fixture
def jane_alone(office: Office) -> None:
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Jane Smith")])


def traces(office: Office) -> list[str]:
    """Where in the whole database something of her still stands."""
    with office.database.reading() as session:
        rows = (
            (table.name, str(tuple(row)))
            for table in Base.metadata.tables.values()
            for row in session.execute(select(table))
        )
        return [f"{name}: {row}" for name, row in rows if any(trace in row for trace in TRACES)]


@pytest.mark.parametrize("typed", ["jane  smith", "07700 900123"])
def test_erased_customer_leaves_no_trace_but_that_somebody_rang(
    browser: FlaskClient, office: Office, erase: Made, jane: int, typed: str
) -> None:
    assert len(traces(office)) > 8
    answer = erase(typed)
    assert answer.status_code == 303
    assert traces(office) == []
    with office.database.reading() as session:
        row = session.get_one(Callback, jane)
        assert (row.state, row.outcome, row.phone) == ("done", "cancelled", None)
        assert [(call.phone, call.outcome) for call in session.scalars(select(Call))] == [(None, "missed")]
        assert session.scalars(select(Erasure.sid)).all() == ["RECA1"]
        bodies = session.scalars(select(Text.body).where(Text.to != "")).all()
        assert bodies == ["Ring a customer, a customer, by 12:00; and Sam Reed by 13:00"]
    assert list((office.settings.data_dir / "recordings").rglob("*.wav")) == []
    receipt = browser.get(answer.location).text
    for line in ("1 entry on the list", "1 call-back", "1 message, here and at the carrier", "1 note", "1 text"):
        assert line in receipt
    assert browser.get(f"/customers/{JANE}").status_code == 404


@pytest.mark.usefixtures("jane")
def test_nothing_is_erased_without_the_name_nor_while_they_are_on_the_line(
    office: Office, erase: Made, call: Made
) -> None:
    before = traces(office)
    answer = erase("Jane")
    assert answer.status_code == 422
    assert "neither the name nor the number" in answer.text
    call("CA2")
    answer = erase("Jane Smith")
    assert answer.status_code == 422
    assert "on the line just now" in answer.text
    assert set(before) <= set(traces(office))


@pytest.mark.usefixtures("jane_alone")
def test_another_s_promise_to_ring_that_number_is_not_forgotten(office: Office, erase: Made, owe: Made) -> None:
    callback_id = owe(JANE, called_from=SAM)
    assert erase("Jane Smith").status_code == 422
    ours = owe(JANE, kind="outreach", reason="to sell her brakes", state="done")
    with office.database.transaction() as session:
        session.execute(update(Callback).values(state="done"))
    assert erase("Jane Smith").status_code == 303
    with office.database.reading() as session:
        row = session.get_one(Callback, callback_id)
        assert (row.phone, row.called_from) == (SAM, None)
        assert session.get_one(Callback, ours).reason == "we’d like to ring them"


@pytest.mark.usefixtures("jane_alone")
def test_wish_for_no_texts_outlasts_the_customer(office: Office, erase: Made) -> None:
    with office.database.transaction() as session:
        opt_outs.opt_out(session, JANE, office.clock.now())
    assert erase("Jane Smith").status_code == 303
    with office.database.reading() as session:
        assert opt_outs.any_out(session, JANE)


@pytest.mark.usefixtures("jane")
def test_everything_that_is_held_is_handed_out(browser: FlaskClient, office: Office) -> None:
    answer = browser.get(f"/customers/{JANE}/everything.zip")
    with ZipFile(io.BytesIO(answer.data)) as whole:
        told = json.loads(whole.read("customer.json"))
        assert whole.read("recordings/1.wav") == b"RIFF brakes"
    assert told["customers"][0]["notes"] == "Squeaky brakes"
    assert [told[kind][0][word] for kind, word in (("notes", "text"), ("texts", "text"), ("messages", "transcript"))] == [
        "Jane wants new brakes", "Jane, we ring by 12:00", "It's Jane about my brakes",
    ]  # fmt: skip
    assert told["callbacks"][0]["reason"] == "her brakes"
    assert told["calls"][0]["sid"] == "CA1"
    assert told["seen_and_changed"][0]["action"] == "exported"


@pytest.mark.usefixtures("jane_alone")
def test_whoever_was_rung_elsewhere_or_is_named_by_another_s_call_back_is_erased_too(
    office: Office, erase: Made, owe: Made, call: Made
) -> None:
    now = office.clock.now()
    call("CA1", phone=SAM, customer_id=1, direction="outbound", ended_at=now)
    owe(SAM, called_from="+447700900125", customer_id=1, state="done")
    assert erase("Jane Smith").status_code == 303
    with office.database.reading() as session:
        assert [(row.phone, row.customer_id) for row in session.scalars(select(Call))] == [(None, None)]
        assert [(row.phone, row.customer_id) for row in session.scalars(select(Callback))] == [(SAM, None)]


@pytest.mark.usefixtures("jane_alone")
def test_message_of_a_withheld_caller_who_keyed_the_number_goes_and_what_another_s_call_read_out(
    office: Office, erase: Made, owe: Made, call: Made, message: Made
) -> None:
    now = office.clock.now()
    message(call("CA1", owe(JANE, state="done"), phone=None, ended_at=now), b"RIFF brakes")
    call("CA2", phone=SAM, keyed=JANE, ended_at=now)
    sam = owe(SAM)
    told = {"url": "https://example.com", "event": "asked", "body": f'{{"phone": "{JANE}"}}', "created_at": now}
    with office.database.transaction() as session:
        session.execute(update(Message).values(words="It's Jane about my brakes"))
        session.add_all(Turn(call_id=call_id, number=0, answer="<Say>7700900123</Say>") for call_id in (1, 2))
        session.add_all(Delivery(callback_id=sam, state=state, **told) for state in ("delivered", "waiting"))
    assert erase("Jane Smith").status_code == 303
    assert [trace.split(":")[0] for trace in traces(office)] == ["deliveries"]
    with office.database.reading() as session:
        assert session.scalars(select(Delivery.state)).all() == ["waiting"]
        assert session.scalars(select(Erasure.sid)).all() == ["RECA1"]
    assert list((office.settings.data_dir / "recordings").rglob("*.wav")) == []


def test_name_goes_wherever_it_stands_whole_and_a_single_one_only_beside_the_number(
    office: Office, erase: Made, owe: Made
) -> None:
    long = "Maximiliana Alexandrina von Hohenstein-Wittgenstein"
    owe(JANE, name=long)
    with office.database.transaction() as session:
        save_customers(session, [CustomerRow(1, JANE, "Maria"), CustomerRow(2, JANE, "Jo Li")])
        for said in (
            f"Late: {long[:27]} by 12:00",
            "Late: Jo Li by 12:00",
            "Late: Jo Lindt by 12:00",
            "Late: Maria Lopez by 12:00",
            "Message: Maria (+44 7700 900123)",
            f"Late: Jo Li by 12:00, {'x' * 478}",
        ):
            session.add(Alert(reason=said[:90], said=said, at=office.clock.now()))
    assert erase("07700 900123").status_code == 303
    with office.database.reading() as session:
        *short, full = session.scalars(select(Alert.said).order_by(Alert.id))
    assert short == [
        "Late: a customer by 12:00",
        "Late: a customer by 12:00",
        "Late: Jo Lindt by 12:00",
        "Late: Maria Lopez by 12:00",
        "Message: a customer (a customer)",
    ]
    assert full.startswith("Late: a customer by 12:00, x")
    assert len(full) == 500


@pytest.mark.usefixtures("jane_alone")
def test_request_that_was_set_aside_goes_when_it_holds_the_number(office: Office, erase: Made) -> None:
    folder = office.settings.data_dir / "journal"
    folder.mkdir()
    for name, phone in (("hers", JANE), ("his", SAM)):
        (folder / f"{name}.cannot").write_text(json.dumps({"form": {"From": phone}}))
    assert erase("Jane").status_code == 422
    assert len(list(folder.iterdir())) == 2
    assert erase("Jane Smith").status_code == 303
    assert [file.stem for file in folder.iterdir()] == ["his"]


def test_shared_number_says_who_else_goes(browser: FlaskClient, customers: Made) -> None:
    customers((JANE, "Jane Smith"), (JANE, "Bob Smith"))
    assert "Jane Smith and Bob Smith" in browser.get(f"/customers/{JANE}/erase").text


def test_call_back_of_another_who_asked_to_be_rung_there_is_not_handed_out(
    browser: FlaskClient, owe: Made, customers: Made
) -> None:
    customers((JANE, "Jane Smith"))
    owe(JANE, called_from=SAM, reason="his own matter")
    answer = browser.get(f"/customers/{JANE}/everything.zip")
    with ZipFile(io.BytesIO(answer.data)) as whole:
        assert json.loads(whole.read("customer.json"))["callbacks"] == []
