"""API tokens, on the page of who may sign in: made and shown once, revoked, brought back. For managers."""

from flask import Blueprint, abort, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from callbacks.refused import NotPossible
from console import access, form, toasts, tokens
from console.access import ROLES, the_office, the_viewer
from console.asked import LARGEST_ID
from console.pages.people_access import page, staff_id_of
from console.tables import Token
from office import audit

PLACE = "/settings/access/tokens"
TOKEN = f"{PLACE}/<int(max={LARGEST_ID}):token_id>"
LONGEST_NAME = 200


def add_to(pages: Blueprint) -> None:
    """Give the page of access its tokens."""
    pages.add_url_rule(PLACE, view_func=make_token, methods=["POST"])
    pages.add_url_rule(f"{TOKEN}/revoke", view_func=revoke_token, methods=["POST"])
    pages.add_url_rule(f"{TOKEN}/bring-back", view_func=bring_back_token, methods=["POST"])


def make_token() -> Response:
    """A token for other software; the page shows it this once."""
    role, staff = request.form.get("role", ""), request.form.get("staff", "")
    if role not in ROLES:
        abort(400, "Choose what it may.")
    try:
        name = form.needed("name", LONGEST_NAME, "Say what the token is for, so that you know it again.")
    except NotPossible as no:
        typed = {"name": request.form.get("name", ""), "role": role, "staff": staff}
        return page(422, faults={"token": str(no)}, typed=typed)
    with the_office().database.transaction() as writing:
        row, token = access.new_token(writing, name, role, staff_id_of(writing, staff))
        _note(writing, "made-token", row)
    session["made_token"] = [name, token]
    return redirect(url_for("pages.access"), 303)


def revoke_token(token_id: int) -> Response:
    """It opens nothing from now on."""
    with the_office().database.transaction() as writing:
        token = tokens.revoke(writing, token_id, the_office().clock.now()) or abort(404)
        _note(writing, "revoked-token", token)
    toasts.told(f"{token.name} opens nothing any more.", url_for("pages.bring_back_token", token_id=token_id))
    return redirect(url_for("pages.access"), 303)


def bring_back_token(token_id: int) -> Response:
    """The same token is good again."""
    with the_office().database.transaction() as writing:
        token = tokens.revoke(writing, token_id, None) or abort(404)
        _note(writing, "brought-back-token", token)
    toasts.told(f"{token.name} is good again.")
    return redirect(url_for("pages.access"), 303)


def _note(writing: Session, action: str, token: Token) -> None:
    now = the_office().clock.now()
    audit.write(writing, by=the_viewer().name, action=action, about=f"token:{token.id}", now=now, detail=token.name)
