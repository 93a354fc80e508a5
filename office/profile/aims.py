"""[aims] of a business.toml: what a month of promises is held against. Nothing that callers hear or get comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from office.profile import values

LEAST = timedelta(minutes=1)
"""Times to call back are told in whole minutes."""

CALL_BACK = values.duration_between(LEAST, values.LONGEST, "1h")


@dataclass(frozen=True, slots=True)
class AimPolicy:
    """Of 100 promises and of 100 calls in open hours so many `kept` and `answered`; half of the customers spoken with in less than `call_back`."""

    kept: int
    answered: int
    call_back: timedelta


def aims_of(said: Mapping[str, Any], within: timedelta) -> AimPolicy:
    """The aims; left out, a call-back is aimed for in half the time that is promised, in whole minutes."""
    half = LEAST * -(-within // (2 * LEAST))
    return AimPolicy(said["kept"], said["answered"], said["call_back"] or half)
