"""The card of one promise: how it stands in a sentence, what happens next by itself, and what its viewer may do. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from callbacks import reopening
from callbacks.promise import IN_NO_CALL, Stage, State
from callbacks.tables import Attempt, Callback
from console import wording
from console.board import Row
from console.messages_shown import Setting


@dataclass(frozen=True, slots=True)
class Looks:
    """Who looks at it: which of the staff that is (None: nobody with a phone of ours), by what name, and whether they manage."""

    name: str
    staff_id: int | None
    manager: bool


@dataclass(frozen=True, slots=True)
class Acts:
    """What the viewer may do with it now. `call` needs a phone of theirs: `no_phone` says that this alone is missing."""

    call: bool = False
    no_phone: bool = False
    take: bool = False
    put_back: bool = False
    hand_over: bool = False
    snooze: bool = False
    done: bool = False
    renumber: bool = False
    reopen: bool = False


def acts(row: Callback, looks: Looks, now: datetime) -> Acts:
    """Nobody's or one's own: everything, but that only whoever has it hands it over, or a manager. Another's: a manager hands it over or puts it back. In a call: it is ended by whoever rings. Over: a manager opens it again, for a day."""
    if row.state not in IN_NO_CALL:
        return Acts(reopen=looks.manager and reopening.may_reopen(row, now))
    mine, nobodys = is_mine(row, looks), is_nobodys(row, now)
    if not (mine or nobodys):
        return Acts(hand_over=looks.manager, put_back=looks.manager, renumber=looks.manager)
    rings = row.phone is not None
    return Acts(
        call=rings and looks.staff_id is not None,
        no_phone=rings and looks.staff_id is None,
        take=not mine,
        put_back=mine,
        hand_over=looks.manager or (mine and looks.staff_id is not None),
        snooze=row.promised_by > now,
        done=True,
        renumber=True,
    )


def is_mine(row: Callback, looks: Looks) -> bool:
    """Whether its viewer has it: a name alone is not enough where there is a person behind it."""
    if row.state != State.CLAIMED.value:
        return False
    if looks.staff_id is not None:
        return row.owner_id == looks.staff_id
    return row.owner_id is None and row.owner == looks.name


def is_nobodys(row: Callback, now: datetime) -> bool:
    """Nobody took it, or whoever did has had their time."""
    lapsed = row.claimed_until is not None and row.claimed_until <= now
    return row.state == State.WAITING.value or (row.state == State.CLAIMED.value and lapsed)


def standing(row: Callback, shown: Row, attempts: Sequence[Attempt], at: Setting) -> str:
    """How it stands, in a sentence or two."""
    who = wording.brief(shown.who)
    if row.state == State.DONE.value:
        return _over(row, shown, at)
    if row.state == State.CALLING.value:
        return _in_a_call(who, shown, attempts)
    if row.phone is None:
        here = " Their message is here." if shown.messages else ""
        return f"This caller hid their number, so we can’t ring back.{here}"
    by = f"{shown.by} {shown.day}" if shown.day else shown.by
    return f"We promised to ring {who} by {by}.{_rang(row, at)}"


def _over(row: Callback, shown: Row, at: Setting) -> str:
    said = (shown.ended or "No call was needed.", wording.closed(row, at.now, at.zone))
    return " ".join(filter(None, said))


def _in_a_call(who: str, shown: Row, attempts: Sequence[Attempt]) -> str:
    trying = next((one for one in reversed(attempts) if one.ended_at is None), None)
    owner = wording.brief(shown.owner or "Somebody")
    if shown.talking_since:
        return f"You’re talking with {who}." if shown.owner_is_viewer else f"{owner} is talking with {who}."
    if trying is not None and trying.stage in {Stage.TAKEN.value, Stage.TALKED.value}:
        return f"Ringing {who}…"
    if shown.owner_is_viewer:
        return f"Ringing your phone… pick up and we’ll ring {who}."
    return f"{owner}’s phone is ringing for {who}."


def _rang(row: Callback, at: Setting) -> str:
    """How often they rang, and when first."""
    if row.kind == "outreach" or row.calls_missed == 0:
        return ""
    day = wording.day(row.missed_at, at.now, at.zone)
    when = wording.clock(row.missed_at, at.zone) + (f" {day}" if day else "")
    times = {1: "They rang at {when}.", 2: "They rang twice, the first time at {when}."}
    usual = f"They rang {row.calls_missed} times, the first at {{when}}."
    return " " + times.get(row.calls_missed, usual).format(when=when)


def next_step(row: Callback, shown: Row, at: Setting) -> str | None:
    """What Ringtrue does next by itself, and when; None once it is over."""
    if row.state == State.DONE.value:
        return None
    if row.state == State.CALLING.value:
        return "A call is going on"
    if row.phone is None:
        return "Nothing by itself: there is no number to ring"
    if row.needs_person or row.next_try_at is None:
        return "Waits for one of us"
    theirs = "Your phone rings" if shown.owner_is_viewer else "Their phone rings"
    whose = theirs if row.state == State.CLAIMED.value else "Phones ring"
    if row.next_try_at <= at.now:
        return f"{whose} as soon as {'you are' if shown.owner_is_viewer else 'somebody is'} free"
    day = wording.day(row.next_try_at, at.now, at.zone)
    when = wording.clock(row.next_try_at, at.zone) + (f" {day}" if day else "")
    again = " again" if row.tries or row.staff_misses else ""
    return f"{whose}{again} at {when}"


def slot(row: Callback, at: Setting) -> str | None:
    """The part of a day that the customer asked for: "Tue 09:00 to 12:00"."""
    if row.slot is None:
        return None
    begins, until = row.slot
    day = wording.day(begins, at.now, at.zone)
    hours = f"{wording.clock(begins, at.zone)} to {wording.clock(until, at.zone)}"
    return f"{day} {hours}" if day else hours
