"""What became true in a turn: `keep` hands each piece of news to the room that it concerns; each is safe to be told twice."""

from office import duty
from reception import keeping_promises, owing, own_attempts, staff_line
from reception.exchange import ON_THE_LINE, Exchange
from voice import actions, calls, queries
from voice.conversation import news as told
from voice.conversation.news import News

RING_WAITING, HANG_UP_LEGS = "worker.ring_waiting", "worker.hang_up_legs"
"""Jobs, named by a call: ring phones for the caller who waits; hang up those that nobody waits for any more."""

SEND_TEXT = "worker.send_text"
NOT_PICKED_UP = frozenset({"no-answer", "busy", "failed"})


def keep(at: Exchange, news: tuple[News, ...]) -> None:
    """All the news of a turn, in their order."""
    for said in news:
        if at.attempt is not None:
            keeping_promises.keep(at, said)
        elif not (_keep_of_phones(at, said) or _keep_of_wishes(at, said) or _keep_of_waiting(at, said)):
            staff_line.keep(at, said)


def _keep_of_phones(at: Exchange, said: News) -> bool:
    """Staff phones and the call itself. False when it is about something else."""
    session, call = at.session, at.the_call
    match said:
        case told.Rang(staff):
            actions.rang(session, call, staff, at.profile.ringing.patience, at.now)
            owing.not_before(at, ON_THE_LINE)
        case told.Accepted() if at.leg is not None:
            actions.accepted(session, call, at.leg, at.heard.sid, at.now)
            duty.answered(session, at.leg.staff_id)
            owing.not_before(at, actions.LONGEST_CALL)
            at.ring(HANG_UP_LEGS, call.id)
        case told.LegEnded(outcome, bridged):
            _leg_ended(at, outcome, bridged)
        case told.Spoke():
            actions.spoke(call, queries.taken_leg(session, call.id))
            owing.nothing_is_owed(at)
        case told.CallEnded():
            owing.end_call(at)
            staff_line.call_ended(at)
            at.ring(HANG_UP_LEGS, call.id)
        case _:
            return False
    return True


def _leg_ended(at: Exchange, outcome: str, bridged: bool | None) -> None:  # noqa: FBT001 - the carrier's own three-valued word
    leg = at.leg
    if leg is not None and leg.ended_at is None and not at.heard.hung_up:
        _count_misses(at, leg.staff_id, outcome)
    rest = at.profile.ringing.rest_after
    actions.leg_ended(at.session, at.the_call, leg, outcome, bridged=bridged, rest=rest, now=at.now)
    owing.correct_a_guess(at, bridged)


def _count_misses(at: Exchange, staff_id: int, outcome: str) -> None:
    """So many calls in a row not picked up: off duty, and told so. A call that rings them twice is one call."""
    if outcome in NOT_PICKED_UP:
        again = queries.rang(at.session, at.the_call.id).get(staff_id, 0) > 1
        if not again and duty.missed(at.session, staff_id, at.profile.ringing.off_after_misses):
            for text_id in duty.tell_off_duty(at.session, at.profile, staff_id, at.now):
                at.ring(SEND_TEXT, text_id)
    else:
        duty.answered(at.session, staff_id)


def _keep_of_wishes(at: Exchange, said: News) -> bool:
    """What the caller asked for. False when it is about something else."""
    call = at.the_call
    match said:
        case told.MenuAsked():
            call.menus += 1
        case told.ChoseTeam(team_id):
            call.team_id = team_id
        case told.AskedAgain():
            actions.asked_again(call)
        case told.Records():
            call.recordings += 1
        case told.Keyed(phone):
            actions.keyed(call, phone)
        case told.Promised(reason, by):
            actions.missed(call, reason)
            owing.promise(at, reason, by, anew=True)
            owing.not_before(at, ON_THE_LINE)
        case told.AskedFor(phone, slot):
            owing.asked_for(at, phone, slot)
            owing.not_before(at, ON_THE_LINE)
        case told.Unwanted():
            call.outcome = calls.UNWANTED
        case told.RingsBack():
            own_attempts.ring_back(at)
        case _:
            return False
    return True


def _keep_of_waiting(at: Exchange, said: News) -> bool:
    """The queue. False when it is about something else."""
    call = at.the_call
    match said:
        case told.Holds(chosen):
            actions.waits(call, at.now, chosen=chosen)
            owing.not_before(at, at.profile.holding.longest + ON_THE_LINE)
            at.ring(RING_WAITING, call.id)
        case told.LeavesHold(key):
            actions.waits_no_longer(call, key)
            at.ring(HANG_UP_LEGS, call.id)
        case _:
            return False
    return True
