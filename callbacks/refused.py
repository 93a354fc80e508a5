"""Why a person's wish about a call-back is not done: somebody else has it, it is over, or it cannot be."""

from datetime import datetime

from callbacks.guard import Cap


class Refused(Exception):
    """Not done, and nothing was changed; the text is a sentence for whoever asked. `code` is for their software."""

    code = "refused"


class Held(Refused):
    """Somebody else has it; `holder` is their name. `since`: they took it then themselves; None: it came to them otherwise."""

    code = "held"

    def __init__(self, holder: str, since: datetime | None = None) -> None:
        super().__init__(f"{holder} has this call-back.")
        self.holder, self.since = holder, since


class Over(Refused):
    """It is done, and stays so."""

    code = "over"

    def __init__(self) -> None:
        super().__init__("This call-back is over.")


class Underway(Refused):
    """A phone rings for it just now, or they talk; `holder` is whose phone."""

    code = "calling"

    def __init__(self, holder: str) -> None:
        super().__init__(f"{holder} is on the phone for this call-back just now.")
        self.holder = holder


class Busy(Refused):
    """The person whose phone should ring is on it already."""

    code = "busy"


class NotPossible(Refused):
    """What was asked for cannot be; `field` is what part of it, `code` why in one word."""

    def __init__(self, field: str | None, sentence: str, code: str = "not_possible") -> None:
        super().__init__(sentence)
        self.field, self.code = field, code


class WornOut(NotPossible):
    """The limit `cap` of [guard] lets nobody ring them now; a manager is to be told, though nothing was changed."""

    def __init__(self, cap: Cap, why: str) -> None:
        super().__init__(None, f"This number is not dialled: {why}.", "not_dialled")
        self.cap = cap
