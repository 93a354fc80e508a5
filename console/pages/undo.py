"""Taking back what was just done with call-backs: one, or as many as were ticked. What has changed since stays as it is."""

from flask import Blueprint, flash, redirect
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from callbacks import reopening
from callbacks.refused import Refused
from callbacks.reopening import Told
from console import deeds, form, toasts, wording
from console.access import the_office, the_viewer
from console.pages import acts

NOTHING = "There is nothing to take back any more."


def add_to(pages: Blueprint) -> None:
    """Give the pages their way back."""
    pages.add_url_rule("/callbacks/undo/<string(maxlength=40):key>", view_func=take_back, methods=["POST"])


def take_back(key: str) -> Response:
    """Whatever was done under that key by whoever asks; what came of it is said on the page they came from."""
    office = the_office()
    with office.database.reading() as session:
        done = reopening.done_under(session, key, the_viewer().name, office.clock.now())
    why_not = list(filter(None, map(_take_back, done)))
    back = len(done) - len(why_not)
    if back:
        toasts.told("Put back as it was." if len(done) == 1 else f"{wording.small(back)} are as they were.")
    if why_not or not done:
        flash(" ".join(dict.fromkeys(why_not)) or NOTHING, "bad")
    return redirect(form.way_back(), 303)


def _take_back(told: Told) -> str | None:
    """Why it stays as it is now; None: it went back."""
    name = "this caller"
    try:
        with deeds.on_callback(told["of"]) as deed:
            name = acts.name_of(deed)
            reopening.take_back(deed, told)
    except Refused as refusal:
        return acts.tell(refusal, name)
    except NotFound:
        return NOTHING
    return None
