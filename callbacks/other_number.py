"""A person has the customer rung at another number than the one they showed: one that they said in a message. Never commits.

When and by whom it is rung stays as it was; only a call-back that had no number at all is now one like any other.
"""

from sqlalchemy import or_, select

from callbacks import actions, claims, deadlines, queries, wishes
from callbacks.desk import Deed
from callbacks.refused import NotPossible
from callbacks.requested import OtherTeams
from callbacks.tables import Callback
from callbacks.wishes import Wish
from office import contact_rules, numbers, people

SLOT = ("slot_from", "slot_until", "slot_zone")


def ring_instead(deed: Deed, phone: str, teams: frozenset[int] | None = None) -> int:
    """Ring them at `phone` (E.164) and know them by both numbers; the id of the call-back that answers for them now.

    `teams` are those whose rows this person sees (None: all). Raises NotPossible, OtherTeams, Held, Underway, Over.
    """
    callback = deed.session.get_one(Callback, deed.callback_id)
    shown = callback.called_from or callback.phone
    actions.hold_numbers(deed.session, phone, shown, callback.phone)
    callback = _theirs(deed)
    if phone == callback.phone:
        return callback.id
    _check(deed, phone, teams)
    first_try = deadlines.first_try(deed.now, deed.profile.hours, deed.profile.callbacks)
    is_hidden, as_before = callback.phone is None, None if callback.needs_person else callback.next_try_at
    slot = {column: getattr(callback, column) for column in SLOT}
    wish = Wish(phone, shown, None, first_try if is_hidden else as_before)
    answers = deed.session.get_one(Callback, wishes.asked_for(deed.session, callback.id, wish, deed.now))
    if answers.id == callback.id:
        for column, value in slot.items():  # the part of the day that they asked for stands
            setattr(answers, column, value)
    if is_hidden:
        answers.needs_person, answers.next_try_at = False, first_try
    deed.note("number", f"{numbers.short(phone)} instead of {numbers.short(shown)}")
    deed.session.flush()
    return answers.id


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


def _check(deed: Deed, phone: str, teams: frozenset[int] | None) -> None:
    ours = frozenset({deed.profile.phone}) | people.in_a_call(deed.session, deed.now)
    refusal = numbers.may_we_dial(phone, allowed=deed.profile.callbacks.allowed_countries, ours=ours)
    why = refusal or contact_rules.rule_for(deed.session, phone)
    if why is not None:
        raise NotPossible("phone", f"This number is not dialled: {why}.", "not_dialled")
    other = queries.open_for(deed.session, phone)
    if other and teams is not None and other.team_id is not None and other.team_id not in teams:
        raise OtherTeams
