"""Greetings: what callers hear when nobody takes their call, whose it is, how good it is; and one of them, to be made another."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, make_response, render_template, request
from sqlalchemy.orm import Session

from console import asked, digests, live, said, speaking, wording
from console.access import MANAGER, the_office, the_viewer
from console.greetings import checks as greeting_checks
from console.greetings import keys as greeting_keys
from console.greetings import list as greetings_list
from console.greetings import now as greetings_now
from console.greetings import shown as greetings_shown
from console.greetings import takes as greeting_takes
from console.greetings.deeds import LONGEST_TRIED
from console.greetings.keys import Key
from console.greetings.list import Row
from office.profile import Profile
from voicemail_greetings import convert, greetings, places, queries
from voicemail_greetings.choice import SITUATIONS

VERSIONS = 11
"""That the history shows: the one that holds, and ten before it."""

PLACES = {
    "name": "the caller’s name, if we know it",
    "time": "when we’ll ring them",
    "business": "our name",
    "team": "the team they wanted",
    "person": "whom they wanted",
    "until": "when they’re back",
    "holiday": "the holiday’s name",
}
"""What stands in each place, as its button says."""


def add_to(pages: Blueprint) -> None:
    """Give the pages their greetings."""
    pages.add_url_rule("/greetings", endpoint="greetings", view_func=listed)
    pages.add_url_rule("/greetings/one", view_func=greeting)
    pages.add_url_rule("/greetings/one/check", view_func=check_greeting, methods=["POST"])
    pages.add_url_rule("/greetings/one/hear.wav", view_func=hear_greeting)
    pages.add_url_rule("/greetings/one/take", view_func=greeting_take)


def listed() -> str:
    """Every greeting, and a way to another."""
    office, viewer = the_office(), the_viewer()
    with office.database.reading() as session:
        now, profile = office.clock.now(), office.business(session)
        groups = greetings_list.groups(session, profile, now, viewer.staff_id)
        known = greetings_now.everyone(session, now)
    rows = [row for theirs in groups.values() for row in theirs]
    days = greetings_now.days_to_come(profile.hours, now.astimezone(profile.zone).date())
    values = {"groups": groups, "known": known, "days": days, "situations": SITUATIONS, **_frame(profile)}
    return render_template("greetings.html", news=greetings_list.news(rows, profile.hours, now), **values)


def greeting() -> Response:
    """One of them: what callers hear, and every way to make it another."""
    return editor()


def check_greeting() -> Response:
    """What there is to say about the text so far: the page with it, or that part alone for a page that asks while somebody types."""
    text = request.form.get("use") or typed()
    if request.headers.get("X-Part") != "checks":
        return editor(text)
    with the_office().database.reading() as session:
        key, profile = greeting_keys.from_page(session), the_office().business(session)
    checked = greeting_checks.look_at(text, key, profile)
    return make_response(render_template("greetings_checks.html", checked=checked, key=key, **_frame(profile)))


def hear_greeting() -> Response:
    """A text as one caller would hear it, spoken by this machine. 404 where it has no voice."""
    text = asked.text("text", places.LONGEST, lines=True) or ""
    with the_office().database.reading() as session:
        key, profile = greeting_keys.from_page(session), the_office().business(session)
    words = greeting_checks.sample(text, key, profile, known=asked.text("caller") != "unknown")
    sound = speaking.spoken(words, greetings_shown.language(profile)) if words else None
    return Response(sound or abort(404), content_type="audio/wav")


def greeting_take() -> Response:
    """How far the recording on their phone is, for a page that keeps itself fresh."""
    with the_office().database.reading() as session:
        key, profile = greeting_keys.from_page(session), the_office().business(session)
        return live.region("greetings_take.html", _recording(session, key, profile))


def editor(text: str | None = None, faults: Mapping[str, str] | None = None, status: int = 200) -> Response:
    """The page, with what was typed still there and what is wrong with it, by field."""
    with the_office().database.reading() as session:
        key, profile = greeting_keys.from_page(session), the_office().business(session)
        row = greetings_list.one(session, key, profile, the_office().clock.now())
        history = list(greetings.history(session, *key.place)[:VERSIONS])
        seconds = queries.seconds_of_sounds(session, {each.sound for each in history if each.sound})
        recording = _recording(session, key, profile)
    draft = text if text is not None else _draft(row, profile)
    values = {
        **recording,
        **_frame(profile),
        "row": row,
        "history": history,
        "seconds": seconds,
        "faults": faults or {},
        "largest": convert.LARGEST,
    }
    checked = greeting_checks.look_at(draft, key, profile)
    return make_response(render_template("greetings_one.html", checked=checked, gaps=_gaps(key), **values), status)


def typed() -> str:
    """What stands in the field of the text, as far as anybody looks at it."""
    return request.form.get("text", "").replace("\r\n", "\n").strip()[:LONGEST_TRIED]


def at(key: Key) -> dict[str, Any]:
    """How the address of its page names a greeting."""
    return {"whose": key.whose, "situation": key.situation, "holiday": key.holiday}


def _draft(row: Row, profile: Profile) -> str:
    return row.text or greetings_shown.stock_text(row.key.situation, profile)


def _gaps(key: Key) -> dict[str, str]:
    """Those that have something in them for that."""
    only = greetings_shown.ONLY_IN
    return {each: words for each, words in PLACES.items() if key.situation in only.get(each, SITUATIONS)}


def _recording(session: Session, key: Key, profile: Profile) -> dict[str, Any]:
    """How far they are with recording it, for its part of the page."""
    now, staff_id = the_office().clock.now(), the_viewer().staff_id
    take = greeting_takes.standing(session, staff_id, key, profile.ringing.patience, now)
    version = digests.version(take)
    return {"take": take, "key": key, "version": version, "has_phone": staff_id is not None, **_frame(profile)}


def _frame(profile: Profile) -> dict[str, Any]:
    """What every part of these pages is written with."""
    now, viewer = the_office().clock.now(), the_viewer()
    words = {
        "when": greetings_list.when,
        "owner": greetings_list.owner,
        "why_instead": greetings_list.why_instead,
        "said": partial(said.when, now=now, zone=profile.zone),
    }
    about = {"profile": profile, "viewer": viewer, "wording": wording, "now": now, "longest": greeting_checks.LONGEST}
    voice = {"aloud": speaking.is_there(), "language": greetings_shown.language(profile)}
    sample = partial(greeting_checks.sample, profile=profile, known=True)
    theirs = {"is_theirs": greeting_keys.is_theirs, "manages": viewer.role == MANAGER}
    return {**about, **words, **voice, **theirs, "at": at, "sample": sample}
