"""The TwiML that Ringtrue may use, and how it must look (twilio.md 2.2 to 2.8).

Warnings, at which the carrier would leave an attribute or verb out and go on, are told apart from errors, which send the
call to its fallback. Where the carrier has a verb that Ringtrue does not use, the stand-in does not know it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

from voice.standin import schema_values as v

Purpose = Literal["call", "whisper", "queue-wait", "queue-announcement", "conference-wait"]
Check = Callable[[str], bool]

ALLOWED: dict[Purpose, frozenset[str]] = {
    "call": frozenset({"Say", "Play", "Pause", "Gather", "Record", "Dial", "Enqueue", "Redirect", "Hangup", "Reject"}),
    "whisper": frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Hangup"}),
    "queue-wait": frozenset({"Say", "Play", "Pause", "Gather", "Redirect", "Hangup", "Leave"}),
    "queue-announcement": frozenset({"Say", "Play", "Pause", "Redirect"}),
    "conference-wait": frozenset({"Say", "Play", "Pause", "Redirect"}),
}
MISPLACED: dict[Purpose, int] = {
    "call": 12200,
    "whisper": 12200,
    "queue-wait": 12200,
    "queue-announcement": 12200,
    "conference-wait": 13238,
}
VERBS = ALLOWED["call"] | ALLOWED["queue-wait"]


@dataclass(frozen=True, slots=True)
class Shape:
    """`attributes`: name -> (check, code when it fails). `nested`: what may stand inside; `text`: may text."""

    attributes: dict[str, tuple[Check, int]]
    nested: frozenset[str] = frozenset()
    nested_code: int = 12200
    text: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What the carrier would complain about; `fatal` ones end the document."""

    code: int
    text: str
    fatal: bool = False


def _callback(name: str, code: int) -> dict[str, tuple[Check, int]]:
    return {name: (v.address, 11100), f"{name}Method": (v.method, code)}


def _action(code: int) -> dict[str, tuple[Check, int]]:
    return {"action": (v.address, 11100), "method": (v.method, code)}


SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})
SHAPES: dict[str, Shape] = {
    "Say": Shape(
        {"voice": (v.filled, 13511), "language": (v.language, 13512), "loop": (v.whole(0, 1000), 13510)},
        nested=SSML,
        text=True,
    ),
    "Play": Shape({"loop": (v.whole(0, 1000), 13410), "digits": (v.keys, 13430)}, text=True),
    "Pause": Shape({"length": (v.whole(1, 14400), 13910)}),
    "Redirect": Shape({"method": (v.method, 13710)}, text=True),
    "Hangup": Shape({}),
    "Leave": Shape({}),
    "Reject": Shape({"reason": (v.one_of("rejected", "busy"), 13810)}),
    "Gather": Shape(
        {
            **_action(13312),
            "input": (v.one_of("dtmf", "speech", "dtmf speech", "speech dtmf"), 13326),
            "timeout": (v.whole(1, 600), 13313),
            "speechTimeout": (v.seconds_or_auto, 13327),
            "finishOnKey": (v.finish_key, 13310),
            "numDigits": (v.whole(1, 128), 13314),
            "actionOnEmptyResult": (v.boolean, 13338),
            "language": (v.language, 13331),
            "hints": (v.hints, 13329),
            "speechModel": (v.filled, 13334),
            "profanityFilter": (v.boolean, 13330),
            "bargeIn": (v.boolean, 13332),
            "maxSpeechTime": (v.whole(1, 60), 13328),
            "enhanced": (v.boolean, 13333),
        },
        nested=frozenset({"Say", "Play", "Pause"}),
        nested_code=13320,
    ),
    "Record": Shape(
        {
            **_action(13611),
            "timeout": (v.whole(0, 14400), 13612),
            "finishOnKey": (v.finish_keys, 13613),
            "maxLength": (v.whole(1, 14400), 13614),
            "playBeep": (v.boolean, 13616),
            "trim": (v.one_of("trim-silence", "do-not-trim"), 13618),
            **_callback("recordingStatusCallback", 13620),
            "recordingStatusCallbackEvent": (v.some_of("in-progress", "completed", "absent"), 13621),
            "transcribe": (v.boolean, 13610),
            "transcribeCallback": (v.address, 11100),
        }
    ),
    "Dial": Shape(
        {
            **_action(13210),
            "timeout": (v.whole(5, 600), 13212),
            "timeLimit": (v.whole(1, 14400), 13216),
            "callerId": (v.filled, 13214),
            "answerOnBridge": (v.boolean, 13219),
            "hangupOnStar": (v.boolean, 13213),
            "ringTone": (v.filled, 13220),
        },
        nested=frozenset({"Number", "Queue", "Conference"}),
        nested_code=13215,
        text=True,
    ),
    "Number": Shape(
        {
            "url": (v.address, 11100),
            "method": (v.method, 13221),
            "sendDigits": (v.keys, 13222),
            **_callback("statusCallback", 13221),
            "statusCallbackEvent": (v.some_of("initiated", "ringing", "answered", "completed"), 12200),
            "machineDetection": (v.one_of("Enable", "DetectMessageEnd"), 12200),
            "machineDetectionTimeout": (v.whole(3, 60), 12200),
            "machineDetectionSpeechThreshold": (v.whole(1000, 6000), 12200),
            "machineDetectionSpeechEndThreshold": (v.whole(500, 5000), 12200),
            "machineDetectionSilenceTimeout": (v.whole(2000, 10000), 12200),
            **_callback("amdStatusCallback", 12200),
        },
        text=True,
    ),
    "Queue": Shape({"url": (v.address, 11100), "method": (v.method, 14210)}, text=True),
    "Conference": Shape(
        {
            "muted": (v.boolean, 13230),
            "beep": (v.one_of("true", "false", "onEnter", "onExit"), 13231),
            "startConferenceOnEnter": (v.boolean, 13232),
            "endConferenceOnExit": (v.boolean, 13232),
            "waitUrl": (v.address, 13233),
            "waitMethod": (v.method, 13234),
            "maxParticipants": (v.whole(2, 250), 13235),
            "participantLabel": (v.name(128), 13239),
            **_callback("statusCallback", 13234),
            "statusCallbackEvent": (
                v.some_of("start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"),
                12200,
            ),
        },
        text=True,
    ),
    "Enqueue": Shape(
        {
            **_action(14201),
            "waitUrl": (v.address, 14202),
            "waitUrlMethod": (v.method, 14203),
        },
        text=True,
    ),
}


def check(root: Element, purpose: Purpose, *, has_base: bool) -> Iterator[Problem]:
    """All problems of a document; what the carrier would leave out is taken out of `root`."""
    if (root.text or "").strip() or root.attrib:
        yield Problem(12200, "text or attributes on <Response>")
    if purpose == "whisper" and root.find("Dial") is not None:
        yield Problem(13201, "<Dial> in a whisper", fatal=True)
    for verb in list(root):
        if verb.tag not in ALLOWED[purpose]:
            code = MISPLACED[purpose] if verb.tag in VERBS else 12200
            yield Problem(code, f"<{verb.tag}> may not stand in a {purpose} document")
            root.remove(verb)
            continue
        yield from _element(verb, has_base=has_base)


def _element(element: Element, *, has_base: bool) -> Iterator[Problem]:
    shape = SHAPES[element.tag]
    yield from _attributes(element, shape, has_base=has_base)
    if not shape.text and (element.text or "").strip():
        yield Problem(12200, f"text in <{element.tag}>")
    for child in list(element):
        if child.tag not in shape.nested:
            yield Problem(shape.nested_code, f"<{child.tag}> in <{element.tag}>")
            element.remove(child)
        elif child.tag not in SSML:
            yield from _element(child, has_base=has_base)
    yield from _sense(element, has_base=has_base)


def _attributes(element: Element, shape: Shape, *, has_base: bool) -> Iterator[Problem]:
    for name, value in list(element.attrib.items()):
        fits, code = shape.attributes.get(name, (v.never, 12200))
        if not fits(value):
            yield Problem(code, f"<{element.tag} {name}={value!r}>")
            del element.attrib[name]
        elif fits is v.address and value and not has_base and not v.absolute(value):
            yield Problem(11100, f"<{element.tag} {name}={value!r}> is relative to nothing", fatal=True)


def _sense(element: Element, *, has_base: bool) -> Iterator[Problem]:
    """What no single attribute shows."""
    text = "".join(element.itertext()).strip()
    match element.tag:
        case "Say" if not text:
            yield Problem(13520, "an empty <Say>")
        case "Say" if len(text) > 4096:
            yield Problem(13521, "a <Say> of more than 4096 characters")
        case "Play" if bool(text) == ("digits" in element.attrib):
            yield Problem(13420, "<Play> needs a URL or digits, and not both")
        case "Enqueue" if not 1 <= len(text) <= 64:
            yield Problem(14204, "a queue's name has 1 to 64 characters", fatal=True)
        case "Conference" if not 1 <= len(text) <= 128:
            yield Problem(13237, "a conference's name has 1 to 128 characters", fatal=True)
        case "Gather" | "Record" if not has_base and "action" not in element.attrib:
            yield Problem(11100, f"<{element.tag}> by REST needs an absolute action", fatal=True)
        case "Dial":
            yield from _dial(element)
        case _:
            pass


def _dial(element: Element) -> Iterator[Problem]:
    kinds = {child.tag for child in element}
    if len(kinds) > 1:
        yield Problem(13000, f"<Dial> with {' and '.join(sorted(kinds))}", fatal=True)
    if kinds and (element.text or "").strip():
        yield Problem(13215, "<Dial> with text and nouns")
    if not kinds and not (element.text or "").strip():
        yield Problem(13215, "<Dial> with nobody to dial")
    if len(element) > (10 if kinds == {"Number"} else 1):
        yield Problem(13215, f"<Dial> with {len(element)} nouns", fatal=True)
