"""A message beside its row on the page: who said what, what stands out in it, and what is missing. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from callbacks.promise import State
from callbacks.tables import Callback
from console import heard, wording
from console.heard import Piece
from office import numbers
from office.profile import RetentionPolicy
from voicemail_greetings import erasing, tables
from voicemail_greetings.messages import Label, Words
from voicemail_greetings.words import NO_ENGINE

SURE = 0.6
"""Confidence below which the words may well be wrong."""

BRIEF = 220
"""Characters of a message that a row shows at once: what people say in a quarter of a minute."""

NOTHING_IN_IT = {Label.SHORT.value: "hung up at once", Label.SILENT.value: "nothing was said"}


@dataclass(frozen=True, slots=True)
class Setting:
    """Whose list it is and when: the zone and region of the business, whom it dials (not `ours`, only in `allowed` countries),
    what counts as soon, how long messages are kept, who looks, who is there.
    """

    now: datetime
    zone: ZoneInfo
    region: str
    allowed: frozenset[str]
    ours: frozenset[str]
    remind_before: timedelta
    kept: RetentionPolicy
    viewer: str
    free: tuple[str, ...]
    on_duty: int


@dataclass(frozen=True, slots=True)
class Offered:
    """A number that was said, as it is written and in its normal form."""

    written: str
    phone: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message beside a row. `sound` is what stands where its player would be, None: it can be played.

    `brief` is the beginning of words that are too long for a row. `no_words` says why there are none (yet); `may_try`: somebody may
    have them written out (again). `numbers` were said in it and may be rung instead.
    `corrected` says who put the words right; `may_correct`: somebody may.
    """

    id: int
    length: str
    sound: str | None
    label: str | None
    heard: str | None
    flags: tuple[str, ...]
    words: tuple[Piece, ...]
    brief: str | None
    unsure: bool
    no_words: str | None
    may_try: bool
    numbers: tuple[Offered, ...]
    corrected: str | None = None
    may_correct: bool = False


def message(row: tables.Message, owed: Callback, at: Setting) -> Message:
    """One of a call-back's messages, as this viewer sees it now."""
    words = row.words or ""
    return Message(
        id=row.id,
        length=wording.seconds(row.duration_s),
        sound=_sound(row, at.kept),
        label=NOTHING_IN_IT.get(row.label or ""),
        heard=f"Heard by {wording.brief(wording.legible(row.heard_by))}" if row.heard_by else None,
        flags=tuple(wording.legible(flag[:1].upper() + flag[1:]) for flag in row.flags or ()),
        words=tuple(Piece(_plain(piece.text), piece.kind) for piece in heard.pieces(words, at.region)),
        brief=_brief(_plain(words)),
        unsure=row.confidence is not None and row.confidence < SURE,
        no_words=_no_words(row, at),
        may_try=row.words_state == Words.UNAVAILABLE and row.file is not None and _may_be_heard(row),
        numbers=tuple(_numbers(words, owed, at)),
        corrected=_corrected(row),
        may_correct=row.erased_at is None and row.words_state != Words.WAITING and (bool(words) or _has_sound(row)),
    )


def _corrected(row: tables.Message) -> str | None:
    by = row.corrected_by if row.words else None
    return f"Words corrected by {wording.brief(wording.legible(by))}" if by else None


def _has_sound(row: tables.Message) -> bool:
    return row.file is not None and row.label is None


def _plain(words: str) -> str:
    """On one line, and without what would turn it round."""
    return wording.legible(re.sub(r"[\n\r\t]+", " ", words))


def _may_be_heard(row: tables.Message) -> bool:
    return row.label is None and row.erased_at is None


def gone(row: tables.Message, kept: RetentionPolicy) -> str | None:
    """That its sound is here no more, and whether its age alone was why; None: nobody deleted it."""
    if row.erased_at is None:
        return None
    if row.words_why == erasing.ERASED or row.erased_at - row.ended_at < kept.recordings:
        return "The recording was erased."
    return f"{'The recording' if row.words else 'This message'} was deleted for its age, as your settings asked."


def _sound(row: tables.Message, kept: RetentionPolicy) -> str | None:
    if erased := gone(row, kept):
        return erased
    if row.lost is not None:
        return f"The recording is lost: {wording.legible(row.lost)}."
    return None if row.file is not None else "The recording is on its way."


def _no_words(row: tables.Message, at: Setting) -> str | None:
    """Why there are none; who has no sound either is not asked to listen."""
    if row.words or row.label is not None or row.erased_at is not None:
        return None
    if row.words_state == Words.WAITING:
        said = "The words are being written out." if at.now < row.words_by else "The words are a little late."
        return f"{said} You can listen now." if row.file else said
    if row.words_why == erasing.TOO_OLD:
        return "The words were deleted for their age, as your settings asked."
    said = "Nobody wrote out the words." if row.words_why == NO_ENGINE else "We couldn’t make out the words."
    return f"{said} Please listen." if row.file else "There are no words."


def _brief(words: str) -> str | None:
    """Up to the end of a word; None when all of them have room."""
    if len(words) <= BRIEF:
        return None
    return words[:BRIEF].rpartition(" ")[0] or words[:BRIEF]


def _numbers(words: str, owed: Callback, at: Setting) -> Iterator[Offered]:
    """Each number once that we may dial and would not ring anyhow, while the call-back is open."""
    if owed.state == State.DONE.value:
        return
    said = (mark.phone for mark in heard.marked(words, at.region) if mark.phone and mark.phone != owed.phone)
    for phone in dict.fromkeys(said):
        if numbers.may_we_dial(phone, allowed=at.allowed, ours=at.ours) is None:
            yield Offered(wording.number(phone, at.region), phone)
