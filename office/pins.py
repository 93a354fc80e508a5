"""PINs: the secret that proves who rings from a number of ours, since the number alone can be forged.

A PIN is short, so that what protects it is the throttle: it stands in the row, survives every restart, and is counted in
the transaction of the turn in which the PIN was keyed. Only a slow hash is kept. Writes; takes a Session, never commits.
"""

import hashlib
import hmac
import itertools
import logging
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from office import numbers
from office.tables import Pin

log = logging.getLogger(__name__)

SHAPE = re.compile(r"[0-9]{4,8}")

IN_A_ROW = 5
"""So many wrong PINs in a row lock the phone out; so many more lock it out for twice as long."""

FIRST_LOCK, LONGEST_LOCK = timedelta(minutes=15), timedelta(days=1)

COST, BLOCK = 2**14, 8
"""Scrypt's: 16 MiB and about 50 ms a try."""


class PinError(ValueError):
    """Not a PIN that we take; the text says why, and gives no example: it would be somebody's PIN."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a phone of ours stands: whether it has a PIN, and whether too many wrong ones were keyed."""

    has_pin: bool
    locked: bool


def standing(session: Session, phone: str, now: datetime) -> Standing:
    """How the phone stands now."""
    pin = session.get(Pin, phone)
    return Standing(has_pin=pin is not None, locked=pin is not None and _is_locked(pin, now))


def set_pin(session: Session, phone: str, pin: str) -> None:
    """Give a phone (E.164) its PIN, instead of any before; wrong ones keyed before are forgotten. Raises PinError."""
    _check_shape(pin)
    row = session.get(Pin, phone, with_for_update=True) or Pin(phone=phone)
    row.digest, row.failures, row.locked_until = _digest(pin, secrets.token_bytes(16)), 0, None
    session.add(row)
    session.flush()


def check(session: Session, phone: str, pin: str, now: datetime) -> bool:
    """Whether that is the phone's PIN. A wrong one is counted and logged, a right one forgets the wrong ones before it.

    While the phone is locked out nothing is checked or counted: even the right one is refused.
    """
    row = session.get(Pin, phone, with_for_update=True)
    if row is None or _is_locked(row, now):
        log.warning("a PIN was keyed from %s, which %s", numbers.short(phone), "is locked" if row else "has none")
        return False
    if hmac.compare_digest(_digest(pin, _salt(row.digest)), row.digest):
        row.failures, row.locked_until = 0, None
        return True
    row.failures += 1
    row.locked_until = now + _lock(row.failures) if row.failures % IN_A_ROW == 0 else None
    until = f": locked until {row.locked_until:%Y-%m-%d %H:%M} UTC" if row.locked_until else ""
    log.warning("wrong PIN from %s, %d in a row%s", numbers.short(phone), row.failures, until)
    return False


def _is_locked(row: Pin, now: datetime) -> bool:
    return row.locked_until is not None and now < row.locked_until


def _lock(failures: int) -> timedelta:
    """How long so many wrong ones in a row lock a phone out: a quarter of an hour, then twice as long each time."""
    doubled: int = 2 ** min(failures // IN_A_ROW - 1, 10)
    return min(FIRST_LOCK * doubled, LONGEST_LOCK)


def _check_shape(pin: str) -> None:
    if not SHAPE.fullmatch(pin):
        raise PinError("a PIN has 4 to 8 digits and nothing else")
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {9}):
        raise PinError("a PIN is not one digit over and over, nor digits in a row such as 1234")


def _digest(pin: str, salt: bytes) -> str:
    # Whatever was keyed is hashed at one length: a caller must not make us work for longer.
    hashed = hashlib.scrypt(pin[:20].encode(), salt=salt, n=COST, r=BLOCK, p=1)
    return f"scrypt:{salt.hex()}:{hashed.hex()}"


def _salt(digest: str) -> bytes:
    return bytes.fromhex(digest.split(":")[1])
