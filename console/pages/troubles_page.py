"""Troubles: what went wrong, to whom, and what to do about it; each until a manager has seen to it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from callbacks import reopening
from console import seen_to, toasts, trouble_board, trouble_sources, wording
from console.access import the_office, the_viewer


def add_to(pages: Blueprint) -> None:
    """Give the pages their troubles."""
    pages.add_url_rule("/troubles", view_func=troubles)
    pages.add_url_rule("/troubles/seen-to", view_func=mark_seen_to, endpoint="seen_to", methods=["POST"])
    address = "/troubles/not-seen-to/<string(maxlength=40):key>"
    pages.add_url_rule(address, view_func=mark_not_seen_to, endpoint="not_seen_to", methods=["POST"])


def troubles() -> str:
    """The page."""
    office, now = the_office(), the_office().clock.now()
    with office.database.reading() as session:
        profile = office.business(session)
        groups = trouble_sources.groups(session, office.journal, profile, now)
    shown = {"groups": groups, "lead": trouble_board.lead(groups), "now": now}
    return render_template("troubles.html", profile=profile, viewer=the_viewer(), wording=wording, **shown)


def mark_seen_to() -> Response:
    """One thing, or all that a group shows."""
    office, undo = the_office(), reopening.new_key()
    with office.database.transaction() as session:
        keys, by = request.form.getlist("key"), the_viewer().name
        many = seen_to.settle(session, keys, undo, by=by, now=office.clock.now())
    if many:
        words = "Seen to." if many == 1 else f"{wording.small(many)} things are seen to."
        toasts.told(words, url_for("pages.not_seen_to", key=undo))
    return redirect(url_for("pages.troubles"), 303)


def mark_not_seen_to(key: str) -> Response:
    """They want a look after all."""
    office = the_office()
    with office.database.transaction() as session:
        many = seen_to.unsettle(session, key, by=the_viewer().name, now=office.clock.now())
    if many:
        toasts.told("Back on the page.")
    else:
        flash("There is nothing to take back any more.", "bad")
    return redirect(url_for("pages.troubles"), 303)
