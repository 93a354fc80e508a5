"""Styles, scripts and icons: kept for good under their version, packed, the published ones untouched, and little of them a page."""

import gzip
import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from console import static_files
from console.static_files import FOLDER

Made = Callable[..., Any]
FIRST_LOAD = 100_000
"""Bytes on the wire, of a page with all it brings along, for a browser that has nothing yet."""

PACKING = {"Accept-Encoding": "gzip"}


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page brings along."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


def test_libraries_are_those_that_were_published() -> None:
    lines = [line.split() for line in (FOLDER / "vendor/SHA256SUMS").read_text().splitlines()]
    pinned = {name: digest for digest, name in lines}
    files = {path.name: sha256(path.read_bytes()).hexdigest() for path in (FOLDER / "vendor").glob("*.js")}
    assert files == pinned
    assert len(files) == 2


def test_file_is_kept_for_good_under_its_version_alone(visitor: FlaskClient) -> None:
    address = re.findall(r'href="(/static/paper\.css\?v=\w+)"', visitor.get("/sign-in").text)[0]
    assert visitor.get(address).headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert visitor.get("/static/paper.css?v=0").headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": visitor.get(address, headers=PACKING).headers["ETag"]}
    assert visitor.get(address, headers=known).status_code == 304


def test_file_is_packed_for_whoever_can_unpack_and_a_page_never(visitor: FlaskClient) -> None:
    packed, plain = visitor.get("/static/app.js", headers=PACKING), visitor.get("/static/app.js")
    assert gzip.decompress(packed.data) == plain.data == (FOLDER / "app.js").read_bytes()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    page = visitor.get("/sign-in", headers=PACKING)
    assert "Content-Encoding" not in page.headers
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/callbacks", "/callbacks/1", "/mine", "/now", "/promises", "/me", "/more"])
def test_first_look_at_a_page_is_small(browser: FlaskClient, owe: Made, path: str) -> None:
    for number in range(10):
        owe(f"+4477009001{number:02}", name="Jane Smith", owner="Priya Shah", owner_id=1, state="claimed")
    page = browser.get(path)
    assert page.status_code == 200
    brought = {each.split("#")[0] for each in re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)}
    weights = {each: len(browser.get(each, headers=PACKING).data) for each in brought}
    assert len(page.data) + sum(weights.values()) < FIRST_LOAD, (len(page.data), weights)


def test_cookie_of_a_device_that_stays_is_sent_when_it_changes_and_with_no_file(
    visitor: FlaskClient, priya: str, sign_in: Made
) -> None:
    sign_in(priya, stay="on")
    page = visitor.get("/now")
    version = re.findall(r'data-version="([\w-]+)"', page.text)[0]
    file, nothing_new = visitor.get("/static/app.js"), visitor.get(f"/now/region?version={version}")
    assert (file.status_code, nothing_new.status_code) == (200, 204)
    assert [each.headers.getlist("Set-Cookie") for each in (file, nothing_new)] == [[], []]
    assert "Cookie" not in file.headers.get("Vary", "")


def test_names_of_one_file_do_not_fill_the_memory(visitor: FlaskClient) -> None:
    for steps in range(130):
        assert visitor.get(f"/static/{'vendor/../' * steps}icon.svg", headers=PACKING).status_code == 200
    assert [each.cache_info().currsize for each in (static_files._version, static_files._packed)] == [128, 128]


def test_list_s_shadows_follow_the_theme() -> None:
    assert "rgb(" not in (FOLDER / "callbacks.css").read_text()
