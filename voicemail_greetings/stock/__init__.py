"""The greetings that ship with the product: one file a language, a text a situation."""

import tomllib
from functools import cache
from pathlib import Path

from voicemail_greetings.greeting import Greeting, Situation

HERE = Path(__file__).parent
BRITISH, AMERICAN = "en-GB", "en-US"
AMERICANS = frozenset({"en-us", "en-ca"})
"""Where "right now" and "call you back" are what people say."""


def greeting(situation: Situation, language: str) -> Greeting:
    """Ours for a situation. `language` is a tag such as "en-CA"; one that we do not have is answered in British English."""
    spelt = language.strip().replace("_", "-").casefold()
    text = _texts(AMERICAN if spelt in AMERICANS else BRITISH)[situation]
    return Greeting(None, situation, team_id=None, staff_id=None, holiday=None, text=text, sound=None)


@cache
def _texts(language: str) -> dict[str, str]:
    return tomllib.loads((HERE / f"{language}.toml").read_text(encoding="utf-8"))
