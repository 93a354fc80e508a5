"""What is wrong with a business.toml, as its writer reads it: one line a problem."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `line` counts from 1, None when the tables came from no file; entries of a list count from 1
    too ("staff[2].phone" is the second person's). `key` is "" for text that is no TOML at all.
    """

    file: str
    line: int | None
    key: str
    what: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.what) if part)


class ProfileError(ValueError):
    """A profile that cannot be used. `problems` holds everything wrong with it; str() is one line for each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
