"""Nothing is answered to whom the gate does not know."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.routing.converters import AnyConverter, IntegerConverter

from office.wiring import Office

OPEN = {
    "recordings.play",
    "sounds.play",
    "pages.sign_in",
    "pages.try_to_sign_in",
    "pages.code",
    "pages.try_code",
    "pages.new_password",
    "pages.choose_password",
    "pages.first_manager",
    "pages.make_first_manager",
    "pages.static",
    "pages.tv_board",
    "pages.tv_board_region",
    "health.healthz",
    "health.readyz",
    "health.metrics",
}


def example(rule: Rule, name: str) -> str | int:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, IntegerConverter):
        return 1
    return next(text for text in ("+447700900123", "x" * 22) if re.fullmatch(converter.regex, text))


def requests(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and a path for every route that there is."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        path = urls.build(rule.endpoint, {name: example(rule, name) for name in rule.arguments})
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield rule.endpoint, method, path


def test_every_address_without_sign_in_is_closed(app: Flask) -> None:
    answers = {
        (method, path): app.test_client().open(path, method=method).status_code
        for endpoint, method, path in requests(app)
        if endpoint not in OPEN and not endpoint.startswith("carrier.")
    }
    assert {path for _, path in answers} >= {"/", "/callbacks", "/sign-out", "/api/callbacks"}
    assert {key: status for key, status in answers.items() if status not in {302, 401}} == {}


def test_every_carrier_address_unsigned_is_403(app: Flask) -> None:
    carrier = [(method, path) for endpoint, method, path in requests(app) if endpoint.startswith("carrier.")]
    answers = {app.test_client().open(path, method=method).status_code for method, path in carrier}
    assert len(carrier) >= 10
    assert answers == {403}


def test_page_without_sign_in_leads_there_and_back(visitor: FlaskClient) -> None:
    assert visitor.get("/callbacks?team=2").location == "/sign-in?next=/callbacks?team%3D2"


def test_token_never_made_is_401_with_a_challenge(visitor: Any) -> None:
    answer = visitor.get("/api/callbacks", headers={"Authorization": "Bearer rt_nobody"})
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "unauthorized"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Basic cHJpeWE6eA==", "Bearer \xff", "rt_x", "Digest a=b"])
def test_authorization_of_another_kind_is_401(visitor: FlaskClient, given: str) -> None:
    assert visitor.get("/api/callbacks", headers={"Authorization": given}).status_code == 401


def test_session_does_not_open_the_api(browser: FlaskClient) -> None:
    assert browser.get("/api/callbacks").status_code == 401


def test_token_does_not_open_the_pages(visitor: FlaskClient, bearer: Callable[..., dict[str, str]]) -> None:
    assert visitor.get("/callbacks", headers=bearer()).status_code == 302


def test_pages_say_what_a_browser_may_do(browser: FlaskClient) -> None:
    headers = browser.get("/callbacks").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "'unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Cache-Control"] == "no-store"


def test_form_of_another_site_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/sign-out", headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
    assert browser.get("/callbacks").status_code == 200


def test_post_without_csrf_token_is_refused(browser: FlaskClient) -> None:
    assert browser.post("/sign-out", headers={"Origin": "https://localhost"}).status_code == 400
    assert browser.get("/callbacks").status_code == 200


def test_database_gone_is_503_without_its_words(office: Office, browser: Any, bearer: Any) -> None:
    headers = bearer()
    with office.database.transaction() as session:
        for statement in ("DROP TABLE tokens", "DROP TABLE sessions"):
            session.connection().exec_driver_sql(statement)
    api, page = browser.get("/api/callbacks", headers=headers), browser.get("/callbacks")
    assert (api.status_code, page.status_code) == (503, 503)
    assert api.json["error"]["code"] == "unavailable"
    assert "SELECT" not in api.text + page.text
    assert "catching its breath. Callers can still leave a message. This page tries again by itself." in page.text
    assert ("/static/again.js" in page.text, '<a class="btn" href="">Try again</a>' in page.text) == (True, True)
