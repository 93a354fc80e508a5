"""Messages that wait for one of us on the staff line: which, in what order, and what becomes of them there.

Those of open call-backs of their teams, of no team, or their own. First what nobody has heard, the most urgent of it before the
rest; what has nothing in it comes last.
"""

import logging
import re
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select

from callbacks import claims, desk
from callbacks.claims import Who
from callbacks.queries import OPEN
from callbacks.refused import Refused
from callbacks.tables import Callback, CallbackCall
from office import audit, people
from office.database import run
from office.tables import StaffTeam
from reception import notices, own_attempts, recordings
from reception.exchange import Exchange
from voice.conversation import news as told
from voice.conversation.facts import MessageFacts
from voice.conversation.news import News
from voice.conversation.playing_messages import DONE, STEPS
from voice.tables import Turn
from voicemail_greetings import actions
from voicemail_greetings import queries as messages
from voicemail_greetings.tables import Message

log = logging.getLogger(__name__)

DEALT_WITH = "dealt with on the phone"
"""The note of a call-back that was closed here."""

Left = tuple[Callback, Message]

WHO = bindparam("who", type_=Callback.owner_id.type)
TEAMS = select(StaffTeam.team_id).where(StaffTeam.staff_id == WHO)
THEIRS = or_(
    Callback.team_id.is_(None), Callback.team_id.in_(TEAMS), Callback.owner_id == WHO, Callback.prefer_id == WHO
)
PLAYABLE = (Message.call_sid == CallbackCall.call_sid, Message.file.is_not(None), Message.erased_at.is_(None))
OF_THEIRS = (
    select(Callback, CallbackCall.call_sid)
    .join(CallbackCall, CallbackCall.callback_id == Callback.id)
    .where(OPEN, THEIRS, exists().where(*PLAYABLE))
)

RANKED = (
    select(
        Message.heard_at,
        Message.file,
        Message.erased_at,
        func.row_number().over(partition_by=Message.call_sid, order_by=messages.COUNTS_FIRST).label("place"),
    )
    .join(CallbackCall, CallbackCall.call_sid == Message.call_sid)
    .join(Callback, Callback.id == CallbackCall.callback_id)
    .where(OPEN, THEIRS)
    .subquery()
)
NEW = select(func.count()).where(
    RANKED.c.place == 1, RANKED.c.heard_at.is_(None), RANKED.c.file.is_not(None), RANKED.c.erased_at.is_(None)
)
"""How many _waiting would find that nobody has heard: of each call the message that counts, when it can be played."""

PATH = "/voice/recordings/"
PLAYED = re.compile(PATH + recordings.NAME.pattern)
LAST_PLAYED = (
    select(Turn.answer)
    .where(Turn.call_id == bindparam("call_id"), Turn.number < bindparam("number"), Turn.answer.contains(PATH))
    .order_by(Turn.number.desc())
    .limit(1)
)


def facts(at: Exchange, staff_id: int) -> dict[str, Any]:
    """What StaffFacts says of messages: how many are new; and at the steps that play them, which one was heard and which follows.

    Nothing to whoever is gone.
    """
    if at.heard.hung_up:
        return {}
    if at.step not in STEPS:
        return {"new_messages": run(at.session, NEW, who=staff_id).scalar_one()}
    waiting = _waiting(at, staff_id)
    current = _current(at, waiting) if at.step != "message" else None
    return {
        "new_messages": sum(message.heard_at is None for _, message in waiting),
        "message": _facts(at, current, staff_id, closes=at.heard.digits == DONE),
        "next_message": _facts(at, _after(waiting, current), staff_id),
    }


def _waiting(at: Exchange, staff_id: int) -> list[Left]:
    """One message of each call, the one that counts, with the call-back that answers for it."""
    found = at.session.execute(OF_THEIRS, {"who": staff_id}).all()
    owed: dict[str, Callback] = {sid: callback for callback, sid in found}
    left = messages.of_calls(at.session, list(owed)) if owed else {}
    playable = [(owed[sid], one) for sid, one in left.items() if one.file is not None and one.erased_at is None]
    return sorted(playable, key=_place)


def _place(left: Left) -> tuple[object, ...]:
    callback, message = left
    urgent = min(callback.promised_by, callback.hurry_by or callback.promised_by)
    return message.label is not None, message.heard_at is not None, urgent, callback.missed_at, message.id


def _current(at: Exchange, waiting: list[Left]) -> Left | None:
    """The one that they heard last: our own answer names it, whatever came in or was heard elsewhere since."""
    answer = run(at.session, LAST_PLAYED, call_id=at.the_call.id, number=at.number).scalar()
    named = PLAYED.search(answer or "")
    return next((left for left in waiting if named and left[1].id == int(named[1])), None)


def _after(waiting: list[Left], current: Left | None) -> Left | None:
    """What follows: another new one; behind a message that was heard before, the next of those."""
    if current is None:
        return waiting[0] if waiting else None
    new = [left for left in waiting if left is not current and left[1].heard_at is None]
    heard = [] if current[1].heard_at is None else waiting[waiting.index(current) + 1 :]
    return next(iter(new + heard), None)


def _facts(at: Exchange, left: Left | None, staff_id: int, *, closes: bool = False) -> MessageFacts | None:
    """`closes`: they want to be done with its call-back; only then is it looked at whether they may, and held."""
    if left is None:
        return None
    callback, message = left
    return MessageFacts(
        id=message.id,
        callback_id=callback.id,
        who=notices.name_of(at.session, notices.call_of(at.session, message), callback),
        phone=callback.phone,
        left_at=message.ended_at,
        sound=recordings.path(message.id, at.now),
        is_new=message.heard_at is None,
        may_close=closes and _may_close(at, left, staff_id),
    )


def _may_close(at: Exchange, left: Left, staff_id: int) -> bool:
    """Nobody else has it; held until what follows is written."""
    callback, message = left
    at.session.get(Message, message.id, with_for_update=True)  # the message before its call-back, as words.py does
    who = Who("", staff_id)
    theirs = or_(claims.may_be_taken_by(who, at.now), claims.rings_for(who))
    found = select(Callback.id).where(Callback.id == callback.id, OPEN, theirs).with_for_update()
    return at.session.scalar(found) is not None


def keep(at: Exchange, said: News) -> None:
    """One piece of news of the messages on the staff line."""
    staff = people.person(at.session, at.the_call.staff_id)
    if staff is None:
        return
    match said:
        case told.HeardMessage(message_id, callback_id):
            actions.heard(at.session.get_one(Message, message_id), staff.name, at.now)
            audit.write(at.session, by=staff.name, action="heard", about=f"callback:{callback_id}", now=at.now)
        case told.RingsFor(callback_id):
            at.the_call.keyings = 0
            own_attempts.this_callback(at, staff.id, callback_id)
        case told.ClosesCallback(callback_id):
            _close(at, callback_id, Who(staff.name, staff.id))


def _close(at: Exchange, callback_id: int, who: Who) -> None:
    deed = desk.Deed(at.session, at.profile, at.now, callback_id, who)
    try:
        desk.done(deed, "cancelled", DEALT_WITH)
    except Refused as why:
        log.warning("call-back %d stays open: %s", callback_id, why)
