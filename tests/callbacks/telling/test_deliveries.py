"""Other software hears of everything, in order, and can tell who says it; whatever it does, we go on."""

import logging
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from callbacks import deliveries, receivers
from callbacks.receivers import Terms
from office import alerts

HANG = 0
SOON = partial(receivers.post, terms=Terms(answer=0.3))
TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)


def send_due(office) -> int:
    """One round of the sweep: how many were taken."""
    return sum(deliveries.send(office, place, SOON) for place in deliveries.due(office))


@pytest.fixture
def told(due, receiver, tell_to):
    """Other software that is told from now on, of a call-back that was opened before."""
    tell_to(receiver.url)
    return receiver


def test_event_is_posted_signed_and_only_once(office, told, happen, rows) -> None:
    happen("opened")
    assert deliveries.due(office) == [0]
    assert send_due(office) == 1
    (row,), (request,) = rows(), told.told
    assert request.is_signed_with(receivers.secret(office.settings))
    assert not request.is_signed_with("another")
    assert request.body.decode() == row.body
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Ringtrue-Event"] == "opened"
    assert request.headers["Ringtrue-Delivery"] == request.said["id"]
    assert request.headers["Ringtrue-Timestamp"] == str(int(office.clock.now().timestamp()))
    assert (row.state, row.tries, row.send_at) == ("delivered", 1, None)
    assert deliveries.due(office) == []


def test_secret_of_the_environment_signs(office, told, happen) -> None:
    office.settings = replace(office.settings, webhook_secret="a-secret-of-our-own")
    happen("opened")
    send_due(office)
    assert told.told[0].is_signed_with("a-secret-of-our-own")


def test_event_waits_for_the_one_before_it(office, told, happen, clock) -> None:
    told.answers = [500]
    happen("opened", "claimed", "released")
    assert send_due(office) == 0
    assert send_due(office) == 0
    clock.go_on(seconds=10)
    assert send_due(office) == 3
    assert told.events() == ["opened", "opened", "claimed", "released"]
    assert told.told[0].body == told.told[1].body


def test_call_back_whose_event_is_refused_does_not_hold_up_another(office, told, happen, another, due) -> None:
    told.answers = [500]
    happen("opened", "claimed")
    happen("opened", callback_id=another)
    send_due(office)
    assert send_due(office) == 1
    assert [one.said["callback"]["id"] for one in told.told] == [due, another]


def test_each_receiver_has_an_order_of_its_own(office, receiver, open_receiver, tell_to, happen) -> None:
    second = open_receiver()
    tell_to(receiver.url, second.url)
    receiver.answers = [500]
    happen("opened", "done")
    assert sorted(deliveries.due(office)) == [0, 1]
    send_due(office)
    assert (receiver.events(), second.events()) == (["opened"], ["opened", "done"])


@pytest.mark.parametrize(
    ("tries", "hours", "minutes"),
    [(1, 0, 1 / 6), (2, 0, 1), (3, 0, 5), (4, 0, 30), (5, 0, 120), (6, 3, 120), (40, 20, 120), (40, 23, 60)],
)
def test_pauses_grow_to_two_hours_and_the_last_try_is_after_a_day(tries, hours, minutes) -> None:
    now = TEN + timedelta(hours=hours)
    assert deliveries.again_at(tries, TEN, now) == now + timedelta(minutes=minutes)


def test_nothing_is_tried_again_after_a_day() -> None:
    assert deliveries.again_at(1, TEN, TEN + timedelta(hours=24)) is None


def test_event_given_up_lets_the_next_go_on(office, told, happen, rows, clock, caplog) -> None:
    told.answers = [500, 500]
    happen("opened", "claimed")
    send_due(office)
    clock.go_on(hours=24)
    send_due(office)
    assert [row.state for row in rows()] == ["given-up", "waiting"]
    assert [record.levelname for record in caplog.records if "given up" in record.message] == ["ERROR"]
    with office.database.reading() as session:
        assert [alert.said for alert in alerts.untold(session)] == ["Not told what became of call-backs: 127.0.0.1"]
    assert send_due(office) == 1
    assert told.events() == ["opened", "opened", "claimed"]


def test_event_that_waited_a_day_behind_another_is_tried_once_all_the_same(office, told, happen, rows, clock) -> None:
    told.answers = [500, 500, 500]
    happen("opened", "claimed")
    send_due(office)
    clock.go_on(hours=25)
    send_due(office)
    send_due(office)
    assert [(row.state, row.tries) for row in rows()] == [("given-up", 2), ("given-up", 1)]
    with office.database.reading() as session:
        assert len(alerts.untold(session)) == 1


def test_receiver_that_hangs_is_tried_again_and_holds_up_no_other(office, told, happen, rows, clock) -> None:
    told.answers = [HANG]
    happen("opened")
    assert send_due(office) == 0
    assert (rows()[0].state, rows()[0].send_at) == ("waiting", clock.now() + timedelta(seconds=10))


def test_receiver_that_wants_us_elsewhere_is_not_followed(office, told, happen, rows) -> None:
    told.answers = [302]
    happen("opened")
    send_due(office)
    assert (len(told.told), rows()[0].state) == (1, "waiting")


def test_sender_that_died_is_followed_by_another_with_the_same_id(office, told, happen, clock) -> None:
    def die(url: str, body: bytes, headers: Mapping[str, str]) -> None:
        receivers.post(url, body, headers)
        raise SystemExit

    happen("opened", "claimed")
    with pytest.raises(SystemExit):
        deliveries.send(office, 0, die)
    assert deliveries.due(office) == []
    clock.go_on(minutes=2)
    assert send_due(office) == 2
    first, again, _ = told.told
    assert first.headers["Ringtrue-Delivery"] == again.headers["Ringtrue-Delivery"]


def test_sender_that_was_slow_leaves_what_it_lost_to_whoever_has_it_now(office, told, happen, rows, clock) -> None:
    """It failed after another had taken over: that one's word counts."""

    def be_slow(url: str, body: bytes, headers: Mapping[str, str]) -> None:
        clock.go_on(minutes=2)
        assert send_due(office) == 1
        raise receivers.ReceiverError("too late")

    happen("opened")
    assert deliveries.send(office, 0, be_slow) == 0
    assert (rows()[0].state, rows()[0].tries) == ("delivered", 2)


def test_two_workers_at_once_tell_each_event_once_and_in_order(office, told, happen, another) -> None:
    happen(*["opened", "claimed", "released"] * 3)
    happen(*["opened", "claimed", "released"] * 3, callback_id=another)
    start = threading.Barrier(4)

    def work() -> int:
        start.wait()
        return sum(deliveries.send(office, 0, SOON) for _ in range(20))

    with ThreadPoolExecutor(4) as workers:
        taken = sum(future.result() for future in [workers.submit(work) for _ in range(4)])
    assert taken == len(told.told) == 18
    for callback_id in {one.said["callback"]["id"] for one in told.told}:
        events = [one.said["event"] for one in told.told if one.said["callback"]["id"] == callback_id]
        assert events == ["opened", "claimed", "released"] * 3


def test_webhook_that_was_taken_out_is_told_nothing_more(office, told, happen, rows, tell_to) -> None:
    happen("opened", "done")
    tell_to()
    assert deliveries.due(office) == []
    assert [row.state for row in rows()] == ["given-up", "given-up"]
    assert deliveries.send(office, 0, SOON) == 0
    assert told.told == []


def test_sender_takes_a_breath_when_a_receiver_is_slow(office, told, happen, clock) -> None:
    def take_three_seconds(url: str, body: bytes, headers: Mapping[str, str]) -> None:
        clock.go_on(seconds=3)

    happen(*["note"] * 5)
    assert deliveries.send(office, 0, take_three_seconds) == 2


def test_log_tells_the_host_and_nothing_that_may_be_secret(office, told, happen, caplog) -> None:
    told.answers = [500]
    caplog.set_level(logging.DEBUG, "callbacks")
    happen("opened")
    send_due(office)
    assert "127.0.0.1 answered 500" in caplog.text
    assert "/hook" not in caplog.text
    assert "+447700900123" not in caplog.text


def test_when_nothing_waits_one_read_is_all_that_is_asked(office, told, count_statements) -> None:
    assert count_statements(lambda: deliveries.due(office)) == 1
