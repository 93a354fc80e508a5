"""The JSON API's greetings: which hold, which one a caller would hear and why, and making others, in words or as sound."""

from functools import partial
from threading import BoundedSemaphore

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console import asked, greeting_keys, greetings_shown, speaking
from console.access import the_office, the_viewer
from console.asked import RefusedError
from console.body import Body
from console.greeting_keys import Key
from console.shown import Shape
from office import sounds, spoken
from office.audio_files import AudioError
from office.database import after_commit
from office.profile import Profile
from office.tables import Staff
from voicemail_greetings import checks, choice, convert, greetings, places, queries, takes
from voicemail_greetings.choice import Asked, Greeting
from voicemail_greetings.greetings import OutdatedError
from voicemail_greetings.tables import GreetingVersion

KEY = ("situation", "team", "staff", "holiday")

LONGEST_TRIED = 5_000
"""Characters of a text that is looked at while it is written: what is wrong with it is said, also when it is far too long."""

RING = "worker.ring_take"
GREETING = f"<int(max={asked.LARGEST_ID}):greeting_id>"
ONE_AT_A_TIME = BoundedSemaphore(1)
"""To read a sound takes up to twenty seconds of a processor that callers need too."""


def add_to(api: Blueprint) -> None:
    """Give the API its greetings."""
    for read in (choose, history, preview):
        api.get(f"/greetings/{read.__name__}")(read)
    api.get("/greetings")(in_force)
    api.get("/greetings/preview.wav")(preview_aloud)
    api.post("/greetings")(make)
    api.post("/greetings/check")(check)
    api.post("/greetings/sound")(make_of_sound)
    api.post("/greetings/ring-me")(ring_me)
    api.post(f"/greetings/{GREETING}/undo")(undo)


def in_force() -> Shape:
    """All that hold, theirs only for whoever is no manager; behind them those that ship with the product."""
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        made = [each for each in greetings.in_force(session) if not each.is_blank]
        theirs = [each.id for each in made if each.id and greeting_keys.is_theirs(each.staff_id)]
        shapes = greetings_shown.versions(session, queries.versions(session, theirs), profile)
        return {"greetings": [*shapes, *greetings_shown.stock_ones(profile)]}


def choose() -> Shape:
    """Which one a caller would hear, and why; a person's only for themselves and managers."""
    is_open = asked.one_of("is_open", ("true", "false")) != "false"
    holiday = asked.text("holiday", greeting_keys.LONGEST_HOLIDAY)
    with the_office().database.reading() as session:
        key, profile = greeting_keys.from_query(session), the_office().business(session)
        if key.staff_id is not None:
            greeting_keys.check_theirs(key.staff_id)
        wanted = Asked(
            key.situation,
            key.team_id,
            key.staff_id,
            holiday,
            language=greetings_shown.language(profile),
            is_open=is_open,
            team=key.team,
            person=key.staff,
        )
        chosen = choice.choose(greetings.in_force(session), wanted)
        return {"greeting": _shape(session, chosen.greeting, profile), "because": chosen.because}


def check() -> Shape:
    """What could be better in a text, as it is typed."""
    text = Body("text").text("text", LONGEST_TRIED, lines=True) or ""
    with the_office().database.reading() as session:
        business = the_office().business(session).name
    found = checks.findings(text, business=business)
    told = [{"rule": one.rule, "words": one.words, "better": one.better} for one in found]
    seconds = greetings_shown.tenths(greetings_shown.seconds_of(text, business))
    return {"findings": told if text else [], "seconds": seconds, "problems": places.problems(text)}


def make() -> ResponseReturnValue:
    """Callers hear this from now on: 201."""
    body = Body(*KEY, "text")
    text = body.text("text", LONGEST_TRIED, lines=True) or ""
    with the_office().database.transaction() as session:
        key, profile = greeting_keys.from_body(session, body), the_office().business(session)
        greeting_keys.check_theirs(key.staff_id)
        _check_text(text, key, profile)
        return _made(session, key.greeting(text=text), profile), 201


def _check_text(text: str, key: Key, profile: Profile) -> None:
    wrong = places.problems(text)
    takes_s = greetings_shown.seconds_of(text, profile.name)
    if takes_s > checks.LONGEST:
        wrong.append(f"It takes about {takes_s:.0f} seconds to say; {checks.LONGEST} are the most.")
    if not wrong and not greetings_shown.example(text, key.situation, profile).text:
        wrong.append(f"Nothing of it would be said: its places have nothing in them when it is for {key.situation}.")
    if wrong:
        raise RefusedError(422, " ".join(wrong), code="not_possible", field="text")


def make_of_sound() -> ResponseReturnValue:
    """Callers hear the sound in the body (WAV, MP3, M4A) from now on: 201."""
    office = the_office()
    with office.database.reading() as session:
        key, profile = greeting_keys.from_query(session), office.business(session)
    greeting_keys.check_theirs(key.staff_id)
    sound = _converted()
    with office.database.transaction() as session:
        try:
            name = sounds.keep(session, sound, greetings_shown.LONGEST_SOUND)
        except AudioError as error:
            raise _not_a_sound(error) from None
        return _made(session, key.greeting(sound=name), profile), 201


def _converted() -> bytes:
    """What was sent, as callers hear it. 413 for what is too large, 422 for what is no sound, 429 while another is read."""
    request.max_content_length = convert.LARGEST
    content = request.get_data(cache=False)
    if not content:
        raise RefusedError(422, "Send the sound as the body of the request.", code="no_sound")
    if not ONE_AT_A_TIME.acquire(blocking=False):
        abort(429, "Another sound is being read just now. Please try again in a moment.")
    try:
        return convert.convert(content)
    except AudioError as error:
        raise _not_a_sound(error) from None
    finally:
        ONE_AT_A_TIME.release()


def _not_a_sound(error: AudioError) -> RefusedError:
    return RefusedError(422, f"This file {error}.", code="not_a_sound")


def undo(greeting_id: int) -> ResponseReturnValue:
    """The one before it holds again: 201. 409 when a newer one was made meanwhile."""
    Body()
    office = the_office()
    with office.database.transaction() as session:
        undone = session.get(GreetingVersion, greeting_id)
        if undone is None or not greeting_keys.is_theirs(undone.staff_id):
            abort(404, "There is no such greeting.")
        try:
            made = greetings.undo(session, greeting_id, by=the_viewer().name, now=office.clock.now())
        except OutdatedError:
            raise RefusedError(409, "A newer greeting was made for the same: undo that one.", code="outdated") from None
        return greetings_shown.by_id(session, made, office.business(session)), 201


def history() -> Shape:
    """Every version for just that, the newest first: the first is the one that holds."""
    with the_office().database.reading() as session:
        key, profile = greeting_keys.from_query(session), the_office().business(session)
        greeting_keys.check_theirs(key.staff_id)
        rows = greetings.history(session, key.situation, key.team_id, key.staff_id, key.holiday)
        return {"versions": greetings_shown.versions(session, rows, profile)}


def preview() -> Shape:
    """A text as callers would hear it, with an example in each place; `aloud`: this machine can speak it."""
    with the_office().database.reading() as session:
        profile = the_office().business(session)
    named = asked.one_of("situation", choice.SITUATIONS)
    situation = next((each for each in choice.SITUATIONS if each == named), None)
    text = asked.text("text", places.LONGEST, lines=True) or greetings_shown.stock_text(situation or "busy", profile)
    said, language = greetings_shown.example(text, situation, profile), greetings_shown.language(profile)
    seconds = greetings_shown.tenths(spoken.seconds(said.text))
    shape = {"text": said.text, "tells_when": said.tells_when, "seconds": seconds}
    return {**shape, "language": language, "aloud": speaking.is_there()}


def preview_aloud() -> Response:
    """The same, spoken by this machine. 404 where it has no voice."""
    said = preview()
    sound = speaking.spoken(said["text"], said["language"]) if said["text"] else None
    if sound is None:
        abort(404, "This machine has no voice just now: install espeak-ng or flite, or let the browser speak.")
    return Response(sound, content_type="audio/wav")


def ring_me() -> ResponseReturnValue:
    """Their own phone rings, to record it there: 202, also when it rings for that already. 409 while it rings for another one.

    422 for whoever has no phone of ours.
    """
    body, office, viewer = Body(*KEY), the_office(), the_viewer()
    with office.database.transaction() as session:
        key = greeting_keys.from_body(session, body)
        greeting_keys.check_theirs(key.staff_id)
        if viewer.staff_id is None:
            raise RefusedError(422, "There is no phone to ring: this sign-in belongs to nobody.", code="no_phone")
        session.get_one(Staff, viewer.staff_id, with_for_update=True)  # asked twice at once, it rings once
        return {"take": _begun(session, viewer.staff_id, key) or _new(session, viewer.staff_id, key)}, 202


def _begun(session: Session, staff_id: int, key: Key) -> int | None:
    """The take for which their phone rings already, if it is for the same."""
    begun = queries.take_begun(session, staff_id, the_office().clock.now())
    if begun is None:
        return None
    if (begun.situation, begun.team_id, begun.of_staff_id, begun.holiday) == key.place:
        return begun.id
    raise RefusedError(409, "Your phone rings for another greeting just now; record that one first.", code="busy")


def _new(session: Session, staff_id: int, key: Key) -> int:
    office = the_office()
    take = takes.new(session, staff_id, key.greeting(), office.clock.now())
    after_commit(session, partial(office.bell.ring, RING, take.id))
    return take.id


def _made(session: Session, greeting: Greeting, profile: Profile) -> Shape:
    """It holds from now on; as it is shown."""
    made = greetings.make(session, greeting, by=the_viewer().name, now=the_office().clock.now())
    return greetings_shown.by_id(session, made, profile)


def _shape(session: Session, greeting: Greeting, profile: Profile) -> Shape:
    if greeting.id is None:
        return greetings_shown.stock_one(greeting, profile)
    return greetings_shown.by_id(session, greeting.id, profile)
