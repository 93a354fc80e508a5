"""The customers: found, added by hand, changed, and taken along as a list."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, stream_with_context, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from console import form, spreadsheet, viewed, wording
from console.access import the_office, the_viewer
from console.asked import LARGEST_ID
from console.customers import found as customers_found
from console.customers import shown as customers_shown
from console.customers.found import Place
from console.framed import framed
from console.search import LONGEST
from office import audit, customer_list, customers, numbers
from office.customer_list import COLUMNS, CustomerRow
from office.customers import KEPT
from office.database import insert_once
from office.numbers import NumberError
from office.profile import Profile
from office.tables import Customer

PHONE = "<string(maxlength=20):phone>"
"""How an address names a customer's number."""

ONE = f"<int(max={LARGEST_ID}):customer_id>"

THERE_ALREADY = "Somebody with this name and number is on the list already."


def add_to(pages: Blueprint) -> None:
    """Give the pages their customers."""
    pages.add_url_rule("/customers", endpoint="customers", view_func=all_of_them)
    pages.add_url_rule("/customers.csv", view_func=customers_csv)
    pages.add_url_rule("/customers/new", view_func=add_customer, methods=["GET", "POST"])
    pages.add_url_rule(f"/customers/{PHONE}/{ONE}", view_func=change_customer, methods=["GET", "POST"])


def all_of_them() -> str:
    """The list, or what of it was looked for."""
    now, words, teams = the_office().clock.now(), _words(), the_viewer().teams
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        found = customers_found.page(session, words, profile.country, teams, _place(request.args.get("after")))
        phones = [customer.phone for customer, _ in found.rows]
        about, rules = customers_found.beside(session, phones, teams), customers.rules(session, phones)
    viewed.write_down("customers")
    lines = customers_shown.lines(found.rows, about, rules, profile, now)
    news = customers_shown.news(found, words)
    further = found.more and url_for("pages.customers", q=words or None, after=_written(found.more))
    return framed("customers.html", lines=lines, news=news, words=words, further=further, now=now)


def customers_csv() -> Response:
    """The same as a file, which the import reads again: all of its pages, by name. The words looked for are nobody's business later."""
    now, words = the_office().clock.now(), _words()
    with the_office().database.transaction() as session:
        audit.write(
            session,
            by=the_viewer().name,
            action="exported",
            about="customers",
            now=now,
            detail="q=…" if words else None,
        )
    answer = Response(stream_with_context(_csv(words)), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="customers-{now.date().isoformat()}.csv"'
    return answer


def add_customer() -> AnyResponse | str | tuple[str, int]:
    """Somebody new, by hand."""
    if request.method != "POST":
        return _form({"phone": request.args.get("phone", "")[:40]}, {}, None)
    typed = _typed(KEPT)
    said, wrong = customer_list.typed(typed, the_profile().country)
    if said is not None:
        wrong = _add(said)
    if said is None or wrong:
        return _form(typed, wrong, None), 422
    return redirect(url_for("pages.customer", phone=said.phone), 303)


def change_customer(phone: str, customer_id: int) -> AnyResponse | str | tuple[str, int]:
    """What is known of somebody: all but the number."""
    with the_office().database.reading() as session:
        row = the_customer(session, phone, customer_id)
    if request.method != "POST":
        viewed.write_down(f"customer:{row.phone}")
        return _form(_as_typed(row), {}, row)
    typed = {**_typed(KEPT), "phone": row.phone}
    said, wrong = customer_list.typed(typed, the_profile().country)
    if said is not None:
        wrong = _change(row, said)
    if said is None or wrong:
        return _form(typed, wrong, row), 422
    return redirect(url_for("pages.customer", phone=row.phone), 303)


def the_customer(session: Session, phone: str, customer_id: int) -> Customer:
    """The one with that id, if they have that number; 404 when not."""
    row = session.get(Customer, customer_id)
    if row is None or row.phone != normal(phone, the_office().business(session)):
        abort(404)
    return row


def normal(phone: str, profile: Profile) -> str:
    """The number that an address names; in a path a plus sign may arrive as a space. 404 when it is none."""
    try:
        return numbers.normal(f"+{phone[1:]}" if phone.startswith(" ") else phone, profile.country)
    except NumberError:
        abort(404, "That is no phone number.")


def _add(said: CustomerRow) -> dict[str, str]:
    """What is wrong after all, by column: nothing, and they are on the list."""
    with the_office().database.transaction() as session:
        shared = customers.with_phones(session, [said.phone])
        if insert_once(session, Customer, **_values(said)) is None:
            return {"name": THERE_ALREADY}
        _note(session, "added", said.phone)
    name = wording.brief(wording.legible(said.name))
    beside = " Others have this number too, so nobody is greeted by name from it." if shared else ""
    flash(f"{name} is on the list.{beside}", "good")
    return {}


def _change(before: Customer, said: CustomerRow) -> dict[str, str]:
    values, now_named = (
        _values(said),
        select(Customer.id).where(Customer.phone == said.phone, Customer.name == said.name),
    )
    with the_office().database.transaction() as session:
        row = session.get(Customer, before.id, with_for_update=True) or abort(404)
        if session.scalar(now_named.where(Customer.id != row.id)) is not None:
            return {"name": THERE_ALREADY}
        changed = [column for column, value in values.items() if getattr(row, column) != value]
        for column in changed:
            setattr(row, column, values[column])
        if changed:
            _note(session, "changed", row.phone, ", ".join(changed))
    flash("Saved." if changed else "Nothing to change: it’s like that already.", "good")
    return {}


def _note(session: Session, action: str, phone: str, detail: str | None = None) -> None:
    now = the_office().clock.now()
    audit.write(session, by=the_viewer().name, action=action, about=f"customer:{phone}", now=now, detail=detail)


def _form(typed: Mapping[str, str], wrong: Mapping[str, str], row: Customer | None) -> str:
    problems = {
        column: what if what == THERE_ALREADY else customers_shown.fault(f"{column}: {what}")
        for column, what in wrong.items()
    }
    number = row and wording.number(row.phone, the_profile().country)
    return framed("customers_form.html", typed=typed, problems=problems, row=row, number=number)


def _typed(columns: tuple[str, ...]) -> dict[str, str]:
    return {column: request.form.get(column, "") for column in columns}


def _as_typed(row: Customer) -> dict[str, str]:
    return {column: str(getattr(row, column) or "") for column in KEPT}


def _values(said: CustomerRow) -> dict[str, Any]:
    return {column: getattr(said, column) for column in KEPT}


def the_profile() -> Profile:
    """The business as it is now."""
    with the_office().database.reading() as session:
        return the_office().business(session)


def _words() -> str:
    return " ".join(request.args.get("q", "").replace("\x00", " ").split())[:LONGEST]


def _csv(words: str) -> Iterator[str]:
    with the_office().database.reading() as session:
        yield spreadsheet.BOM + spreadsheet.lines([COLUMNS])
        for rows in customers_found.every(session, words, the_office().business(session).country):
            rules = customers.rules(session, [row.phone for row in rows])
            cells = [[*(getattr(row, column) for column in KEPT), rules.get(row.phone)] for row in rows]
            yield spreadsheet.lines(cells, line_break="\n")
            session.expunge_all()  # what is written is no longer needed


def _written(place: Place) -> str:
    return f"{place.at.isoformat() if place.at else ''}~{place.id}"


def _place(written: str | None) -> Place | None:
    """Where the page before ended; what is no place of ours is left out kindly: the list from its top."""
    try:
        at, row_id = (written or "").replace(" ", "+").split("~")
        moment = datetime.fromisoformat(at) if at else None
        there, last = moment and moment.astimezone(UTC), form.row_id(row_id)
    except (ValueError, OverflowError):
        return None
    return Place(there, last) if last is not None and (moment is None or moment.tzinfo) else None
