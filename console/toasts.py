"""What a page says once after an act, with a way back where there is one."""

from flask import flash


def told(words: str, undo: str | None = None) -> None:
    """Say on the next page that it is done; `undo` is the address (POST) that takes it back, shown as a button beside the words."""
    flash({"words": words, "undo": undo}, "toast")  # type: ignore[arg-type]  # Flask's signed session keeps any JSON
