"""One call-back, and a customer: enough, in five seconds, to ring warmly. Whoever looks is in the audit trail."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from callbacks import queries as promises
from callbacks import whose
from callbacks.desk import LONGEST_NOTE
from callbacks.refused import NotPossible
from callbacks.tables import Callback
from console import dealings, digests, form, known, live, promise_card, timeline, viewed, wording
from console.access import MANAGER, the_office, the_viewer
from console.asked import ID
from console.board import row_of
from console.customers import facts as customer_facts
from console.customers import found as customers_found
from console.customers import shown as customers_shown
from console.dealings import Whom
from console.messages_shown import Setting
from console.pages.customers import PHONE, normal
from console.promise_card import Looks
from console.timeline import SHOWS, Kind, Place
from office import contact_rules, customers, people
from office.profile import Profile

NO_SUCH = "There is no such call-back, or it is another team’s."


def add_to(pages: Blueprint) -> None:
    """Give the pages one call-back, its card alone, and a customer with their notes."""
    pages.add_url_rule(f"/callbacks/{ID}", view_func=callback)
    pages.add_url_rule(f"/callbacks/{ID}/card", view_func=card)
    pages.add_url_rule(f"/customers/{PHONE}", view_func=customer)
    pages.add_url_rule(f"/customers/{PHONE}/note", view_func=customer_note, methods=["POST"])


def callback(callback_id: int) -> str:
    """The page: the promise, the message, the customer, and all that happened with them."""
    now = the_office().clock.now()
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        row = _the(session, callback_id)
        whom = _whom(row)
        stamp = _stamp(session, row, now)
        shown = {**_card(session, row, profile, now, stamp), **_past(session, profile, whom, now)}
        shown |= {"beside": whose.beside(session, row, the_viewer().teams)}
    viewed.write_down(_name_of(whom))
    return render_template("callback.html", **shown)


def card(callback_id: int) -> Response:
    """Its card alone, for a page that keeps itself fresh: 204 when it has this version already."""
    now = the_office().clock.now()
    with the_office().database.reading() as session:
        profile, row = the_office().business(session), _the(session, callback_id)
        stamp = _stamp(session, row, now)
        return live.stamped("callback_card.html", stamp, now, lambda: _card(session, row, profile, now, stamp))


def customer(phone: str) -> str:
    """The same timeline without the promise: 404 for a number with which we never had anything to do."""
    return _customer_page(phone, None)


def customer_note(phone: str) -> AnyResponse | tuple[str, int]:
    """Something to know of them; to whom a call is promised, the note goes to its call-back instead."""
    office = the_office()
    try:
        text = form.needed("text", LONGEST_NOTE, "Write what there is to know.")
    except NotPossible as no:
        return _customer_page(phone, no), 422
    with office.database.transaction() as session:
        profile, now = office.business(session), office.clock.now()
        number, shown = _theirs(session, phone, profile, now)
        customers.note(session, number, text, the_viewer().name, now)
    flash(f"Your note about {wording.brief(shown['customer'].who)} is kept.", "good")
    return redirect(url_for("pages.customer", phone=number), 303)


def _customer_page(phone: str, no: NotPossible | None) -> str:
    now, looks, teams = the_office().clock.now(), looks_now(), the_viewer().teams
    with the_office().database.reading() as session:
        profile = the_office().business(session)
        number, shown = _theirs(session, phone, profile, now)
        owed = customers_found.promised(session, [number], teams).get(number)
        sees_all = teams is None or people.team_names(session).keys() <= teams
    who = wording.brief(shown["customer"].who)
    nothing = customers_shown.nothing_owed(who, sees_all=sees_all)
    lead = customers_shown.standing(owed, who, looks, now, profile.zone) if owed else nothing
    shown |= {"owed": owed, "lead": lead, "no": no}
    shown |= {"acts": promise_card.acts(owed, looks, now) if owed else None, "typed": request.form.get("text", "")}
    viewed.write_down(f"customer:{number}")
    return render_template("customer.html", **shown)


def _theirs(session: Session, phone: str, profile: Profile, now: datetime) -> tuple[str, dict[str, Any]]:
    """Their number, and all that happened with it."""
    number = normal(phone, profile)
    shown = _past(session, profile, Whom(number, teams=the_viewer().teams), now)
    if not (shown["days"] or shown["customer"].known or "before" in request.args or shown["show"] != "all"):
        abort(404, "We have had nothing to do with that number yet.")
    return number, shown


def _never_rung(session: Session, row: Callback) -> bool:
    """Whether somebody said that we do not ring this number back by ourselves."""
    return contact_rules.rule_for(session, row.own_phone) == contact_rules.DO_NOT_CALL_BACK


def _the(session: Session, callback_id: int) -> Callback:
    return promises.one(session, callback_id, the_viewer().teams) or abort(404, NO_SUCH)


def _whom(row: Callback) -> Whom:
    """Whose it is: whoever rang."""
    return Whom(row.own_phone, row.id, the_viewer().teams)


def _name_of(whom: Whom) -> str:
    """In the audit trail. A withheld caller is nobody in particular: their call-back stands for them."""
    return f"customer:{whom.phone}" if whom.phone else f"callback:{whom.callback_id}"


def _stamp(session: Session, row: Callback, now: datetime) -> str:
    return live.stamp(session, [row], now, _never_rung(session, row))


def _card(session: Session, row: Callback, profile: Profile, now: datetime, stamp: str) -> dict[str, Any]:
    """What the card shows, and a version of it: the same for cards that look the same but for their countdowns."""
    at, about = setting(profile, now), known.about_callbacks(session, [row])
    shown, looks = row_of(row, about, at), looks_now()
    attempts = about.attempts[row.id]
    told = {
        "row": shown,
        "standing": promise_card.standing(row, shown, attempts, at),
        "next_step": promise_card.next_step(row, shown, at),
        "slot": promise_card.slot(row, at),
        "acts": promise_card.acts(row, looks, now),
        "never_rung": _never_rung(session, row),
    }
    version = digests.version(*told.values())
    return {**told, "version": version, "stamp": stamp, **_usual(profile, now)}


def _past(session: Session, profile: Profile, whom: Whom, now: datetime) -> dict[str, Any]:
    """The timeline from where the address says, and who the customer is."""
    show = request.args.get("show", "all")
    kinds = SHOWS.get(show, SHOWS["all"])
    found, more = dealings.page(session, whom, _place(request.args.get("before")), kinds)
    about = timeline.About(now, profile.zone, people.staff_names(session), profile.retention)
    facts = customer_facts.of(session, whom, profile, now)
    lines = {
        "days": timeline.days(found, about),
        "more": more and _written(more),
        "show": show if show in SHOWS else "all",
    }
    return {**lines, "customer": facts, **_usual(profile, now)}


def _usual(profile: Profile, now: datetime) -> dict[str, Any]:
    return {"profile": profile, "viewer": the_viewer(), "wording": wording, "now": now}


def _written(place: Place) -> str:
    return f"{place.at.isoformat()}~{place.kind.value}~{place.id}"


def _place(written: str | None) -> Place | None:
    """Where the page before ended; what is no place of ours is left out kindly: the timeline from its top."""
    try:
        at, kind, row_id = (written or "").replace(" ", "+").split("~")
        moment = datetime.fromisoformat(at)
        there, shown, last = moment.astimezone(UTC), Kind(int(kind)), form.row_id(row_id)
    except (ValueError, OverflowError):
        return None
    return Place(there, shown, last) if moment.tzinfo and last is not None else None


def looks_now() -> Looks:
    """Whoever asks."""
    viewer = the_viewer()
    return Looks(viewer.name, viewer.staff_id, viewer.role == MANAGER)


def setting(profile: Profile, now: datetime) -> Setting:
    """Whose page it is, and when; who else is free is not told on it."""
    return Setting(
        now=now,
        zone=profile.zone,
        region=profile.country,
        allowed=profile.callbacks.allowed_countries,
        ours=frozenset({profile.phone}),
        remind_before=profile.callbacks.remind_before,
        kept=profile.retention,
        viewer=the_viewer().name,
        free=(),
        on_duty=0,
    )
