"""The board on the wall in a real browser: it keeps itself fresh, and nobody trusts an old number."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from office.wiring import Office
from voice.tables import Call

pytestmark = pytest.mark.browser


@pytest.fixture
def wall(site: str, open_page: Callable[..., Page]) -> Page:
    """The board of somebody who is signed in, on a screen of full HD; here the browser may complain of what it does not get."""
    page = open_page().context.new_page()
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{site}/now")
    return page


@pytest.mark.slow
def test_caller_appears_counts_up_and_turns_red_and_a_lost_board_says_so(
    wall: Page, office: Office, clock: Any
) -> None:  # fmt: skip
    expect(wall.get_by_role("heading", level=1)).to_have_text("All calm. Nobody is waiting.")
    assert wall.evaluate("document.documentElement.scrollHeight <= innerHeight")
    now = clock.now()
    with office.database.transaction() as session:
        usual = {"sid": "CA1", "direction": "inbound", "phone": "+447700900123", "team_id": 1, "seen_at": now}
        session.add(Call(**usual, started_at=now - timedelta(seconds=15), waiting_since=now))
    expect(wall.get_by_role("heading", level=1)).to_have_text("One caller is waiting, two people are free.")
    expect(wall.locator(".tile.is-soon h2")).to_have_text("Longest wait")
    clock.go_on(seconds=30)
    expect(wall.locator(".tile.is-over h2")).to_have_text("Longest wait")

    def cut(route: Route) -> None:
        route.abort()

    wall.route("**/now/region*", cut)
    expect(wall.get_by_text("Last heard at 10:00. Trying again.")).to_be_visible(timeout=20_000)
    expect(wall.locator(".board")).to_have_class("board is-lost")
    wall.unroute("**/now/region*", cut)
    expect(wall.locator(".board")).to_have_class("board", timeout=20_000)
