"""What a page or the JSON API has done to a greeting: made in words or of sound, undone, recorded on one's own phone.

Each checks that whoever asks may, and raises RefusedError with a sentence for what cannot be. Takes a Session, never commits.
"""

from functools import partial
from threading import BoundedSemaphore

from flask import abort
from sqlalchemy.orm import Session

from console.access import the_office, the_viewer
from console.asked import RefusedError
from console.greetings import checks as greeting_checks
from console.greetings import keys as greeting_keys
from console.greetings import shown as greetings_shown
from console.greetings import takes as greeting_takes
from console.greetings.keys import Key
from office import sounds
from office.audio_files import AudioError
from office.database import after_commit
from office.profile import Profile
from office.tables import Staff
from voicemail_greetings import choice, convert, greetings, queries, takes
from voicemail_greetings.choice import Asked, Greeting
from voicemail_greetings.greetings import OutdatedError
from voicemail_greetings.tables import GreetingVersion, Take

LONGEST_TRIED = 5_000
"""Characters of a text that is looked at while it is written: what is wrong with it is said, also when it is far too long."""

RING = "worker.ring_take"
ONE_AT_A_TIME = BoundedSemaphore(1)
"""To read a sound takes up to twenty seconds of a processor that callers need too."""

BUSY = "Your phone rings for another greeting just now; record that one first."
NO_PHONE = "There is no phone to ring: this sign-in belongs to nobody."
OUTDATED = "A newer greeting was made for the same: undo that one."


def make_of_text(session: Session, key: Key, text: str, profile: Profile) -> int:
    """Callers hear these words from now on; the greeting's id. 422 when something stops that."""
    greeting_keys.check_theirs(key.staff_id)
    if wrong := greeting_checks.stops(text, key.situation, profile):
        raise RefusedError(422, " ".join(wrong), code="not_possible", field="text")
    return _make(session, key.greeting(text=text))


def converted(content: bytes) -> bytes:
    """A file that was sent, as callers hear it. 422 for what is no sound, 429 while another is read; no transaction may be open."""
    if not content:
        raise RefusedError(422, "Send the sound as the body of the request.", code="no_sound")
    if not ONE_AT_A_TIME.acquire(blocking=False):
        raise RefusedError(429, "Another sound is being read just now. Please try again in a moment.")
    try:
        return convert.convert(content)
    except AudioError as error:
        raise _not_a_sound(error) from None
    finally:
        ONE_AT_A_TIME.release()


def make_of_sound(session: Session, key: Key, sound: bytes) -> int:
    """Callers hear this sound (as `converted` made it) from now on; the greeting's id."""
    greeting_keys.check_theirs(key.staff_id)
    try:
        name = sounds.keep(session, sound, greetings_shown.LONGEST_SOUND)
    except AudioError as error:
        raise _not_a_sound(error) from None
    return _make(session, key.greeting(sound=name))


def back_to_stock(session: Session, key: Key) -> int:
    """Callers hear what ships with the product; the id of that wish."""
    greeting_keys.check_theirs(key.staff_id)
    return _make(session, key.greeting())


def like_the_business(session: Session, key: Key, language: str) -> int:
    """A team's or a person's becomes what the business has for the same, as that is now; the id."""
    greeting_keys.check_theirs(key.staff_id)
    asked = Asked(key.situation, holiday=key.holiday, language=language)
    theirs = choice.choose(greetings.in_force(session), asked).greeting
    is_stock = theirs.id is None
    return _make(session, key.greeting() if is_stock else key.greeting(text=theirs.text, sound=theirs.sound))


def bring_back(session: Session, greeting_id: int) -> int:
    """An earlier version holds again, as one of its own; its id."""
    old = theirs(session, greeting_id)
    situation = greeting_keys.situation(old.situation)
    return _make(session, Greeting(None, situation, old.team_id, old.staff_id, old.holiday, old.text, old.sound))


def undo(session: Session, greeting_id: int) -> int:
    """The one before it holds again; the id of the version that says so. 409 when a newer one was made meanwhile."""
    theirs(session, greeting_id)
    office = the_office()
    try:
        made = greetings.undo(session, greeting_id, by=the_viewer().name, now=office.clock.now())
    except OutdatedError:
        raise RefusedError(409, OUTDATED, code="outdated") from None
    return made or abort(404)


def theirs(session: Session, greeting_id: int) -> GreetingVersion:
    """A version that whoever asks may change; 404 for any other."""
    found = session.get(GreetingVersion, greeting_id)
    if found is None or not greeting_keys.is_theirs(found.staff_id):
        abort(404, "There is no such greeting.")
    return found


def ring(session: Session, key: Key, profile: Profile) -> int:
    """Their own phone rings, to record it there; the take, also when it rings for that already. 409 while it rings for another."""
    greeting_keys.check_theirs(key.staff_id)
    staff_id = the_viewer().staff_id
    if staff_id is None:
        raise RefusedError(422, NO_PHONE, code="no_phone")
    session.get_one(Staff, staff_id, with_for_update=True)  # asked twice at once, it rings once
    begun = _begun(session, staff_id, profile)
    if begun is None:
        return _new(session, staff_id, key)
    if (begun.situation, begun.team_id, begun.of_staff_id, begun.holiday) != key.place:
        raise RefusedError(409, BUSY, code="busy")
    return begun.id


def keep(session: Session, take_id: int) -> int | None:
    """Callers hear what was recorded from now on; the greeting's id, None when it was kept already or is gone. 404: another's."""
    take = takes.one(session, take_id)
    if take is None or take.staff_id != the_viewer().staff_id or not greeting_keys.is_theirs(take.of_staff_id):
        abort(404, "There is no such recording.")
    return takes.keep(session, take, by=the_viewer().name, now=the_office().clock.now())


def _begun(session: Session, staff_id: int, profile: Profile) -> Take | None:
    """The take for which their phone rings, or is up."""
    now = the_office().clock.now()
    begun = queries.take_begun(session, staff_id, now)
    return None if begun is None or greeting_takes.is_over(session, begun, profile.ringing.patience, now) else begun


def _new(session: Session, staff_id: int, key: Key) -> int:
    office = the_office()
    take = takes.new(session, staff_id, key.greeting(), office.clock.now())
    after_commit(session, partial(office.bell.ring, RING, take.id))
    return take.id


def _make(session: Session, greeting: Greeting) -> int:
    return greetings.make(session, greeting, by=the_viewer().name, now=the_office().clock.now())


def _not_a_sound(error: AudioError) -> RefusedError:
    return RefusedError(422, f"This file {error}.", code="not_a_sound")
