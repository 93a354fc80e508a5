"""A person has the customer rung at another number than the one they showed: one that they said in a message. Never commits.

When and by whom it is rung stays as it was; only a call-back that had no number at all is now one like any other. Where a
call is owed to that number already, the two become one (wishes), and the plan of the one that stays is left alone.
"""

from dataclasses import replace

from sqlalchemy import or_, select

from callbacks import actions, claims, deadlines, queries, requested, wishes
from callbacks.desk import Deed
from callbacks.promise import State
from callbacks.requested import OtherTeams
from callbacks.tables import Callback
from callbacks.wishes import Wish
from office import numbers


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
