"""Board links: screens in the room that show what happens now. Made, revoked and brought back by managers."""

from flask import Blueprint, abort, make_response, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from callbacks.refused import NotPossible
from console import board_links as links
from console import form, toasts
from console.access import the_office, the_viewer
from console.asked import LARGEST_ID
from console.framed import framed
from console.tables import BoardLink
from office import audit

PLACE = "/settings/board"
LINK = f"{PLACE}/<int(max={LARGEST_ID}):link_id>"
LONGEST_NAME = 60


def add_to(pages: Blueprint) -> None:
    """Give the pages the links of screens."""
    pages.add_url_rule(PLACE, view_func=board_links)
    pages.add_url_rule(PLACE, view_func=make_board_link, methods=["POST"])
    pages.add_url_rule(f"{LINK}/revoke", view_func=revoke_board_link, methods=["POST"])
    pages.add_url_rule(f"{LINK}/bring-back", view_func=bring_back_board_link, methods=["POST"])


def board_links() -> Response:
    """The page. A link that was just made is on it this once."""
    return _page()


def make_board_link() -> Response:
    """A link for a screen."""
    theme = request.form.get("theme", "")
    if theme not in links.THEMES:
        abort(400, "Choose how the screen looks.")
    try:
        name = form.needed("name", LONGEST_NAME, "Say where the screen hangs, so that you know it again.")
    except NotPossible as no:
        return _page(422, problem=str(no), typed=request.form.get("name", ""), theme=theme)
    now = the_office().clock.now()
    with the_office().database.transaction() as writing:
        link, token = links.make(writing, name, theme, the_viewer().name, now)
        _note(writing, "made-board-link", link)
    session["made_board"] = [name, the_office().address(url_for("pages.tv_board", token=token))]
    return redirect(url_for("pages.board_links"), 303)


def revoke_board_link(link_id: int) -> Response:
    """The screen goes dark within seconds."""
    with the_office().database.transaction() as writing:
        link = links.revoke(writing, link_id, the_office().clock.now()) or abort(404)
        _note(writing, "revoked-board-link", link)
    toasts.told(f"{link.name} shows the board no more.", url_for("pages.bring_back_board_link", link_id=link_id))
    return redirect(url_for("pages.board_links"), 303)


def bring_back_board_link(link_id: int) -> Response:
    """The same link is good again."""
    with the_office().database.transaction() as writing:
        link = links.revoke(writing, link_id, None) or abort(404)
        _note(writing, "brought-back-board-link", link)
    toasts.told(f"{link.name} shows the board again.")
    return redirect(url_for("pages.board_links"), 303)


def _page(status: int = 200, **typed: str) -> Response:
    with the_office().database.reading() as reading:
        made = links.all_made(reading)
    shown = {"links": made, "themes": links.THEMES, "longest": LONGEST_NAME, "now": the_office().clock.now()}
    return make_response(framed("board_links.html", **shown, made=session.pop("made_board", None), typed=typed), status)


def _note(writing: Session, action: str, link: BoardLink) -> None:
    now = the_office().clock.now()
    audit.write(writing, by=the_viewer().name, action=action, about=f"board:{link.id}", now=now, detail=link.name)
