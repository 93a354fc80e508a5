"""The customers' birthdays and anniversaries of two weeks, with what the greeting will say to each of them."""

from datetime import date

from flask import Blueprint, request, url_for

from console import form, viewed
from console.access import the_office, the_viewer
from console.customers import upcoming
from console.customers.upcoming import Place
from console.framed import framed, profile


def add_to(pages: Blueprint) -> None:
    """Give the pages the days that come."""
    pages.add_url_rule("/customers/upcoming", view_func=customers_upcoming)


def customers_upcoming() -> str:
    """Day by day, a hundred customers at a time. Before there is a business nobody is greeted, and the page says so."""
    business, now = profile(), the_office().clock.now()
    if business is None:
        return framed("customers_upcoming.html", days=(), news=("No business here yet.", "So nobody is greeted yet."))
    today, after = now.astimezone(business.zone).date(), _place(request.args.get("after"))
    with the_office().database.reading() as session:
        found = upcoming.page(session, today, after)
        about = upcoming.beside(session, found.rows, business, the_viewer().teams)
    viewed.write_down("customers")
    days = upcoming.days(found.rows, about, business, now)
    is_further = after is not None
    news = upcoming.news(found, days, today, is_further=is_further)
    further = found.more and url_for("pages.customers_upcoming", after=_written(found.more))
    return framed("customers_upcoming.html", days=days, news=news, further=further, is_further=is_further)


def _written(place: Place) -> str:
    return f"{place.day.isoformat()}~{place.id}"


def _place(written: str | None) -> Place | None:
    """Where the page before ended; what is no place of ours is left out kindly: the days from today on."""
    try:
        day, row_id = (written or "").split("~")
        last = form.row_id(row_id)
        return None if last is None else Place(date.fromisoformat(day), last)
    except ValueError:
        return None
