"""What a step may know: `gather` asks each room for its facts before the turn. The next step decides from these alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from callbacks import deadlines, settling, slots
from callbacks import queries as promises
from callbacks.tables import Callback
from callbacks.wishes import CUSTOMER
from office import acquaintance, contact_rules, numbers, people, teams
from office.tables import Customer
from office.teams import TeamRow
from reception import absence, own_attempts, recordings, staff_line, takes, waiting, whom
from reception.exchange import Exchange
from voice import queries
from voice.conversation.facts import AttemptFacts, KeyedFacts, LegFacts, Situation, Slot, TeamFacts
from voice.conversation.steps import HOLD_STEPS, LEG_STEPS
from voice.tables import Call, Leg
from voicemail_greetings import queries as messages
from voicemail_greetings.tables import Message

KEYINGS = 3
"""How often a caller may key a number to be rung on: an end to every loop."""

KEYING = frozenset({"keyed_number", "customers_number"})
"""Steps that are told the keys of a telephone number."""

MOST_USED_SINCE = timedelta(days=30)


def gather(at: Exchange) -> Situation:
    """All that a step may know about this call."""
    call, profile, session = at.the_call, at.profile, at.session
    owed = promises.open_for(session, call.phone or call.keyed)
    situation = Situation(
        now=at.now,
        zone=profile.zone,
        business=profile.name,
        promised_by=owed.promised_by if owed else deadlines.promised_by(at.now, profile.hours, profile.promise),
        patience=profile.ringing.patience,
        rounds=profile.ringing.rounds,
        owed=owed is not None,
        rule=contact_rules.rule_for(session, call.phone),
        greeting=profile.voice.greeting,
        music=profile.holding.music,
        notice=profile.recording.notice,
        carrier_writes="carrier" in profile.words.engines,
        topic=acquaintance.topic(session, call.phone) if at.step == "whisper" else None,
        hold=waiting.facts(at) if call.waiting_since is not None else None,
        keyed=_keyed(at),
        slots=_slots(at, owed) if at.step in ASKING else (),
        staff=staff_line.facts(at),
        attempt=own_attempts.facts(at) if at.step in CLAIMED else None,
        take=takes.facts(at),
        leg=_leg_facts(at, owed),
        **_of_call(call),
        **_of_customer(at),
        **_of_hours(at),
        **_of_people(at, owed),
    )
    return replace(situation, absence=absence.facts(at, situation))


def _of_call(call: Call) -> dict[str, Any]:
    """What this call has come to so far."""
    return {
        "phone": call.phone,
        "queue": queries.queue_of(call.id),
        "known": call.known,
        "came_open": call.came_open,
        "menus": call.menus,
        "asked_again": call.asked_again,
        "holds": call.holds,
        "recordings": call.recordings,
        "wants": call.wants,
        "number_to_ring": call.keyed or call.phone,
    }


def _of_customer(at: Exchange) -> dict[str, Any]:
    """Who rings, when we are certain: not when the carrier says that somebody else shows their number."""
    call = at.the_call
    customer = at.session.get(Customer, call.customer_id) if call.customer_id and call.trusted else None
    if customer is None:
        return {}
    today, since = at.now.astimezone(at.profile.zone).date(), customer.customer_since
    return {
        "customer": customer.name,
        "since": since.year if since else None,
        "birthday": acquaintance.has_birthday(customer.birthday, today),
        "years": acquaintance.years_today(since, today),
    }


def _of_hours(at: Exchange) -> dict[str, Any]:
    hours = at.profile.hours
    reason = hours.reason_closed(at.now)
    return {
        "is_open": reason is None,
        "closed_because": hours.holiday_at(at.now) if reason == "holiday" else reason,
        "may_hold": reason is None and at.step not in NO_OFFER and people.on_duty(at.session) > 0,
    }


def _of_people(at: Exchange, owed: Callback | None) -> dict[str, Any]:
    """Whom the caller wants, and whose phones may ring for them; first of all whoever tried to ring them back."""
    if at.step not in whom.RINGS | MENU:
        return {}
    call, all_of_them = at.the_call, teams.all_teams(at.session)
    tried = whom.who_tried(at, owed)
    if tried is not None:
        call.returns = tried.id
    if owed is not None and at.step == "greet":
        call.team_id = call.team_id or owed.team_id
    team = next((team for team in all_of_them if team.id == call.team_id), None)
    return {
        "teams": _choice(at, all_of_them) if at.step in MENU and len(all_of_them) > 1 else (),
        "team": TeamFacts(team.id, team.name, team.key or "") if team else None,
        "strategy": team.strategy if team else teams.LONGEST_IDLE,
        "tried": tried,
        "free": whom.to_ring(at, team),
        "rang": queries.rang(at.session, call.id) if at.number and at.step in whom.RINGS else {},
    }


NO_OFFER = frozenset({*LEG_STEPS, *HOLD_STEPS})
"""Steps that never offer to hold: heard on a staff phone, or by who holds already."""

MENU = frozenset({"greet", "chose_team"})
"""Steps that may ask which team the caller wants."""

CLAIMED = frozenset({"claimed", "ring_them", "ringing_back"})
"""Steps that go on with the attempt that was claimed for this phone in the turn before."""

ASKING = frozenset({"confirmed_number", "chose_number", "chose_time"})
"""Steps that ask when we shall ring."""


def _choice(at: Exchange, all_of_them: tuple[TeamRow, ...]) -> tuple[TeamFacts, ...]:
    """The teams with a key, the most used first."""
    used = queries.calls_by_team(at.session, at.now - MOST_USED_SINCE)
    found = [TeamFacts(team.id, team.name, team.key) for team in all_of_them if team.key]
    return tuple(sorted(found, key=lambda team: -used.get(team.id, 0)))


def _keyed(at: Exchange) -> KeyedFacts | None:
    """The number that was keyed just now, as we would dial it."""
    digits, call = at.heard.digits, at.the_call
    if at.step not in KEYING or not digits:
        return None
    try:
        phone = numbers.normal(digits, at.profile.country)
    except numbers.NumberError:
        phone = None
    if phone is not None and may_dial(at, phone) is not None:
        phone = None
    return KeyedFacts(phone, left=KEYINGS - call.keyings - 1)


def may_dial(at: Exchange, phone: str) -> numbers.Refusal | None:
    """Why we must not dial that number; None when we may. Our own people in a call are not dialled either."""
    ours = frozenset({at.profile.phone}) | people.in_a_call(at.session, at.now)
    return numbers.may_we_dial(phone, allowed=at.profile.callbacks.allowed_countries, ours=ours)


def _slots(at: Exchange, owed: Callback | None) -> tuple[Slot, ...]:
    """Parts of days that end later than what is promised: a promise only moves to a later time."""
    profile = at.profile
    after = owed.promised_by if owed else at.now
    return tuple(Slot(*part) for part in slots.parts(at.now, profile.hours, profile.zone) if part[2] > after)


def _leg_facts(at: Exchange, owed: Callback | None) -> LegFacts | None:
    leg = at.leg
    staff = people.person(at.session, leg.staff_id) if leg else None
    if leg is None or staff is None:
        return None
    return LegFacts(
        staff=whom.colleague(staff),
        accepted=leg.accepted_at is not None,
        caller_waits=_still_waits(at, at.the_call),
        ended=leg.ended_at is not None,
        placed_by_us=leg.placed_by_us,
        taken=_is_taken(at, leg),
        owed=owed is not None and at.the_call.ended_at is not None,
    )


def _still_waits(at: Exchange, call: Call) -> bool:
    """The caller is there, and for a phone that we placed: in the queue still."""
    leg = at.leg
    if call.ended_at is not None:
        return False
    return leg is None or not leg.placed_by_us or leg.accepted_at is not None or call.waiting_since is not None


def _is_taken(at: Exchange, leg: Leg) -> bool:
    """Another phone has the caller: its key was pressed, and it did not fail to get them."""
    taken = queries.taken_leg(at.session, leg.call_id)
    return taken is not None and taken.number != leg.number and taken.outcome != "failed"


def gather_attempt(at: Exchange) -> Situation:
    """All that a step may know when a promise is being kept."""
    attempt, profile = at.the_attempt, at.profile
    callback = at.session.get_one(Callback, attempt.callback_id)
    customer = people.certain_customer(at.session, callback.own_phone)
    left = _message(at, callback)
    return Situation(
        now=at.now,
        zone=profile.zone,
        business=profile.name,
        is_open=True,
        promised_by=callback.promised_by,
        patience=profile.ringing.patience,
        rounds=profile.ringing.rounds,
        phone=callback.phone,
        customer=customer.name if customer else callback.name,
        owed=True,
        attempt=AttemptFacts(
            phone=attempt.customer_phone,
            current=promises.is_current(at.session, attempt),
            next_try=settling.after_next_failure(at.session, attempt, profile, at.now, at.heard.dial_status),
            since=callback.missed_at,
            words=_words(at, callback),
            said=left.words if left else None,
            message=_played(left, at),
            may_snooze=deadlines.after_snooze(at.now, callback.promised_by, profile.hours) is not None,
            customer_rings_us=any(
                queries.on_the_line(at.session, phone)
                for phone in {attempt.customer_phone, callback.called_from}
                if phone
            ),
        ),
    )


def _words(at: Exchange, callback: Callback) -> str | None:
    """What the customer last wrote to us since we owe them a call."""
    phones = {callback.phone, callback.called_from} - {None}
    notes = [note for phone in phones if phone for note in people.notes_of(at.session, phone)]
    written = [note for note in notes if note.by == CUSTOMER and note.at >= callback.missed_at]
    return max(written, key=lambda note: note.id).text if written else None


def _message(at: Exchange, callback: Callback) -> Message | None:
    """The last message that they left for this call-back: one that can be heard rather than one that is silent or lost."""
    left = messages.of_calls(at.session, promises.calls_of(at.session, [callback.id])[callback.id])
    return max(left.values(), key=_worth, default=None)


def _worth(message: Message) -> tuple[bool, bool, int]:
    is_good = message.label is None and message.lost is None and message.erased_at is None
    return is_good, message.file is not None, message.id


def _played(message: Message | None, at: Exchange) -> str | None:
    """Where it is played from, once we have its audio and as long as it was not erased."""
    is_here = message is not None and message.file is not None and message.erased_at is None
    return recordings.path(message.id, at.now) if message is not None and is_here else None
