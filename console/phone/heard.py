"""What is heard and done on the handset, line by line, from the events of the line. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from console import wording
from console.phone.line import Event, Seen
from voice import sounds

SOUND = re.compile(r"/voice/sounds/([\w.-]+)\Z")
MOST_LINES = 200
OVER = {"busy": "The line is busy", "no-answer": "Nobody picks up", "canceled": "The ringing stops", "failed": "The call doesn’t go through"}  # fmt: skip
SHIPPED = {sounds.HOLD: "Music while they wait", sounds.RINGING: "A chime while a phone rings"}
SYMBOLS = {"rings": "bell", "bridged": "live", "texted": "note"}
TONES = {"(ringing)": "A ringing tone", "(music)": "Music while they wait", "(conference)": "Waiting for somebody"}

Parts = tuple[str, str] | tuple[str, str, str] | tuple[str, str, str, str]
"""A line's kind, words, symbol and sound."""


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: heard (spoken to them), sound (played to them: `sound` is where, if it can be heard here), you (their own doing), event."""

    n: int
    at: str
    kind: str
    words: str
    symbol: str | None = None
    sound: str | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Whose phone this is. `called` gives a number its name; `staff` are the numbers of ours that may ring, `placed` the calls we made to them for this caller."""

    name: str
    phone: str
    business: str
    called: Callable[[str], str]
    staff: frozenset[str]
    placed: frozenset[str] = frozenset()


def lines(seen: Seen, who: Who) -> list[Line]:
    """All of the call, oldest first; the same sound again and again is one line."""
    if not seen.events:
        return []
    began = datetime.fromisoformat(seen.events[0]["at"])
    found = [_line(event, began, parts) for event, parts in _noticed(seen, who)]
    before = [None, *found]
    return [line for line, last in zip(found, before, strict=False) if not _again(line, last)][-MOST_LINES:]


def _line(event: Event, began: datetime, parts: Parts) -> Line:
    return Line(event["n"], wording.talk(began, datetime.fromisoformat(event["at"])), *parts)


def _again(line: Line, last: Line | None) -> bool:
    return line.kind == "sound" and last is not None and (last.kind, last.words) == (line.kind, line.words)


def _noticed(seen: Seen, who: Who) -> Iterator[tuple[Event, Parts]]:
    """Each event that they notice, or that happens because they ring."""
    rings_for_us = True
    for event in seen.events:
        if event["phone"] == who.phone:
            parts = _theirs(event, who)
            rings_for_us = rings_for_us and event["kind"] != "ended"
        else:
            parts = _ours(event, seen, who) if rings_for_us else None
        if parts is not None:
            yield event, parts


def _theirs(event: Event, who: Who) -> Parts | None:
    """What their own phone does."""
    text = event["text"] or ""
    match event["kind"]:
        case "hears":
            return "heard", wording.legible(text)
        case "plays":
            return _played(text)
        case "presses":
            return "you", f"Pressed {text}"
        case "says":
            return "you", f"“{wording.legible(text)}”"
        case "waits" if text in TONES:
            return "sound", TONES[text], "live"
    return _event(event, text, who)


def _event(event: Event, text: str, who: Who) -> Parts | None:
    is_theirs = event.get("direction") == "inbound"
    told = {
        "dialled": f"{who.name} rings {who.business}" if is_theirs else None,
        "rings": f"{who.name}’s phone rings",
        "answers": None if is_theirs else f"{who.name} picks up",
        "bridged": f"Talking with {who.called(text)}",
        "texted": f"A text: “{wording.legible(text)}”",
        "ended": OVER.get(text, "The call is over"),
    }.get(event["kind"])
    return ("event", told, SYMBOLS.get(event["kind"], "phone")) if told else None


def _ours(event: Event, seen: Seen, who: Who) -> Parts | None:
    """A phone of the staff that rings for them: inside their call, or placed for it. One that rings for another's is left out."""
    if event["kind"] != "rings" or event["phone"] not in who.staff:
        return None
    inside = seen.call is not None and event.get("parent") == seen.call["sid"]
    if not (inside or event["call_sid"] in who.placed):
        return None
    return "event", f"{who.called(event['phone'])}’s phone rings", "bell"


def _played(address: str) -> Parts:
    found = SOUND.search(address)
    if found is None:
        return "sound", "A beep" if address == "(beep)" else "A sound", "live"
    return "sound", SHIPPED.get(found[1], "A greeting that was recorded"), "live", found[1]


def names(called: Mapping[str, str], region: str) -> Callable[[str], str]:
    """What a number is called: its name, else how people here write it; a withheld one has neither."""

    def of(phone: str) -> str:
        if phone in called:
            return wording.brief(wording.legible(called[phone]))
        return (
            wording.number(phone, region) if re.fullmatch(r"\+\d{5,15}", phone) else "A caller who hides their number"
        )

    return of
