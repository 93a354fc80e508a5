"""What a caller would hear and whose phone would ring at any time, in sentences: no call is placed and nothing is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from console.coverage import listed
from console.number_commands import HOLDS
from console.rehearsed_call import Rehearsed, begin, turns
from office import contact_rules, numbers
from office.profile import Profile
from reception import whom
from voice.conversation.facts import Colleague, Situation
from voice.conversation.turns import Act, Ask, AskNumber, GoTo, Hold, Play, Record, Ring, Say, Turn

A_WEEK = timedelta(days=7)

RECORDED = "They hear the greeting that was recorded."


def rehearse(session: Session, profile: Profile, phone: str | None, at: datetime, *, is_now: bool) -> Iterator[str]:
    """The call from `phone` (E.164; None: withheld) at `at` (UTC) as sentences in its order, from who rings when to what would be promised.

    Nobody picks up, and the caller presses no key. Unless the time is now, all on duty are taken to be free.
    """
    yield from sentences(begin(session, profile, phone, at, is_now=is_now))


def sentences(call: Rehearsed) -> Iterator[str]:
    """A call that has begun, told to its end; afterwards it holds what was promised."""
    return (each if isinstance(each, str) else _ring(each) for each in _all_of(call))


def in_brief(call: Rehearsed) -> Iterator[str]:
    """The same, with one sentence for the phones that ring one after another."""
    rings: list[Ring] = []
    for each in _all_of(call):
        if isinstance(each, Ring):
            rings.append(each)
            continue
        if rings:
            yield _in_turn(rings)
            rings = []
        yield each


def _all_of(call: Rehearsed) -> Iterator[str | Ring]:
    profile, at = call.profile, call.now
    for number, (situation, turn) in enumerate(turns(call)):
        if number == 0:
            yield f"{_who(situation)} rings {profile.name} on {day_and_time(at, profile)}."
            yield _doors(profile, at)
            yield from _dealt_with(situation)
        yield from _told(call, situation, turn)
    yield _promise(call)


def _who(situation: Situation) -> str:
    if situation.phone is None:
        return "A caller with a withheld number"
    name = situation.staff.name or "The manager" if situation.staff else situation.customer or "A caller"
    return f"{name} ({numbers.short(situation.phone)})"


def _doors(profile: Profile, at: datetime) -> str:
    span = profile.hours.next_span(at)
    reason = profile.hours.reason_closed(at)
    if reason is not None:
        why = profile.hours.holiday_at(at) if reason == "holiday" else reason
        return f"Closed{'' if why == 'closed' else f' ({why})'}; opens on {day_and_time(span.opens, profile)}."
    return "Open round the clock." if span.closes - at > A_WEEK else f"Open until {day_and_time(span.closes, profile)}."


def _dealt_with(situation: Situation) -> Iterator[str]:
    """What makes this caller another than everybody."""
    if situation.staff is not None:
        yield "This phone is one of ours: the staff line answers, and it is no customer's call."
    elif situation.rule is not None:
        yield f"Their number is dealt with as {situation.rule}. {HOLDS[situation.rule]}"


def _told(call: Rehearsed, situation: Situation, turn: Turn) -> Iterator[str | Ring]:
    for act in turn.acts:
        match act:
            case Hold():
                yield _ring_together(call, situation)
            case Ring():
                yield act
            case Ask():
                yield from _asked(situation, act)
            case GoTo():
                pass
            case _:
                yield _said(act)


def _said(act: Act) -> str:
    match act:
        case Play():
            return RECORDED
        case Say(text):
            return f'They hear: "{text}"'
        case AskNumber(text):
            return f'They hear: "{text}" (and key nothing)'
        case Record(longest):
            return f"They can leave a message of up to {_seconds(longest)} s, and say nothing."
        case _:
            return "The call ends."


def _asked(situation: Situation, ask: Ask) -> Iterator[str]:
    """A question; with the menu's, every key, also of the teams that there is no time to name."""
    if ask.sound is not None:
        yield RECORDED
    yield f'They hear: "{ask.text}" (and press nothing)'
    if ask.then == "chose_team" and not situation.menus:
        yield f"The keys are {', '.join(f'{team.key} for {team.name}' for team in situation.teams)} and 0 for anybody."


def _ring(ring: Ring) -> str:
    return f"Rings {_phone(ring.staff)} for {_seconds(ring.ring_for)} s; nobody answers."


def _in_turn(rings: Sequence[Ring]) -> str:
    """Several rings in one sentence: "Rings Ana, Priya and Tom in turn, twice, 15 s each; nobody answers."."""
    if len(rings) == 1:
        return _ring(rings[0])
    names = {ring.staff.id: ring.staff.name for ring in rings}
    times = set(Counter(ring.staff.id for ring in rings).values())
    how_often = f", {_times(times.pop())}" if len(times) == 1 else f", {len(rings)} rings in all"
    lengths = {_seconds(ring.ring_for) for ring in rings}
    length = f"{'up to ' if len(lengths) > 1 else ''}{max(lengths)} s each"
    in_turn = " in turn" if len(names) > 1 else ""
    return f"Rings {listed([*names.values()])}{in_turn}{how_often.removesuffix(', once')}, {length}; nobody answers."


def _times(many: int) -> str:
    return {1: "once", 2: "twice"}.get(many, f"{many} times")


def _ring_together(call: Rehearsed, situation: Situation) -> str:
    times = whom.rounds(call.profile, call.call)
    length = f"{_seconds(situation.patience)} s{'' if times == 1 else f', {times} times'}"
    return f"Rings {listed([_phone(staff) for staff in situation.free])} all at once for {length}; nobody answers."


def _phone(staff: Colleague) -> str:
    return f"{staff.name}'s phone ({numbers.short(staff.phone)})"


def _promise(call: Rehearsed) -> str:
    by, phone = call.promised_by, call.call.phone
    if by is None:
        return "Promised: nothing."
    if phone is None:
        return "Promised: nothing, there is no number to ring; a message would be for a person to see to."
    late = ", which is late already" if by <= call.now else ""
    return f"Promised: a call by {day_and_time(by, call.profile)}{late}{_by_a_person(call, phone)}."


def _by_a_person(call: Rehearsed, phone: str) -> str:
    """Why we do not ring that number by ourselves; nothing when we do."""
    allowed, ours = call.profile.callbacks.allowed_countries, frozenset({call.profile.phone})
    why = contact_rules.rule_for(call.session, phone) or numbers.may_we_dial(phone, allowed=allowed, ours=ours)
    return f", by a person: we do not ring such numbers by ourselves ({why})" if why else ""


def day_and_time(moment: datetime, profile: Profile) -> str:
    """A moment as the business's own clock shows it: "Tuesday 24 November 2026 at 10:00"."""
    local = moment.astimezone(profile.zone)
    return f"{local:%A} {local.day} {local:%B %Y} at {local:%H:%M}"


def moment_of(words: str, profile: Profile) -> datetime:
    """The UTC moment of an ISO time, on the business's own clock unless it has an offset. ValueError says what is wrong."""
    try:
        read = datetime.fromisoformat(words)
        return (read if read.tzinfo else read.replace(tzinfo=profile.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(f'{words!r} is no time; write for example "2026-11-24 10:00"') from None


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
