"""What is kept of a token or a link: enough to know it again, useless to whoever steals the database."""

from hashlib import sha256


def digest(token: str) -> str:
    """A token has 256 bits of chance, so no salt and no slow hash is needed: nobody can try them all."""
    return sha256(token.encode()).hexdigest()
