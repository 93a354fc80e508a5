"""The first run: the first manager's sign-in, by a link that is printed at the start, and the list of what is left to do."""

from urllib.parse import urlsplit

from flask import Blueprint, flash, g, make_response, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from console import access, checklist, entering, links, passwords
from console.access import MANAGER, the_office
from console.checklist import Facts
from console.framed import at_the_door, framed, profile
from console.pages.new_password import gone
from console.tables import User
from office import audit, smtp
from office.line import LineError
from office.line.twilio import TwilioLine
from voice.tables import Call
from voicemail_greetings.tables import GreetingVersion

USED = "This link was used already, is older than a day, or somebody can sign in by now. For another: flask --app webhooks welcome"
NO_ADDRESS = "That isn’t an email address. Please try again."

ADDRESSES = {
    "A call comes in": "/voice/incoming",
    "Primary handler fails": "/voice/fallback",
    "Call status changes": "/voice/status",
    "A message comes in": "/texts/incoming",
}
"""By the names that the carrier's own page has for them."""


def add_to(pages: Blueprint) -> None:
    """Give the pages their first ones."""
    pages.add_url_rule("/welcome", view_func=welcome)
    pages.add_url_rule("/welcome/addresses", view_func=set_addresses, methods=["POST"])
    pages.add_url_rule("/welcome/<token>", view_func=first_manager, methods=["GET"])
    pages.add_url_rule("/welcome/<token>", view_func=make_first_manager, methods=["POST"])


def first_manager(token: str) -> Response:
    """The form, while the link is good and nobody can sign in yet."""
    with the_office().database.reading() as reading:
        return _form(token) if _is_good(reading, token) else gone(USED)


def make_first_manager(token: str) -> Response:
    """The first manager's login; then in, to what is left to do."""
    email, password = request.form.get("email", "").strip(), request.form.get("password", "")
    fault = passwords.fault(password) if smtp.is_address(email) else NO_ADDRESS
    with the_office().database.transaction() as writing:
        if not _is_good(writing, token):
            return gone(USED)
        if fault:
            return _form(token, email, fault)
        user = _made(writing, token, email, password)
    return entering.enter(user, url_for("pages.welcome")) if user else gone(USED)


def welcome() -> str:
    """What is done and what is left."""
    office = the_office()
    with office.database.reading() as reading:
        steps = checklist.items(_facts(reading))
    news, next_step = checklist.news(steps)
    addresses = [(what, office.address(path)) for what, path in ADDRESSES.items()]
    return framed("welcome.html", items=steps, news=news, next_step=next_step, addresses=addresses, may_set=_may_set())


def set_addresses() -> Response:
    """Have the carrier ask us from now on, by its own interface."""
    office, business = the_office(), profile()
    if not (_may_set() and business and isinstance(office.line, TwilioLine)):
        flash("Copy the addresses by hand, please: there is no number of a carrier’s to set them for.", "bad")
        return redirect(url_for("pages.welcome"), 303)
    voice, fallback, status, texts = map(office.address, ADDRESSES.values())
    try:
        office.line.set_addresses(business.phone, voice=voice, fallback=fallback, status=status, texts=texts)
    except LineError as error:
        flash(f"The carrier didn’t take them: {error}. Copy them by hand, please.", "bad")
    else:
        _note("set-addresses")
        flash("The carrier knows our addresses. Now ring the number.", "good")
    return redirect(url_for("pages.welcome"), 303)


def _made(writing: Session, token: str, email: str, password: str) -> User | None:
    now, link = the_office().clock.now(), links.find(writing, links.WELCOME, token, the_office().clock.now())
    if link is None or not links.use(writing, link, now):
        return None
    access.add_user(writing, email, password, MANAGER, None)
    user = writing.scalars(select(User).where(User.email == email.casefold())).one()
    audit.write(writing, by=user.email, action="first-manager", about=f"user:{user.id}", now=now)
    return user


def _is_good(session: Session, token: str) -> bool:
    return links.is_first_time(session) and bool(links.find(session, links.WELCOME, token, the_office().clock.now()))


def _form(token: str, email: str = "", problem: str | None = None) -> Response:
    page = at_the_door("first_manager.html", token=token, email=email, problem=problem, shortest=passwords.SHORTEST)
    return make_response(page, 422 if problem else 200)


def _facts(session: Session) -> Facts:
    inbound = select(Call.id).where(Call.direction == "inbound")
    return Facts(
        profile=profile(),
        is_public=_is_public(),
        rang=session.scalar(inbound.limit(1)) is not None,
        heard_out=session.scalar(inbound.where(Call.ended_at.is_not(None)).limit(1)) is not None,
        has_greeting=session.scalar(select(GreetingVersion.id).limit(1)) is not None,
        standin=the_office().settings.standin,
    )


def _is_public() -> bool:
    return urlsplit(the_office().settings.public_base_url).scheme == "https"


def _may_set() -> bool:
    """Only a real carrier has numbers to set addresses for, and only such as it can reach; the stand-in was told where we are when it started."""
    return _is_public() and not the_office().settings.standin and profile() is not None


def _note(action: str) -> None:
    now = the_office().clock.now()
    with the_office().database.transaction() as writing:
        audit.write(writing, by=g.viewer.name, action=action, about="business", now=now)
