"""The JSON API's deeds: what people and other software do with call-backs. Each is one transaction, told once.

Whoever may not see a row cannot act on it: 404. A race that was lost, or a call-back that is over, is a 409.
"""

import json
from collections.abc import Callable
from functools import partial
from hashlib import sha256

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from callbacks import desk, requested
from callbacks.desk import LONGEST_MOVE_NOTE, LONGEST_NOTE, Deed
from callbacks.refused import NotPossible, Refused, WornOut
from callbacks.requested import Key, Request
from callbacks.tables import Callback
from console import deeds, known, shown, troubles
from console.access import MANAGER, the_office, the_viewer
from console.asked import ID, LONGEST_TEXT, BadFieldError, RefusedError, region
from console.body import Body
from console.shown import Shape
from office import audit, numbers, people
from office.numbers import NumberError
from office.people import Person
from office.tables import Staff


def add_to(api: Blueprint) -> None:
    """Give the API its deeds."""
    api.post("/callbacks")(create)
    for deed in (claim, release, assign, call, snooze, move, done, note):
        api.post(f"/callbacks/{ID}/{deed.__name__}")(deed)
    api.register_error_handler(Refused, refused)


def refused(refusal: Refused) -> ResponseReturnValue:
    """Why not: 422 for what cannot be, 409 for what somebody else was quicker in."""
    status = 422 if isinstance(refusal, NotPossible) else 409
    if isinstance(refusal, WornOut):
        deeds.tell_of_limit(refusal.cap)
    more = {name: getattr(refusal, name, None) for name in ("field", "holder")}
    return troubles.answer(RefusedError(status, str(refusal), code=refusal.code, **more))


def claim(callback_id: int) -> Shape:
    """It is theirs."""
    Body()
    return _do(callback_id, desk.claim)


def release(callback_id: int) -> Shape:
    """It is everybody's again."""
    Body()
    return _do(callback_id, desk.release)


def assign(callback_id: int) -> Shape:
    """A manager hands it to a person."""
    name = Body("staff").needed("staff", LONGEST_TEXT)
    if the_viewer().role != MANAGER:
        abort(403, "Only a manager hands a call-back to somebody.")
    with deeds.on_callback(callback_id) as deed:
        desk.assign(deed, _named(deed.session, name))
        return one(deed.session, callback_id)


def call(callback_id: int) -> Shape:
    """Their own phone rings, then the customer's. A worker dials: at once, or at the sweep's next round."""
    Body()
    return _do(callback_id, deeds.call)


def snooze(callback_id: int) -> Shape:
    """Not before then."""
    until = Body("until").needed_moment("until")
    return _do(callback_id, lambda deed: desk.snooze(deed, until))


def move(callback_id: int) -> Shape:
    """A later time that the customer agreed to."""
    body = Body("promised_by", "note")
    promised_by, said = body.needed_moment("promised_by"), body.needed("note", LONGEST_MOVE_NOTE, lines=True)
    return _do(callback_id, lambda deed: desk.move(deed, promised_by, said))


def done(callback_id: int) -> Shape:
    """It is over."""
    body = Body("outcome", "note")
    outcome, said = body.one_of("outcome", desk.BY_HAND), body.text("note", LONGEST_NOTE, lines=True)
    return _do(callback_id, lambda deed: desk.done(deed, outcome, said))


def note(callback_id: int) -> Shape:
    """Something to know about the customer."""
    said = Body("text").needed("text", LONGEST_NOTE, lines=True)
    return _do(callback_id, lambda deed: desk.note(deed, said))


def create() -> ResponseReturnValue:
    """A call-back that somebody asks for: 201, or 200 with the open one."""
    body, office = Body("phone", "name", "reason", "promised_by"), the_office()
    key = _key(body)
    with office.database.transaction() as session:
        wanted, profile, now = _request(session, body), office.business(session), office.clock.now()
        asked_for = partial(requested.once, key=key) if key else requested.ask
        callback_id, opened = asked_for(session, wanted, profile=profile, now=now)
        return one(session, callback_id), 201 if opened else 200


def one(session: Session, callback_id: int) -> Shape:
    """A call-back as it stands now, with what was done to it and what is known about its customer."""
    session.flush()
    row = session.get_one(Callback, callback_id, populate_existing=True)
    shape = shown.callback(row, known.about_callbacks(session, [row]), the_office().clock.now())
    phones = list(dict.fromkeys(phone for phone in (row.called_from, row.phone) if phone))
    notes = [shown.note(said) for phone in phones for said in people.notes_of(session, phone)]
    return {**shape, "notes": notes, "history": [shown.deed(row) for row in audit.of(session, f"callback:{row.id}")]}


def _do(callback_id: int, do: Callable[[Deed], None]) -> Shape:
    with deeds.on_callback(callback_id) as deed:
        do(deed)
        return one(deed.session, callback_id)


def to_be_dialled(session: Session, written: str) -> str:
    """A number that somebody is to be rung at, in its normal form. Raises NotPossible for what is none."""
    try:
        return numbers.normal(written, region(session))
    except NumberError as error:
        raise NotPossible("phone", f"phone {error}", "not_dialled") from None


def _named(session: Session, name: str) -> Person:
    """The person on the staff with that name."""
    found = session.execute(people.AT_WORK.where(Staff.name == name)).all()
    if len(found) != 1:
        raise NotPossible("staff", "There is nobody of that name." if not found else "Several have that name.")
    return Person(*found[0])


def _request(session: Session, body: Body) -> Request:
    viewer = the_viewer()
    return Request(
        phone=to_be_dialled(session, body.needed("phone", LONGEST_TEXT)),
        name=body.text("name", LONGEST_TEXT),
        reason=body.text("reason", LONGEST_TEXT),
        promised_by=body.moment("promised_by"),
        by=viewer.name,
        team_id=_team(session),
        teams=viewer.teams,
    )


def _team(session: Session) -> int | None:
    """Their own, or the only one there is; else it is for everybody."""
    viewer = the_viewer()
    theirs = people.teams_of(session, viewer.staff_id) if viewer.staff_id else frozenset[int]()
    teams = theirs or people.open_teams(session).keys()
    return next(iter(teams)) if len(teams) == 1 else None


def _key(body: Body) -> Key | None:
    """The asking software's own name for its request, if it sent one; another token's are others."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    if not 0 < len(given) <= LONGEST_TEXT or not (given.isascii() and given.isprintable()):
        raise BadFieldError("Idempotency-Key", f"must be plain text of 1 to {LONGEST_TEXT} characters")
    token = request.authorization.token if request.authorization else None
    said = json.dumps(body.said, sort_keys=True)
    return Key(sha256((token or "").encode()).hexdigest(), given, sha256(said.encode()).hexdigest())
