"""What the tests of pages share: a real browser, our site on a port of its own, and promises to look at."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from callbacks.tables import Callback
from console import access
from office.customer_list import CustomerRow
from office.customers import save as save_customers
from office.wiring import Office
from webhooks import create_app

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PASSWORD = "correct horse battery"
Owe = Callable[..., None]

expect.set_options(timeout=15_000)  # milliseconds: the machine may have much to do


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing = "NO CHROMIUM: the pages were not looked at. Install it: apt-get install chromium"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a browser shows."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def owe(office: Office) -> Owe:
    """Promise a customer a call-back so many minutes from now."""

    def owed(phone: str, name: str, minutes: int, **values: Any) -> None:
        now = office.clock.now()
        usual = {"kind": "missed", "reason": "missed call", "state": "waiting", "calls_missed": 1, "team_id": 1}
        with office.database.transaction() as session:
            save_customers(session, [CustomerRow(1, phone, name)])
            times = {"missed_at": now, "promised_by": now + timedelta(minutes=minutes)}
            session.add(Callback(phone=phone, **{**usual, **times, **values}))

    return owed


@contextmanager
def served_at_a_port(office: Office) -> Iterator[str]:
    """Our web application on a port of its own; its address."""
    server = make_server("127.0.0.1", 0, app=None, threaded=True)  # type: ignore[arg-type]  # its address comes first
    address = f"http://127.0.0.1:{server.server_port}"
    server.app = create_app(replace(office, settings=replace(office.settings, public_base_url=address)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sign_in(page: Page, email: str) -> None:
    """Through the form that the page shows."""
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.fixture
def site(office: Office) -> Iterator[str]:
    """Our web application on a port of its own, with a manager's login."""
    with office.database.transaction() as session:
        access.add_user(session, "priya@example.com", PASSWORD, "manager", 1)
    with served_at_a_port(office) as address:
        yield address


@pytest.fixture
def open_page(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Signs in and opens the call-backs; every complaint of the browser's fails the test."""
    complaints: list[str] = []
    contexts = []

    def opened(width: int = 1280, **options: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{site}/")
        sign_in(page, "priya@example.com")
        page.wait_for_url("**/callbacks")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
