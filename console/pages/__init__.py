"""The pages that people look at in a browser: one module a page."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from console.access import MANAGER, the_viewer
from console.pages import (
    acts,
    bulk,
    callback,
    callbacks,
    changes,
    me,
    messages,
    mine,
    new_password,
    now,
    people_access,
    promises,
    sign_in,
    spreadsheet,
    welcome,
)

pages = Blueprint(
    "pages", __name__, template_folder="../templates", static_folder="../static", static_url_path="/static"
)


@pages.get("/")
def home() -> Response:
    """Where one begins: managers with all that is owed, staff with what is theirs."""
    return redirect(url_for("pages.callbacks" if the_viewer().role == MANAGER else "pages.mine"))


acts.add_to(pages)
bulk.add_to(pages)
callback.add_to(pages)
callbacks.add_to(pages)
changes.add_to(pages)
messages.add_to(pages)
mine.add_to(pages)
now.add_to(pages)
promises.add_to(pages)
sign_in.add_to(pages)
spreadsheet.add_to(pages)
me.add_to(pages)
new_password.add_to(pages)
people_access.add_to(pages)
welcome.add_to(pages)
