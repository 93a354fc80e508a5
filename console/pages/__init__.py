"""The pages that people look at in a browser: one module a page."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from console import likes, static_files
from console.access import MANAGER, the_viewer
from console.framed import framed, open_callbacks, profile
from console.pages import (
    acts,
    api_tokens,
    board_links,
    bulk,
    callback,
    callbacks,
    changes,
    customers,
    customers_import,
    customers_private,
    customers_upcoming,
    greetings,
    greetings_acts,
    hours,
    me,
    messages,
    mine,
    new_callback,
    new_password,
    now,
    now_board_page,
    people,
    people_access,
    people_acts,
    people_forms,
    people_teams,
    phone,
    promises,
    settings,
    settings_business,
    sign_in,
    spreadsheet,
    troubles_page,
    undo,
    welcome,
    words,
)

pages = Blueprint(
    "pages", __name__, template_folder="../templates", static_folder="../static", static_url_path="/static"
)


@pages.get("/")
def home() -> Response:
    """Where one begins: managers with all that is owed, staff with what is theirs, unless they chose; before there is a business, with it."""
    if the_viewer().role == MANAGER and profile() is None:
        return redirect(url_for("pages.welcome"))
    usual = "callbacks" if the_viewer().role == MANAGER else "mine"
    wanted = likes.mine().get("home", usual)
    return redirect(url_for(f"pages.{wanted if wanted in likes.HOMES else usual}"))


@pages.get("/more")
def more() -> str:
    """All that one may go to, for screens too small for the menu."""
    return framed("more.html")


@pages.app_context_processor
def told_to_every_page() -> dict[str, object]:
    """What the frame asks for when it is drawn."""
    return {"likes": likes.mine, "open_callbacks": open_callbacks}


acts.add_to(pages)
api_tokens.add_to(pages)
board_links.add_to(pages)
bulk.add_to(pages)
callback.add_to(pages)
callbacks.add_to(pages)
changes.add_to(pages)
customers.add_to(pages)
customers_import.add_to(pages)
customers_private.add_to(pages)
customers_upcoming.add_to(pages)
greetings.add_to(pages)
greetings_acts.add_to(pages)
hours.add_to(pages)
messages.add_to(pages)
mine.add_to(pages)
now.add_to(pages)
now_board_page.add_to(pages)
phone.add_to(pages)
promises.add_to(pages)
settings.add_to(pages)
settings_business.add_to(pages)
sign_in.add_to(pages)
spreadsheet.add_to(pages)
me.add_to(pages)
new_password.add_to(pages)
people.add_to(pages)
people_access.add_to(pages)
people_acts.add_to(pages)
people_forms.add_to(pages)
people_teams.add_to(pages)
welcome.add_to(pages)
new_callback.add_to(pages)
troubles_page.add_to(pages)
undo.add_to(pages)
words.add_to(pages)
static_files.add_to(pages)
