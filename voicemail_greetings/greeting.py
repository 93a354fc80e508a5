"""A greeting, and the situations in which a caller hears one from us. Pure."""

from dataclasses import dataclass
from typing import Literal

Situation = Literal["busy", "closed", "lunch", "holiday", "away"]

SITUATIONS: tuple[Situation, ...] = ("busy", "closed", "lunch", "holiday", "away")
"""Open and nobody is free; closed; closed for lunch; closed on a holiday; the person whom they want is away."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """One greeting: a person's (`staff_id`), else a team's (`team_id`), else the business's own; `id` None: it ships with the product.

    `holiday` names the one day that it is for; None: any. Spoken from `text`, or played from `sound`; with neither it is the
    wish to go back to the one that ships.
    """

    id: int | None
    situation: Situation
    team_id: int | None
    staff_id: int | None
    holiday: str | None
    text: str | None
    sound: str | None

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to speak or play."""
        return not (self.sound or (self.text or "").strip())
