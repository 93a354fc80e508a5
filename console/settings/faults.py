"""What is wrong with a value, for people at a form: the file's sentences speak of quotes, brackets and keys. Pure."""

import re
from collections.abc import Callable
from datetime import timedelta

from console.settings.durations import written

Rule = tuple[str, str, str | Callable[[re.Match[str]], str]]

RANGE = r"must be from (\d+)s to (\d+)s.*"
COUNT = r"must be (0 or )?a (?:whole )?number from ([\d.]+) to (\d+).*"
REPEATS = r'"(.*)" repeats .*'


def _between(found: re.Match[str]) -> str:
    least, most = (written(timedelta(seconds=int(each))) for each in found.groups())
    return f"It must be between {least} and {most}."


RULES: tuple[Rule, ...] = (
    (r"alerts\.by", r"mails need .*", "You’re told by mail, so the manager’s email has to stand on the page of the business."),
    (r"alerts\.by", r".*", "Choose at least one way."),
    (r"staff\.notices", r"mails need .*", "Mails need an email address of theirs."),
    (r".*phone", r"is the business's own number.*", "That’s the business’s own number, which would ring itself."),
    (r"staff\.phone", REPEATS, "Somebody else here has that number. Each person needs their own."),
    (r".*phone", r".*", "Write a phone number with its area code, or from its + on."),
    (r"team\.name", REPEATS, "There’s a team of that name already."),
    (r"team\.key", REPEATS, lambda found: f"Another team has the key {found[1]}."),
    (r"special_day\.date", REPEATS, "That day stands here already."),
    (r"staff", r"is missing.*", "Somebody has to be there to ring."),
    (r"staff\.teams", r"is missing.*", "Choose at least one team."),
    (r"hours", r"never open.*|is missing.*", "Write when you’re open."),
    (r".*", r"is missing.*", "Please fill this in."),
    (r"words\.language", r".*", "Write the two letters of a language, for example en."),
    (r"words\.engines", r".*", "Choose each only once."),
    (r".*email", r".*", "That isn’t an email address. Write for example you@example.com."),
    (r".*", RANGE, _between),
    (r".*", COUNT, lambda found: f"It must be {found[1] or ''}a number from {found[2]} to {found[3]}."),
    (r".*", r"must be a length of time.*", "Write a length of time, for example 20 minutes, 2 hours or 1 day."),
    (r".*", r"must be one line of at most (\d+) .*", lambda found: f"It must be one line of at most {found[1]} characters."),
    (r".*", r"must be text in quotes.*", "Please fill this in."),
    (r"hours.*", r'(?:: )?"(.*)" is no span.*', lambda found: f"“{found[1]}” isn’t a time from and to. Write for example 09:00-17:30."),
    (r"hours.*", r'(?:: )?"(.*)" overlaps "(.*)".*', lambda found: f"{found[1]} and {found[2]} overlap."),
    (r"hours.*", r'(?:: )?"(.*)" ends before.*', lambda found: f"{found[1]} ends before it begins."),
)  # fmt: skip
"""Key without the numbers of entries, what the file's reader says, and the sentence; the first that fits."""


def plain(key: str, what: str) -> str | None:
    """The sentence for a form; None: there is none of our own for that."""
    known = re.sub(r"\[\d+\]", "", key)
    for of_key, of_what, told in RULES:
        found = re.fullmatch(of_what, what, re.DOTALL)
        if found and re.fullmatch(of_key, known):
            return told if isinstance(told, str) else told(found)
    return None
