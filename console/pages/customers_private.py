"""What only managers do with a customer: say how we deal with the number, hand out what we hold, and forget them."""

from flask import Blueprint, Response, abort, flash, redirect, request, send_file, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from callbacks.refused import NotPossible, Refused
from console import form, said, viewed, wording
from console.access import the_office, the_viewer
from console.asked import LARGEST_ID
from console.customers import erasing as customers_erasing
from console.customers import export as customers_export
from console.customers import shown as customers_shown
from console.framed import framed, local
from console.number_commands import HOLDS
from console.pages.customers import PHONE, normal, the_profile
from office import audit, contact_rules, forgetting, numbers, people
from office.contact_rules import LONGEST_NOTE, NORMAL, WORDS
from office.numbers import NumberError
from office.profile import Profile
from office.tables import Audit, ContactRule

CONTACT = "contact"
"""What the audit trail calls a change of how we deal with a number."""


def add_to(pages: Blueprint) -> None:
    """Give the pages what is for managers."""
    pages.add_url_rule(f"/customers/{PHONE}/contact", view_func=customer_contact, methods=["GET", "POST"])
    pages.add_url_rule(f"/customers/{PHONE}/everything.zip", view_func=export_customer)
    pages.add_url_rule(f"/customers/{PHONE}/erase", view_func=erase_customer, methods=["GET", "POST"])
    pages.add_url_rule(f"/customers/erased/<int(max={LARGEST_ID}):audit_id>", view_func=customer_erased)


def customer_contact(phone: str) -> AnyResponse | str | tuple[str, int]:
    """How we deal with whoever has the number, who said so, and what was before."""
    profile = the_profile()
    phone = normal(phone, profile)
    if request.method != "POST":
        viewed.write_down(f"customer:{phone}")
        return _contact_page(phone, profile)
    try:
        word, note = request.form.get("rule", ""), form.text("note", LONGEST_NOTE)
        _deal(phone, word, note)
    except NotPossible as no:
        return _contact_page(phone, profile, no), 422
    flash(f"{wording.number(phone, profile.country)}: {HOLDS[word]}", "good")
    return redirect(url_for("pages.customer", phone=phone), 303)


def export_customer(phone: str) -> Response:
    """Everything that we hold of them, as a file."""
    phone, now = normal(phone, the_profile()), the_office().clock.now()
    with the_office().database.transaction() as session:
        audit.write(session, by=the_viewer().name, action="exported", about=f"customer:{phone}", now=now)
    archive = customers_export.archive(phone, now)
    name = f"customer-{phone[-4:]}-{now.date().isoformat()}.zip"
    return send_file(archive, "application/zip", as_attachment=True, download_name=name, max_age=0)


def erase_customer(phone: str) -> AnyResponse | str | tuple[str, int]:
    """The question, and what is done once the name or the number was typed."""
    profile = the_profile()
    phone = normal(phone, profile)
    if request.method != "POST":
        viewed.write_down(f"customer:{phone}")
        return _erase_page(phone, profile)
    try:
        with the_office().database.transaction() as session:
            _check_typed(session, phone, profile)
            customers_erasing.erase(session, phone, profile)
            receipt = customers_erasing.last_of(session, phone)
    except Refused as no:
        return _erase_page(phone, profile, no), 422 if isinstance(no, NotPossible) else 409
    return redirect(url_for("pages.customer_erased", audit_id=receipt), 303)


def customer_erased(audit_id: int) -> str:
    """The receipt."""
    with the_office().database.reading() as session:
        found = customers_erasing.receipt(session, audit_id)
    row, lines = found or abort(404)
    at_carrier = "recordings=0" not in (row.detail or "")
    return framed(
        "customers_erased.html", row=row, lines=lines, local=local, ending=row.about[-4:], at_carrier=at_carrier
    )


def _deal(phone: str, word: str, note: str | None) -> None:
    if word not in WORDS:
        raise NotPossible("rule", "Choose how we deal with this number.")
    now, by = the_office().clock.now(), the_viewer().name
    with the_office().database.transaction() as session:
        contact_rules.deal(session, phone, word, by=by, now=now, note=note)
        detail = f"{word}: {note}" if note else word
        audit.write(session, by=by, action=CONTACT, about=f"customer:{phone}", now=now, detail=detail)


def _contact_page(phone: str, profile: Profile, no: NotPossible | None = None) -> str:
    with the_office().database.reading() as session:
        rule = session.get(ContactRule, phone)
        past = [row for row in audit.of(session, f"customer:{phone}") if row.action == CONTACT][::-1]
        who = _who(session, phone, profile)
    told = {"words": customers_shown.RULES, "holds": HOLDS, "past": [_past(row) for row in past], "now_rule": rule}
    chosen = request.form.get("rule") or (rule.rule if rule else NORMAL)
    typed = {"rule": chosen, "note": request.form.get("note", (rule and rule.note) or "")}
    problems = {no.field: str(no)} if no else {}
    number = wording.number(phone, profile.country)
    return framed(
        "customers_contact.html",
        phone=phone,
        number=number,
        who=who,
        typed=typed,
        problems=problems,
        local=local,
        **told,
    )


def _past(row: Audit) -> tuple[Audit, str, str]:
    word, _, note = (row.detail or "").partition(": ")
    return row, customers_shown.RULES.get(word, word), note


def _erase_page(phone: str, profile: Profile, no: Refused | None = None) -> str:
    with the_office().database.reading() as session:
        who, stays = _who(session, phone, profile), forgetting.stays(session, phone)
        names = [wording.brief(wording.legible(row.name)) for row in people.customers_at(session, phone)]
    field = isinstance(no, NotPossible) and no.field == "typed"
    problem = no and said.refused(no, who, the_office().clock.now())
    number = wording.number(phone, profile.country)
    told = {
        "problem": problem if field else None,
        "trouble": None if field else problem,
        "stays": stays,
        "names": names,
    }
    return framed(
        "customers_erase.html", phone=phone, number=number, who=who, typed=request.form.get("typed", ""), **told
    )


def _who(session: Session, phone: str, profile: Profile) -> str:
    """Their name if we are sure of it, else the number."""
    customer = people.certain_customer(session, phone)
    return wording.brief(wording.legible(customer.name)) if customer else wording.number(phone, profile.country)


def _check_typed(session: Session, phone: str, profile: Profile) -> None:
    """Raises NotPossible unless the name or the number was typed."""
    typed = " ".join(request.form.get("typed", "").split())
    names = [" ".join(wording.legible(row.name).split()) for row in people.customers_at(session, phone)]
    if typed.casefold() in {written.casefold() for name in names for written in (name, wording.brief(name))}:
        return
    try:
        if numbers.normal(typed, profile.country) == phone:
            return
    except NumberError:
        pass
    raise NotPossible("typed", "That’s neither the name nor the number. Type one of them just as it stands above.")
