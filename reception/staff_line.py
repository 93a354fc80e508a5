"""Somebody of ours rings the business: who they are, whether the PIN is theirs, and what becomes of what they want.

Brought in by their number, unless the carrier says that somebody else shows it; a call of theirs is never a missed one.
"""

from datetime import timedelta

from callbacks import for_person
from office import duty, own_phones, people, pins
from reception import heard_messages, own_attempts, own_dials, takes
from reception.exchange import Exchange
from voice import actions, queries
from voice.conversation import news as told
from voice.conversation.facts import StaffFacts
from voice.conversation.news import News
from voice.conversation.staff_line import PIN_STEPS

PIN_TRIES = 3
"""How many PINs may be keyed in one call."""

AT_THE_MENU = timedelta(minutes=2)
"""For so long nobody hands a call to whoever only hears the menu: their number may be forged, and must not keep them busy."""


def facts(at: Exchange) -> StaffFacts | None:
    """Who of us rings, and what waits for them; None for everybody else. Only their own calls cost more than a look at the number."""
    call, phone = at.the_call, at.the_call.phone
    if phone is None or not call.trusted or not (call.own or at.step == "greet"):
        return None
    found = own_phones.whose(at.session, phone)
    if found is None and phone != at.profile.manager_phone:
        return None
    person, on_duty, manages = found or (None, False, False)
    waiting, next_due = for_person.waiting(at.session, person.id if person else None, at.now)
    right = at.step in PIN_STEPS and not call.proven and _is_right(at, phone)
    standing = pins.standing(at.session, phone, at.now)
    return StaffFacts(
        id=person.id if person else None,
        name=person.name if person else "",
        on_duty=on_duty,
        manages=manages,
        waiting=waiting,
        next_due=next_due,
        has_pin=standing.has_pin,
        locked=standing.locked,
        right=right,
        proven=call.proven,
        tries_left=PIN_TRIES - call.keyings - 1,
        not_now=own_dials.why_not(at, call.keyed) if at.step == "ring_them" and call.keyed else None,
        **(heard_messages.facts(at, person.id) if person else {}),
    )


def _is_right(at: Exchange, phone: str) -> bool:
    """Counts and logs a wrong one. No more are looked at than may be keyed in one call."""
    if at.heard.hung_up or not at.heard.digits or at.the_call.keyings >= PIN_TRIES:
        return False
    return pins.check(at.session, phone, at.heard.digits, at.now)


def keep(at: Exchange, said: News) -> None:
    """One piece of news of the staff line."""
    call = at.the_call
    match said:
        case told.OwnCall():
            _is_ours(at)
        case told.PinSaid(right):
            _pin_said(at, right=right)
        case told.OnDuty(on) if call.staff_id is not None:
            duty.set_duty(at.session, call.staff_id, on)
        case told.WantsNext() if call.staff_id is not None:
            own_attempts.next_callback(at, call.staff_id)
        case told.Dials(phone):
            _dials(at, phone)
        case told.DialEnded():
            own_dials.ended(at, said)
        case told.StaffSaid(outcome):
            own_dials.said(at, outcome)
        case told.NewTake():
            takes.keep(at, said)
        case told.HeardMessage() | told.ClosesCallback() | told.RingsFor():
            heard_messages.keep(at, said)


def _is_ours(at: Exchange) -> None:
    """Nobody hands them a call while they are on the line with us; so long as they only hear the menu, not for long."""
    call = at.the_call
    found = own_phones.whose(at.session, call.phone)
    call.own, call.staff_id = True, found[0].id if found else None
    if call.staff_id is None:
        return
    talks = queries.last_leg(at.session, call.id) is not None
    until = at.now + (actions.LONGEST_CALL if talks else AT_THE_MENU)
    if not people.reserve(at.session, call.staff_id, actions.holder(call.id), at.now, until):
        people.keep_reserved(at.session, actions.holder(call.id), until, call.staff_id)


def _pin_said(at: Exchange, *, right: bool) -> None:
    """Proven for the rest of this call, and busy with it; else one try less."""
    call = at.the_call
    call.proven, call.keyings = call.proven or right, 0 if right else call.keyings + 1
    if right and call.staff_id is not None:
        own_phones.take_over(at.session, call.staff_id, actions.holder(call.id), at.now + actions.LONGEST_CALL)


def _dials(at: Exchange, phone: str) -> None:
    """They ring a customer: as the attempt at what is owed, when somebody on the staff list may make it."""
    call = at.the_call
    call.keyings = 0
    if call.staff_id is not None:
        own_attempts.their_callback(at, call.staff_id, phone)


def call_ended(at: Exchange) -> None:
    """They hung up: an attempt made from their phone has no staff leg any more, and they are free, after a rest when they talked."""
    if not at.the_call.own:
        return
    own_attempts.phone_down(at)
    talked = own_dials.settle(at) is not None
    rest = at.profile.ringing.rest_after if talked else None
    people.release(at.session, actions.holder(at.the_call.id), at.now, rest, at.the_call.staff_id)


def dialled_report(at: Exchange) -> None:
    """How the phone fares that one of us rang as the business."""
    own_dials.reported(at)
