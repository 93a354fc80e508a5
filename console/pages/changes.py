"""Taking back a change of the business, from its toast or from a page's history."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from console import form, toasts
from console.access import the_office, the_viewer
from console.asked import LARGEST_ID
from console.changing import sentence
from office import changes
from office.changes import UndoError
from office.profile import ProfileError


def add_to(pages: Blueprint) -> None:
    """Give the pages their way back."""
    pages.add_url_rule(f"/changes/<int(max={LARGEST_ID}):change_id>/undo", view_func=undo_change, methods=["POST"])


def undo_change(change_id: int) -> Response:
    """Put back what that change changed, unless it was changed again since."""
    office = the_office()
    try:
        with office.database.transaction() as session:
            changes.undo(session, change_id, by=the_viewer().name, now=office.clock.now())
    except UndoError as no:
        flash(str(no), "bad")
    except ProfileError as error:
        flash(f"It can’t go back to that now. {sentence(error.problems[0].what)}", "bad")
    else:
        toasts.told("Put back as it was.")
    return redirect(form.way_back(), 303)
