"""How a caller asks to be rung: on which number, and when."""

from collections.abc import Sequence

from office import numbers


def which_number(*, hidden: bool) -> str:
    """The number to ring; a caller whose own we know need not key it."""
    this = "or wait, and leave a message" if hidden else "for this one, just hash"
    return f"Please key the number to ring, then hash; {this}."


def cannot_ring() -> str:
    """They keyed no number, or one that we may not dial; which of the two is nobody's business."""
    return "I'm sorry, we can't ring that number."


def read_back(phone: str) -> str:
    """The number (E.164) as we understood it."""
    return f"That's {numbers.spoken(phone)}. If that's right, press 1; to key it again, 2."


def which_time(parts: Sequence[str]) -> str:
    """As soon as possible, or in one of these parts of days ("this afternoon"); 1 is the first key."""
    keys = "".join(f"; {part}, {key}" for key, part in enumerate(parts, 2))
    return f"When shall we ring? As soon as we can, press 1{keys}."
