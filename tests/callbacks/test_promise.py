"""What may become of a call-back and of an attempt, what an attempt came to, and whether a promise was kept."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest

from callbacks.promise import (
    FORWARD,
    REACHED_CUSTOMER,
    Outcome,
    Stage,
    State,
    Tried,
    earlier_than,
    goes_forward,
    how_it_went,
    kept,
    may_become,
    rang_in_time,
)

BY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
EARLY, LATE = BY - timedelta(hours=1), BY + timedelta(hours=1)
MOVES = {
    ("waiting", "claimed"), ("waiting", "calling"), ("waiting", "done"),
    ("claimed", "waiting"), ("claimed", "calling"), ("claimed", "done"),
    ("calling", "waiting"), ("calling", "claimed"), ("calling", "done"),
}  # fmt: skip
STAGES = ["asked", "claimed", "placed", "answered", "taken", "talked", "ended"]


@pytest.mark.parametrize(("now_in", "to"), list(product(State, State)))
def test_call_back_moves_as_the_table_says(now_in: State, to: State) -> None:
    assert may_become(now_in, to) is ((now_in.value, to.value) in MOVES)


@pytest.mark.parametrize("to", list(State))
def test_done_is_done(to: State) -> None:
    assert not may_become(State.DONE, to)


@pytest.mark.parametrize(("now_in", "to"), list(product(Stage, Stage)))
def test_attempt_only_moves_forward(now_in: Stage, to: Stage) -> None:
    assert goes_forward(now_in, to) is (STAGES.index(now_in.value) < STAGES.index(to.value))


@pytest.mark.parametrize("stage", list(Stage))
def test_stage_is_reached_from_every_earlier_one(stage: Stage) -> None:
    assert earlier_than(stage) == STAGES[: STAGES.index(stage.value)]


def test_every_stage_has_its_place() -> None:
    assert [stage.value for stage in FORWARD] == STAGES
    assert all(goes_forward(first, second) for first, second in pairwise(FORWARD))


def test_words_are_those_of_the_contract() -> None:
    assert {state.value for state in State} == {"waiting", "claimed", "calling", "done"}
    assert {outcome.value for outcome in Outcome} == {"reached", "unreachable", "cancelled", "answered-elsewhere"}
    assert {tried.value for tried in Tried} == {
        "reached", "staff-no-answer", "staff-passed", "customer-no-answer", "customer-busy", "customer-machine",
        "refused", "failed", "unknown",
    }  # fmt: skip


def test_only_a_customer_s_phone_that_may_have_rung_counts_as_a_try() -> None:
    never_rang = {Tried.STAFF_NO_ANSWER, Tried.STAFF_PASSED, Tried.REFUSED, Tried.FAILED}
    assert frozenset(Tried) - never_rang == REACHED_CUSTOMER


@pytest.mark.parametrize("said", ["reached", "customer-machine", "customer-no-answer"])
@pytest.mark.parametrize("status", ["completed", "busy", "no-answer", "failed", ""])
@pytest.mark.parametrize(("bridged", "seconds", "machine"), [(True, 600, None), (False, None, True), (None, 0, False)])
def test_staff_member_s_word_wins(
    said: str, status: str, *, bridged: bool | None, seconds: int | None, machine: bool | None
) -> None:
    found = how_it_went(said=said, dial_status=status, bridged=bridged, seconds=seconds, machine=machine)
    assert found is Tried(said)


@pytest.mark.parametrize(
    ("dial_status", "bridged", "seconds", "machine", "expected"),
    [
        ("completed", True, 15, None, Tried.REACHED),
        ("completed", True, 15, False, Tried.REACHED),
        ("completed", True, 3600, None, Tried.REACHED),
        ("completed", True, 14, None, Tried.CUSTOMER_NO_ANSWER),
        ("completed", True, 0, None, Tried.CUSTOMER_NO_ANSWER),
        ("completed", True, None, None, Tried.CUSTOMER_NO_ANSWER),
        ("completed", None, 15, None, Tried.REACHED),
        ("completed", None, 14, None, Tried.CUSTOMER_NO_ANSWER),
        ("completed", False, 600, None, Tried.CUSTOMER_NO_ANSWER),
        ("", True, 15, None, Tried.REACHED),
        ("completed", True, 600, True, Tried.CUSTOMER_MACHINE),
        ("completed", False, None, True, Tried.CUSTOMER_MACHINE),
        ("", None, None, True, Tried.CUSTOMER_MACHINE),
        ("busy", False, None, None, Tried.CUSTOMER_BUSY),
        ("busy", None, None, None, Tried.CUSTOMER_BUSY),
        ("no-answer", False, None, None, Tried.CUSTOMER_NO_ANSWER),
        ("no-answer", False, 0, False, Tried.CUSTOMER_NO_ANSWER),
        ("canceled", False, None, None, Tried.CUSTOMER_NO_ANSWER),
        ("canceled", None, 15, None, Tried.CUSTOMER_NO_ANSWER),
        ("no-answer", None, 30, None, Tried.CUSTOMER_NO_ANSWER),
        ("busy", None, 15, None, Tried.CUSTOMER_BUSY),
        ("failed", False, None, None, Tried.REFUSED),
        ("failed", None, 0, None, Tried.REFUSED),
        ("", None, None, None, Tried.UNKNOWN),
        ("", False, 0, False, Tried.UNKNOWN),
        ("nonsense", None, None, None, Tried.CUSTOMER_NO_ANSWER),
    ],
)
@pytest.mark.parametrize("said", [None, ""])
def test_without_their_word_it_went_as_was_measured(
    said: str | None,
    dial_status: str,
    *,
    bridged: bool | None,
    seconds: int | None,
    machine: bool | None,
    expected: Tried,
) -> None:
    found = how_it_went(said=said, dial_status=dial_status, bridged=bridged, seconds=seconds, machine=machine)
    assert found is expected


@pytest.mark.parametrize(
    ("spoke_at", "now", "done", "expected"),
    [
        (None, EARLY, False, None),  # not known yet
        (None, BY, False, None),  # there is this moment left
        (None, BY + MOMENT, False, False),  # late, whatever comes
        (None, LATE, False, False),
        (EARLY, EARLY, True, True),
        (EARLY, LATE, True, True),
        (BY, LATE, True, True),
        (BY + MOMENT, LATE, True, False),
        (LATE, LATE, True, False),
        (EARLY, EARLY, False, True),  # spoken to, and left open
        (None, EARLY, True, False),  # unreachable or cancelled: nobody will speak to them
        (None, LATE, True, False),
    ],
)
def test_promise_is_kept_by_speaking_in_time(
    spoke_at: datetime | None, now: datetime, *, done: bool, expected: bool | None
) -> None:
    assert kept(BY, spoke_at, now, done=done) is expected


@pytest.mark.parametrize(
    ("rang_at", "now", "done", "expected"),
    [
        (None, EARLY, False, None),
        (None, BY, False, None),
        (None, BY + MOMENT, False, False),
        (EARLY, EARLY, False, True),
        (EARLY, LATE, False, True),
        (BY, LATE, True, True),
        (BY + MOMENT, LATE, False, False),
        (LATE, LATE, True, False),
        (None, EARLY, True, False),
    ],
)
def test_phone_rang_in_time_or_not_or_nobody_knows_yet(
    rang_at: datetime | None, now: datetime, *, done: bool, expected: bool | None
) -> None:
    assert rang_in_time(BY, rang_at, now, done=done, elsewhere=False) is expected


@pytest.mark.parametrize("now", [EARLY, LATE])
def test_customer_who_got_through_first_was_kept_to_and_never_rung(now: datetime) -> None:
    assert kept(BY, EARLY, now, done=True) is True
    assert rang_in_time(BY, None, now, done=True, elsewhere=True) is None


@pytest.mark.parametrize(("rang_at", "expected"), [(EARLY, True), (LATE, False)])
def test_phone_that_rang_before_they_got_through_counts_as_it_rang(rang_at: datetime, *, expected: bool) -> None:
    assert rang_in_time(BY, rang_at, LATE, done=True, elsewhere=True) is expected
