"""With two teams or more: which of them a caller would like, by key or in words. A person is never further away than one key."""

import re
import unicodedata
from dataclasses import replace

from office.teams import LONGEST_IDLE
from voice import wording
from voice.conversation import putting_through
from voice.conversation.facts import Situation, TeamFacts
from voice.conversation.news import ChoseTeam, MenuAsked
from voice.conversation.turns import Ask, GoTo, Heard, Turn
from voice.wording.times import in_words

ASKED_AT_MOST = 2
"""Then anybody is rung: silence and wrong keys are no dead end."""

ANYBODY = "0"
MEANS_ANYBODY = ("person", "anybody", "anyone", "somebody", "someone", "operator", "reception", "receptionist", "human")
"""How people say that they do not care which team."""

SPOKEN_KEYS = {in_words(key): str(key) for key in range(1, 10)}
SHORT = 2
"""Words, of which one may be a key: in a longer sentence "one" is hardly ever a number."""

WORD = re.compile(r"[^\W_]+")


def ask(situation: Situation, before: str = "", greeting: str | None = None) -> Turn:
    """The teams after what is said `before` or the recorded `greeting`."""
    text = wording.menu([(team.name, team.key) for team in situation.teams], before)
    question = Ask(
        f"{before} {text}".strip(),
        then="chose_team",
        listen=_hints(situation),
        sound=greeting,
        sound_first=True,
    )
    return Turn((question, GoTo("chose_team")), (MenuAsked(),))


def chose_team(heard: Heard, situation: Situation) -> Turn:
    """A team's phones ring, or anybody's. Silence, or what nobody understands: asked once more, then anybody's."""
    team = next((team for team in situation.teams if team.key == heard.digits), None) or _named(heard, situation)
    if team is not None:
        return Turn((GoTo("ring_team"),), (ChoseTeam(team.id),))
    if not _wants_anybody(heard) and situation.menus < ASKED_AT_MOST and situation.teams:
        return ask(situation, wording.once_more())
    turn = putting_through.ring(replace(situation, team=None, strategy=LONGEST_IDLE))
    return Turn(turn.acts, (ChoseTeam(None), *turn.news))


def _hints(situation: Situation) -> tuple[str, ...]:
    names = (wording.spoken(team.name) for team in situation.teams)
    return (*filter(None, names), *MEANS_ANYBODY)


def _words(text: str) -> list[str]:
    """Without case, accents and signs: "Café & Co." and "cafe and co" are the same."""
    apart = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    return WORD.findall("".join(letter for letter in apart if unicodedata.category(letter)[0] != "M"))


def _named(heard: Heard, situation: Situation) -> TeamFacts | None:
    """The team whose name was said, the longest of several; else the one whose key was: "number two"."""
    said = _words(heard.speech)
    named = [team for team in situation.teams if _contains(said, _words(team.name))]
    if named:
        return max(named, key=lambda team: len(team.name))
    keys = {SPOKEN_KEYS.get(word, word) for word in said} if len(said) <= SHORT else set()
    return next((team for team in situation.teams if team.key in keys), None)


def _contains(said: list[str], name: list[str]) -> bool:
    """Whether the words of the name were said, one after the other."""
    return bool(name) and any(said[start : start + len(name)] == name for start in range(len(said)))


def _wants_anybody(heard: Heard) -> bool:
    return heard.digits == ANYBODY or not set(MEANS_ANYBODY).isdisjoint(_words(heard.speech))
