"""Commands about call-backs: `flask --app webhooks fairness`, `webhook-secret`."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import click
from flask.cli import with_appcontext

from callbacks import receivers
from callbacks.fairness import DEFINITIONS, Served, Share, Waits
from console import waits
from console.access import the_office
from console.refusals import told_plainly

HEADINGS = ("caller", "call-backs", "open", "spoken", "until rung", "until spoken", "rang in time", "kept")
UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


@click.command("fairness")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="how far to look back")
@with_appcontext
def fairness(days: int) -> None:
    """Tell how long known, new and withheld callers wait for us: the median, and the longest."""
    office = the_office()
    now = office.clock.now()
    with told_plainly(), office.database.reading() as session:
        served = waits.served(session, now - timedelta(days=days), now, now)
    click.echo("\n".join([*_table([HEADINGS, *map(_row, served)]), "", *_meanings()]))


@click.command("webhook-secret")
@with_appcontext
def webhook_secret() -> None:
    """Print what our requests to other software are signed with, for that software. Show it to nobody else."""
    click.echo(receivers.secret(the_office().settings))


def _row(served: Served) -> Sequence[str]:
    return (
        served.kind,
        str(served.callbacks),
        str(served.open),
        str(served.spoken),
        _waits(served.until_rung),
        _waits(served.until_spoken),
        _share(served.rang_in_time),
        _share(served.kept),
    )


def _waits(waits: Waits | None) -> str:
    return "-" if waits is None else f"{_length(waits.median)} / {_length(waits.longest)}"


def _share(share: Share) -> str:
    return "-" if share.part is None else f"{share.yes} of {share.of} ({share.part:.0%})"


def _length(length: timedelta) -> str:
    """The two largest units that are not nothing: "1d 3h", "2h", "45s"."""
    left, told = round(length.total_seconds()), list[str]()
    for unit, seconds in UNITS.items():
        count, left = divmod(left, seconds)
        if count:
            told.append(f"{count}{unit}")
    return " ".join(told[:2]) or "0s"


def _table(rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _meanings() -> Iterable[str]:
    return [f"{name.replace('_', ' ')}: {meaning}" for name, meaning in DEFINITIONS.items()]
