"""The commands of the door: the first manager's link, a link for a new password, codes off. For whoever has the machine."""

import click
from flask import url_for
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from console import codes, links, sessions
from console.access import the_office
from console.refusals import refuse, told_plainly
from console.tables import User
from office import audit

BY = "command line"


@click.command("welcome")
@with_appcontext
def welcome() -> None:
    """Print the link by which the first manager makes a sign-in: good once, for a day, while nobody can sign in."""
    with told_plainly(), the_office().database.transaction() as session:
        if not links.is_first_time(session):
            click.echo(
                "Somebody can sign in already; for a new password: flask --app webhooks reset-password", err=True
            )
            return
        token = links.make(session, links.WELCOME, None, BY, the_office().clock.now())
    click.echo(_address("pages.first_manager", token))


@click.command("reset-password")
@click.argument("email")
@with_appcontext
def reset_password(email: str) -> None:
    """Print a link by which that login chooses a new password: good once, for a day."""
    with told_plainly(), the_office().database.transaction() as session:
        user, now = _user(session, email), the_office().clock.now()
        token = links.make(session, links.RESET, user.id, BY, now)
        audit.write(session, by=BY, action="made-link", about=f"user:{user.id}", now=now)
    click.echo(_address("pages.new_password", token))


@click.command("reset-codes")
@click.argument("email")
@with_appcontext
def reset_codes(email: str) -> None:
    """Let that login in without a code, for its phone is lost. Its sessions end."""
    with told_plainly(), the_office().database.transaction() as session:
        user, now = _user(session, email), the_office().clock.now()
        codes.turn_off(session, user.id, now)
        sessions.end_all(session, user.id, now)
        audit.write(session, by=BY, action="codes-off", about=f"user:{user.id}", now=now)
    click.echo(f"{user.email} signs in without a code now.")


def _user(session: Session, email: str) -> User:
    user = session.scalars(select(User).where(User.email == email.strip().casefold())).first()
    return user or refuse(f"{email} has no login; make one with: flask --app webhooks create-user")


def _address(endpoint: str, token: str) -> str:
    """The public address of a page of ours: a command serves no request from which Flask could tell."""
    from flask import current_app

    with current_app.test_request_context():
        return the_office().address(url_for(endpoint, token=token))
