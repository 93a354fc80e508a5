"""Letting somebody in: a guess is counted before it is looked at, and a session begins once it was right."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import flash, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from console import access, browsers, codes, framed, gate, known_browsers, passwords, sessions, throttle
from console.access import the_office
from console.tables import User
from office import audit


@dataclass(frozen=True, slots=True)
class Guess:
    """A try that was noted: whose, in which rows, and when to try again if it came too soon."""

    whose: str
    rows: list[int]
    again: datetime | None

    @property
    def held_back(self) -> str | None:
        """The words for it."""
        if self.again is None:
            return None
        minute = framed.local(self.again + timedelta(seconds=59))
        return f"Let’s wait a minute. Try again at {minute:%H:%M}."


def guess(what: str, email: str) -> Guess:
    """Count a try at `what` ("password", "code") of the account with that email. Where it was signed in before, it counts for that browser."""
    office, now = the_office(), the_office().clock.now()
    browser = known_browsers.name_for(email)
    whose = f"{what} of {email.strip().casefold()}" + (f" in {browser}" if browser else "")
    limits = {whose: throttle.OF_AN_ACCOUNT}
    if not browser:
        limits[f"address {request.remote_addr}"] = throttle.OF_AN_ADDRESS
    with office.database.transaction() as writing:
        rows = throttle.note(writing, limits, now)
    with office.database.reading() as reading:
        again = throttle.wait_until(reading, limits, now)
    if again:
        with office.database.transaction() as writing:
            throttle.forget(writing, rows)
    return Guess(whose, rows, again)


def was_right(writing: Session, tried: Guess) -> None:
    """A guess that was right counts no more, nor do the wrong ones before it."""
    throttle.forget(writing, tried.rows)
    throttle.forgive(writing, {tried.whose: throttle.OF_AN_ACCOUNT})


def renew_hash(writing: Session, user: User, password: str) -> None:
    """Keep the password as we would keep it now, for this is the only moment at which it is known."""
    if passwords.is_outdated(user.password_hash):
        access.set_password(writing, user.id, password)


def enter(user: User, wanted: str, *, stays: bool = False) -> AnyResponse:
    """Begin a session for whoever proved that this login is theirs, and lead them where they wanted to go. `stays`: a longer one."""
    now, browser = the_office().clock.now(), browsers.name(request.user_agent.string)
    with the_office().database.transaction() as writing:
        signed_in = sessions.begin(writing, user, now, stays=stays, browser=browser)
        codes_by = codes.ask_for(writing, user, now)
        audit.write(writing, by=signed_in.viewer.name, action="signed-in", about=f"user:{user.id}", now=now)
    gate.begin_session(signed_in)
    if codes_by and codes_by > now:
        told = Markup('From {:%A %-d %B} on managers need a code as well. <a href="{}">Set it up</a>')
        flash(told.format(framed.local(codes_by), url_for("pages.codes")), "plain")
    answer = redirect(wanted, 303)
    known_browsers.remember(answer, user.email)
    return answer
