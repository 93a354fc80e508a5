"""How we deal with whoever has a number, when a person said so; everybody else is dealt with like everybody.

`blocked`: a short polite goodbye; no phone rings and nothing is owed. `message-only`: no phone rings; they may leave a
message, and a person sees to it. `do-not-call-back`: put through like everybody, but never rung back by us by itself,
since others have that phone too (it is shared or borrowed). `normal` is the word for no rule at all.
"""

from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from office.database import insert_once, run
from office.tables import ContactRule

BLOCKED, MESSAGE_ONLY, DO_NOT_CALL_BACK = RULES = ("blocked", "message-only", "do-not-call-back")
NORMAL = "normal"
WORDS = (*RULES, NORMAL)

LONGEST_NOTE = 500
"""Characters."""

RULE = select(ContactRule.rule).where(ContactRule.phone == bindparam("phone"))


def rule_for(session: Session, phone: str | None) -> str | None:
    """The rule for an E.164 number; None when there is none, and for withheld callers, who are nobody in particular."""
    if phone is None:
        return None
    rule: str | None = run(session, RULE, phone=phone).scalar()
    return rule


def deal(session: Session, phone: str, word: str, *, by: str, now: datetime, note: str | None = None) -> None:
    """Deal with a number as one of WORDS says from now on."""
    if word == NORMAL:
        lift(session, phone)
    else:
        set_rule(session, phone, word, by=by, now=now, note=note)


def set_rule(session: Session, phone: str, rule: str, *, by: str, now: datetime, note: str | None = None) -> None:
    """Have one of RULES hold for a number, instead of any before. The same again without a note changes nothing.

    Raises ValueError for any other word.
    """
    if rule not in RULES:
        raise ValueError(f"{rule!r} is no rule; the rules are {', '.join(RULES)}")
    values = {"rule": rule, "note": note, "by": by, "at": now}
    if insert_once(session, ContactRule, phone=phone, **values) is None:
        instead = update(ContactRule).where(ContactRule.phone == phone)
        session.execute((instead if note else instead.where(ContactRule.rule != rule)).values(values))


def lift(session: Session, phone: str) -> None:
    """No rule holds for that number any more."""
    session.execute(delete(ContactRule).where(ContactRule.phone == phone))
