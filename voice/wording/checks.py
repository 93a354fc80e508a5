"""What one of us hears whose phone is rung to see whether calls reach them on it."""

from voice.wording.names import spoken_name


def press_one(name: str, business: str) -> str:
    """Whoever picks up must press a key: a mailbox never does."""
    who, whose = spoken_name(name), spoken_name(business)
    return f"Hello{f', {who}' if who else ''}. This is Ringtrue{f' of {whose}' if whose else ''}. To show that calls reach you here, press 1."


def it_works() -> str:
    """They pressed it."""
    return "Thank you. Calls reach you on this phone. Goodbye."
