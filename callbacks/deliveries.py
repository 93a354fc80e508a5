"""Telling other software: what `events.py` wrote down is sent, in order, until it is taken or given up.

At least once: a sender that dies is followed by another, and whoever is told twice knows it by the id. One call-back's
events reach a receiver in the order in which they happened, so an event waits for the one before it.
"""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from logging import ERROR, WARNING
from urllib.parse import urlsplit

from sqlalchemy import String, Update, bindparam, delete, exists, literal_column, select, update
from sqlalchemy.orm import Session, aliased

from callbacks import receivers
from callbacks.receivers import ReceiverError
from callbacks.tables import Delivery
from office import alerts
from office.database import changed, run
from office.wiring import Office

log = logging.getLogger(__name__)

WAITING, DELIVERED, GIVEN_UP = "waiting", "delivered", "given-up"

PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
"""Between tries; the last of them again and again."""

GIVE_UP_AFTER = timedelta(hours=24)
"""From when it happened. Each is tried once at least, also one that waited so long behind another."""

LOST_AFTER = timedelta(minutes=2)
"""A try takes 20 seconds and what a slow name server needs: a sender that is not done by then is dead."""

TURN = timedelta(seconds=5)
"""After so long a sender takes a breath: a process that is to stop must not wait for all that a slow receiver is owed."""

EARLIER = aliased(Delivery)
# A bound value would keep the database from the index of those that wait.
LITERALLY_WAITING = literal_column(f"'{WAITING}'", String)
NONE_BEFORE = ~exists().where(
    EARLIER.state == LITERALLY_WAITING,
    EARLIER.url == Delivery.url,
    EARLIER.callback_id == Delivery.callback_id,
    EARLIER.id < Delivery.id,
)
IS_NEXT = (Delivery.state == LITERALLY_WAITING, Delivery.send_at <= bindparam("now"), NONE_BEFORE)
URLS = select(Delivery.url).where(*IS_NEXT).distinct()
NEXT = select(Delivery.id).where(*IS_NEXT, Delivery.url == bindparam("to")).order_by(Delivery.id).limit(1)
CLAIM = (
    update(Delivery)
    .where(Delivery.id == NEXT.scalar_subquery(), Delivery.state == WAITING, Delivery.send_at <= bindparam("now"))
    .values(tries=Delivery.tries + 1, send_at=bindparam("lost_at"))
    .returning(Delivery.id, Delivery.url, Delivery.event, Delivery.body, Delivery.tries, Delivery.created_at)
)
OLDEST = select(Delivery.id, Delivery.created_at, Delivery.state).order_by(Delivery.id).limit(200)

Post = Callable[[str, bytes, Mapping[str, str]], None]


@dataclass(frozen=True, slots=True)
class _Claimed:
    """An event that is ours to send to a receiver; `tries` counts this one."""

    id: int
    url: str
    event: str
    body: str
    tries: int
    created_at: datetime

    def __str__(self) -> str:
        return f"delivery {self.id} ({self.event})"


def due(office: Office) -> list[int]:
    """Which webhooks, by their place in business.toml, have something to be told now. Gives up what was for one that
    stands there no more.
    """
    now = office.clock.now()
    with office.database.reading() as session:
        urls = run(session, URLS, now=now).scalars().all()
        wanted = [webhook.url for webhook in office.business(session).webhooks] if urls else []
    for url in set(urls) - set(wanted):
        _forget(office, url)
    return [wanted.index(url) for url in urls if url in wanted]


def _forget(office: Office, url: str) -> None:
    forget = update(Delivery).where(Delivery.url == url, Delivery.state == LITERALLY_WAITING)
    with office.database.transaction() as session:
        session.execute(forget.values(state=GIVEN_UP, send_at=None))
    log.warning("%s is no webhook of ours any more: what waited for it is given up", urlsplit(url).hostname)


def send(office: Office, place: int, post: Post = receivers.post) -> int:
    """Send what is due to the webhook at that place of business.toml, one after the other; how many it took.

    After one that it did not take it is left alone for this time: the others would most likely fare no better.
    """
    taken, until = 0, office.clock.now() + TURN
    while office.clock.now() < until and (claimed := _claim(office, place)) and _send(office, claimed, post):
        taken += 1
    return taken


def _claim(office: Office, place: int) -> _Claimed | None:
    now = office.clock.now()
    with office.database.transaction() as session:
        webhooks = office.business(session).webhooks
        if place >= len(webhooks):
            return None
        row = run(session, CLAIM, to=webhooks[place].url, now=now, lost_at=now + LOST_AFTER).first()
    return _Claimed(*row) if row else None


def _send(office: Office, claimed: _Claimed, post: Post) -> bool:
    body, timestamp = claimed.body.encode(), int(office.clock.now().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Ringtrue",
        "Ringtrue-Event": claimed.event,
        "Ringtrue-Delivery": json.loads(claimed.body)["id"],
        "Ringtrue-Timestamp": str(timestamp),
        "Ringtrue-Signature": receivers.sign(receivers.secret(office.settings), timestamp, body),
    }
    try:
        post(claimed.url, body, headers)
    except ReceiverError as trouble:
        _note_failure(office, claimed, trouble)
        return False
    with office.database.transaction() as session:
        session.execute(_this(claimed).values(state=DELIVERED, send_at=None))
    return True


def _this(claimed: _Claimed) -> Update:
    return update(Delivery).where(Delivery.id == claimed.id)


def _note_failure(office: Office, claimed: _Claimed, trouble: ReceiverError) -> None:
    """Tried again later, or given up. A sender that was slow, not dead, leaves it to whoever took it over."""
    again = again_at(claimed.tries, claimed.created_at, office.clock.now())
    ours = _this(claimed).where(Delivery.tries == claimed.tries, Delivery.state == WAITING)
    with office.database.transaction() as session:
        noted = changed(session.execute(ours.values(state=WAITING if again else GIVEN_UP, send_at=again)))
        if noted and not again:
            _tell_manager(session, claimed.url, office.clock.now())
    log.log(WARNING if again else ERROR, "%s: %s; %s", claimed, trouble, "again later" if again else "given up")


def _tell_manager(session: Session, url: str, now: datetime) -> None:
    """Once a day for each receiver. Its URL may hold a secret, and its host's name may be long: a digest names it."""
    name = sha256(url.encode()).hexdigest()[:16]
    host = urlsplit(url).hostname
    alerts.raise_alert(session, f"webhook:{name}:{now:%Y-%m-%d}", f"Not told what became of call-backs: {host}", now)


def forget_old(office: Office) -> int:
    """Delete what was delivered or given up as long ago as the business keeps it; returns how many. For every hour or so."""
    count = 0
    while ids := _old(office):
        with office.database.transaction() as session:
            session.execute(delete(Delivery).where(Delivery.id.in_(ids)))
        count += len(ids)
    return count


def _old(office: Office) -> list[int]:
    """Of the oldest, which their numbers tell, those whose time is over and of which nothing more will become."""
    with office.database.reading() as session:
        end = office.clock.now() - office.business(session).retention.deliveries
        oldest = session.execute(OLDEST).all()
    return [each.id for each in oldest if each.created_at < end and each.state != WAITING]


def again_at(tries: int, happened_at: datetime, now: datetime) -> datetime | None:
    """When to try again after so many tries; None: no more. The last try is just when its time is up."""
    end = happened_at + GIVE_UP_AFTER
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    return min(now + pause, end) if now < end else None
