"""Who has a call-back, for how long, and whose phone rings for it: what people at work do, between the workers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from callbacks import claims, desk, sweep
from callbacks.carry_out import carry_out
from callbacks.claims import Who
from callbacks.desk import Deed
from callbacks.refused import Held, NotPossible, Underway
from callbacks.tables import Attempt
from office.tables import Staff

PRIYA, TOM = Who("Priya Shah", 1), Who("Tom Okafor", 2)
TOMS_PHONE = "+447700900102"


@pytest.fixture
def do(office, clock, due) -> Callable[..., Any]:
    """A person does something with the call-back, in a transaction of its own."""

    def done(what: Callable[..., Any], who: Who, *said: Any) -> Any:
        with office.database.transaction() as session:
            return what(Deed(session, office.business(session), clock.now(), due, who), *said)

    return done


def busy(office, staff_id: int) -> str | None:
    with office.database.reading() as session:
        with_what: str | None = session.get_one(Staff, staff_id).busy_with
    return with_what


@pytest.mark.parametrize("run", range(3))
def test_of_two_who_claim_at_once_one_has_it_and_the_other_hears_who(do, row, run) -> None:
    barrier = Barrier(2)

    def claim(who: Who) -> str:
        barrier.wait()
        try:
            do(desk.claim, who)
        except Held as refusal:
            return refusal.holder
        return "won"

    with ThreadPoolExecutor(2) as people:
        said = list(people.map(claim, [PRIYA, TOM]))
    winner = row().owner
    assert sorted(said) == sorted([winner, "won"])
    assert (row().state, row().fence) == ("claimed", 1)


def test_of_two_whose_phones_are_to_ring_at_once_one_rings(do, tried) -> None:
    barrier = Barrier(2)

    def call(who: Who) -> bool:
        barrier.wait()
        try:
            do(desk.call, who)
        except Underway:
            return False
        return True

    with ThreadPoolExecutor(2) as people:
        assert sorted(people.map(call, [PRIYA, TOM])) == [False, True]
    assert len(tried()) == 1


def test_worker_rings_no_other_phone_for_what_somebody_has(office, do, due, calls) -> None:
    calls.takes()
    do(desk.claim, PRIYA)
    assert carry_out(office, due)
    assert [asked["To"] for asked in calls.created] == ["+447700900101"]


def test_claim_that_nothing_came_of_frees_itself_and_is_tried_as_planned(office, do, clock, row, due) -> None:
    do(desk.claim, PRIYA)
    clock.go_on(minutes=30, seconds=-1)
    assert sweep.free_lapsed(office) == 0
    clock.go_on(seconds=1)
    assert sweep.free_lapsed(office) == 1
    assert (row().state, row().owner, row().owner_id, row().claimed_until) == ("waiting", None, None, None)
    assert sweep.due(office) == [due]


def test_claim_that_lapsed_is_another_s_before_any_sweep(do, clock, row) -> None:
    do(desk.claim, PRIYA)
    clock.go_on(minutes=31)
    do(desk.claim, TOM)
    assert row().owner == "Tom Okafor"


def test_lapse_that_was_found_and_then_renewed_frees_nothing(office, do, clock, row) -> None:
    do(desk.claim, PRIYA)
    clock.go_on(minutes=31)
    found_at = clock.now()
    do(desk.claim, PRIYA)
    with office.database.transaction() as session:
        assert claims.free_lapsed(session, found_at) == []
    assert row().owner == "Priya Shah"


def test_asked_call_rings_that_person_s_phone_once(office, do, due, calls, tried) -> None:
    """By the bell's job, or by a sweep in whatever process; not the one who would have been next."""
    calls.takes()
    do(desk.call, TOM)
    assert sweep.due(office) == [due]
    barrier = Barrier(4)

    def work(_: int) -> bool:
        barrier.wait()
        return carry_out(office, due)

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(work, range(4))) == [False, False, False, True]
    assert [call["To"] for call in calls.created] == [TOMS_PHONE]
    assert (tried()[0].stage, sweep.due(office)) == ("placed", [])


def test_person_off_duty_who_rings_is_not_rung_meanwhile(office, do) -> None:
    with office.database.transaction() as session:
        session.get_one(Staff, 2).on_duty = False
    do(desk.call, TOM)
    assert busy(office, 2) == "attempt:1"


def test_customer_not_there_leaves_it_with_whoever_had_it(office, do, due, calls, carrier, row) -> None:
    calls.takes()
    do(desk.claim, TOM)
    do(desk.call, TOM)
    carry_out(office, due)
    _not_there(calls, carrier)
    assert (row().state, row().owner, row().tries) == ("claimed", "Tom Okafor", 1)


def test_customer_not_there_leaves_it_with_everybody_when_it_was_rung_unclaimed(
    office, do, due, calls, carrier, row, clock
) -> None:  # fmt: skip
    calls.takes()
    do(desk.call, TOM)
    carry_out(office, due)
    clock.go_on(seconds=40)
    _not_there(calls, carrier)
    assert (row().state, row().owner) == ("waiting", None)


def _not_there(calls, carrier) -> None:
    base, sid = calls.created[0]["Url"].removesuffix("ask_staff"), "CA" + "5" * 32
    carrier.post(base + "ask_staff", sid=sid)
    carrier.post(base + "ring_customer", sid=sid, Digits="1")
    carrier.post(base + "talked", sid=sid, DialCallStatus="no-answer", DialCallSid="CA" + "6" * 32)


def test_phone_that_never_came_up_gives_it_back_in_seconds_and_no_longer_rings_anybody(
    office, do, due, calls, carrier, row, clock
) -> None:  # fmt: skip
    """PITFALLS 28. Who picks up late hears that it is over."""
    calls.takes()
    do(desk.call, TOM)
    carry_out(office, due)
    clock.go_on(seconds=30)
    assert sweep.free_lapsed(office) == 1
    assert (row().state, row().owner, row().next_try_at) == ("waiting", None, clock.now())
    late = carrier.post(calls.created[0]["Url"], sid="CA" + "5" * 32)
    assert "<Gather" not in late.text


def test_phone_that_came_up_in_time_keeps_it(office, do, due, calls, carrier, row, clock) -> None:
    calls.takes()
    do(desk.call, TOM)
    carry_out(office, due)
    carrier.post(calls.created[0]["Url"], sid="CA" + "5" * 32)
    clock.go_on(seconds=30)
    assert sweep.free_lapsed(office) == 0
    assert row().state == "calling"


def test_call_that_no_worker_took_up_frees_the_call_back_and_the_person(office, do, row, tried, clock) -> None:
    do(desk.call, TOM)
    clock.go_on(seconds=30)
    sweep.free_lapsed(office)
    assert (row().state, tried()[0].outcome, busy(office, 2)) == ("waiting", "failed", None)


def test_guard_s_limits_hold_for_people_too(office, do, due, tried, clock) -> None:
    with office.database.transaction() as session:
        times = {"at": clock.now(), "customer_rang_at": clock.now(), "ended_at": clock.now(), "stage": "ended"}
        rung = {"callback_id": due, "fence": 0, "staff_id": 1, "by": "Priya Shah", "customer_phone": "+447700900123"}
        session.add_all(Attempt(**rung, **times) for _ in range(6))
    with pytest.raises(NotPossible, match="often enough"):
        do(desk.call, TOM)


def test_done_while_the_phone_rings_means_no_customer_is_rung(office, do, due, calls, carrier, row) -> None:
    calls.takes()
    do(desk.call, TOM)
    carry_out(office, due)
    do(desk.done, TOM, "reached", None)
    assert "<Gather" not in carrier.post(calls.created[0]["Url"], sid="CA" + "5" * 32).text
    assert (row().state, row().claimed_until) == ("done", None)


def test_claim_of_what_was_closed_elsewhere_is_forgotten(office, do, world, row, clock) -> None:
    do(desk.claim, TOM)
    world.spoken_to("+447700900123")
    clock.go_on(minutes=30)
    assert sweep.free_lapsed(office) == 0
    assert (row().state, row().owner, row().claimed_until) == ("done", "Tom Okafor", None)


def test_put_off_by_whom_it_does_not_belong_to_stays_everybody_s(office, do, clock, row) -> None:
    do(desk.snooze, TOM, clock.now() + timedelta(hours=1))
    assert (row().state, row().owner, row().claimed_until) == ("waiting", None, None)
