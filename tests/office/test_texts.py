"""The outbox: each text written once, sent at most once, and what becomes of it whatever the carrier does."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
import responses

from office import texts
from office.tables import Text
from office.wiring import Office

MESSAGES = f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Messages.json"
TOM, BUSINESS = "+447700900102", "+442071838750"
SENT = {"status": 201, "json": {"sid": "SM" + "1" * 32}}


@pytest.fixture
def write(office: Office) -> Callable[..., int | None]:
    """Write a text to Tom; its id."""

    def written(reason: str = "off-duty:2:1", body: str = "You are off duty.") -> int | None:
        with office.database.transaction() as session:
            return texts.write(session, reason=reason, to=TOM, body=body, now=office.clock.now())

    return written


@pytest.fixture
def text(write: Any) -> int:
    """A text that waits to be sent; its id."""
    text_id: int = write()
    return text_id


@pytest.fixture
def row(office: Office, text: int) -> Callable[[], Text]:
    """Reads the text as it stands now."""

    def read() -> Text:
        with office.database.reading() as session:
            return session.get_one(Text, text)

    return read


@pytest.fixture
def due(office: Office) -> Callable[[], list[int]]:
    def read() -> list[int]:
        with office.database.reading() as session:
            return texts.due(session, office.clock.now())

    return read


def forget_lost(office: Office) -> int:
    with office.database.transaction() as session:
        return texts.forget_lost(session, office.clock.now())


def refused(status: int, code: int, **more: Any) -> dict[str, Any]:
    return {"status": status, "json": {"code": code, "message": f"no to {TOM}", "status": status}, **more}


def test_text_is_sent_from_the_business_and_is_then_over(office, text, row, due, twilio) -> None:
    twilio.post(MESSAGES, **SENT)
    assert due() == [text]
    assert texts.send(office, text)
    sent = parse_qs(twilio.calls[0].request.body.decode())
    assert sent == {"To": [TOM], "From": [BUSINESS], "Body": ["You are off duty."]}
    assert (row().state, row().sid, row().send_at, row().tries) == ("sent", "SM" + "1" * 32, None, 1)
    assert due() == []


def test_text_for_the_same_reason_is_written_once(office, write, text, row) -> None:
    assert write(body="Once more.") is None
    assert row().body == "You are off duty."
    assert write("off-duty:2:2") is not None


def test_text_is_sent_once_however_often_its_job_is_rung(office, text, twilio) -> None:
    twilio.post(MESSAGES, **SENT)
    assert [texts.send(office, text) for _ in range(3)] == [True, False, False]
    assert len(twilio.calls) == 1


def test_text_wanted_by_many_at_once_is_sent_once(office, text, twilio) -> None:
    twilio.post(MESSAGES, **SENT)
    start = threading.Barrier(6)

    def want(_: int) -> bool:
        start.wait(timeout=10)
        return texts.send(office, text)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(want, range(6))).count(True) == 1
    assert len(twilio.calls) == 1


def test_claim_is_committed_before_the_carrier_is_asked(office, text, row, twilio) -> None:
    seen: list[tuple[str, int]] = []

    def look(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        with office.database.transaction() as session:  # would wait for ever if one were open still
            session.get_one(Text, text, with_for_update=True)
        seen.append((row().state, row().tries))
        return 201, {}, '{"sid": "SM11111111"}'

    twilio.add_callback(responses.POST, MESSAGES, look)
    assert texts.send(office, text)
    assert seen == [("sending", 1)]


@pytest.mark.parametrize(
    ("answer", "wait"),
    [
        (refused(429, 20429), timedelta(minutes=1)),
        (refused(429, 20429, headers={"Retry-After": "7"}), timedelta(minutes=1)),
        (refused(429, 20429, headers={"Retry-After": "600"}), timedelta(minutes=10)),
        (refused(400, 21611), timedelta(minutes=1)),
        ({"status": 429, "body": "slow down"}, timedelta(minutes=1)),
        ({"body": requests.ConnectTimeout()}, timedelta(minutes=1)),
    ],
)
def test_text_the_carrier_cannot_take_now_waits(office, text, row, due, twilio, clock, answer, wait) -> None:
    twilio.post(MESSAGES, **answer)
    assert not texts.send(office, text)
    assert (row().state, row().send_at) == ("waiting", clock.now() + wait)
    assert due() == []
    assert not texts.send(office, text)
    assert len(twilio.calls) == 1
    clock.go_on(seconds=wait.total_seconds())
    assert due() == [text]


def test_text_goes_at_the_next_try_when_the_carrier_is_back(office, text, row, twilio, clock) -> None:
    twilio.post(MESSAGES, body=requests.ConnectTimeout())
    texts.send(office, text)
    clock.go_on(minutes=1)
    twilio.replace(responses.POST, MESSAGES, **SENT)
    assert texts.send(office, text)
    assert (row().state, row().tries) == ("sent", 2)


def test_text_is_tried_five_times_ever_further_apart_and_then_failed(office, text, row, twilio, clock) -> None:
    twilio.post(MESSAGES, body=requests.ConnectTimeout())
    waits = []
    while row().state == "waiting":
        texts.send(office, text)
        if row().send_at is not None:
            waits.append(row().send_at - clock.now())
            clock.set(row().send_at)
    assert (row().state, row().tries, row().send_at, len(twilio.calls)) == ("failed", 5, None, 5)
    assert waits == sorted(waits)
    assert len(waits) == 4


@pytest.mark.parametrize("answer", [refused(400, 21610), refused(400, 21614), refused(401, 20003)])
def test_text_the_carrier_will_never_take_is_failed(office, text, row, due, twilio, answer) -> None:
    twilio.post(MESSAGES, **answer)
    assert not texts.send(office, text)
    assert (row().state, row().send_at) == ("failed", None)
    assert due() == []


def test_text_longer_than_any_may_be_is_failed_and_the_carrier_not_asked(office, write, twilio) -> None:
    long = write("a novel", "x" * 1601)
    assert not texts.send(office, long)
    with office.database.reading() as session:
        assert session.get_one(Text, long).state == "failed"


@pytest.mark.parametrize("answer", [{"status": 500}, {"body": requests.ReadTimeout()}, {"status": 201, "body": "?"}])
def test_text_that_was_perhaps_sent_is_never_sent_again(office, text, row, due, twilio, clock, answer) -> None:
    twilio.post(MESSAGES, **answer)
    assert not texts.send(office, text)
    assert (row().state, row().send_at) == ("unknown", None)
    clock.go_on(days=1)
    assert due() == []
    assert not texts.send(office, text)
    assert len(twilio.calls) == 1


def die_while_sending(office: Office, text: int) -> None:
    """Claim it as a sender does, and get no further."""

    class DeadLine:
        def text(self, *_: object, **__: object) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        texts.send(replace(office, line=DeadLine()), text)  # type: ignore[arg-type]


def test_text_whose_sender_died_is_given_up_after_two_minutes_and_never_sent_again(
    office, text, row, due, clock
) -> None:
    die_while_sending(office, text)
    clock.go_on(seconds=119)
    assert forget_lost(office) == 0
    assert row().state == "sending"
    assert due() == []
    clock.go_on(seconds=1)
    assert due() == []
    assert not texts.send(office, text)
    assert forget_lost(office) == 1
    assert (row().state, row().send_at) == ("unknown", None)
    assert forget_lost(office) == 0
    assert not texts.send(office, text)


def test_text_that_waits_is_nobodys_loss(office, text, row, clock) -> None:
    clock.go_on(days=1)
    assert forget_lost(office) == 0
    assert row().state == "waiting"


def test_slow_sender_who_was_given_up_still_tells_how_it_went(office, text, row, twilio, clock) -> None:
    def take_three_minutes(_: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        clock.go_on(minutes=3)
        assert forget_lost(office) == 1
        return 201, {}, '{"sid": "SM11111111"}'

    twilio.add_callback(responses.POST, MESSAGES, take_three_minutes)
    assert texts.send(office, text)
    assert (row().state, row().sid) == ("sent", "SM11111111")


def test_longest_waiting_text_is_due_first_and_no_more_than_asked_for(office, write, clock) -> None:
    written = []
    for number in range(3):
        written.append(write(f"reason {number}"))
        clock.go_on(seconds=1)
    with office.database.reading() as session:
        assert texts.due(session, clock.now()) == written
        assert texts.due(session, clock.now(), limit=2) == written[:2]
        assert texts.due(session, clock.now() - timedelta(minutes=1)) == []


def test_log_has_no_whole_number_and_no_word_of_the_text(office, write, twilio, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    for number, answer in enumerate((SENT, refused(400, 21610), refused(429, 20429), {"status": 500})):
        twilio.upsert(responses.POST, MESSAGES, **answer)
        texts.send(office, write(f"reason {number}"))
    assert "to …0102: sent" in caplog.text
    assert "to …0102: not sent, and never will be" in caplog.text
    assert "447700" not in caplog.text
    assert "off duty" not in caplog.text
