"""The board on the wall in a real browser: it keeps itself fresh, and nobody trusts an old number."""

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect, sync_playwright
from werkzeug.serving import make_server

from console import access
from office.wiring import Office
from voice.tables import Call
from webhooks import create_app

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a browser shows."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    """Our web application on a port of its own, with a manager's login."""
    with office.database.transaction() as session:
        access.add_user(session, "priya@example.com", PASSWORD, "manager", 1)
    server = make_server("127.0.0.1", 0, app=None, threaded=True)  # type: ignore[arg-type]  # its address comes first
    address = f"http://127.0.0.1:{server.server_port}"
    server.app = create_app(replace(office, settings=replace(office.settings, public_base_url=address)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def wall(site: str) -> Iterator[Page]:
    """The board of somebody who is signed in, on a screen of full HD; every complaint of the browser's fails the test."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing = "NO CHROMIUM: the pages were not looked at. Install it: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/sign-in?next=/now")
        page.get_by_label("Email").fill("priya@example.com")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/now")
        yield page
        browser.close()
    assert complaints == []


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
