"""One of us rings the business: what the menu says and does, and that nothing is done without a PIN."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from voice.conversation import arriving
from voice.conversation import news as told
from voice.conversation.facts import RINGS_US, WORN_OUT, KeyedFacts, StaffFacts
from voice.conversation.staff_line import PIN_FOR
from voice.conversation.steps import CALL_STEPS, next_turn
from voice.conversation.turns import Ask, AskNumber, GoTo, HangUp, Heard, Ring, RingCustomer, Say

JANE = "+447700900123"
HALF_PAST = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
KNOWN = StaffFacts(1, "Priya Shah", on_duty=True, waiting=3, next_due=HALF_PAST, has_pin=True, tries_left=2)
PROVEN = replace(KNOWN, proven=True)
MANAGER = StaffFacts(None, "", on_duty=False, waiting=3, next_due=HALF_PAST, has_pin=True)


def words(turn) -> str:
    return " ".join(act.text for act in turn.acts if isinstance(act, Say | Ask | AskNumber))


@pytest.fixture
def ring_in(situation):
    """The step that one of us comes to, with the keys pressed; `staff` and the situation as the test says."""

    def rung(step="greet", digits="", staff=KNOWN, heard=None, **different):
        said = heard or Heard("CA1", digits=digits)
        return next_turn(CALL_STEPS, step, said, situation(staff=staff, **{"menus": 1, **different}))

    return rung


def test_staff_hear_who_they_are_what_waits_and_what_the_keys_do(ring_in):
    turn = ring_in()
    assert words(turn) == (
        "Hello, Priya Shah. Three call-backs wait, the first by half past ten this morning. "
        "You're on duty. To go off duty, press 1. For your next call-back, 2. To ring a customer, 3. "
        "For your greeting, 6. For a colleague, 0."
    )
    assert turn.acts[1:] == (GoTo("staff_key"),)
    assert turn.news == (told.OwnCall(), told.MenuAsked())


@pytest.mark.parametrize(
    ("staff", "heard"),
    [
        (replace(KNOWN, waiting=0, next_due=None), "No call-back waits. You're on duty. To go off duty, press 1. To ring"),
        (replace(KNOWN, waiting=1), "One call-back waits, promised by half past ten this morning."),
        (replace(KNOWN, waiting=1, next_due=HALF_PAST - timedelta(hours=1)), "One call-back waits, and it is late."),
        (replace(KNOWN, next_due=HALF_PAST - timedelta(hours=1)), "Three call-backs wait, and the first is late."),
        (replace(KNOWN, waiting=250), "A hundred or more call-backs wait,"),
        (replace(KNOWN, on_duty=False), "You're off duty. To go on duty, press 1."),
        (replace(KNOWN, name="☎ <b></b>"), "Hello. Three"),
    ],
)  # fmt: skip
def test_menu_says_how_things_stand(ring_in, staff, heard):
    assert heard in words(ring_in(staff=staff))


def test_manager_who_is_not_on_the_list_is_offered_only_what_they_can_do(ring_in):
    assert words(ring_in(staff=MANAGER)).endswith("To ring a customer, press 3. For a colleague, 0.")
    for key in "12":
        assert told.OnDuty not in {type(news) for news in ring_in("staff_key", key, replace(MANAGER, proven=True)).news}
        assert "once more" in words(ring_in("staff_key", key, MANAGER))
    assert ring_in("staff_key", "3", MANAGER).acts[0].then == "pin_for_customer"


def test_customer_who_is_not_one_of_us_never_hears_the_menu(situation):
    assert "press 3" not in words(arriving.greet(Heard("CA1"), situation()))


@pytest.mark.parametrize("key", "123")
def test_key_that_does_something_asks_for_the_pin_first(ring_in, key):
    turn = ring_in("staff_key", key)
    assert turn.acts == (AskNumber("Please key your PIN, then hash.", then=PIN_FOR[key]), GoTo("staff_key"))
    assert turn.news == ()


@pytest.mark.parametrize("key", "123")
def test_key_once_the_pin_is_proven_does_it_at_once(ring_in, key):
    assert "PIN" not in words(ring_in("staff_key", key, PROVEN))


def test_phone_without_a_pin_is_told_whom_to_ask(ring_in):
    assert words(ring_in("staff_key", "1", replace(KNOWN, has_pin=False))).startswith(
        "To use this from your phone, ask your manager for a PIN. You're on duty."
    )


def test_locked_phone_is_told_so_and_not_asked_for_a_pin(ring_in):
    turn = ring_in("staff_key", "1", replace(KNOWN, locked=True))
    assert "too many wrong PINs" in words(turn)
    assert not any(isinstance(act, AskNumber) for act in turn.acts)


def test_right_pin_does_what_was_wanted(ring_in):
    right = replace(KNOWN, right=True)
    off = ring_in("pin_for_duty", "7294", right)
    assert off.news[:2] == (told.PinSaid(right=True), told.OnDuty(on=False))
    assert "You're off duty. To go on duty, press 1." in words(off)
    assert ring_in("pin_for_duty", "7294", replace(right, on_duty=False)).news[1] == told.OnDuty(on=True)
    following = ring_in("pin_for_next", "7294", right)
    assert (following.acts, following.news) == ((GoTo("claimed"),), (told.PinSaid(right=True), told.WantsNext()))
    assert ring_in("pin_for_customer", "7294", right).acts[0].then == "customers_number"


@pytest.mark.parametrize("step", PIN_FOR.values())
def test_wrong_pin_is_sorry_and_asked_again_then_goodbye(ring_in, step):
    again = ring_in(step, "9999")
    assert again.news == (told.PinSaid(right=False),)
    assert again.acts[0] == AskNumber("Sorry, that was not it. Please key your PIN, then hash.", then=step)
    last = ring_in(step, "9999", replace(KNOWN, tries_left=0))
    assert last.news == (told.PinSaid(right=False),)
    assert last.acts == (Say("Sorry, that was not it. Thank you. Goodbye!"), HangUp())


def test_wrong_pin_that_locks_the_phone_ends_the_call_and_says_why(ring_in):
    turn = ring_in("pin_for_next", "9999", replace(KNOWN, locked=True))
    assert "too many wrong PINs" in words(turn)
    assert turn.acts[-1] == HangUp()


@pytest.mark.parametrize(
    "step", ["claimed", "customers_number", "customer_confirmed", "ring_them", "dialled", "dial_said"]
)
@pytest.mark.parametrize("staff", [KNOWN, None], ids=["unproven", "a stranger"])
def test_no_step_beyond_the_pin_does_anything_without_it(ring_in, step, staff):
    turn = ring_in(step, "1", staff, number_to_ring=JANE, keyed=KeyedFacts(JANE, 2), attempt={"path": "/x"})
    assert turn.acts == (Say("Thank you. Goodbye!"), HangUp())
    assert turn.news == ()


def test_next_call_back_goes_on_in_the_attempt(ring_in):
    turn = ring_in("claimed", staff=PROVEN, attempt={"path": "/callbacks/attempts/3/1"})
    assert turn.acts == (GoTo("/callbacks/attempts/3/1/ask_staff"),)


def test_next_call_back_that_is_not_there_is_told_and_the_menu_follows(ring_in):
    turn = ring_in("claimed", staff=PROVEN)
    assert words(turn).startswith("There is no call-back for you to ring just now. You're on duty.")


def test_customer_s_number_is_read_back_before_it_is_rung(ring_in):
    turn = ring_in("customers_number", "07700900123", PROVEN, keyed=KeyedFacts(JANE, 2))
    assert turn.news == (told.Keyed(JANE),)
    assert turn.acts[0].then == "customer_confirmed"
    assert "0 7 7 0 0, 9 0 0, 1 2 3" in words(turn)


def test_number_that_we_may_not_dial_is_asked_for_again_while_tries_are_left(ring_in):
    again = ring_in("customers_number", "09098790000", PROVEN, keyed=KeyedFacts(None, 1))
    assert again.acts[0].then == "customers_number"
    assert words(again).startswith("I'm sorry, we can't ring that number.")
    for keyed in (KeyedFacts(None, 0), None):
        turn = ring_in("customers_number", "12", PROVEN, keyed=keyed)
        assert turn.news[0] == told.Keyed(None)
        assert turn.acts[0].then == "staff_key"


def test_number_that_is_confirmed_is_rung_as_the_business(ring_in):
    confirmed = ring_in("customer_confirmed", "1", PROVEN, number_to_ring=JANE)
    assert (confirmed.acts, confirmed.news) == ((GoTo("ring_them"),), (told.Dials(JANE),))
    rings = ring_in("ring_them", staff=PROVEN, number_to_ring=JANE)
    assert isinstance(rings.acts[-1], RingCustomer)
    assert (rings.acts[-1].phone, rings.acts[-1].then) == (JANE, "dialled")


def test_number_that_was_misheard_is_keyed_again(ring_in):
    assert ring_in("customer_confirmed", "2", PROVEN, number_to_ring=JANE).acts[0].then == "customers_number"
    assert ring_in("customer_confirmed", "", PROVEN, number_to_ring=JANE).acts[0].then == "staff_key"


def test_customer_who_is_owed_a_call_is_rung_as_the_attempt(ring_in):
    turn = ring_in("ring_them", staff=PROVEN, number_to_ring=JANE, attempt={"path": "/callbacks/attempts/3/1"})
    assert turn.acts == (GoTo("/callbacks/attempts/3/1/ask_staff"),)


@pytest.mark.parametrize(("reason", "said"), [(WORN_OUT, "as often as we may"), (RINGS_US, "on the line with us")])
def test_customer_who_may_not_be_rung_now_is_not(ring_in, reason, said):
    turn = ring_in("ring_them", staff=replace(PROVEN, not_now=reason), number_to_ring=JANE)
    assert said in words(turn)
    assert not any(isinstance(act, RingCustomer) for act in turn.acts)


def test_talk_with_a_customer_is_asked_about(ring_in):
    heard = Heard("CA1", dial_status="completed", dial_sid="CA2", dial_seconds=9, bridged=True)
    turn = ring_in("dialled", staff=PROVEN, heard=heard)
    assert turn.news == (told.DialEnded("completed", "CA2", bridged=True, seconds=9),)
    assert turn.acts == (Ask("If you spoke, press 1. If not, press 2.", then="dial_said"), GoTo("dial_said"))
    for key, outcome in {"1": "reached", "2": "customer-no-answer", "": None, "7": None}.items():
        assert ring_in("dial_said", key, PROVEN).news[0] == told.StaffSaid(outcome)


def test_customer_who_does_not_pick_up_is_told_and_nothing_is_asked(ring_in):
    turn = ring_in("dialled", staff=PROVEN, heard=Heard("CA1", dial_status="no-answer", bridged=False))
    assert words(turn).startswith("They didn't pick up. You're on duty.")


def test_staff_who_hang_up_after_the_talk_have_its_end_told(ring_in):
    gone = Heard("CA1", call_status="completed", dial_status="completed", dial_sid="CA2", bridged=True, dial_seconds=40)
    turn = ring_in("dialled", staff=PROVEN, heard=gone)
    assert turn.news == (told.DialEnded("completed", "CA2", bridged=True, seconds=40), told.CallEnded())


def test_colleague_is_rung_without_a_pin_and_never_the_caller_themselves(ring_in, priya, tom):
    turn = ring_in("staff_key", "0", free=(priya, tom))
    assert isinstance(turn.acts[-1], Ring)
    assert (turn.acts[-1].staff, turn.acts[-1].then) == (tom, "colleague_rung")
    assert told.Rang(tom) in turn.news
    assert "nobody is free" in words(ring_in("staff_key", "0", free=(priya,)))


def test_colleague_is_not_rung_when_we_are_closed(ring_in, tom):
    turn = ring_in("staff_key", "0", free=(tom,), is_open=False)
    assert words(turn).startswith("We're closed just now")


def test_colleague_who_does_not_answer_leads_back_to_the_menu_and_owes_nothing(ring_in, tom):
    heard = Heard("CA1", dial_status="no-answer", bridged=False)
    turn = ring_in("colleague_rung", heard=heard, free=(tom,), rang={tom.id: 1}, leg={})
    assert turn.news == (told.LegEnded("no-answer", bridged=False), told.MenuAsked())
    assert "nobody is free just now" in words(turn)


def test_colleague_who_spoke_ends_the_call(ring_in):
    heard = Heard("CA1", dial_status="completed", bridged=True)
    turn = ring_in("colleague_rung", heard=heard, leg={"accepted": True})
    assert turn.news == (told.LegEnded("spoke", bridged=True), told.Spoke())
    assert turn.acts == (Say("Thank you. Goodbye!"), HangUp())


def test_silence_hears_the_menu_once_more_then_goodbye(ring_in):
    assert words(ring_in("staff_key")).startswith("You're on duty.")
    assert ring_in("staff_key", menus=2).acts == (Say("Thank you. Goodbye!"), HangUp())
