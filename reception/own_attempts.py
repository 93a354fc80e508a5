"""A staff member who is on the phone already keeps a promise from it: nobody's phone has to ring first."""

from dataclasses import replace

from callbacks import attempts, carry_out, for_person
from callbacks import queries as promises
from callbacks.tables import Callback
from office import people
from office.people import Person
from reception import keeping_promises
from reception.exchange import Exchange
from voice import actions, dialled, queries
from voice.conversation.facts import AttemptFacts
from voice.tables import Call

LOOKED_AT = 10
"""How many of the most urgent call-backs are looked at for one that may be rung now."""


def facts(at: Exchange) -> AttemptFacts | None:
    """The attempt that this very phone is about to make, and where its conversation is; None: none was claimed for it."""
    attempt = attempts.of_phone(at.session, at.heard.sid)
    if attempt is None:
        return None
    return AttemptFacts(
        phone=attempt.customer_phone,
        current=promises.is_current(at.session, attempt),
        next_try=None,
        path=attempts.address(attempt.id, attempt.fence, "ask_staff").rpartition("/")[0],
    )


def next_callback(at: Exchange, staff_id: int) -> None:
    """Claim for them the most urgent call-back that they may ring now, when there is one."""
    staff = people.at_work(at.session, staff_id)
    if staff is None or attempts.of_phone(at.session, at.heard.sid) is not None:
        return
    for callback in for_person.most_urgent(at.session, staff_id, at.now, LOOKED_AT):
        if _claim(at, callback, staff):
            return


def their_callback(at: Exchange, staff_id: int, phone: str) -> bool:
    """Claim for them what we owe whoever has that number, when we do and it may be rung now."""
    staff, owed = people.at_work(at.session, staff_id), promises.open_for(at.session, phone)
    return staff is not None and owed is not None and owed.phone == phone and _claim(at, owed, staff)


def this_callback(at: Exchange, staff_id: int, callback_id: int) -> bool:
    """Claim for them that very call-back, on whatever number it is to be rung, when it may be rung now."""
    staff, callback = people.at_work(at.session, staff_id), promises.one(at.session, callback_id)
    return staff is not None and callback is not None and _claim(at, callback, staff)


def ring_back(at: Exchange) -> None:
    """The caller of the phone that we placed has gone, and they want to ring them back at once.

    What is owed is claimed for them, and they are the attempt's from now on: the leg is over, though their phone is up.
    """
    call, leg = at.the_call, at.leg
    if leg is None or not leg.placed_by_us or not _callback_of(at, call, leg.staff_id):
        return
    leg.sid = leg.sid or at.heard.sid
    outcome = "failed" if leg.accepted_at else "passed"
    rest = at.profile.ringing.rest_after
    actions.leg_ended(at.session, call, leg, outcome, bridged=False, rest=rest, now=at.now)


def _callback_of(at: Exchange, call: Call, staff_id: int) -> bool:
    """Claim for them what answers for this call."""
    callback_id = promises.for_call(at.session, call.sid)
    return callback_id is not None and this_callback(at, staff_id, callback_id)


def phone_down(at: Exchange) -> None:
    """This phone is down: the attempt that was made from it has no staff leg any more."""
    attempt = attempts.of_phone(at.session, at.heard.sid)
    if attempt is not None:
        attempts.staff_leg_ended(at.session, attempt, at.profile, at.now)
        keeping_promises.tell(replace(at, attempt=attempt))


def _claim(at: Exchange, callback: Callback, staff: Person) -> bool:
    """Nobody is rung who is in a call to us, whom we may not dial, or whom a colleague is ringing."""
    theirs = {callback.phone, callback.called_from} - {None}
    if any(queries.on_the_line(at.session, phone) for phone in theirs if phone):
        return False
    if not carry_out.may_try_now(at.session, callback, at.profile, at.now, dialled):
        return False
    return attempts.claim_on_the_phone(at.session, callback.id, staff, at.heard.sid, at.now) is not None
