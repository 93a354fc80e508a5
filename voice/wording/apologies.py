"""What a caller hears when something of ours broke."""


def apology() -> str:
    """Something of ours broke while a caller waits."""
    return "I'm sorry, something went wrong on our side. Let me put you through."


def fallback(notice: str | None = None) -> str:
    """Nothing of ours works, and the carrier asked the fallback address; `notice` is told before anything is recorded."""
    return f"I'm so sorry, we can't connect you just now. {f'{notice} ' if notice else ''}After the beep, please tell us your name and number, and we'll ring you."
