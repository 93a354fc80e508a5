"""The staff line ends: whatever is pressed, and however long nothing is."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from voice.conversation import news as told
from voice.conversation.facts import KeyedFacts, MessageFacts, StaffFacts
from voice.conversation.staff_line import MENUS_AT_MOST, PIN_FOR
from voice.conversation.steps import CALL_STEPS, next_turn
from voice.conversation.turns import Ask, AskNumber, GoTo, HangUp, Heard, Ring, RingCustomer, Say

JANE, PIN = "+447700900123", "7294"
MESSAGE = MessageFacts(5, 7, "Jane Smith", JANE, datetime(2026, 11, 24, 9, tzinfo=UTC), "/voice/recordings/5")
PRIYA = StaffFacts(
    1, "Priya Shah", on_duty=True, waiting=3, has_pin=True, tries_left=2, new_messages=3, next_message=MESSAGE
)  # fmt: skip


class Phone:
    """A member of staff at a phone: follows the documents as the carrier would, and what the rooms would keep."""

    def __init__(self, situation, keys) -> None:
        self.situation, self.keys, self.turns = situation, iter(keys), 0

    def ring(self):
        step, digits = "greet", ""
        while step is not None:
            turn = next_turn(CALL_STEPS, step, self.heard(step, digits), self.facing(step, digits))
            self.turns += 1
            assert self.turns < 200, "no end"
            assert not isinstance(turn.acts[-1], Ask | AskNumber)
            self.keep(turn.news)
            step, digits = self.follow(turn.acts)
        assert any(isinstance(act, Say) and act.text.endswith("Goodbye!") for act in turn.acts)

    def heard(self, step, digits):
        if step in {"dialled", "colleague_rung"}:
            return Heard("CA1", dial_status="no-answer", bridged=False)
        return Heard("CA1", digits=digits)

    def facing(self, step, digits):
        played = MESSAGE if step == "message_key" else None
        staff = replace(self.situation.staff, right=step in PIN_FOR.values() and digits == PIN, message=played)
        keyed = KeyedFacts(JANE if len(digits) == 11 else None, 2 - self.wrong) if step == "customers_number" else None
        return replace(self.situation, staff=staff, keyed=keyed)

    @property
    def wrong(self):
        return 2 - self.situation.staff.tries_left

    def keep(self, news):
        for said in news:
            staff = self.situation.staff
            if isinstance(said, told.MenuAsked):
                self.situation = replace(self.situation, menus=self.situation.menus + 1)
            if isinstance(said, told.PinSaid | told.Keyed):
                right = said == told.PinSaid(right=True)
                left = 2 if right else staff.tries_left - 1
                staff = replace(staff, proven=staff.proven or right, tries_left=left)
            if isinstance(said, told.HeardMessage):
                left = max(0, staff.new_messages - 1)
                staff = replace(staff, new_messages=left, next_message=MESSAGE if left else None)
            if isinstance(said, told.Dials | told.RingsFor):
                staff = replace(staff, tries_left=2)
            if isinstance(said, told.Rang):
                rang = {**self.situation.rang, said.staff.id: self.situation.rang.get(said.staff.id, 0) + 1}
                self.situation = replace(self.situation, rang=rang)
            self.situation = replace(self.situation, staff=staff)

    def follow(self, acts):
        for act in acts:
            match act:
                case Ask(then=then) | AskNumber(then=then):
                    digits = next(self.keys, "")
                    if digits:
                        return then, digits
                case Ring(then=then) | RingCustomer(then=then) | GoTo(then):
                    return then, ""
                case HangUp():
                    return None, ""
        return None, ""


KEYS = st.sampled_from(["", "0", "1", "2", "3", "4", "5", "6", "9", "#", PIN, "9999", "07700900123", "0999"])


@given(keys=st.lists(KEYS, max_size=60), on_duty=st.booleans(), has_pin=st.booleans(), is_open=st.booleans())
def test_whatever_is_pressed_the_call_ends_with_a_goodbye(situation, tom, keys, on_duty, has_pin, is_open):
    staff = replace(PRIYA, on_duty=on_duty, has_pin=has_pin)
    phone = Phone(situation(staff=staff, free=(tom,), is_open=is_open, number_to_ring=JANE), keys)
    phone.ring()
    assert phone.situation.menus <= MENUS_AT_MOST


def test_menu_is_heard_so_often_and_no_more(situation):
    phone = Phone(situation(staff=PRIYA), ["9"] * 50)
    phone.ring()
    assert phone.situation.menus == MENUS_AT_MOST
