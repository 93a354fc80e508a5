"""The list of call-backs under the fingers, in a real browser: keys, dialogs, and what is typed and ticked stays."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PASSWORD

pytestmark = pytest.mark.browser

Owe = Callable[..., None]


def wait_for_keys(page: Page) -> None:
    """Their button shows once the script that hears them runs."""
    expect(page.get_by_role("button", name="Keyboard shortcuts")).to_be_visible()


def test_list_is_worked_through_by_keyboard_alone(open_page: Callable[..., Page], owe: Owe) -> None:
    owe("+447700900123", "Jane Smith", 40)
    owe("+447700900124", "Gwen Hughes", 50)
    page = open_page()
    wait_for_keys(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.get_by_role("link", name="Jane Smith", exact=True)).to_be_focused()
    page.keyboard.press("t")
    expect(page.get_by_text("Jane Smith’s call-back is yours")).to_be_visible()
    wait_for_keys(page)
    page.keyboard.press("j")
    page.keyboard.press("d")
    note = page.get_by_role("dialog").get_by_role("textbox")
    expect(note).to_be_focused()
    page.get_by_role("button", name="No call needed").click()
    expect(note).to_have_accessible_description("A few words on what happened, for whoever looks later.")
    page.keyboard.type("just a jolt: ?")
    expect(note).to_have_value("just a jolt: ?")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("More for Jane Smith").press("Enter")
    page.get_by_role("link", name="Add a note…").press("Escape")
    expect(page.get_by_label("More for Jane Smith")).to_be_focused()
    page.keyboard.press("/")
    page.keyboard.type("gwen")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=gwen*")
    expect(page.locator("#list h3")).to_have_text("Gwen Hughes")
    wait_for_keys(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/mine")
    page.keyboard.press("/")
    page.wait_for_url("**/callbacks#find-words")
    expect(page.get_by_role("searchbox")).to_be_focused()


def tab_to(page: Page, role: Literal["button"], name: str) -> None:
    """From here on, as somebody without a mouse gets there."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("(node) => node === document.activeElement"):
            return
    raise AssertionError(f"{name} is not to be had by keyboard")


def test_day_is_worked_without_a_mouse_from_sign_in_to_sign_out(chromium: Browser, site: str, owe: Owe) -> None:
    owe("+447700900123", "Jane Smith", 50)
    page = chromium.new_page()
    page.goto(site)
    page.keyboard.type("priya@example.com")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    wait_for_keys(page)
    page.keyboard.press("j")
    page.keyboard.press("t")
    expect(page.get_by_text("Jane Smith’s call-back is yours")).to_be_visible()
    wait_for_keys(page)
    page.keyboard.press("j")
    page.keyboard.press("s")
    expect(page.get_by_role("dialog").get_by_role("button", name="15 minutes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#callback-1 .chip").first).to_have_text("Back at 10:15")
    wait_for_keys(page)
    page.keyboard.press("j")
    page.keyboard.press("d")
    expect(page.get_by_role("dialog").get_by_role("textbox")).to_be_focused()
    page.keyboard.type("The blue bike is ready")
    tab_to(page, "button", "We spoke")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Jane Smith’s promise was kept")
    tab_to(page, "button", "Undo")
    page.keyboard.press("Enter")
    expect(page.locator("#callback-1 .own")).to_contain_text("You")
    tab_to(page, "button", "Sign out")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    page.close()


def test_ticks_stay_while_the_list_grows_and_are_done_together(open_page: Callable[..., Page], owe: Owe) -> None:
    for number in range(4):
        owe(f"+44770090012{number}", f"Caller {number}", 40 + number)
    page = open_page()
    page.get_by_role("checkbox", name="Choose Caller 0").check()
    page.get_by_role("checkbox", name="Choose Caller 2").click(modifiers=["Shift"])
    page.get_by_role("heading", name="Call-backs").click()
    owe("+447700900129", "Gwen Hughes", 20)
    page.mouse.move(5, 5)
    expect(page.get_by_role("heading", name="Gwen Hughes")).to_be_visible()
    expect(page.get_by_text("3 ticked")).to_be_visible()
    page.get_by_role("button", name="I’ll take them").click()
    expect(page.get_by_text("Three call-backs are yours.")).to_be_visible()


def test_form_of_an_act_is_a_page_without_script(open_page: Callable[..., Page], owe: Owe) -> None:
    owe("+447700900123", "Jane Smith", 40)
    page = open_page(390, java_script_enabled=False)
    page.get_by_label("More for Jane Smith").click()
    page.get_by_role("link", name="Done…").click()
    page.get_by_role("textbox").fill("Moved to Leeds")
    page.get_by_role("button", name="Couldn’t reach them").click()
    expect(page.get_by_text("Done. We couldn’t reach Jane Smith.")).to_be_visible()
