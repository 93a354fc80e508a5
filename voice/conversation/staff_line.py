"""One of us rings the business from their own phone: what waits for them, on and off duty, their next call-back, any customer.

Their number brings them in and lets them hear the menu; whatever does something asks for their PIN first, once in a call.
No step names a customer before that. Every menu is counted, so that the call ends whatever is pressed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from voice import ringing, wording
from voice.conversation.facts import RINGS_US, Situation, StaffFacts
from voice.conversation.legs import how_it_ended, were_connected
from voice.conversation.news import (
    CallEnded,
    DialEnded,
    Dials,
    Keyed,
    LegEnded,
    MenuAsked,
    News,
    OnDuty,
    OwnCall,
    PinSaid,
    Rang,
    Spoke,
    StaffSaid,
    WantsNext,
)
from voice.conversation.ringing_back import LONGEST_TALK, RING_CUSTOMER_FOR
from voice.conversation.turns import Act, Ask, AskNumber, GoTo, HangUp, Heard, Ring, RingCustomer, Say, Step, Turn

MENUS_AT_MOST = 8
"""How often the menu is heard in one call: an end to every loop."""

DUTY, NEXT, CUSTOMER, MESSAGES, GREETING, COLLEAGUE = "1", "2", "3", "5", "6", "0"
PIN_FOR = {
    DUTY: "pin_for_duty",
    NEXT: "pin_for_next",
    CUSTOMER: "pin_for_customer",
    MESSAGES: "pin_for_messages",
    GREETING: "pin_for_greeting",
}
"""Steps that hear a PIN, by the key that they were asked for: the address remembers what was wanted."""

SPOKE_KEY = {"1": "reached", "2": "customer-no-answer"}

Do = Callable[[Heard, Situation, StaffFacts], Turn]


def greet(heard: Heard, situation: Situation) -> Turn:
    """The first turn: who they are, what waits, what the keys do."""
    staff = situation.staff
    if staff is None:
        return _over()
    late = staff.next_due is not None and staff.next_due <= situation.now
    due = None if late or staff.next_due is None else staff.next_due
    when = wording.spoken_time(due, situation.now, situation.zone) if due else None
    return menu(situation, wording.staff_hello(staff.name, staff.waiting, when), OwnCall())


def _key(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """A key of the menu, or silence: the menu once more, then goodbye."""
    key = heard.digits
    if key == COLLEAGUE:
        return _ring_colleague(situation, staff)
    if not key:
        return _over() if situation.menus > 1 else menu(situation)
    if key not in PIN_FOR or (staff.id is None and key != CUSTOMER):
        return menu(situation, wording.once_more())
    if staff.proven:
        return DOES[key](situation, staff)
    if not staff.has_pin or staff.locked:
        return menu(situation, wording.pin_locked() if staff.locked else wording.no_pin())
    return _ask(wording.key_your_pin(again=False), PIN_FOR[key])


def _pin(heard: Heard, situation: Situation, staff: StaffFacts, *, key: str) -> Turn:
    """Right: on to what they wanted. Wrong: a few more tries, then goodbye. No keys at all: the menu."""
    if not heard.digits:
        return menu(situation)
    if staff.proven or staff.right:
        return with_news(PinSaid(right=True), DOES[key](situation, staff))
    if staff.locked:
        return with_news(PinSaid(right=False), _over(wording.pin_locked()))
    if staff.tries_left <= 0:
        return with_news(PinSaid(right=False), _over(wording.wrong_pin()))
    return with_news(PinSaid(right=False), _ask(wording.key_your_pin(again=True), PIN_FOR[key]))


def _change_duty(situation: Situation, staff: StaffFacts) -> Turn:
    on = not staff.on_duty
    after = replace(situation, staff=replace(staff, on_duty=on))
    return menu(after, wording.thanks_staff(), OnDuty(on))


def _next_callback(situation: Situation, staff: StaffFacts) -> Turn:
    """It is claimed for them with this turn, so that the next one knows which it is."""
    return Turn((GoTo("claimed"),), (WantsNext(),))


def _ask_number(situation: Situation, staff: StaffFacts) -> Turn:
    return _ask(wording.key_customers_number(again=False), "customers_number")


def _messages(situation: Situation, staff: StaffFacts) -> Turn:
    """In a turn of its own, which knows which messages there are."""
    return Turn((GoTo("message"),))


def _greeting(situation: Situation, staff: StaffFacts) -> Turn:
    """They record one (takes.py)."""
    return Turn((GoTo("greeting"),))


DOES: dict[str, Callable[[Situation, StaffFacts], Turn]] = {
    DUTY: _change_duty,
    NEXT: _next_callback,
    CUSTOMER: _ask_number,
    MESSAGES: _messages,
    GREETING: _greeting,
}
"""What a key of the menu does once it is proven who presses it."""


def _claimed(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """Their call-back goes on in the attempt's own conversation; or there is none that may be rung."""
    if situation.attempt is None:
        return menu(situation, wording.no_callback_now())
    return Turn((GoTo(f"{situation.attempt.path}/ask_staff"),))


def _number(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """A customer's number was keyed: read back before it is rung."""
    keyed = situation.keyed
    if keyed is not None and keyed.phone is not None:
        return with_news(Keyed(keyed.phone), _ask_key(wording.read_back(keyed.phone), "customer_confirmed"))
    if keyed is not None and keyed.left > 0:
        return with_news(Keyed(None), _ask(wording.key_customers_number(again=True), "customers_number"))
    return menu(situation, wording.cannot_ring(), Keyed(None))


def _confirmed(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """1 rings them: as the attempt at what they are owed, when they are and it may be; else just so. 2 keys another number."""
    if heard.digits == "1" and situation.number_to_ring is not None:
        return Turn((GoTo("ring_them"),), (Dials(situation.number_to_ring),))
    return _ask_number(situation, staff) if heard.digits == "2" else menu(situation)


def _ring_them(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    if situation.attempt is not None:
        return _claimed(heard, situation, staff)
    if staff.not_now is not None or situation.number_to_ring is None:
        return menu(situation, wording.they_ring_us() if staff.not_now == RINGS_US else wording.rung_enough())
    ring = RingCustomer(situation.number_to_ring, RING_CUSTOMER_FOR, LONGEST_TALK, then="dialled")
    return Turn((Say(wording.ringing_them()), ring))


def _dialled(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """The customer's phone is done. Whether they spoke is asked when anybody picked up."""
    ended = DialEnded(heard.dial_status, heard.dial_sid, heard.bridged, heard.dial_seconds)
    if heard.hung_up:
        return Turn(news=(ended, CallEnded()))
    if were_connected(heard):
        return with_news(ended, _ask_key(wording.did_you_speak(), "dial_said", silence="dial_said"))
    return menu(situation, wording.not_picked_up(), ended)


def _dial_said(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """1 we spoke, 2 we did not; silence leaves it to what the carrier measured."""
    return menu(situation, wording.thanks_staff(), StaffSaid(SPOKE_KEY.get(heard.digits)))


def _ring_colleague(situation: Situation, staff: StaffFacts, *news: News) -> Turn:
    """The next colleague who is free, each of them as often as a customer's call would ring them."""
    free = [one for one in situation.free if one.id != staff.id]
    colleague = ringing.next_to_ring(free, situation.rang, situation.rounds) if situation.is_open else None
    if colleague is None:
        return menu(situation, wording.no_colleague(is_open=situation.is_open), *news)
    ring = Ring(colleague, situation.patience, then="colleague_rung")
    return Turn((Say(wording.one_moment()), ring), (*news, Rang(colleague), OwnCall()))


def _colleague_rung(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """A colleague's phone is done: they spoke, or the next one's rings. Nothing is owed for it either way."""
    accepted = situation.leg is not None and situation.leg.accepted
    if accepted and were_connected(heard):
        spoken = (LegEnded("spoke", bridged=heard.bridged), Spoke())
        return Turn(news=(*spoken, CallEnded())) if heard.hung_up else with_news(spoken, _over())
    ended = LegEnded(how_it_ended(heard, accepted=accepted), bridged=heard.bridged)
    return Turn(news=(ended, CallEnded())) if heard.hung_up else _ring_colleague(situation, staff, ended)


def menu(situation: Situation, first: str = "", *news: News) -> Turn:
    """The menu after what is said first; once it was heard often enough, goodbye."""
    staff = situation.staff
    if staff is None or situation.menus >= MENUS_AT_MOST:
        return with_news(news, _over(first))
    on_duty = None if staff.id is None else staff.on_duty
    keys = wording.staff_menu(on_duty=on_duty, waiting=staff.waiting, new_messages=staff.new_messages)
    return with_news((*news, MenuAsked()), _ask_key(f"{first} {keys}".strip(), "staff_key"))


def _ask(text: str, then: str) -> Turn:
    """Keys up to the hash. Silence goes on as silence in the menu does."""
    return Turn((AskNumber(text, then=then), GoTo("staff_key")))


def _ask_key(text: str, then: str, silence: str = "staff_key") -> Turn:
    return Turn((Ask(text, then=then), GoTo(silence)))


def _over(first: str = "") -> Turn:
    acts: tuple[Act, ...] = (Say(f"{first} {wording.goodbye_staff()}".strip()), HangUp())
    return Turn(acts)


def with_news(news: News | tuple[News, ...], turn: Turn) -> Turn:
    """The turn, and before its own news these."""
    before = news if isinstance(news, tuple) else (news,)
    return replace(turn, news=(*before, *turn.news))


def for_us(do: Do, *, proven: bool = True) -> Step:
    """A step that nobody but one of us may come to, and `proven`, nobody who did not key their PIN."""

    def step(heard: Heard, situation: Situation) -> Turn:
        staff = situation.staff
        if staff is None or (proven and not staff.proven):
            return Turn(news=(CallEnded(),)) if heard.hung_up else _over()
        return do(heard, situation, staff)

    return step


STEPS: dict[str, Step] = {
    "staff_key": for_us(_key, proven=False),
    "colleague_rung": for_us(_colleague_rung, proven=False),
    **{step: for_us(partial(_pin, key=key), proven=False) for key, step in PIN_FOR.items()},
    "claimed": for_us(_claimed),
    "customers_number": for_us(_number),
    "customer_confirmed": for_us(_confirmed),
    "ring_them": for_us(_ring_them),
    "dialled": for_us(_dialled),
    "dial_said": for_us(_dial_said),
}
"""What follows the menu, by the names in its answers."""

PIN_STEPS = frozenset(PIN_FOR.values())
HEARS_OF_THE_END = frozenset({"colleague_rung", "dialled"})
"""Steps that the carrier may ask for because the call is over, with something to tell (twilio.md 2.1)."""
