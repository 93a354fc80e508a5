"""The job that has a message's words written out: the engines of the chain in turn, by a deadline that is always kept.

The row says how far it is: `words_at` is our lease while we are at it, `engine` the one that is asked, `words_tries` how
often somebody began with that one and never came back. A process that dies is followed by another when its lease ends.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from office.database import changed, run
from office.wiring import Office
from voicemail_greetings import flags
from voicemail_greetings.messages import WORDS_WITHIN, Words
from voicemail_greetings.recordings import sound_path
from voicemail_greetings.tables import Message
from voicemail_greetings.transcribe import Engine, EngineError, Recorded, Written, chain

log = logging.getLogger(__name__)

AT_LEAST = timedelta(seconds=5)
"""What each engine has, however late it is; with less than that left, one that has no words yet is waited for no longer."""

LEASE = timedelta(seconds=15)
"""On top of what an engine may take: whoever has not written anything by then is dead."""

MOST_DEATHS = 3
"""A file that takes its process along so often will do so again: that engine is not asked once more."""

NOT_ARRIVED = "the recording has not arrived"
NO_ENGINE = "business.toml names no engine that is left to ask"
IN_TIME = "there was no turn in time"

CLAIM = (
    update(Message)
    .where(
        Message.id == bindparam("message_id"),
        Message.words_state != Words.DONE,
        Message.words_at <= bindparam("now"),
        Message.erased_at.is_(None),
    )
    .values(words_at=bindparam("lease"), words_tries=Message.words_tries + 1)
)

Told = Callable[[Session, Message, datetime], None]
"""What is done, in the same transaction, when words were written or it is known that there will be none just now."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A message that is ours until `lease`. Its words should be there by `deadline`; `late`: they should have been."""

    message: Message
    heard: Recorded
    lease: datetime
    deadline: datetime
    late: bool
    whys: tuple[str, ...] = ()


def nobody(session: Session, message: Message, now: datetime) -> None:
    """Nothing more is done."""


def write_words(
    office: Office, message_id: int, told: Told = nobody, engines: tuple[Engine, ...] | None = None
) -> bool:
    """Have a message written out, or asked for again later; True when its words are there now.

    Twice at once, late or again: one writes. `engines` None: those that business.toml names.
    """
    turn = _claim(office, message_id)
    if turn is None:
        return False
    if engines is None:
        with office.database.reading() as session:
            engines = chain.engines(office, office.business(session))
    names = [engine.name for engine in engines]
    first = names.index(turn.message.engine) if turn.message.engine in names else 0
    if turn.message.words_tries > MOST_DEATHS:  # this try is counted
        turn, first = _with_why(turn, f"{turn.message.engine or 'the engine'} broke down each time"), first + 1
    return _ask_in_turn(office, turn, told, engines, first)


def _claim(office: Office, message_id: int) -> _Turn | None:
    """Make it ours. None: it is another's, has its words, or is not due."""
    now = office.clock.now()
    lease = now + LEASE
    with office.database.transaction() as session:
        if not changed(run(session, CLAIM, message_id=message_id, now=now, lease=lease)):
            return None
        message, language = session.get_one(Message, message_id), office.business(session).words.language
    heard = Recorded(sound_path(office, message), message.duration_s, language, message.carrier_words)
    late = message.words_state != Words.WAITING or (heard.path is not None and message.words_by <= now)
    deadline = now + WORDS_WITHIN if late else message.words_by
    return _Turn(message, heard, lease, deadline, late, (message.words_why,) if message.words_why and not late else ())


def _ask_in_turn(office: Office, turn: _Turn, told: Told, engines: tuple[Engine, ...], first: int) -> bool:
    """Each engine from that one on, until one has words. False when none had, or somebody else goes on."""
    if turn.heard.path is None and not turn.heard.carrier_words:
        return _none(office, _with_why(replace(turn, whys=()), NOT_ARRIVED), told)
    for place in range(first, len(engines)):
        left = turn.deadline - WORDS_WITHIN * (len(engines) - 1 - place) / len(engines) - office.clock.now()
        begun = _begin(office, turn, engines[place].name, max(left, AT_LEAST))
        if begun is None:
            return False
        turn = begun
        try:
            words = _ask(engines[place], turn.heard, max(left, AT_LEAST))
        except EngineError as why:
            turn = _with_why(turn, str(why))
            continue
        if isinstance(words, Written):
            return _done(office, turn, told, engines[place].name, words)
        if left > AT_LEAST and not turn.late:
            return _later(office, turn, min(words, left))
        turn = _with_why(turn, f"{engines[place].name} had no words in time")
    return _none(office, turn, told)


def _ask(engine: Engine, heard: Recorded, within: timedelta) -> Written | timedelta:
    """Raises EngineError, whatever the engine raises."""
    try:
        return engine.write(heard, within.total_seconds())
    except EngineError:
        raise
    except Exception as trouble:
        log.exception("%s broke down", engine.name)
        raise EngineError(f"{engine.name} broke down") from trouble


def _with_why(turn: _Turn, why: str) -> _Turn:
    return turn if why in turn.whys else replace(turn, whys=(*turn.whys, why))


def _why(turn: _Turn) -> str:
    return "; ".join(turn.whys)[:200]


def _mine(session: Session, turn: _Turn) -> Message | None:
    """The row, if it is still ours to write: nobody took over, wants it anew, or erased it."""
    message = session.get(Message, turn.message.id, with_for_update=True)
    return message if message and message.words_at == turn.lease and message.erased_at is None else None


def _begin(office: Office, turn: _Turn, name: str, within: timedelta) -> _Turn | None:
    """Say which engine is asked, and for how long. None: somebody else is at it now."""
    with office.database.transaction() as session:
        message = _mine(session, turn)
        if message is None:
            return None
        message.words_tries = message.words_tries if message.engine == name else 1
        message.engine, message.words_at = name, office.clock.now() + within + LEASE
        message.words_why = (not turn.late and _why(turn)) or message.words_why
        return replace(turn, lease=message.words_at)


def _later(office: Office, turn: _Turn, wait: timedelta) -> bool:
    """Give it back for so long: the process is free for other messages."""
    with office.database.transaction() as session:
        message = _mine(session, turn)
        if message is not None:
            message.words_at, message.words_tries = office.clock.now() + wait, 0
    return False


def _done(office: Office, turn: _Turn, told: Told, name: str, words: Written) -> bool:
    with office.database.transaction() as session:
        message, now = _mine(session, turn), office.clock.now()
        if message is None:
            return False
        message.words, message.confidence, message.engine = words.text, words.confidence, name
        message.words_state, message.words_why = Words.DONE, None
        message.words_at, message.words_came_at, message.words_tries = None, now, 0
        message.flags = flags.found(words.text, office.business(session).words)
        told(session, message, now)
    return True


def _none(office: Office, turn: _Turn, told: Told) -> bool:
    """No engine had any: said so, unless older words still stand."""
    with office.database.transaction() as session:
        message, now = _mine(session, turn), office.clock.now()
        if message is None:
            return False
        news = message.words_state == Words.WAITING and message.words is None
        message.words_state = Words.UNAVAILABLE if message.words is None else Words.DONE
        message.words_why, message.words_at, message.engine = _why(turn) or NO_ENGINE, None, None
        message.words_tries = 0
        log.warning("message %d: no words: %s", message.id, message.words_why)
        if news:
            told(session, message, now)
    return False
