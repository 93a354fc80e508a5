"""The commands: `flask --app webhooks …`. What goes wrong is told in one line each on standard error, with exit status 1.

None of them needs Redis; all but `db upgrade` need a migrated database.
"""

import sys
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from callbacks import handing_on
from console import access, passwords
from console.access import ROLES, the_office
from console.access_commands import reset_codes, reset_password, welcome
from console.coverage import coverage
from console.customers import changes as customers_changes
from console.desk_commands import fairness, webhook_secret
from console.number_commands import contact
from console.pin_commands import set_pin
from console.refusals import refuse, told_plainly
from console.rehearsal import moment_of, rehearse
from office import changes, customer_list, numbers, people, sounds
from office.customer_list import CustomerListError
from office.hours import HoursError
from office.profile import ProfileError
from office.profile.lines import key_lines
from office.tables import Business

role_option = click.option("--role", type=click.Choice(ROLES), required=True, help="what they may see and do")
staff_option = click.option("--staff", "staff_name", metavar="NAME", help="the person on the staff whom this is")

ours = AppGroup()
database = AppGroup("db", short_help="The database.")
ours.add_command(database)
ours.add_command(contact)
ours.add_command(fairness)
ours.add_command(webhook_secret)
for command in (set_pin, welcome, reset_password, reset_codes):
    ours.add_command(command)


def add_to(app: Flask) -> None:
    """Give the application its commands."""
    for command in ours.commands.values():
        app.cli.add_command(command)


@database.command("upgrade")
def upgrade() -> None:
    """Migrate the database to the newest shape. Doing it twice changes nothing."""
    from office import migrations

    with told_plainly():
        migrations.upgrade(the_office().settings.database_url)
    click.echo("The database is up to date.")


@ours.command("import-business")
@click.argument("file", type=click.Path(path_type=Path))
def import_business(file: Path) -> None:
    """Add or update the business, hours, teams, staff, policies and audio. Removes nobody."""
    text = _text_of(file)
    now = the_office().clock.now()
    with told_plainly(), the_office().database.transaction() as session:
        is_first = session.get(Business, 1) is None
        try:
            imported = sounds.take_in(session, text, file)
            lines = key_lines(text)
            changed = changes.take_in(session, imported, file=file.name, lines=lines, by="import-business", now=now)
            handing_on.settle(session, now)
        except ProfileError as error:
            refuse(*map(str, error.problems))
        became = "Imported." if is_first else "Updated." if changed else "Nothing changed."
    click.echo(f"{imported.name}: {_many(len(imported.teams), 'team')}, {len(imported.staff)} staff. {became}")


@ours.command("import-customers")
@click.argument("file", type=click.Path(path_type=Path))
def import_customers(file: Path) -> None:
    """Add or update customers from a CSV list. Bad rows are told with their line; good rows go in."""
    text = _text_of(file)
    with told_plainly():
        with the_office().database.reading() as session:
            region = the_office().business(session).country
        try:
            read = customer_list.read(text, region)
        except CustomerListError as error:
            refuse(f"{file}:{error.line}: {error.what}")
        customers_changes.take_in(the_office(), read, file.name, "import-customers")
    click.echo(f"{_many(len(read.good), 'customer')} imported.")
    if read.bad:
        refuse(*(f"{file}:{row.line}: {row.what}" for row in read.bad))


@ours.command("create-user")
@click.argument("email")
@role_option
@staff_option
def create_user(email: str, role: str, staff_name: str | None) -> None:
    """Make a console login. The password is asked for, or read from standard input when that is no terminal."""
    if not (email.isprintable() and 0 < email.find("@") < len(email) - 1 and len(email) <= 320 and " " not in email):
        refuse(f"{email!r} is not an email address; write for example priya@example.com")
    with told_plainly():
        with the_office().database.reading() as session:
            staff_id = _staff_id(session, staff_name)
        password = _password()
        with the_office().database.transaction() as session:
            if not access.add_user(session, email, password, role, staff_id):
                refuse(f"{email} has a login already")
    click.echo(f"{email} can sign in.")


@ours.command("create-token")
@click.argument("name")
@role_option
@staff_option
def create_token(name: str, role: str, staff_name: str | None) -> None:
    """Print an API token, once: it cannot be read again."""
    if not name.strip() or not name.isprintable() or len(name) > 200:
        refuse("a token's name is plain text of 1 to 200 characters; write for example wallboard")
    with told_plainly(), the_office().database.transaction() as session:
        token = access.add_token(session, name, role, _staff_id(session, staff_name))
    click.echo(token)


@ours.command("rehearse")
@click.argument("number")
@click.argument("time", nargs=-1, metavar='[AT] ["2026-11-24 10:00"]')
def rehearse_call(number: str, time: tuple[str, ...]) -> None:
    """Tell what a caller would hear and whose phone would ring, placing no call. NUMBER may be "withheld"."""
    when = " ".join(time[1:] if time and time[0].upper() == "AT" else time)
    if time and not when:
        refuse('AT what time? Write for example AT "2026-11-24 10:00"')
    office = the_office()
    with told_plainly(), office.database.reading() as session:
        business = office.business(session)
        try:
            phone = None if number.casefold() == "withheld" else numbers.normal(number, business.country)
            at = moment_of(when, business) if when else office.clock.now()
            lines = list(rehearse(session, business, phone, at, is_now=not when))
        except numbers.NumberError as error:
            refuse(f"that number {error}, or withheld")
        except (HoursError, OverflowError):
            refuse(f"no opening hours are known about {when or 'now'}")
        except ValueError as error:
            refuse(str(error))
    click.echo("\n".join(lines))


@ours.command("coverage")
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True, help="how far to look ahead")
def check_coverage(days: int) -> None:
    """Tell when the business is open and who is on duty. Exit status 1 when an open hour has nobody."""
    office = the_office()
    with told_plainly(), office.database.reading() as session:
        found = coverage(session, office.business(session), office.clock.now(), days)
    click.echo("\n".join(found.lines))
    if found.has_gap:
        refuse("Nobody can be reached: put somebody on duty.")


def _text_of(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except OSError as error:
        refuse(f"{file}: {(error.strerror or type(error).__name__).lower()}")
    except UnicodeDecodeError:
        refuse(f"{file}: is not UTF-8 text; save it as UTF-8 and try again")


def _staff_id(session: Session, name: str | None) -> int | None:
    if name is None:
        return None
    staff = people.names_at_work(session)
    found = [staff_id for staff_id, known in staff.items() if known.casefold() == name.strip().casefold()]
    if len(found) > 1:
        refuse(f"{len(found)} people are called {name}: give them different names in business.toml")
    if not found:
        names = ", ".join(staff.values()) or "nobody yet; import a business first"
        refuse(f"nobody on the staff is called {name!r}; there are: {names}")
    return found[0]


def _password() -> str:
    if sys.stdin.isatty():
        password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        try:
            password = sys.stdin.readline().rstrip("\r\n")
        except UnicodeDecodeError:
            refuse("the password is not UTF-8 text")
    if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
        refuse(f"a password has {passwords.SHORTEST} to {passwords.LONGEST} characters")
    return password


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
