"""What people do with a call-back in a browser: plain forms, each answered with a way back and a word on what came of it.

What needs more than a press has a page of its own, which a browser with scripts shows in a dialog. A form that cannot be
done comes again with why, and with all that was typed in it.
"""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta

from flask import Blueprint, abort, flash, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from callbacks import desk, other_number, reopening
from callbacks import queries as promises
from callbacks.desk import BY_HAND, LONGEST_MOVE_NOTE, LONGEST_NOTE, Deed
from callbacks.refused import NotPossible, Refused, WornOut
from callbacks.tables import Callback
from console import deeds, form, known, said, toasts, wording
from console.access import the_office, the_viewer
from console.asked import ID, LONGEST_TEXT

Do = Callable[[Deed, str], str]
"""Does something with a call-back whose customer is called so; what there is to say of it."""

SNOOZES = (15, 30, 60)
"""Minutes that are offered; any other time before the promised one may be written."""


FIELDS = {
    "snooze": {"until"},
    "done": {"note"},
    "assign": {"staff"},
    "note": {"text"},
    "move": {"promised_by", "note"},
    "renumber": {"phone"},
}
"""What each form has to fill in."""


def add_to(pages: Blueprint) -> None:
    """Give the pages what may be done from them."""
    for press in (claim, release, call, reopen, never_ring, may_ring):
        pages.add_url_rule(f"/callbacks/{ID}/{_in_address(press)}", view_func=press, methods=["POST"])
    for page in (snooze, done, assign, note, move, renumber):
        pages.add_url_rule(f"/callbacks/{ID}/{_in_address(page)}", view_func=page, methods=["GET", "POST"])


def _in_address(view: Callable[[int], AnyResponse]) -> str:
    return view.__name__.replace("_", "-")


def claim(callback_id: int) -> AnyResponse:
    """It is theirs."""
    return _press(callback_id, do_claim)


def release(callback_id: int) -> AnyResponse:
    """It is everybody's again."""

    def do(deed: Deed, who: str) -> str:
        desk.release(deed)
        return f"{who}’s call-back is everybody’s again."

    return _press(callback_id, do, undo=reopening.RELEASE)


def call(callback_id: int) -> AnyResponse:
    """Their phone rings, then the customer's."""

    def do(deed: Deed, who: str) -> str:
        deeds.call(deed)
        return f"Ringing your phone… pick up and we’ll ring {who}."

    return _press(callback_id, do)


def snooze(callback_id: int) -> AnyResponse:
    """Not before then: the form, and what is sent with it."""
    return _fill_in(callback_id, "snooze", do_snooze, undo=reopening.SNOOZE)


def done(callback_id: int) -> AnyResponse:
    """How it went."""
    return _fill_in(callback_id, "done", do_done, undo=reopening.DONE)


def assign(callback_id: int) -> AnyResponse:
    """Whoever has it hands it to a team-mate; a manager, to anybody of its team."""
    return _fill_in(callback_id, "assign", do_assign, undo=reopening.ASSIGN)


def note(callback_id: int) -> AnyResponse:
    """Something to know about the customer."""

    def do(deed: Deed, who: str) -> str:
        desk.note(deed, form.needed("text", LONGEST_NOTE, "Write what there is to know."))
        return f"Your note about {who} is kept."

    return _fill_in(callback_id, "note", do)


def move(callback_id: int) -> AnyResponse:
    """A later time that the customer agreed to."""

    def do(deed: Deed, who: str) -> str:
        zone = deed.profile.zone
        later = form.moment("promised_by", zone, "Say when they want to be rung: a day and a time.")
        desk.move(deed, later, form.needed("note", LONGEST_MOVE_NOTE, "Say who agreed to the later time, and how."))
        return f"We promised {who} the new time: by {said.when(_row(deed).promised_by, deed.now, zone)}."

    return _fill_in(callback_id, "move", do)


def reopen(callback_id: int) -> AnyResponse:
    """A manager says that a call is owed after all."""

    def do(deed: Deed, who: str) -> str:
        reopening.reopen(deed)
        by = said.when(_row(deed).promised_by, deed.now, deed.profile.zone)
        return f"{who}’s call-back is open again. We promised a call by {by}."

    return _press(callback_id, do)


def renumber(callback_id: int) -> AnyResponse:
    """The number was wrong, and this is the right one."""

    def do(deed: Deed, who: str) -> str:
        written = form.needed("phone", LONGEST_TEXT, "Write the number to ring.")
        other_number.correct(deed, deeds.number_to_ring(deed.session, written))
        return f"We ring {who} on {wording.number(_row(deed).phone or '', deed.profile.country)}."

    return _fill_in(callback_id, "renumber", do)


def never_ring(callback_id: int) -> AnyResponse:
    """A manager has nobody ring this number back."""

    def do(deed: Deed, who: str) -> str:
        other_number.never_ring(deed)
        return f"We won’t ring {who} back by ourselves any more. A person decides what’s next."

    return _press(callback_id, do, undo=reopening.NEVER_RING)


def may_ring(callback_id: int) -> AnyResponse:
    """A manager lets it be rung like any other again."""

    def do(deed: Deed, who: str) -> str:
        other_number.may_ring(deed)
        return f"{who}’s number is rung like any other again."

    return _press(callback_id, do)


def do_claim(deed: Deed, who: str) -> str:
    """It is theirs."""
    desk.claim(deed)
    return f"{who}’s call-back is yours: by {said.when(_row(deed).promised_by, deed.now, deed.profile.zone)}."


def do_snooze(deed: Deed, who: str) -> str:
    """So many minutes from now, or until the time that was written."""
    zone, minutes = deed.profile.zone, request.form.get("minutes", "")
    if minutes in {str(offered) for offered in SNOOZES}:
        until = deed.now + timedelta(minutes=int(minutes))
    else:
        until = form.moment("until", zone, "Say until when: a day and a time before the promised one.")
    desk.snooze(deed, until)
    return f"Nobody rings {who} before {said.when(until, deed.now, zone)}. The promise stands."


def do_done(deed: Deed, who: str) -> str:
    """It is over, and this is how it went."""
    outcome = request.form.get("outcome", "")
    if outcome not in BY_HAND:
        raise NotPossible("outcome", f"Say how it went with {who}.")
    desk.done(deed, outcome, form.text("note", LONGEST_NOTE))
    return said.done(_row(deed), who)


def do_assign(deed: Deed, who: str) -> str:
    """To the person who was chosen."""
    to = deeds.person(deed.session, request.form.get("staff", ""))
    if to is None:
        raise NotPossible("staff", "Choose who should have it.")
    desk.assign(deed, to)
    return f"{to.name} has {who}’s call-back now."


def who(session: Session, row: Callback, region: str) -> str:
    """What a sentence calls the customer."""
    name = wording.legible(known.called(row, known.names(session, [row])) or "")
    return wording.brief(name) or (wording.number(row.phone, region) if row.phone else "this caller")


def name_of(deed: Deed) -> str:
    """What a sentence calls the customer of a deed."""
    return who(deed.session, _row(deed), deed.profile.country)


def tell(refusal: Refused, name: str) -> str:
    """Why not, in a sentence; a met limit is told to a manager besides."""
    if isinstance(refusal, WornOut):
        deeds.tell_of_limit(refusal.cap)
    return said.refused(refusal, name, the_office().clock.now())


def _press(callback_id: int, do: Do, undo: str | None = None) -> AnyResponse:
    """One act that needs no form."""
    name, why = _try(callback_id, do, undo)
    if why is not None:
        flash(tell(why, name), "bad")
    return _back_to(callback_id)


def _fill_in(callback_id: int, act: str, do: Do, undo: str | None = None) -> AnyResponse:
    """An act with a form of its own: shown, done, or shown again with why not."""
    if request.method != "POST":
        return make_response(_page(callback_id, act))
    name, why = _try(callback_id, do, undo)
    if why is None:
        return redirect(form.way_back(), 303) if act == "done" else _back_to(callback_id)
    status = 422 if isinstance(why, NotPossible) else 409
    field = why.field if isinstance(why, NotPossible) else None
    return make_response(_page(callback_id, act, tell(why, name), field), status)


def _back_to(callback_id: int) -> AnyResponse:
    """To its row; what is done has left the list, and who did it goes on at the top."""
    return redirect(f"{form.way_back()}#callback-{callback_id}", 303)


def _try(callback_id: int, do: Do, undo: str | None) -> tuple[str, Refused | None]:
    """What the customer is called, and why it was not done; what came of it is said on the next page.

    `undo`: it can be taken back as one of reopening.SAID, by a button beside the words.
    """
    name, key = "this caller", reopening.new_key()
    try:
        with deeds.on_callback(callback_id) as deed:
            name = name_of(deed)
            with reopening.undoable(deed, undo, key) if undo else nullcontext():
                words = do(deed, name)
    except Refused as refusal:
        return name, refusal
    if undo:
        toasts.told(words, url_for("pages.take_back", key=key))
    else:
        flash(words, "good")
    return name, None


def _page(callback_id: int, act: str, trouble: str | None = None, field: str | None = None) -> str:
    """The form, with what was typed, and what is the trouble: with one of its fields, or with all of it."""
    office, viewer = the_office(), the_viewer()
    with office.database.reading() as session:
        row = promises.one(session, callback_id, viewer.teams) or abort(404, "There is no such call-back.")
        profile, now = office.business(session), office.clock.now()
        told = {
            "who": who(session, row, profile.country),
            "by": said.when(row.promised_by, now, profile.zone),
            "snoozes": [(minutes, now + timedelta(minutes=minutes)) for minutes in SNOOZES],
            "mates": deeds.team_mates(session, row.team_id, but=row.owner_id) if act == "assign" else (),
        }
        is_drawn = told["mates"] if act == "assign" else act != "snooze" or row.promised_by > now
        field = field if is_drawn and field in FIELDS[act] else None
        asked = {
            "act": act,
            "trouble": trouble,
            "field": field,
            "needs_note": desk.NEEDS_NOTE,
            "typed": request.form,
            "back": form.way_back(),
            "at": now,
        }
        shell = {"profile": profile, "viewer": viewer, "wording": wording}
        return render_template("callback_act.html", row=row, **told, **asked, **shell)


def _row(deed: Deed) -> Callback:
    """As it stands now."""
    deed.session.flush()
    return deed.session.get_one(Callback, deed.callback_id, populate_existing=True)
