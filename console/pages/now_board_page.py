"""The board on a screen in the room: by a link, without a session, and only to look at. Nobody's number is on it."""

import re
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, g, make_response, render_template, request, url_for

from console import board_links, digests, gate, live, throttle
from console.access import Viewer, the_office
from console.framed import at_the_door
from console.now_board import NowBoard
from console.pages import now
from console.tables import BoardLink

PLACE = "/now/board/<token>"
ROLE = "board"
"""A role that console/who_may.py gives nothing to."""

GONE = "This screen’s link isn’t good, or a manager took it back. A new one is made under Settings, Board links."
WAIT = "Too many links that aren’t good were tried from here. Let’s wait five minutes."

NUMBER = re.compile(r"\d{3}")
SOMEBODY = "Somebody"


def add_to(pages: Blueprint) -> None:
    """Give the pages the board that needs no sign-in."""
    pages.add_url_rule(PLACE, view_func=tv_board)
    pages.add_url_rule(f"{PLACE}/region", view_func=tv_board_region)


def tv_board(token: str) -> Response:
    """The page, which is whole without script too: it then loads itself anew."""
    link = _found(token)
    if link is None:
        return _refused()
    shown = _shown(link, token)
    return _sent(make_response(render_template("board.html", likes=lambda: {"theme": shown["theme"]}, **shown)))


def tv_board_region(token: str) -> Response:
    """The board alone: 204 when the screen has this version already."""
    link = _found(token)
    return _sent(live.region("now_region.html", _shown(link, token))) if link else _refused()


def without_numbers(wall: NowBoard) -> NowBoard:
    """The board with nobody told by digits of their number."""
    return replace(
        wall,
        late_first=wall.late_first and replace(wall.late_first, who=_name(wall.late_first.who)),
        calls=tuple(replace(line, who=_name(line.who)) for line in wall.calls),
        promises=tuple(replace(one, who=_name(one.who)) for one in wall.promises),
    )


def _name(who: str) -> str:
    return SOMEBODY if NUMBER.search(who) else who


def _shown(link: BoardLink, token: str) -> dict[str, Any]:
    """Every team's, for a manager made the link."""
    g.viewer = Viewer(link.name, ROLE, None, None)
    shown = now.shown()
    wall = without_numbers(shown["wall"])
    theme = board_links.theme_at(link.theme, shown["now"], shown["profile"].zone)
    address = url_for("pages.tv_board_region", token=token)
    return {**shown, "wall": wall, "theme": theme, "address": address, "version": digests.version(wall, theme)}


def _found(token: str) -> BoardLink | None:
    """The link, with the time noted at which a screen showed it."""
    with the_office().database.reading() as reading:
        link = board_links.find(reading, token)
    if link is not None:
        link_id = link.id
        gate.note_use(link.seen_at, lambda writing, at: board_links.note_seen(writing, link_id, at))
    return link


def _refused() -> Response:
    """404; 429 for whoever tries and tries. A link that is good is never held back."""
    at, limits = the_office().clock.now(), {f"board from {request.remote_addr}": throttle.OF_AN_ADDRESS}
    with the_office().database.transaction() as writing:
        tried = throttle.note(writing, limits, at)
        is_held_back = throttle.wait_until(writing, limits, at) is not None
        if is_held_back:
            throttle.forget(writing, tried)
    return _sent(make_response(at_the_door("board_gone.html", words=WAIT if is_held_back else GONE), 429 if is_held_back else 404))  # fmt: skip


def _sent(response: Response) -> Response:
    """The address is the key to it, so it goes along nowhere."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
