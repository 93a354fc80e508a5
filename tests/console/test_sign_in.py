"""Signing in and out."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from console.pages.sign_in import local_path

SignIn = Callable[..., Any]


def test_right_pair_opens_the_page_that_was_wanted(visitor: FlaskClient, priya: str, sign_in: SignIn) -> None:
    answer = sign_in(priya.upper(), next="/callbacks?x=1")
    assert (answer.status_code, answer.location) == (303, "/callbacks?x=1")
    assert visitor.get("/callbacks").status_code == 200


def test_cookie_is_kept_from_scripts_other_sites_and_plain_http(priya: str, sign_in: SignIn) -> None:
    cookies = sign_in(priya).headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {"__Host-ringtrue", "__Host-ringtrue-known"}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_wrong_password_and_unknown_email_get_the_same_answer(priya: str, sign_in: SignIn) -> None:
    wrong, unknown = sign_in(priya, "not this one at all"), sign_in("nobody@example.com", "not this one at all")
    assert wrong.status_code == unknown.status_code == 422
    assert (
        wrong.text.replace(priya, "").split("csrf_token")[0]
        == unknown.text.replace("nobody@example.com", "").split("csrf_token")[0]
    )
    assert "don’t go together" in wrong.text


def test_sign_in_without_csrf_token_is_refused(visitor: FlaskClient, priya: str) -> None:
    assert visitor.post("/sign-in", data={"email": priya, "password": "x"}).status_code == 400


def test_typed_email_is_shown_again_as_text_only(sign_in: SignIn) -> None:
    page = sign_in('"><script>alert(1)</script>', "x").text
    assert "&#34;&gt;&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_session_used_now_and_then_lasts_twelve_hours(browser: FlaskClient, clock: Any) -> None:
    for _ in range(12 * 3):
        clock.go_on(minutes=20)
        assert browser.get("/callbacks").status_code == 200
    clock.go_on(minutes=1)
    assert browser.get("/callbacks").location == "/sign-in?next=/callbacks&ended=1"


def test_session_unused_for_half_an_hour_ends_and_says_so(browser: FlaskClient, clock: Any) -> None:
    clock.go_on(minutes=31)
    assert "signed out to keep things safe" in browser.get("/callbacks", follow_redirects=True).text


def test_sign_out_ends_a_copied_cookie_too(browser: FlaskClient) -> None:
    copied = browser.get_cookie("__Host-ringtrue")
    assert copied is not None
    token = browser.get("/callbacks").text.split('name="csrf_token" value="')[1].split('"')[0]
    headers = {"Origin": "https://localhost", "Referer": "https://localhost/callbacks"}
    assert browser.post("/sign-out", data={"csrf_token": token}, headers=headers).location == "/sign-in"
    browser.set_cookie("__Host-ringtrue", copied.value, secure=True)
    assert browser.get("/callbacks").status_code == 302


def test_session_before_sign_in_is_not_kept(visitor: FlaskClient, priya: str, sign_in: SignIn) -> None:
    with visitor.session_transaction() as before:
        before["planted"] = "by somebody else"
    sign_in(priya)
    with visitor.session_transaction() as after:
        assert "planted" not in after


@pytest.mark.parametrize(
    "wanted",
    ["//elsewhere.example", "/\\elsewhere.example", "https://elsewhere.example", "/\t/elsewhere.example", "javascript:alert(1)", "elsewhere", "/a b", "/\x00", "", None],
)  # fmt: skip
def test_way_back_to_another_site_leads_home(app: Any, wanted: str | None) -> None:
    with app.test_request_context():
        assert local_path(wanted) == "/"


@pytest.mark.parametrize("wanted", ["/callbacks", "/callbacks?show=open&team=2", "/customers/+447700900123"])
def test_way_back_within_the_house_is_kept(app: Any, wanted: str) -> None:
    with app.test_request_context():
        assert local_path(wanted) == wanted
