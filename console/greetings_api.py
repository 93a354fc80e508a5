"""The JSON API's greetings: which hold, which one a caller would hear and why, and making others, in words or as sound."""

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from console import asked, speaking
from console.access import the_office
from console.body import Body
from console.greetings import deeds as greeting_deeds
from console.greetings import keys as greeting_keys
from console.greetings import shown as greetings_shown
from console.shown import Shape
from office import spoken
from office.profile import Profile
from voicemail_greetings import checks, choice, convert, greetings, places, queries
from voicemail_greetings.choice import Asked, Greeting

KEY = ("situation", "team", "staff", "holiday")

GREETING = f"<int(max={asked.LARGEST_ID}):greeting_id>"


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
            business=profile.name,
        )
        chosen = choice.choose(greetings.in_force(session), wanted)
        return {"greeting": _shape(session, chosen.greeting, profile), "because": chosen.because}


def check() -> Shape:
    """What could be better in a text, as it is typed."""
    text = Body("text").text("text", greeting_deeds.LONGEST_TRIED, lines=True) or ""
    with the_office().database.reading() as session:
        business = the_office().business(session).name
    found = checks.findings(text, business=business)
    told = [{"rule": one.rule, "words": one.words, "better": one.better} for one in found]
    seconds = greetings_shown.tenths(greetings_shown.seconds_of(text, business))
    return {"findings": told if text else [], "seconds": seconds, "problems": places.problems(text)}


def make() -> ResponseReturnValue:
    """Callers hear this from now on: 201."""
    body = Body(*KEY, "text")
    text = body.text("text", greeting_deeds.LONGEST_TRIED, lines=True) or ""
    with the_office().database.transaction() as session:
        key, profile = greeting_keys.from_body(session, body), the_office().business(session)
        made = greeting_deeds.make_of_text(session, key, text, profile)
        return greetings_shown.by_id(session, made, profile), 201


def make_of_sound() -> ResponseReturnValue:
    """Callers hear the sound in the body (WAV, MP3, M4A) from now on: 201. 413 for what is too large."""
    office = the_office()
    with office.database.reading() as session:
        key, profile = greeting_keys.from_query(session), office.business(session)
    greeting_keys.check_theirs(key.staff_id)
    request.max_content_length = convert.LARGEST
    sound = greeting_deeds.converted(request.get_data(cache=False))
    with office.database.transaction() as session:
        made = greeting_deeds.make_of_sound(session, key, sound)
        return greetings_shown.by_id(session, made, profile), 201


def undo(greeting_id: int) -> ResponseReturnValue:
    """The one before it holds again: 201. 409 when a newer one was made meanwhile."""
    Body()
    office = the_office()
    with office.database.transaction() as session:
        made = greeting_deeds.undo(session, greeting_id)
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
    body = Body(*KEY)
    with the_office().database.transaction() as session:
        key, profile = greeting_keys.from_body(session, body), the_office().business(session)
        return {"take": greeting_deeds.ring(session, key, profile)}, 202


def _shape(session: Session, greeting: Greeting, profile: Profile) -> Shape:
    if greeting.id is None:
        return greetings_shown.stock_one(greeting, profile)
    return greetings_shown.by_id(session, greeting.id, profile)
