"""Two people at the same list at once: one has the call-back, the other is told who, and both soon see how things stand."""

from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from console import access
from office.wiring import Office
from tests.browser.conftest import PASSWORD, sign_in
from tests.served import served

pytestmark = pytest.mark.browser

SOON = 10_000
"""Milliseconds: the list asks every two seconds, and the machine may have much to do."""

Owe = Callable[..., None]


PEOPLE = {"Priya Shah": "priya@example.com", "Tom Okafor": "tom@example.com"}
PRESS = "([id, at]) => setTimeout(() => document.getElementById(id).click(), at - Date.now())"


@pytest.fixture
def both(chromium: Browser, site: str, office: Office, owe: Owe) -> Iterator[dict[str, Page]]:
    """The list before two managers, with one call-back that is nobody's."""
    owe("+447700900123", "Jane Smith", 40)
    with office.database.transaction() as session:
        access.add_user(session, PEOPLE["Tom Okafor"], PASSWORD, "manager", 2)
    pages = {}
    for name, email in PEOPLE.items():
        pages[name] = chromium.new_page()
        pages[name].goto(site)
        sign_in(pages[name], email)
        pages[name].wait_for_url("**/callbacks")
        pages[name].reload()  # what was said about signing in is read
    yield pages
    for page in pages.values():
        page.close()


def owner(page: Page) -> Locator:
    return page.locator("#callback-1 .own")


@pytest.mark.parametrize(
    ("button", "mine", "theirs"),
    [
        ("claim-1", "is yours", "took Jane Smith’s call-back"),
        ("call-1", "Ringing your phone", "is on the phone for Jane Smith"),
    ],
)
def test_of_two_who_press_at_once_one_has_it_and_the_other_is_told_who(
    both: dict[str, Page], button: str, mine: str, theirs: str
) -> None:
    at = next(iter(both.values())).evaluate("Date.now() + 700")
    for page in both.values():
        page.evaluate(PRESS, [button, at])
    said = {name: page.locator("main > [role=status], main > [role=alert]").inner_text() for name, page in both.items()}
    has = next(name for name, words in said.items() if mine in words)
    other = next(name for name in both if name != has)
    assert f"{has} {theirs}" in said[other]
    expect(owner(both[has])).to_contain_text("With You", timeout=SOON)
    expect(owner(both[other])).to_contain_text(has, timeout=SOON)


def test_what_other_software_does_is_soon_on_the_list(both: dict[str, Page], site: str, office: Office) -> None:
    with served(office).app_context(), office.database.transaction() as session:
        token = access.add_token(session, "other software", "manager", 2)
    answer = requests.post(f"{site}/api/callbacks/1/claim", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert answer.status_code == 200
    expect(owner(both["Priya Shah"])).to_contain_text("Tom Okafor", timeout=SOON)
    expect(owner(both["Tom Okafor"])).to_contain_text("You", timeout=SOON)
