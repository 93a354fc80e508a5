"""What a manager does with several call-backs at once. Each is an act of its own: some may be done and others not."""

from contextlib import nullcontext
from dataclasses import dataclass, field

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from callbacks import reopening
from callbacks.refused import Refused
from console import deeds, form, toasts, wording
from console.pages import acts
from console.pages.acts import Do

MOST = 200
"""Call-backs at once: two pages full."""

TOLD_ONE_BY_ONE = 3
"""Of those that were not done so many are told with why; the others are counted."""

NOT_THERE = "One was not there any more."


@dataclass(slots=True)
class Came:
    """What came of it: how many were done, with the last one's words, and why others were not. `key` takes back the lot."""

    key: str = field(default_factory=reopening.new_key)
    done: int = 0
    words: str = ""
    why_not: list[str] = field(default_factory=list)


def add_to(pages: Blueprint) -> None:
    """Give the pages acts on several."""
    pages.add_url_rule("/callbacks/bulk", view_func=bulk, methods=["POST"])


def bulk() -> AnyResponse:
    """Everything that is ticked; then back, with what came of it."""
    each = {"claim": acts.do_claim, "assign": acts.do_assign, "snooze": acts.do_snooze, "done": acts.do_done}
    act, ids = request.form.get("act", ""), _ticked()
    if act not in each or not ids:
        flash("Nothing was ticked." if not ids else "Choose what to do with them.", "bad")
        return redirect(form.way_back(), 303)
    came = Came()
    for callback_id in ids:
        _do(callback_id, act, each[act], came)
    _tell(act, came)
    return redirect(form.way_back(), 303)


def _ticked() -> list[int]:
    """Each once, in the order of the page."""
    given = (form.row_id(one) for one in request.form.getlist("id")[:MOST])
    return list(dict.fromkeys(one for one in given if one is not None))


def _do(callback_id: int, act: str, do: Do, came: Came) -> None:
    name = "this caller"
    try:
        with deeds.on_callback(callback_id) as deed:
            name = acts.name_of(deed)
            with reopening.undoable(deed, act, came.key) if act in reopening.SAID else nullcontext():
                came.words = do(deed, name)
    except Refused as refusal:
        came.why_not.append(acts.tell(refusal, name))
    except NotFound:
        came.why_not.append(NOT_THERE)
    else:
        came.done += 1


def _tell(act: str, came: Came) -> None:
    words = came.words if came.done == 1 else f"{wording.small(came.done)} call-backs {_what(act)}."
    if came.done and act in reopening.SAID:
        toasts.told(words, url_for("pages.take_back", key=came.key))
    elif came.done:
        flash(words, "good")
    if came.why_not:
        sentences = list(dict.fromkeys(came.why_not))
        more = len(sentences) - TOLD_ONE_BY_ONE
        told = [*sentences[:TOLD_ONE_BY_ONE], *([f"{wording.small(more)} more couldn’t be done."] if more > 0 else [])]
        flash(" ".join(told), "bad")


def _what(act: str) -> str:
    words = {"claim": "are yours", "assign": "were handed over", "snooze": "are set aside", "done": "are done"}
    return words[act]
