"""A customer whom one of us rings as the business, from a call of their own to us, when nothing is owed that it could be an attempt at.

Never a missed call, nor a call-back. Whoever is spoken to so is owed nothing any more.
"""

import callbacks.actions as promising
from callbacks import guard, promise
from office.line import LIVE
from reception.exchange import Exchange
from voice import dialled, queries
from voice.calls import SPOKE
from voice.conversation.facts import RINGS_US, WORN_OUT
from voice.conversation.news import DialEnded
from voice.tables import Call


def why_not(at: Exchange, phone: str) -> str | None:
    """Why that customer may not be rung just now; None when they may."""
    if queries.on_the_line(at.session, phone):
        return RINGS_US
    cap = guard.reached(at.session, at.profile, phone, at.now, dialled)
    return None if cap is None else WORN_OUT


def reported(at: Exchange) -> None:
    """The carrier tells how the customer's phone fares, in any order."""
    own, heard = at.the_call, at.heard
    if not own.own or own.keyed is None:
        return
    dialled.began(at.session, own, heard.sid, at.now)
    if at.step == "machine_report":
        if heard.answered_by.startswith(("machine", "fax")):
            dialled.picked_up_by_machine(at.session, heard.sid)
    elif heard.call_status in LIVE:
        dialled.heard_of(at.session, heard.sid, at.now)
    else:
        _is_down(at, heard.sid, DialEnded(heard.call_status, heard.sid, None, heard.seconds))


def ended(at: Exchange, said: DialEnded) -> None:
    """The customer's phone is down, and the staff member's call goes on, or is over too."""
    if said.sid is None:
        return
    dialled.began(at.session, at.the_call, said.sid, at.now)
    _is_down(at, said.sid, said)


def _is_down(at: Exchange, sid: str, how: DialEnded) -> None:
    """What the carrier measured stands until somebody says otherwise: the first word of it."""
    rung = queries.by_sid(at.session, sid)
    if rung is None or rung.ended_at is not None:
        return
    went = promise.how_it_went(
        said=None,
        dial_status=how.status,
        bridged=how.bridged,
        seconds=how.seconds,
        machine=rung.step == dialled.MACHINE,
    )
    rung.ended_at = at.now
    dialled.spoke(at.session, rung, at.the_call.staff_id, spoken=went is promise.Tried.REACHED)
    if at.the_call.ended_at is not None:
        settle(at)


def said(at: Exchange, outcome: str | None) -> None:
    """What the staff member pressed afterwards wins; without a key, what was measured stands."""
    rung = dialled.last_of(at.session, at.the_call)
    if rung is not None and outcome is not None:
        reached = outcome == promise.Tried.REACHED.value
        dialled.spoke(at.session, rung, at.the_call.staff_id, spoken=reached)
    settle(at)


def settle(at: Exchange) -> Call | None:
    """Nothing more will be said of it: whoever was spoken to is owed nothing. The call to them, when there was a talk."""
    rung = dialled.last_of(at.session, at.the_call)
    if rung is None or rung.outcome != SPOKE:
        return None
    promising.spoke_elsewhere(at.session, rung.phone, rung.seen_at, at.now, call_sid=rung.sid)
    return rung
