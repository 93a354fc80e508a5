"""What a call makes us owe: nothing when a person was spoken to, else exactly one open call-back."""

from dataclasses import replace
from datetime import datetime, timedelta

import callbacks.actions as promising
from callbacks import deadlines, wishes
from callbacks import queries as promises
from callbacks.tables import Callback
from office import contact_rules, numbers, own_phones
from reception import texting
from reception.exchange import Exchange
from voice import actions, calls, queries
from voice.conversation.facts import Slot
from voice.tables import Call
from voicemail_greetings.queries import for_call as message_for_call

NOT_ANSWERED = -1
"""The turn of a call that hung up, or was reported over, before its first one (voice.tables.Call)."""


def not_before(at: Exchange, length: timedelta) -> None:
    """The caller is on the line with us: nobody rings them back for so long."""
    call = at.the_call
    promising.customer_is_on_the_line(at.session, call.phone, call.sid, at.now + length)


def correct_a_guess(at: Exchange, bridged: bool | None) -> None:  # noqa: FBT001 - the carrier's own three-valued word
    """The call's end was reported before its staff leg's, so we guessed that they spoke; the carrier knows better.

    A promise that the guess closed goes on: where and when the customer was told.
    """
    call = at.the_call
    if bridged is False and call.ended_at is not None and call.outcome == calls.SPOKE:
        actions.missed(call, calls.GAVE_UP)
        closed = promises.closed_elsewhere_at(at.session, call.phone, call.sid, call.ended_at)
        if closed is None:
            again = promise(at, calls.GAVE_UP, anew=True)
        else:
            again = promising.promise(at.session, _the_same_again(at, closed), anew=True)
        texting.promise_text(at, again)


def _the_same_again(at: Exchange, closed: Callback) -> promising.Owed:
    owed = _owed(at, closed.reason, closed.promised_by, closed.phone, closed.called_from)
    slot = (*closed.slot, closed.slot_zone or "") if closed.slot else None
    return replace(owed, kind=closed.kind, slot=slot, missed_at=closed.missed_at)


def nothing_is_owed(at: Exchange) -> None:
    """They spoke, from when the key was pressed: that keeps what we promised before, and closes what this call opened."""
    call = at.the_call
    leg = queries.taken_leg(at.session, call.id)
    began = leg.accepted_at if leg and leg.accepted_at else at.now
    texting.withdraw_promise(at, call.sid)
    promising.spoke_elsewhere(at.session, call.phone, began, at.now, call_sid=call.sid)


def end_call(at: Exchange) -> None:
    """Whatever step the caller hung up at: they spoke with a person, or one open call-back answers for the call, or nothing was wanted."""
    call, rest = at.the_call, at.profile.ringing.rest_after
    if call.turn == NOT_ANSWERED and call.ended_at is None:
        _who_it_was(at)
    if not actions.end_call(at.session, call, rest=rest, now=at.now, short=_was_short(at)):
        return
    if call.outcome == calls.SPOKE:
        nothing_is_owed(at)
    elif call.outcome == calls.MISSED:
        callback_id = promise(at, call.missed_because or calls.GAVE_UP)
        if callback_id is not None and call.missed_because == calls.ON_HOLD:
            promising.because(at.session, callback_id, calls.ON_HOLD)
        _when_to_try(at, callback_id)
        texting.promise_text(at, callback_id)


def _who_it_was(at: Exchange) -> None:
    """They were gone before we answered, so no turn told apart who rang: one of us, or somebody whom we turn away."""
    call = at.the_call
    ours = own_phones.whose(at.session, call.phone)
    if call.trusted and (ours is not None or call.phone == at.profile.manager_phone):
        call.own, call.staff_id = True, ours[0].id if ours else None
    elif contact_rules.rule_for(at.session, call.phone) == contact_rules.BLOCKED:
        call.outcome = calls.UNWANTED


def _when_to_try(at: Exchange, callback_id: int | None) -> None:
    """Soon: they are at their phone. Who was gone at once was given no word, so what is left to a person stays so."""
    call, callback = at.the_call, promises.one(at.session, callback_id) if callback_id else None
    if _is_a_lure(at, call):
        promising.leave_to_person(at.session, call.sid)
    elif callback is None or not may_ring_back(at, callback.phone, callback.called_from):
        return
    elif _was_short(at):
        promising.try_at(at.session, callback.id, _first_try(at))
    else:
        promising.customer_left(at.session, call.sid, _first_try(at))


def _was_short(at: Exchange) -> bool:
    """By the carrier's count of seconds; else by ours."""
    call = at.the_call
    lasted = timedelta(seconds=at.heard.seconds) if at.heard.seconds is not None else at.now - call.started_at
    return lasted < calls.SHORT


def _is_a_lure(at: Exchange, call: Call) -> bool:
    """Rings once from a number never seen, or shown by somebody else: perhaps hoping that we ring a costly number back (DESIGN 5)."""
    return _was_short(at) and not (call.known and call.trusted)


def promise(at: Exchange, reason: str, by: datetime | None = None, *, anew: bool = False) -> int | None:
    """One open call-back answers for the call; its id. None for our own people's calls, and for a withheld caller who left
    no message and keyed no number.

    A number that a caller keyed beside the one they show counts from when they agreed to it (`asked_for`), not before.
    """
    call = at.the_call
    phone = call.phone or call.keyed
    if call.own or (phone is None and not _left_something(at)):
        return None
    return promising.promise(at.session, _owed(at, reason, by, phone), anew=anew)


def _left_something(at: Exchange) -> bool:
    """A message with something in it, as far as we know yet."""
    message = message_for_call(at.session, at.the_call.sid)
    return message is not None and message.label is None


def asked_for(at: Exchange, phone: str, slot: Slot | None) -> None:
    """The caller said where and when: the promise is theirs, at the time that they agreed to."""
    call = at.the_call
    call.keyed = phone if phone != call.phone else None
    actions.missed(call, calls.ASKED_FOR)
    other = call.phone if call.phone != phone else None
    owed = _owed(at, calls.ASKED_FOR, slot.until if slot else None, phone, other)
    callback_id = promising.promise(at.session, owed, anew=True)
    part = wishes.Part(slot.name, slot.begins, slot.until, at.profile.zone.key) if slot else None
    wish = wishes.Wish(phone, call.phone, part, owed.first_try_at)
    wishes.asked_for(at.session, callback_id, wish, at.now)


def _owed(
    at: Exchange, reason: str, by: datetime | None, phone: str | None, called_from: str | None = None
) -> promising.Owed:
    """What this call makes us owe: a call to `phone`, by the time that was spoken, or else is worked out now."""
    call, profile = at.the_call, at.profile
    return promising.Owed(
        call_sid=call.sid,
        phone=phone,
        customer_id=call.customer_id,
        team_id=call.team_id,
        reason=reason,
        missed_at=at.now,
        promised_by=by or deadlines.promised_by(at.now, profile.hours, profile.promise),
        first_try_at=_first_try(at) if may_ring_back(at, phone, called_from) else None,
        called_from=called_from,
    )


def _first_try(at: Exchange) -> datetime:
    return deadlines.first_try(at.now, at.profile.hours, at.profile.callbacks)


def may_ring_back(at: Exchange, phone: str | None, called_from: str | None) -> bool:
    """Whether the workers may ring that number by themselves: one that we dial, and no rule is kept for its customer."""
    theirs = {phone, called_from, at.the_call.phone}
    if phone is None or any(contact_rules.rule_for(at.session, number) for number in theirs):
        return False
    allowed = at.profile.callbacks.allowed_countries
    return numbers.may_we_dial(phone, allowed=allowed, ours=frozenset({at.profile.phone})) is None
