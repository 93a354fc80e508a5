"""What a message does that tells of urgency or a complaint: its call-back hurries, and a manager knows why."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from callbacks.tables import Callback, Delivery
from office.tables import Alert, Business
from voice.tables import Call


def minutes(moment, clock):
    return (moment - clock.now()) / timedelta(minutes=1)


def test_urgent_words_aim_at_half_of_what_is_left_and_ring_at_once_and_the_promise_stands(world, clock):
    world.known("Jane Smith")
    one = world.rang()
    before = world.callback(one)
    left = world.leaves()
    world.said(left, "There is a leak, it is urgent", ["urgent: leak", "urgent: urgent"])

    row = world.callback(one)
    assert minutes(row.hurry_by, clock) == 60
    assert row.next_try_at == clock.now()
    assert (row.promised_by, row.kind) == (before.promised_by, "missed")
    assert world.alerts() == ["Urgent: Jane Smith by 12:00"]
    assert world.audit() == [("words", "flagged", f"callback:{one}", "urgent: leak, urgent")]


def test_complaint_changes_the_kind_hurries_and_is_told_under_its_own_heading(world, clock):
    one = world.rang()
    world.said(world.leaves(), "I want a refund", ["complaint: refund"])

    row = world.callback(one)
    assert (row.kind, minutes(row.hurry_by, clock)) == ("complaint", 60)
    assert world.alerts() == ["Complaint: Caller ...0123 by 12:00"]


def test_manager_reads_the_name_of_whoever_rang_and_not_of_whose_number_they_keyed(world):
    world.known("Jane Smith")
    world.known("Amir Khan", "+447700900124")
    one = world.rang("+447700900124")
    world.set(Callback, one, phone="+447700900123", called_from="+447700900124")
    world.said(world.leaves(), "urgent", ["urgent: urgent"])

    assert world.alerts() == ["Urgent: Amir Khan by 12:00"]


def test_flags_that_come_twice_change_nothing_more(world, clock):
    one = world.rang()
    left = world.leaves()
    world.said(left, "urgent", ["urgent: urgent"])
    first = world.callback(one)
    world.set(Callback, one, next_try_at=clock.now() + timedelta(minutes=9))
    clock.go_on(minutes=2)
    world.said(left, "urgent", ["urgent: urgent"])

    row = world.callback(one)
    assert row.hurry_by == first.hurry_by
    assert row.next_try_at > clock.now()
    assert (len(world.alerts()), len(world.audit())) == (1, 1)


@pytest.mark.parametrize("flags", [None, [], ["other: word"]])
def test_message_without_flags_hurries_nobody(world, flags):
    one = world.rang()
    world.said(world.leaves(), "Thank you", flags)

    assert world.callback(one).hurry_by is None
    assert world.alerts() == []


def test_call_back_that_is_done_is_not_touched(world):
    one = world.rang()
    left = world.leaves()
    world.set(Callback, one, state="done", outcome="reached")
    world.said(left, "urgent", ["urgent: urgent"])

    assert world.callback(one).hurry_by is None
    assert world.alerts() == []


def test_customer_who_is_on_the_line_still_is_not_rung(world, clock):
    one = world.rang()
    planned = world.callback(one).next_try_at
    world.set(Call, 1, ended_at=None)
    world.said(world.leaves(), "urgent", ["urgent: urgent"])

    row = world.callback(one)
    assert minutes(row.hurry_by, clock) == 60
    assert row.next_try_at == planned


def test_hurried_call_back_is_not_tried_before_the_part_of_a_day_that_was_asked_for(world, clock):
    now = clock.now()
    slot = (now + timedelta(hours=3), now + timedelta(hours=5), "Europe/London")
    one = world.rang(promised_by=slot[1], first_try_at=slot[0], slot=slot)
    world.said(world.leaves(), "urgent", ["urgent: urgent"])

    row = world.callback(one)
    assert (minutes(row.hurry_by, clock), row.next_try_at) == (240, slot[0])


def test_what_is_left_to_a_person_hurries_and_is_still_left_to_them(world, clock):
    one = world.rang(phone=None)
    world.said(world.leaves(), "urgent", ["urgent: urgent"])

    row = world.callback(one)
    assert (minutes(row.hurry_by, clock), row.next_try_at, row.needs_person) == (60, None, True)
    assert world.alerts() == ["Urgent: Caller without a number by 12:00"]


def test_complaint_at_night_waits_for_the_morning_and_urgency_does_not(world, clock):
    clock.set(clock.now().replace(hour=22))
    opens = clock.now() + timedelta(hours=11)
    one = world.rang(promised_by=opens + timedelta(hours=2), first_try_at=opens)
    world.said(world.leaves(), "both", ["urgent: leak", "complaint: refund"])

    with world.office.database.reading() as session:
        assert list(session.scalars(select(Alert.at).order_by(Alert.id))) == [clock.now(), opens]
    row = world.callback(one)
    assert (row.hurry_by, row.next_try_at) == (opens + timedelta(hours=1), opens)


def test_other_software_is_told_why(world):
    with world.office.database.transaction() as session:
        business = session.get_one(Business, 1)
        business.tables = business.tables | {"webhook": [{"url": "https://crm.example/hook", "events": ["note"]}]}
    world.rang()
    world.said(world.leaves(), "urgent", ["urgent: urgent"])

    with world.office.database.reading() as session:
        told = [json.loads(body) for body in session.scalars(select(Delivery.body))]
    assert [one["details"] for one in told] == [{"by": "words", "note": "urgent: urgent"}]
