"""What one of us hears who records a greeting on a phone: for when it is, how to say it, and what becomes of it."""

WHEN = {
    "busy": "when we're busy",
    "closed": "when we're closed",
    "lunch": "when we're closed for lunch",
    "holiday": "holidays",
    "away": "when you're away",
}


def which_greeting() -> str:
    """Asked on the staff line."""
    return "For when we're busy, press 1; when we're closed, 2; on holidays, 3; while you're away, 4."


def ask_to_record(situation: str) -> str:
    """Their phone rang because they asked us to ring it; whoever picks up must press a key."""
    return f"This is Ringtrue. To record the greeting for {WHEN.get(situation, 'your callers')}, press 1."


def your_own_greeting() -> str:
    """Whose it is, before it is said."""
    return "This is your own greeting, for while you are away."


def say_it() -> str:
    """Before the beep."""
    return "After the beep, say your greeting. Any key ends it."


def one_moment_for_it() -> str:
    """It is fetched and made ready."""
    return "Thank you. One moment, please."


def keep_or_again() -> str:
    """After they heard it."""
    return "To keep it, press 1. To say it again, press 2."


def nobody_heard() -> str:
    """It was too short, or silent."""
    return "I'm sorry, I couldn't hear you."


def kept_from_now_on() -> str:
    """They keep it."""
    return "Thank you, callers hear it from now on. Goodbye!"


def nothing_changed() -> str:
    """They pressed nothing, or said it often enough."""
    return "Nothing was changed, then. Goodbye!"


def not_ready() -> str:
    """The carrier did not hand it over in time."""
    return "I'm sorry, your greeting isn't ready. Nothing was changed. Please try again later."
