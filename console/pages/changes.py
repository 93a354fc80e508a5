"""Taking back a change of the business, from its toast or from a page's history."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from callbacks import handing_on
from console import form, logins, toasts
from console.access import the_office, the_viewer
from console.asked import LARGEST_ID
from console.changing import sentence
from office import changes
from office.changes import UndoError
from office.profile import ProfileError

OF_PEOPLE = "Put back. Whoever is back is on duty; promises that were handed on stay where they are."


def add_to(pages: Blueprint) -> None:
    """Give the pages their way back."""
    pages.add_url_rule(f"/changes/<int(max={LARGEST_ID}):change_id>/undo", view_func=undo_change, methods=["POST"])


def undo_change(change_id: int) -> Response:
    """Put back what that change changed, unless it was changed again since."""
    office = the_office()
    try:
        with office.database.transaction() as session:
            changes.hold(session)
            with logins.still_managed(session):
                row = changes.undo(session, change_id, by=the_viewer().name, now=office.clock.now())
            handing_on.settle(session, office.clock.now())
    except UndoError as no:
        flash(str(no), "bad")
    except ProfileError as error:
        flash(f"It can’t go back to that now. {sentence(error.problems[0].what)}", "bad")
    else:
        toasts.told(OF_PEOPLE if row and not {"staff", "team"}.isdisjoint(row.after) else "Put back as it was.")
    return redirect(form.way_back(), 303)
