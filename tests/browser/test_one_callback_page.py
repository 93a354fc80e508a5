"""One call-back and Mine in a real browser: what is typed stays, and a thumb reaches everything on a small screen."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from callbacks.tables import Callback
from office.wiring import Office

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
Owe = Callable[..., None]
PRIYA_S: dict[str, Any] = {"state": "claimed", "owner": "Priya Shah", "owner_id": 1}


def test_note_that_is_being_typed_outlives_what_happens_meanwhile(
    open_page: Callable[..., Page],
    owe: Owe,
    office: Office,
) -> None:
    owe("+447700900123", "Jane Smith", 20)
    page = open_page()
    page.get_by_role("link", name="Jane Smith", exact=True).click()
    page.wait_for_url("**/callbacks/1")
    field = page.get_by_label("For whoever rings Jane Smith")
    page.keyboard.press("n")
    expect(field).to_be_focused()
    page.keyboard.type("Likes it brief, no call")
    with office.database.transaction() as session:
        session.execute(update(Callback).values(state="claimed", owner="Tom Okafor", owner_id=2))
    expect(page.get_by_role("definition").get_by_text("Tom Okafor")).to_be_visible()
    expect(page.get_by_role("button", name="Call Jane Smith")).to_have_count(0)
    expect(field).to_have_value("Likes it brief, no call")
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator(".quoted")).to_have_text("“Likes it brief, no call”")


def test_mine_fits_the_smallest_screen_and_its_bar_covers_nothing_for_good(
    open_page: Callable[..., Page],
    owe: Owe,
    site: str,
) -> None:
    owe("+447700900123", "Wolfeschlegelsteinhausenbergerdorff" * 5, 20, reason=HOSTILE, **PRIYA_S)
    owe("+447700900124", HOSTILE, -20, reason="x" * 200)
    page = open_page(320)
    page.goto(f"{site}/mine")
    bar = page.get_by_role("region", name="Ring, snooze or finish")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    boxes = [one.bounding_box() for one in bar.locator(".btn").all()]
    assert [round(box["height"]) for box in boxes if box] == [64, 64, 64]
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    last, over = page.get_by_role("link", name="All call-backs").bounding_box(), bar.bounding_box()
    assert last
    assert over
    assert last["y"] + last["height"] <= over["y"]
