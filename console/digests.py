"""What is kept of a token or a link, or sent along with what is shown: enough to know it again, and nothing more."""

from hashlib import sha256


def digest(token: str) -> str:
    """A token has 256 bits of chance, so no salt and no slow hash is needed: nobody can try them all."""
    return sha256(token.encode()).hexdigest()


def version(*shown: object) -> str:
    """The same for what looks the same: a browser that has it needs no other."""
    return digest(repr(shown))[:16]
