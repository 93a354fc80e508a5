"""The JSON API: what other software reads of us. Who asks is settled by the gate before anything here runs."""

from flask import Blueprint, abort

from callbacks import queries as promises
from callbacks.promise import State
from callbacks.queries import Wanted
from console import asked, desk_api, fairness_api, greetings_api, history, known, messages_api, shown, staff_api
from console.access import the_office, the_viewer
from console.asked import ID
from console.shown import Shape
from voice import queries as calling

api = Blueprint("api", __name__, url_prefix="/api")
for part in (fairness_api, desk_api, messages_api, greetings_api, staff_api):
    part.add_to(api)


@api.get("/callbacks")
def callbacks() -> Shape:
    """Call-backs, most urgent first; behind the open ones those that are done."""
    wanted = Wanted(
        asked.one_of("state", [state.value for state in State]), asked.text("owner"), None, the_viewer().teams
    )
    limit, after = asked.limit(), asked.callback_cursor()
    with the_office().database.reading() as session:
        rows = promises.most_urgent(session, wanted, limit + 1, after)
        page, more = rows[:limit], rows[limit:]
        about = known.about_callbacks(session, page)
    now = the_office().clock.now()
    last = page[-1] if more else None
    after_last = last and asked.cursor_to(last.state == State.DONE.value, last.promised_by, last.missed_at, last.id)
    return {"callbacks": [shown.callback(row, about, now) for row in page], "next": after_last}


@api.get(f"/callbacks/{ID}")
def callback(callback_id: int) -> Shape:
    """One call-back; 404 for another team's."""
    with the_office().database.reading() as session:
        if promises.one(session, callback_id, the_viewer().teams) is None:
            abort(404, "There is no such call-back.")
        return desk_api.one(session, callback_id)


@api.get("/calls")
def calls() -> Shape:
    """Calls, newest first."""
    limit, after, given = asked.limit(), asked.call_cursor(), asked.text("phone")
    with the_office().database.reading() as session:
        phone = asked.phone(session, given) if given else None
        rows = calling.newest(session, limit + 1, phone=phone, after=after, teams=the_viewer().teams)
        page, more = rows[:limit], rows[limit:]
        about = known.about_calls(session, page)
    last = page[-1] if more else None
    return {
        "calls": [shown.call(row, about) for row in page],
        "next": last and asked.cursor_to(last.started_at, last.id),
    }


@api.get("/customers/<phone>")
def customer(phone: str) -> Shape:
    """The customer with that number and everything we had to do with them."""
    with the_office().database.reading() as session:
        found = history.of(session, asked.phone(session, phone), the_viewer().teams, the_office().clock.now())
    return found or abort(404, "We never had anything to do with this number.")
