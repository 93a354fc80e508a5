"""What is due, and what became of attempts that nobody reported."""

import pytest

from callbacks import sweep
from callbacks.carry_out import carry_out
from callbacks.tables import Attempt, Callback
from office import people
from office.tables import Team

STAFF_LEG = "CA" + "5" * 32
CUSTOMER_LEG = "CA" + "6" * 32
PRIYA, JANE = "+447700900101", "+447700900123"


@pytest.fixture
def doubtful(office, due, calls):
    """An attempt whose request to the carrier was never answered."""
    calls.answers(500)
    carry_out(office, due)


@pytest.fixture
def placed(office, due, calls, tried):
    """An attempt whose staff phone rings; nothing is reported of it."""
    calls.takes()
    carry_out(office, due)
    return tried()[0].id


def stage(office, attempt_id: int, **values) -> None:
    with office.database.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Attempt, attempt_id), name, value)


def test_due_lists_as_many_as_people_are_free(office, due):
    assert sweep.due(office) == [due]


def test_due_lists_nothing_that_a_person_must_decide(office, due, clock):
    clock.go_on(days=-1)

    assert sweep.due(office) == []


def test_doubtful_call_that_rings_after_all_is_taken_for_ours(office, doubtful, calls, tried, clock):
    calls.knows(STAFF_LEG, "ringing", to=PRIYA)
    clock.go_on(seconds=31)
    sweep.look_after_silent(office)

    assert [(attempt.call_sid, attempt.outcome) for attempt in tried()] == [(STAFF_LEG, None)]


def test_doubtful_call_that_rang_in_vain_is_nobodys_answer(office, doubtful, calls, tried, row, clock):
    calls.knows(STAFF_LEG, "no-answer", to=PRIYA)
    clock.go_on(seconds=31)
    sweep.look_after_silent(office)

    assert [attempt.outcome for attempt in tried()] == ["staff-no-answer"]
    assert row().state == "waiting"


def test_doubtful_call_that_the_carrier_does_not_know_is_not_believed_gone_at_once(
    office, doubtful, calls, tried, clock
):
    """The carrier's lists are eventually consistent."""
    calls.knows_nothing()
    clock.go_on(seconds=31)
    sweep.look_after_silent(office)
    assert tried()[0].outcome is None
    clock.go_on(seconds=80)
    sweep.look_after_silent(office)

    assert tried()[0].outcome == "failed"


def test_carrier_that_cannot_be_asked_leaves_it_to_a_person_in_the_end(office, doubtful, calls, tried, row, clock):
    calls.is_down()
    for _ in range(40):
        clock.go_on(seconds=20)
        sweep.look_after_silent(office)

    assert [attempt.outcome for attempt in tried()] == ["unknown"]
    assert (row().needs_person, row().next_try_at) == (True, None)


def test_live_call_without_reports_is_left_alone(office, placed, calls, tried, clock):
    calls.knows(STAFF_LEG, "in-progress", to=PRIYA)
    clock.go_on(seconds=61)
    sweep.look_after_silent(office)
    sweep.look_after_silent(office)

    assert tried()[0].outcome is None


def test_talk_whose_reports_were_all_lost_is_found_at_the_carrier(office, placed, calls, tried, row, clock):
    stage(office, placed, stage="taken", taken_at=clock.now())
    calls.knows(STAFF_LEG, "completed", to=PRIYA, duration=100)
    calls.knows(CUSTOMER_LEG, "completed", to=JANE, duration=70, parent=STAFF_LEG)
    clock.go_on(seconds=120)
    sweep.look_after_silent(office)

    assert [attempt.outcome for attempt in tried()] == ["reached"]
    assert row().outcome == "reached"


def test_customer_who_was_never_dialled_is_no_try(office, placed, calls, tried, row, clock):
    stage(office, placed, stage="taken", taken_at=clock.now())
    calls.knows_nothing()
    calls.knows(STAFF_LEG, "completed", to=PRIYA, duration=5)
    clock.go_on(seconds=180)
    sweep.look_after_silent(office)

    assert ([attempt.outcome for attempt in tried()], row().tries) == (["failed"], 0)


def test_team_with_nobody_free_does_not_hold_up_another_teams_promises(office, due, clock):
    with office.database.transaction() as session:
        session.add(Team(id=9, name="Hire", strategy="longest-idle"))
        session.flush()
        session.get_one(Callback, due).team_id = 1
        session.add_all(
            Callback(
                phone=f"+44770090014{n}", kind="missed", reason="closed", state="waiting", team_id=9,
                missed_at=clock.now(), promised_by=clock.now(), next_try_at=clock.now(),
            )
            for n in range(5)
        )  # fmt: skip

    assert sweep.due(office) == [due]


def test_one_look_in_vain_does_not_give_up_a_talk_of_twenty_minutes(office, placed, calls, tried, clock):
    """The carrier's interface is away for a moment; the people who talk are not."""
    stage(office, placed, stage="taken", taken_at=clock.now())
    calls.is_down()
    clock.go_on(minutes=20)
    sweep.look_after_silent(office)

    assert tried()[0].outcome is None


def test_talk_that_nobody_can_tell_of_is_given_up_in_the_end(office, placed, calls, tried, row, clock):
    stage(office, placed, stage="taken", taken_at=clock.now())
    calls.is_down()
    clock.go_on(minutes=71)
    sweep.look_after_silent(office)

    assert (tried()[0].outcome, row().needs_person) == ("unknown", True)


def test_talk_we_were_told_of_needs_no_word_of_the_carrier(office, placed, calls, tried, row, clock):
    stage(office, placed, stage="talked", taken_at=clock.now(), customer_status="completed", talked_s=50, bridged=True)
    calls.is_down()
    clock.go_on(minutes=2)
    sweep.look_after_silent(office)

    assert (tried()[0].outcome, row().state) == ("reached", "done")


def test_customers_leg_that_still_looks_live_is_looked_at_again(office, placed, calls, tried, clock):
    """The carrier's view of one leg lags behind that of the other: a talk of ten minutes must not count as none."""
    stage(office, placed, stage="taken", taken_at=clock.now(), customer_sid=CUSTOMER_LEG)
    calls.knows(STAFF_LEG, "completed", to=PRIYA, duration=620)
    calls.knows(CUSTOMER_LEG, "in-progress", to=JANE, parent=STAFF_LEG)
    clock.go_on(minutes=10)
    sweep.look_after_silent(office)
    assert tried()[0].outcome is None
    calls.knows(CUSTOMER_LEG, "completed", to=JANE, duration=600, parent=STAFF_LEG)
    clock.go_on(seconds=21)
    sweep.look_after_silent(office)

    assert tried()[0].outcome == "reached"


def test_phone_that_rang_and_is_lost_sight_of_is_for_a_person(office, placed, calls, tried, row, clock):
    stage(office, placed, stage="taken", taken_at=clock.now(), customer_rang_at=clock.now())
    calls.knows_nothing()
    calls.knows(STAFF_LEG, "completed", to=PRIYA, duration=90)
    clock.go_on(minutes=3)
    sweep.look_after_silent(office)

    assert (tried()[0].outcome, row().needs_person) == ("unknown", True)


def test_leg_that_looks_live_for_ever_holds_up_neither_person_nor_promise(office, placed, calls, tried, row, clock):
    calls.knows(STAFF_LEG, "ringing", to=PRIYA)
    clock.go_on(minutes=11)
    sweep.look_after_silent(office)

    assert (tried()[0].outcome, row().state, row().needs_person) == ("unknown", "waiting", True)
    with office.database.reading() as session:
        assert len(people.free(session, clock.now())) == 2


def test_leg_of_a_customers_call_is_not_taken_for_the_one_we_look_for(office, doubtful, calls, tried, clock):
    calls.knows("CA" + "7" * 32, "in-progress", to=PRIYA, parent="CA" + "1" * 32)
    clock.go_on(seconds=31)
    sweep.look_after_silent(office)

    assert tried()[0].call_sid is None


def test_attempt_that_cannot_be_looked_after_does_not_keep_us_from_the_others(office, placed, calls, twilio, clock):
    with office.database.transaction() as session:
        session.add(
            Attempt(
                callback_id=session.get_one(Attempt, placed).callback_id, fence=0, staff_id=1, by="Priya Shah",
                stage="placed", at=clock.now(), look_at=clock.now(), customer_phone=JANE, call_sid="CA" + "8" * 32,
            )
        )  # fmt: skip
    twilio.add(
        "GET", f"https://api.twilio.com/2010-04-01/Accounts/AC{'0' * 32}/Calls/CA{'8' * 32}.json", body=OSError()
    )
    calls.knows(STAFF_LEG, "no-answer", to=PRIYA)
    clock.go_on(minutes=2)
    sweep.look_after_silent(office)

    with office.database.reading() as session:
        assert session.get_one(Attempt, placed).outcome == "staff-no-answer"
