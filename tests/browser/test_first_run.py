"""The first quarter of an hour, by clicks alone and with everything that ./run starts: from nobody who can sign in to a promise kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.whole_house import WholeHouse

pytestmark = pytest.mark.browser
PATIENCE = 15_000  # milliseconds: the machine may have much to do

BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[ringing]
rounds = 1
rest_after = "1s"
[callbacks]
first_try_after = "1s"
retry_after = ["2s"]
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
role = "manager"
"""


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[WholeHouse]:
    house = WholeHouse(database_url, tmp_path, BUSINESS)
    yield house
    house.stop()


def sees(found: Locator) -> None:
    expect(found).to_be_visible(timeout=PATIENCE)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click(timeout=PATIENCE)


def test_first_manager_signs_up_rings_the_business_and_sees_the_promise_kept(
    chromium: Browser, house: WholeHouse
) -> None:
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(house.welcome())
    page.get_by_label("Email").fill("priya@example.com")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    press(page, "Begin")
    sees(page.get_by_role("heading", name="A test call (to do)"))

    page.get_by_role("link", name="Phone", exact=True).click()
    page.get_by_label("Ring as").select_option("A new caller")
    press(page, "Call")
    heard = page.get_by_role("log")
    sees(heard.get_by_text("Thank you for calling"))
    press(page, "Not now as Priya Shah")
    sees(heard.get_by_text("We'll ring you back by"))
    press(page, "Hang up")

    came = page.get_by_role("region", name="What came of it")
    sees(came.get_by_text("We promised"))
    press(page, "Answer as Priya Shah")
    press(page, "Press 1 as Priya Shah")
    press(page, "Answer as The caller")
    sees(heard.get_by_text("Talking with Priya Shah"))
    press(page, "Hang up")
    staff = page.get_by_role("region", name="Priya Shah’s phone")
    sees(staff.get_by_text("If you spoke, press 1", exact=False))
    press(page, "Press 1 as Priya Shah")
    sees(came.get_by_text("Kept,"))

    page.get_by_role("link", name="First steps", exact=True).click()
    sees(page.get_by_role("heading", name="A test call (done)"))
