"""Passwords: only a slow hash is kept (argon2id). Hashes made before by Werkzeug still open, and are made anew at that sign-in."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from werkzeug.security import check_password_hash

SHORTEST, LONGEST = 10, 1000
"""Characters. The upper bound keeps a sign-in from costing more than the hash itself."""

ARGON2 = "$argon2"

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's least for argon2id. The library's own 64 MB would be half a gigabyte when every thread hashes, on the machine that
answers the calls."""


def fault(password: str) -> str | None:
    """What is wrong with a password that somebody chose; None when it will do."""
    if len(password) < SHORTEST:
        return f"A password has at least {SHORTEST} characters. A few words together make a good one."
    return None if len(password) <= LONGEST else f"A password has at most {LONGEST} characters."


def hashed(password: str) -> str:
    """What is kept of a password."""
    return HASHER.hash(password)


def genuine(kept: str, password: str) -> bool:
    """Whether that is the password of which `kept` was kept."""
    tried = password[:LONGEST]
    if not kept.startswith(ARGON2):
        return check_password_hash(kept, tried)
    try:
        return HASHER.verify(kept, tried)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether a hash was made in another way than we would make it now."""
    return not kept.startswith(ARGON2) or HASHER.check_needs_rehash(kept)
