"""The JSON API's report on fairness: how long known, new and withheld callers wait, with what the numbers mean."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint

from callbacks.fairness import DEFINITIONS, Served, Share, Waits
from console import asked, shown, waits
from console.access import the_office, the_viewer
from console.asked import BadFieldError
from console.shown import Shape
from office import people

USUAL_PERIOD, LONGEST_PERIOD = timedelta(days=30), timedelta(days=366)


def add_to(api: Blueprint) -> None:
    """Give the API its page."""
    api.get("/fairness")(fairness)


def fairness() -> Shape:
    """How each kind of caller was served whose first missed call was in the period; staff see that of their teams."""
    now = the_office().clock.now()
    until = _moment("until") or now
    since = _moment("since") or max(until, people.NEVER + USUAL_PERIOD) - USUAL_PERIOD
    if not timedelta() < until - since <= LONGEST_PERIOD:
        raise BadFieldError("since", f"must be before the end, by at most {LONGEST_PERIOD.days} days")
    with the_office().database.reading() as session:
        served = waits.served(session, since, until, now, the_viewer().teams)
    return {
        "since": shown.moment(since),
        "until": shown.moment(until),
        "callers": [_shown(one) for one in served],
        "definitions": DEFINITIONS,
    }


def _moment(name: str) -> datetime | None:
    """A time with its offset. In a query a plus sign arrives as a space unless it was escaped."""
    given = asked.text(name)
    if given is None:
        return None
    try:
        moment = datetime.fromisoformat(given.replace(" ", "+"))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadFieldError(name, "must be a time with its offset, such as 2026-11-23T10:00:00+00:00")


def _shown(served: Served) -> Shape:
    return {
        "kind": served.kind,
        "callbacks": served.callbacks,
        "open": served.open,
        "spoken": served.spoken,
        "until_rung": _waits(served.until_rung),
        "until_spoken": _waits(served.until_spoken),
        "rang_in_time": _share(served.rang_in_time),
        "kept": _share(served.kept),
    }


def _waits(waits: Waits | None) -> Shape | None:
    if waits is None:
        return None
    return {"median_s": round(waits.median.total_seconds()), "longest_s": round(waits.longest.total_seconds())}


def _share(share: Share) -> Shape:
    part = None if share.part is None else round(share.part, 3)
    return {"yes": share.yes, "of": share.of, "share": part}
