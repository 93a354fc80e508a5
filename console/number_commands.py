"""The command that says how we deal with whoever has a number: `flask --app webhooks contact`."""

import click
from flask.cli import with_appcontext

from console.access import the_office
from console.refusals import refuse, told_plainly
from office import contact_rules, numbers
from office.contact_rules import LONGEST_NOTE, NORMAL, WORDS

HOLDS = {
    "blocked": "They hear a short goodbye; no phone rings and nothing is owed.",
    "message-only": "No phone rings; they may leave a message, which a person sees to.",
    "do-not-call-back": "They are put through as usual; Ringtrue never rings them back on its own.",
    NORMAL: "Answered, promised and rung back.",
}


@click.command("contact")
@click.argument("number")
@click.argument("word", type=click.Choice(WORDS))
@click.option("--note", metavar="WHY", help="why, for whoever asks later")
@with_appcontext
def contact(number: str, word: str, note: str | None) -> None:
    """Say how we deal with whoever has NUMBER from now on; "normal" is as usual."""
    office = the_office()
    with told_plainly(), office.database.transaction() as session:
        try:
            phone = numbers.normal(number, office.business(session).country)
        except numbers.NumberError as error:
            refuse(f"that number {error}")
        why = _checked(note, word)
        contact_rules.deal(session, phone, word, by="command line", now=office.clock.now(), note=why)
    click.echo(f"{phone}: {word}. {HOLDS[word]}")


def _checked(note: str | None, word: str) -> str | None:
    if note and word == NORMAL:
        refuse("a note is kept with a rule, and normal is none: leave --note out")
    if note and (not note.isprintable() or len(note) > LONGEST_NOTE):
        refuse(f"a note is one line of at most {LONGEST_NOTE} characters")
    return (note or "").strip() or None
