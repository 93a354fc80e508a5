"""A customer asks for another number or another time: what their call-back is then, and by which numbers it is found."""

from datetime import timedelta

import pytest

from callbacks import actions, attempts, queries, requested, wishes
from callbacks.carry_out import carry_out
from callbacks.promise import Tried
from callbacks.tables import Attempt, Callback

JANE, AT_WORK = "+447700900123", "+447700900199"
FIRST, SECOND, THIRD = ("CA" + str(number) * 32 for number in (1, 2, 3))


def test_another_number_is_rung_and_both_are_kept(world):
    """PITFALLS 15."""
    asked = world.asks(world.missed(JANE, FIRST), AT_WORK, JANE)

    row = world.row(asked)
    assert (row.phone, row.called_from, row.kind) == (AT_WORK, JANE, "asked")
    assert (row.promised_by, world.moves()) == (world.clock.now() + timedelta(hours=2), [])


@pytest.mark.parametrize("phone", [JANE, AT_WORK])
def test_call_from_either_number_joins_the_one_callback(world, phone):
    asked = world.asks(world.missed(JANE, FIRST), AT_WORK, JANE)

    assert world.missed(phone, SECOND) == asked
    assert [(row.id, row.phone, row.calls_missed) for row in world.rows()] == [(asked, AT_WORK, 2)]


@pytest.mark.parametrize("phone", [JANE, AT_WORK])
def test_talk_on_either_number_closes_the_callback(world, phone):
    asked = world.asks(world.missed(JANE, FIRST), AT_WORK, JANE)
    world.spoken_to(phone)

    assert (world.row(asked).state, world.row(asked).outcome) == ("done", "answered-elsewhere")


@pytest.mark.parametrize("phone", [JANE, AT_WORK])
def test_customer_who_is_on_the_line_from_either_number_is_not_rung_meanwhile(world, office, clock, phone):
    asked = world.asks(world.missed(JANE, FIRST), AT_WORK, JANE)
    until = clock.now() + timedelta(minutes=30)
    with office.database.transaction() as session:
        actions.customer_is_on_the_line(session, phone, SECOND, until)

    assert world.row(asked).next_try_at == until


@pytest.mark.parametrize("phone", [JANE, AT_WORK])
def test_history_of_either_number_has_the_callback(world, office, phone):
    asked = world.asks(world.missed(JANE, FIRST), AT_WORK, JANE)
    with office.database.reading() as session:
        found = queries.open_for(session, phone)
        listed = queries.most_urgent(session, queries.Wanted(phone=phone), 10)

    assert found is not None
    assert [found.id, *(row.id for row in listed)] == [asked, asked]


def test_withheld_caller_who_keyed_a_number_and_was_then_spoken_to_is_owed_nothing(world):
    """PITFALLS 16: the call tells who they are, no number does."""
    asked = world.asks(world.missed(AT_WORK, FIRST), AT_WORK, None)
    world.spoken_to(None, FIRST)

    assert (world.row(asked).called_from, world.row(asked).state) == (None, "done")


def test_withheld_caller_s_talk_closes_nobody_elses_callback(world):
    other = world.missed(None, FIRST)
    world.spoken_to(None, SECOND)

    assert world.row(other).state == "waiting"


def test_part_of_a_day_is_kept_with_its_zone_and_promised_by_its_end(world):
    part = world.tomorrow()
    before = world.clock.now() + timedelta(hours=2)
    asked = world.asks(world.missed(JANE, FIRST), JANE, JANE, part)

    row = world.row(asked)
    assert (row.slot, row.slot_zone) == ((part.begins, part.until), "Europe/London")
    assert (row.promised_by, row.next_try_at, row.called_from) == (part.until, part.begins, None)
    (move,) = world.moves()
    assert (move.promised_before, move.promised_by, move.by, move.note) == (
        before, part.until, "customer", "asked for tomorrow morning",
    )  # fmt: skip


def test_promise_only_moves_to_a_later_time(world, office, clock):
    callback_id = world.missed(JANE, FIRST)
    promised = world.row(callback_id).promised_by
    with office.database.transaction() as session:
        same = wishes.move(session, callback_id, promised, by="Tom Okafor", note="Jane agreed", now=clock.now())
        sooner = wishes.move(
            session, callback_id, promised - timedelta(hours=1), by="Tom Okafor", note="Jane agreed", now=clock.now()
        )

    assert (same, sooner, world.row(callback_id).promised_by, world.moves()) == (False, False, promised, [])


def test_moved_promise_is_a_whole_minute_rounded_up(world, office, clock):
    callback_id = world.missed(JANE, FIRST)
    with office.database.transaction() as session:
        later = clock.now() + timedelta(hours=3, seconds=10)
        assert wishes.move(session, callback_id, later, by="Tom Okafor", note="Jane agreed", now=clock.now())

    assert world.row(callback_id).promised_by == clock.now() + timedelta(hours=3, minutes=1)


def test_promise_that_is_over_moves_no_more(world, office, clock):
    callback_id = world.missed(JANE, FIRST)
    world.spoken_to(JANE)
    with office.database.transaction() as session:
        later = clock.now() + timedelta(days=1)
        assert not wishes.move(session, callback_id, later, by="Tom Okafor", note="Jane agreed", now=clock.now())

    assert world.moves() == []


def test_customer_who_left_is_not_rung_before_the_part_they_asked_for(world, office, clock):
    part = world.tomorrow()
    asked = world.asks(world.missed(JANE, FIRST), JANE, JANE, part)
    with office.database.transaction() as session:
        actions.customer_left(session, FIRST, clock.now() + timedelta(minutes=1))

    assert world.row(asked).next_try_at == part.begins


def test_plan_of_tries_begins_anew_with_the_part_that_was_asked_for(world, office):
    callback_id = world.missed(JANE, FIRST)
    with office.database.transaction() as session:
        session.get_one(Callback, callback_id).tries = 4
    world.asks(callback_id, JANE, JANE, world.tomorrow())

    assert world.row(callback_id).tries == 0


def test_customer_who_then_asks_for_a_call_as_soon_as_possible_is_rung_soon_by_the_later_promise(world):
    part = world.tomorrow()
    asked = world.asks(world.missed(JANE, FIRST), JANE, JANE, part)
    world.asks(asked, JANE, JANE)

    row = world.row(asked)
    assert (row.slot, row.slot_zone, row.promised_by) == (None, None, part.until)
    assert row.next_try_at == world.clock.now() + timedelta(minutes=1)


def test_keyed_number_brings_a_callback_back_that_was_left_to_a_person(world):
    """Their own number is none that we dial; the one that they keyed was checked."""
    callback_id = world.missed("+18765551234", FIRST, first_try_at=None)
    world.asks(callback_id, JANE, "+18765551234")

    assert (world.row(callback_id).needs_person, world.row(callback_id).called_from) == (False, "+18765551234")


def test_wish_of_a_customer_who_is_not_rung_by_itself_is_left_to_a_person(world):
    callback_id = world.missed(JANE, FIRST)
    world.asks(callback_id, AT_WORK, JANE, world.tomorrow(), by_itself=False)

    row = world.row(callback_id)
    assert (row.needs_person, row.next_try_at, row.promised_by) == (True, None, world.tomorrow().until)


def test_second_of_two_wishes_counts_and_the_number_they_ring_from_stays(world):
    asked = world.asks(world.missed(JANE, FIRST), AT_WORK, JANE)
    world.asks(asked, JANE, JANE)

    assert (world.row(asked).phone, world.row(asked).called_from) == (JANE, None)


def test_call_from_the_other_number_keeps_the_first(world):
    asked = world.asks(world.missed(JANE, FIRST), AT_WORK, JANE)
    world.missed(AT_WORK, SECOND)
    world.asks(asked, AT_WORK, AT_WORK)

    assert (world.row(asked).phone, world.row(asked).called_from) == (AT_WORK, JANE)


@pytest.mark.parametrize("first_owed", [JANE, AT_WORK])
def test_two_callbacks_become_one_when_we_are_to_ring_where_we_owe_a_call_already(world, clock, first_owed):
    """Whoever was promised sooner is rung by then, and no call is without an answer."""
    earlier = world.missed(first_owed, FIRST)
    began = clock.now()
    clock.go_on(minutes=20)
    later = world.missed(JANE if first_owed == AT_WORK else AT_WORK, SECOND)
    of_jane = earlier if first_owed == JANE else later

    assert world.asks(of_jane, AT_WORK, JANE) == earlier
    stays, gone = world.row(earlier), world.row(later)
    assert (stays.phone, stays.called_from, stays.calls_missed) == (AT_WORK, JANE, 2)
    assert (stays.promised_by, stays.missed_at) == (began + timedelta(hours=2), began)
    assert world.calls(earlier) == [FIRST, SECOND]
    assert (gone.state, gone.outcome, gone.closed_by, world.calls(later)) == ("done", "cancelled", "customer", [])
    assert f"call-back {earlier}" in (gone.close_note or "")


def test_later_time_that_was_asked_for_holds_for_the_two_that_became_one(world, clock):
    at_work = world.missed(AT_WORK, FIRST)
    clock.go_on(minutes=20)
    world.asks(world.missed(JANE, SECOND), AT_WORK, JANE, world.tomorrow())

    row = world.row(at_work)
    assert (row.state, row.promised_by, row.next_try_at) == ("waiting", world.tomorrow().until, world.tomorrow().begins)
    assert [move.callback_id for move in world.moves()] == [at_work]


def test_attempt_at_a_callback_that_goes_on_as_another_rings_nobody(world, office, clock):
    """PITFALLS 11: one promise, one phone that rings for it."""
    stays = world.missed(JANE, FIRST, promised_by=clock.now() + timedelta(hours=1))
    goes = world.missed(AT_WORK, SECOND)
    made = world.claimed(goes)
    world.asks(stays, AT_WORK, JANE)

    with office.database.reading() as session:
        assert not queries.is_current(session, session.get_one(Attempt, made.attempt_id))
    assert (world.row(goes).state, world.row(stays).state) == ("done", "waiting")


def test_attempt_under_way_goes_on_when_its_customer_asks_for_another_time(world, office):
    callback_id = world.missed(JANE, FIRST)
    made = world.claimed(callback_id)
    world.asks(callback_id, AT_WORK, JANE, world.tomorrow())

    with office.database.reading() as session:
        assert queries.is_current(session, session.get_one(Attempt, made.attempt_id))
    row = world.row(callback_id)
    assert (row.state, row.phone, row.next_try_at) == ("calling", AT_WORK, world.clock.now())


def test_next_try_after_such_an_attempt_waits_for_the_part_that_was_asked_for(world, office, clock):
    callback_id = world.missed(JANE, FIRST)
    made = world.claimed(callback_id)
    world.asks(callback_id, JANE, JANE, world.tomorrow())
    with office.database.transaction() as session:
        attempt = session.get_one(Attempt, made.attempt_id)
        attempts.end(session, attempt, Tried.CUSTOMER_NO_ANSWER, office.business(session), clock.now())

    assert world.row(callback_id).next_try_at == world.tomorrow().begins


def test_call_back_is_not_tried_before_the_part_that_was_asked_for(world, office, clock, calls):
    calls.takes()
    asked = world.asks(world.missed(JANE, FIRST), JANE, JANE, world.tomorrow())
    with office.database.transaction() as session:
        actions.try_at(session, asked, clock.now())

    assert not carry_out(office, asked)
    assert (calls.created, world.row(asked).next_try_at) == ([], world.tomorrow().begins)
    clock.set(world.tomorrow().begins)
    assert carry_out(office, asked)


def spoken_in_time(world, callback_id):
    """It was kept, and is open again."""
    with world.office.database.transaction() as session:
        session.get_one(Callback, callback_id).spoke_at = world.clock.now()
    return callback_id


@pytest.mark.parametrize("hours", [1, 3])
@pytest.mark.parametrize("again", ["missed", "asked for"])
def test_kept_promise_is_given_anew_to_whom_it_is_named_again_while_its_time_is_to_come(world, office, again, hours):
    one, spoke_at = spoken_in_time(world, world.missed(JANE, FIRST)), world.clock.now()
    world.clock.go_on(hours=hours)
    if again == "missed":
        assert world.missed(JANE, SECOND) == one
    else:
        request = requested.Request(JANE, None, None, None, "CRM", None)
        with office.database.transaction() as session:
            assert requested.ask(session, request, office.business(session), world.clock.now()) == (one, False)

    assert world.row(one).spoke_at == (None if hours == 1 else spoke_at)


def test_of_two_that_become_one_the_one_that_was_not_kept_stays(world):
    kept = spoken_in_time(world, world.missed(JANE, FIRST))
    world.clock.go_on(minutes=20)
    owed = world.missed(AT_WORK, SECOND)

    assert world.asks(kept, AT_WORK, JANE) == owed
    assert (world.row(kept).state, world.row(owed).spoke_at) == ("done", None)
