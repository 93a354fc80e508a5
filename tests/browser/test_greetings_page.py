"""A greeting in a real browser: looked at while it is typed, bettered by a press, and recorded on the phone before one's eyes."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from office.wiring import Office
from voicemail_greetings import takes
from voicemail_greetings.tables import Take

pytestmark = pytest.mark.browser


def test_words_are_checked_as_they_are_typed_and_the_phone_is_followed(
    site: str, open_page: Callable[..., Page], office: Office, clock: Any
) -> None:
    page = open_page()
    page.goto(f"{site}/greetings/one?whose=business&situation=closed")
    text, checks = page.get_by_label("The words", exact=True), page.locator("#checks")
    text.fill("Thank you, Jane. Unfortunately we're closed. We'll ring you back by ")
    expect(checks).to_contain_text("Say sorry in one word instead")
    page.get_by_role("button", name="{time}").click()
    text.press("End")
    text.press_sequentially(".")
    expect(checks).to_contain_text("We'll ring you back by ten past ten tomorrow morning.")
    expect(checks).to_contain_text("Says when we’ll ring")
    checks.get_by_role("listitem").filter(has_text="Unfortunately").get_by_role("button").click()
    expect(text).to_have_value("Thank you, Jane. I'm so sorry we're closed. We'll ring you back by {time}.")
    expect(checks).to_contain_text("Brief and kind.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("Callers hear this from now on.")
    page.get_by_role("button", name="Ring my phone and record").click()
    expect(page.locator("#take")).to_contain_text("Ringing your phone")
    with office.database.transaction() as session:
        take = session.scalars(select(Take)).one()
        takes.claim_ring(session, take.id, clock.now())
        takes.begins(session, take, clock.now())
        take.trouble = "not wanted"
    expect(page.locator("#take")).to_contain_text("We didn’t hear anything. Is the phone on mute?")
    expect(page.get_by_role("button", name="Ring me again")).to_be_visible()
