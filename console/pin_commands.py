"""The command that gives a phone of ours its PIN for the staff line: `flask --app webhooks set-pin`."""

import sys

import click
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from console.access import the_office
from console.refusals import refuse, told_plainly
from office import numbers, own_phones, pins
from office.profile import Profile


@click.command("set-pin")
@click.argument("who", metavar="PHONE-OR-NAME")
@with_appcontext
def set_pin(who: str) -> None:
    """Give somebody on the staff, or the manager's phone, a PIN for ringing the business from it.

    The PIN is asked for twice, or read from standard input when that is no terminal.
    """
    office = the_office()
    with told_plainly():
        with office.database.reading() as session:
            phone, name = _whose(session, office.business(session), who)
        pin = _pin()
        with office.database.transaction() as session:
            try:
                pins.set_pin(session, phone, pin)
            except pins.PinError as error:
                refuse(str(error))
    click.echo(f"{name} ({phone}) has a PIN now. Whatever was keyed wrong before is forgotten.")


def _whose(session: Session, business: Profile, who: str) -> tuple[str, str]:
    """The phone and whose it is, by name or by number; refuses whoever is not one of us."""
    by_name = [one for one in own_phones.everybody(session) if one.name.casefold() == who.strip().casefold()]
    if len(by_name) > 1:
        refuse(f"{len(by_name)} people are called {who}: name the phone instead")
    if by_name:
        return by_name[0].phone, by_name[0].name
    try:
        phone = numbers.normal(who, business.country)
    except numbers.NumberError:
        names = ", ".join(one.name for one in own_phones.everybody(session)) or "nobody yet; import a business first"
        refuse(f"nobody on the staff is called {who!r}; there are: {names}")
    return phone, _owner(session, business, phone)


def _owner(session: Session, business: Profile, phone: str) -> str:
    found = own_phones.whose(session, phone)
    if found is not None:
        return found[0].name
    if phone != business.manager_phone:
        refuse(f"{phone} is the phone of nobody on the staff, and not the manager's")
    return "The manager"


def _pin() -> str:
    if sys.stdin.isatty():
        pin: str = click.prompt("PIN", hide_input=True, confirmation_prompt=True)
        return pin
    try:
        return sys.stdin.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        refuse("the PIN is not UTF-8 text")
