"""The customer stays in control: a text to whoever we missed, and what their own texts do.

Everything that we text goes through the outbox, once for each reason, so a text of theirs that is delivered twice has no
second answer; the request that brings it is answered with nothing.
"""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import callbacks.actions as promising
from callbacks import events, slots, wishes
from callbacks import queries as promises
from callbacks.promise import State
from callbacks.tables import Callback
from callbacks.wishes import CUSTOMER, Part
from office import contact_rules, numbers, opt_outs, own_phones, people, texts
from office.profile import Profile
from office.tables import Text
from office.takes_texts import takes_texts
from reception.exchange import Exchange
from voice.wording import clean, spoken_time
from voice.wording import texts as wording

LONGEST = 1600
"""Characters of a text that are kept: no carrier sends more in one."""

NO_WORDS = "(no words)"
"""What is kept of a text that brought only a picture, or nothing."""

ANSWERS = 5
"""How often one call-back's customer is offered other times, and told of a new one: another machine may be at the other end."""

ROOM = timedelta(minutes=15)
"""A part of a day that has less left is not to be chosen any more."""

CANCEL, MOVE = frozenset({"1", "one"}), frozenset({"2", "two"})


SURE = timedelta(seconds=5)
"""Reports of one event come within a few seconds of each other, in any order."""


def promise_text(at: Exchange, callback_id: int | None) -> None:
    """The call was missed and is over: tell its customer when we ring, once for each open call-back."""
    callback = _as_it_stands(at.session, callback_id) if callback_id is not None else None
    if callback is None or callback.needs_person or callback.promised_by <= at.now:
        return
    phone = _to(at.session, at.profile, callback)
    if phone is not None:
        when = spoken_time(callback.promised_by, at.now, at.profile.zone)
        body, reason = wording.promise(at.profile.name, when), _promise_reason(callback)
        # The carrier's word that they spoke after all may be a moment behind its word that the call is over.
        texts.write(at.session, reason=reason, to=phone, body=body, now=at.now, not_before=at.now + SURE)


def withdraw_promise(at: Exchange, call_sid: str) -> None:
    """They spoke: whoever was about to read that we missed them does not."""
    callback_id = promises.for_call(at.session, call_sid)
    if callback_id is not None:
        texts.withdraw(at.session, f"promise:{callback_id}")


def unreachable_text(at: Exchange, callback: Callback) -> None:
    """The last try failed: tell the customer, once for each call-back."""
    phone = _to(at.session, at.profile, callback)
    if phone is not None:
        body = wording.unreachable(at.profile.name, at.profile.phone)
        _write(at, phone, f"unreachable:{callback.id}", body)


def hear(at: Exchange, said: Mapping[str, str]) -> None:
    """Somebody texts us: kept for whoever picks up next, once; what its customer wants of a call-back is done.

    `said` is the carrier's form (twilio.md 3.3). STOP and the like are honoured whatever the settings; the carrier
    answers them itself, and we never do (twilio.md 6.4).
    """
    phone, words = numbers.caller(said.get("From", "")), clean(said.get("Body", ""), LONGEST)
    if phone is None or not people.keep_text(at.session, phone, at.heard.sid, words or NO_WORDS, at.now):
        return
    about_texts = _about_texts(at, phone, opt_outs.keyword(words, said.get("OptOutType", "")))
    if not about_texts and at.profile.texts.customers and _is_a_customer(at, phone):
        _from_customer(at, phone, words or NO_WORDS)


def _about_texts(at: Exchange, phone: str, keyword: str | None) -> bool:
    """Whether it only says that they want no texts, or want them again. "Yes" from anybody else is a word like others."""
    if keyword == opt_outs.STOP:
        opt_outs.opt_out(at.session, phone, at.now)
    elif keyword == opt_outs.START:
        return opt_outs.take_back(at.session, phone)
    return keyword is not None


def _is_a_customer(at: Exchange, phone: str) -> bool:
    """None of our own people, and nobody whom we turn away."""
    if phone in {at.profile.phone, at.profile.manager_phone} or own_phones.whose(at.session, phone):
        return False
    return contact_rules.rule_for(at.session, phone) != contact_rules.BLOCKED


def _from_customer(at: Exchange, phone: str, words: str) -> None:
    callback = promises.open_for(at.session, phone)
    if callback is not None:
        promising.hold_numbers(at.session, callback.phone, callback.called_from)
        callback = _as_it_stands(at.session, callback.id)
    if callback is None:
        day = at.now.astimezone(at.profile.zone).date()
        _answer(at, phone, f"stranger:{phone}:{day}", wording.stranger(at.profile.name, at.profile.phone))
    else:
        _about(at, phone, callback, words)


def _about(at: Exchange, phone: str, callback: Callback, words: str) -> None:
    """What they want of their open call-back. 1 and 2 mean something only to whom our text said so."""
    key, asked = opt_outs.bare(words), _was_texted(at.session, callback)
    offered = dict(zip(wording.LETTERS.casefold(), wishes.offered(callback, at.profile.zone.key), strict=False))
    part = offered.get(key)
    if asked and key in CANCEL:
        wishes.cancel(at.session, callback.id, note="by text", now=at.now)
        _answer(at, phone, f"cancelled:{callback.id}", wording.cancelled(at.profile.name))
    elif part is not None and part.until > max(at.now + ROOM, callback.promised_by):
        _move(at, phone, callback, part)
    elif not ((part or (asked and key in MOVE)) and _offer(at, phone, callback)):
        _add(at, phone, callback, words)


def _offer(at: Exchange, phone: str, callback: Callback) -> bool:
    """Offer the next parts of days; False when there are none."""
    profile, after = at.profile, max(at.now, callback.promised_by)
    free = slots.parts_after(after, at.now, profile.hours, profile.zone)[: len(wording.LETTERS)]
    parts = [Part(*part, profile.zone.key) for part in free]
    if not parts:
        return False
    wishes.offer(at.session, callback.id, parts)
    body = wording.offer_parts([part.name for part in parts])
    _answer(at, phone, f"offer:{callback.id}", body, at_most=ANSWERS)
    return True


def _move(at: Exchange, phone: str, callback: Callback, part: Part) -> None:
    """They chose: the promise is for then."""
    by_text = Part(f"{part.name}, by text", max(part.begins, at.now), part.until, part.zone)
    first_try_at = by_text.begins if _may_ring(at, callback) else None
    wish = wishes.Wish(callback.phone or phone, callback.called_from, by_text, first_try_at)
    moved_id = wishes.asked_for(at.session, callback.id, wish, at.now)
    wishes.offer(at.session, moved_id, ())
    body = wording.moved(part.begins, part.until, at.now, at.profile.zone)
    _answer(at, phone, f"moved:{moved_id}", body, at_most=ANSWERS)


def _add(at: Exchange, phone: str, callback: Callback, words: str) -> None:
    """Whoever rings them reads it, and so does other software."""
    events.note(at.session, callback.id, "note", at.now, by=CUSTOMER, note=words)
    late = callback.promised_by <= at.now
    when = None if late else spoken_time(callback.promised_by, at.now, at.profile.zone)
    _answer(at, phone, f"added:{callback.id}", wording.added(when))


def _answer(at: Exchange, phone: str, reason: str, body: str, at_most: int = 1) -> None:
    """Text back, unless they want none, or were told as often as this."""
    if opt_outs.any_out(at.session, phone) or not _takes_texts(at.profile, phone):
        return
    for told in range(at_most):
        if _write(at, phone, f"{reason}:{told}", body):
            return


def _write(at: Exchange, to: str, reason: str, body: str) -> bool:
    text_id = texts.write(at.session, reason=reason, to=to, body=body, now=at.now)
    if text_id is not None:
        at.ring("worker.send_text", text_id)
    return text_id is not None


def _to(session: Session, profile: Profile, callback: Callback) -> str | None:
    """Which of their numbers to text, the one that they rang from first: the other may be anybody's. None: neither."""
    theirs = [phone for phone in (callback.called_from, callback.phone) if phone is not None]
    if not profile.texts.customers or opt_outs.any_out(session, *theirs):
        return None
    if any(contact_rules.rule_for(session, phone) for phone in theirs):
        return None
    return next((phone for phone in theirs if _takes_texts(profile, phone)), None)


def _takes_texts(profile: Profile, phone: str) -> bool:
    return takes_texts(phone, allowed=profile.callbacks.allowed_countries, ours=frozenset({profile.phone}))


def _may_ring(at: Exchange, callback: Callback) -> bool:
    """Whether the workers may ring that customer by themselves."""
    theirs = (callback.phone, callback.called_from)
    if callback.phone is None or any(contact_rules.rule_for(at.session, phone) for phone in theirs):
        return False
    allowed, ours = at.profile.callbacks.allowed_countries, frozenset({at.profile.phone})
    return numbers.may_we_dial(callback.phone, allowed=allowed, ours=ours) is None


def _as_it_stands(session: Session, callback_id: int) -> Callback | None:
    """The call-back as it stays until the transaction ends; None when it is over."""
    callback = session.get_one(Callback, callback_id, with_for_update=True, populate_existing=True)
    return None if callback.state == State.DONE.value else callback


def _promise_reason(callback: Callback) -> str:
    return f"promise:{callback.id}"


def _was_texted(session: Session, callback: Callback) -> bool:
    return session.scalar(select(Text.id).where(Text.reason == _promise_reason(callback))) is not None
