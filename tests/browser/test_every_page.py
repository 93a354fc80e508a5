"""Every page for everybody: the whole address map, over an office of long and hostile words, on both kinds of screen, by day and by night."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Page

from console import access, links
from office.settings import Settings
from office.wiring import Office
from tests.browser import hostile
from tests.browser.conftest import PASSWORD, served_at_a_port, sign_in
from tests.served import served

pytestmark = pytest.mark.browser

PARTS = 4
"""That workers may share."""

NO_PAGES = frozenset({
    "static", "home", "card", "refreshed", "mine_list", "now_region", "tv_board_region", "people_region", "number_check", "phone_now",
    "promises_region", "greeting_take", "hear_greeting", "voicemail", "one_voicemail",
    "spreadsheet", "promises_csv_file", "customers_csv", "customers_left_out", "export_customer",
})  # fmt: skip
"""What is at a GET address and is no page: files, sounds, ways to elsewhere, and parts of pages, which are looked at where they stand."""

EXAMPLES = {
    "callback_id": "1",
    "message_id": "1",
    "customer_id": "1",
    "staff_id": "2",
    "team_id": "1",
    "user_id": "1",
    "phone": hostile.PHONE,
}
"""By the name that the address map has for it; `hostile.fill` makes the others."""

QUERIES = {"greeting": "?situation=busy", "promises_behind": "?figure=due&month=2026-11"}
"""Of pages that are nothing without one."""

OTHERWISE = (
    "/callbacks?show=done", "/callbacks?q=nothing+of+the+kind", "/callbacks/5", "/customers?q=nobody", "/people/6", "/teams/2",
    "/greetings/one?whose=team-2&situation=closed", "/no-such-page",
)  # fmt: skip
"""Pages of the map that have another look."""

OF_STAFF = ("/callbacks", "/callbacks/7", "/mine", "/greetings", "/people/2", "/hours", "/settings")
AT_THE_DOOR = ("/sign-in?ended=1", "/new-password/no-such-link")
BEFORE_A_BUSINESS = ("/", "/welcome", "/more", "/settings", "/settings/business", "/settings/access", "/callbacks")

REFUSED = {"/no-such-page": 404, "/new-password/no-such-link": 410, "/welcome/no-such-link": 410}
REFUSED_TO_STAFF = {"/settings": 403}
REFUSED_BEFORE_A_BUSINESS = {"/callbacks": 503}

AXE: str = Axe().axe_script
GUIDES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ALL_RULES = {"runOnly": GUIDES, "resultTypes": ["violations"], "preload": False}
Screens = Sequence[tuple[int, Any]]
SCREENS: Screens = ((1280, "dark"), (390, "light"), (1280, "light"), (390, "dark"))
EVERY_RUN = 2
"""So many of the screens are every run's, one page on the one, the next on the other; all of them are the slow run's."""

RUN = "async (rules) => (await axe.run(document, rules)).violations.map((each) => `${each.id}: ${each.nodes[0].html.slice(0, 200)}`)"
STANDS = """() => [
  window.hacked !== undefined && "a script of the data ran",
  !document.title.trim() && "no title",
  document.querySelectorAll("h1").length !== 1 && `${document.querySelectorAll("h1").length} h1`,
  document.querySelector(".side") && !document.querySelector(".side [aria-current], .tabs [aria-current]") && "no place of the menu is marked",
].filter(Boolean)"""
WIDTH = "document.documentElement.scrollWidth"


def addresses(office: Office, known: dict[str, str]) -> Iterator[str]:
    """Every page of the map. A KeyError is one that has no example here: give it one, or say that it is no page."""
    for rule in served(office).url_map.iter_rules():
        blueprint, _, name = rule.endpoint.partition(".")
        if blueprint == "pages" and "GET" in (rule.methods or ()) and name not in NO_PAGES:
            paths = filled(rule.rule, known | {"token": known.get(f"token of {name}", "no-such-link")})
            yield from (path + QUERIES.get(name, "") for path in paths)


def filled(rule: str, known: dict[str, str]) -> list[str]:
    """The addresses of a rule, one for each of its choices."""
    whole = re.sub(r"<(?!any)(?:[^:>]*:)?(\w+)>", lambda found: known[found[1]], rule)
    choice = re.search(r"<any\((.*)\):\w+>", whole)
    return [whole.replace(choice[0], each) for each in choice[1].split(", ")] if choice else [whole]


def problems(page: Page, screens: Screens) -> Iterator[str]:
    """What is wrong with the page that is open."""
    page.evaluate(AXE)
    for width, scheme in screens:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        yield from (f"{width} {scheme} {each}" for each in page.evaluate(RUN, ALL_RULES))
    page.set_viewport_size({"width": 320, "height": 900})
    wide = page.evaluate(WIDTH)
    if wide > 320:
        yield f"{wide} wide at 320"
    yield from page.evaluate(STANDS)


def walk(
    page: Page, site: str, paths: Iterable[str], refused: dict[str, int], *, whole: bool = False
) -> dict[str, list[str]]:
    """What is wrong with each of them, also what the browser complained of; nothing for those that are fine."""
    found: dict[str, list[str]] = {}
    complaints: list[str] = []

    def complained(said: ConsoleMessage) -> None:
        if said.location["url"] != page.url:  # that a page is not there, or is not theirs, is what we look at
            complaints.append(said.text)

    def broke(error: Error) -> None:
        complaints.append(str(error))

    page.on("console", complained)
    page.on("pageerror", broke)
    for number, path in enumerate(paths):
        screens = SCREENS if whole else SCREENS[number % EVERY_RUN :][:1]
        answer = page.goto(site + path)
        assert answer is not None
        right = answer.status == refused.get(path, 200)
        found[path] = [*problems(page, screens), *complaints, *([] if right else [f"answers {answer.status}"])]
        complaints.clear()
    return {path: wrong for path, wrong in found.items() if wrong}


@pytest.fixture
def page_of(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A page of somebody who has signed in there and come to an address; of nobody without an email."""
    opened = []

    def signed_in(site: str, email: str | None = None, comes_to: str = "") -> Page:
        page = chromium.new_page()
        opened.append(page)
        if email:
            page.goto(site)
            sign_in(page, email)
            page.wait_for_url(f"**{comes_to}")
        return page

    yield signed_in
    for page in opened:
        page.close()


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    "whole", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["a screen each", "all screens"]
)
def test_pages_are_whole_for_everybody_whatever_is_written_in_them(
    page_of: Callable[..., Page], office: Office, part: int, *, whole: bool
) -> None:
    known = EXAMPLES | hostile.fill(office, PASSWORD)
    paths = [*addresses(office, known), *OTHERWISE][part::PARTS]
    with served_at_a_port(office) as site:
        assert walk(page_of(site, hostile.MANAGER, "/callbacks"), site, paths, REFUSED, whole=whole) == {}
        theirs = OF_STAFF[part::PARTS]
        assert walk(page_of(site, hostile.STAFF, "/mine"), site, theirs, REFUSED_TO_STAFF, whole=whole) == {}


def test_pages_before_the_door_are_whole(page_of: Callable[..., Page], office: Office) -> None:
    hostile.fill(office, PASSWORD)
    with served_at_a_port(office) as site:
        assert walk(page_of(site), site, AT_THE_DOOR, REFUSED) == {}
        assert walk(page_of(site, hostile.WITH_CODES, "/sign-in/code"), site, ["/sign-in/code"], {}) == {}


def test_pages_are_whole_before_there_is_a_business(
    page_of: Callable[..., Page], settings: Settings, clock: Any
) -> None:
    office = Office.open(settings, clock=clock)
    with served(office).app_context(), office.database.transaction() as session:
        first = links.make(session, links.WELCOME, None, "the launcher", clock.now())
    with served_at_a_port(office) as site:
        assert walk(page_of(site), site, [f"/welcome/{first}"], {}) == {}
        with office.database.transaction() as session:
            access.add_user(session, hostile.MANAGER, PASSWORD, "manager", None)
        page = page_of(site, hostile.MANAGER, "/welcome")
        assert walk(page, site, BEFORE_A_BUSINESS, REFUSED_BEFORE_A_BUSINESS) == {}
    office.close()
