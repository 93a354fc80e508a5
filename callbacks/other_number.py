"""A person has the customer rung at another number than the one they showed, puts a wrong one right, or has nobody ring it. Never commits.

A number that they said in a message: when and by whom it is rung stays as it was; only a call-back that had no number at
all is now one like any other. Where a call is owed to that number already, the two become one (wishes), and the plan of
the one that stays is left alone. A number that was wrong is not theirs, so nothing becomes one with another.
"""

from dataclasses import replace

from sqlalchemy import or_, select

from callbacks import actions, claims, deadlines, events, queries, reopening, requested, wishes
from callbacks.desk import Deed
from callbacks.promise import State
from callbacks.refused import NotPossible
from callbacks.requested import OtherTeams
from callbacks.tables import Callback
from callbacks.wishes import Wish
from office import audit, contact_rules, numbers, people
from office.contact_rules import DO_NOT_CALL_BACK


def ring_instead(deed: Deed, phone: str, teams: frozenset[int] | None = None) -> int:
    """Ring them at `phone` (E.164) and know them by both numbers; the id of the call-back that answers for them now.

    `teams` are those whose rows this person sees (None: all). Raises NotPossible, OtherTeams, Held, Underway, Over.
    """
    callback = deed.session.get_one(Callback, deed.callback_id)
    shown = callback.own_phone
    actions.hold_numbers(deed.session, phone, shown, callback.phone)
    callback = _theirs(deed)
    if phone == callback.phone:
        return callback.id
    requested.check_number(deed.session, phone, deed.profile, deed.now)
    first_try = deadlines.first_try(deed.now, deed.profile.hours, deed.profile.callbacks)
    wish = Wish(phone, shown, None, first_try, keeps_plan=True)
    for other in wishes.others(deed.session, callback, wish):
        _check_other(replace(deed, callback_id=other.id), teams)
    answers = wishes.asked_for(deed.session, callback.id, wish, deed.now, by=deed.who.name)
    for told in dict.fromkeys((callback.id, answers)):
        replace(deed, callback_id=told).note("number", f"{numbers.short(phone)} instead of {numbers.short(shown)}")
    return answers


def _theirs(deed: Deed) -> Callback:
    """The call-back, held until the transaction ends: nobody else's, unless a manager says so."""
    open_one = select(Callback).where(Callback.id == deed.callback_id, queries.OPEN)
    may = or_(claims.may_be_taken_by(deed.who, deed.now), claims.rings_for(deed.who))
    found = deed.session.scalars(
        (open_one if deed.manager else open_one.where(may)).with_for_update(of=Callback),
        execution_options={"populate_existing": True},
    ).first()
    if found is None:
        raise claims.why_not(deed.session, deed.callback_id)
    return found


def _check_other(deed: Deed, teams: frozenset[int] | None) -> None:
    """It may become one with theirs: it is nobody else's, and no phone rings for it, which would ring for nothing then."""
    team_id = deed.session.get_one(Callback, deed.callback_id).team_id
    if teams is not None and team_id is not None and team_id not in teams:
        raise OtherTeams
    if _theirs(deed).state == State.CALLING.value:
        raise claims.why_not(deed.session, deed.callback_id)


def correct(deed: Deed, phone: str) -> None:
    """The number was wrong: they are rung at `phone` (E.164). Raises NotPossible, Held, Underway, Over.

    NotPossible also when another call-back is open for that number: whether the two are one customer's nobody knows.
    All its tries begin anew, and so does when to try where nobody but a person would have rung the old one. What they rang
    from stays known; that a phone rang counts only if it was theirs.
    """
    before = deed.session.get_one(Callback, deed.callback_id)
    actions.hold_numbers(deed.session, phone, before.phone, before.called_from)
    row = _in_no_call(deed)
    if phone == row.phone:
        return
    requested.check_number(deed.session, phone, deed.profile, deed.now)
    same = queries.OPEN_FOR.where(Callback.id != row.id).limit(1)
    if deed.session.scalars(same, {"of": phone, "other": None}).first() is not None:
        raise NotPossible("phone", "There is an open call-back for this number already.", "open_already")
    wrong = row.phone
    rang_from = row.called_from or (wrong if queries.calls_of(deed.session, [row.id])[row.id] else None)
    customer = people.certain_customer(deed.session, phone)
    row.phone, row.called_from = phone, rang_from if rang_from != phone else None
    row.customer_id = customer.id if customer else None
    row.tries = row.staff_misses = 0
    if wrong != rang_from:
        row.first_rang_at = reopening.first_rang_at(deed.session, row)
    if row.needs_person:
        row.next_try_at = reopening.first_try(deed, row)
        row.needs_person = row.next_try_at is None
    deed.session.flush()
    events.note(deed.session, row.id, "asked", deed.now, by=deed.who.name)
    deed.note("number", f"{numbers.short(phone)} instead of {numbers.short(wrong)}")


def never_ring(deed: Deed) -> None:
    """We ring them back by ourselves no more; what is owed to them is left to a person. Raises NotPossible, Underway, Over."""
    phone = _in_no_call(deed).own_phone
    if phone is None:
        raise NotPossible(None, "The number was withheld: there is nothing to ring.")
    if contact_rules.rule_for(deed.session, phone) is not None:
        raise NotPossible(None, "There is a rule for this number already.")
    contact_rules.set_rule(deed.session, phone, DO_NOT_CALL_BACK, by=deed.who.name, now=deed.now)
    actions.needs_person(deed.session, deed.callback_id, deed.now)
    _write_down_rule(deed, phone, "never-ring")


def may_ring(deed: Deed) -> None:
    """We ring them back like anybody again; what was left to a person stays with one. Raises NotPossible."""
    phone = deed.session.get_one(Callback, deed.callback_id).own_phone
    if phone is None or contact_rules.rule_for(deed.session, phone) != DO_NOT_CALL_BACK:
        raise NotPossible(None, "Nobody said that this number should not be rung.")
    contact_rules.lift(deed.session, phone)
    _write_down_rule(deed, phone, "may-ring")


def _write_down_rule(deed: Deed, phone: str, action: str) -> None:
    audit.write(deed.session, by=deed.who.name, action=action, about=f"customer:{phone}", now=deed.now)
    deed.note(action)


def _in_no_call(deed: Deed) -> Callback:
    """The call-back, as `_theirs`, while no phone rings for it."""
    row = _theirs(deed)
    if row.state == State.CALLING.value:
        raise claims.why_not(deed.session, deed.callback_id)
    return row
