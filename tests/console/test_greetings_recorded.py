"""A greeting recorded on one's own phone, as its page tells it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from console import access
from office import sounds
from office.wiring import Office
from tests.console.test_greetings_api import a_tone
from tests.console.test_greetings_page import CLOSED, database_url, post, seen  # noqa: F401 - a fixture
from voicemail_greetings import takes
from voicemail_greetings.tables import Take

Made = Callable[..., Any]


def test_recording_on_the_phone_is_told_as_it_goes_and_kept(office: Office, browser: FlaskClient, clock: Any) -> None:
    def told() -> str:
        return seen(browser.get(f"/greetings/one/take?{CLOSED}"))

    def take() -> Any:
        return session.scalars(select(Take)).one()

    assert post(browser, f"/greetings/one/ring?{CLOSED}").status_code == 303
    assert "Ringing your phone. Pick up, and press 1." in told()
    with office.database.transaction() as session:
        takes.claim_ring(session, take().id, clock.now())
        takes.begins(session, take(), clock.now())
    assert "Recording." in told()
    with office.database.transaction() as session:
        takes.recorded(session, take(), 1, "RE1", clock.now())
    assert "We’re getting what you said ready." in told()
    with office.database.transaction() as session:
        takes.fetched(session, take().id, 1, sounds.keep(session, a_tone(3), timedelta(minutes=1)))
        number = take().id
    assert "Listen, then keep it or say it again." in told()
    assert post(browser, f"/greetings/takes/{number}/keep").status_code == 303
    assert "Kept. Callers hear it from now on." in told()
    page = browser.get(f"/greetings/one?{CLOSED}")
    assert "Recorded" in seen(page)
    version = re.findall(r'id="take"[^>]*data-version="(\w+)"', page.text)[0]
    assert browser.get(f"/greetings/one/take?{CLOSED}&version={version}").status_code == 204


def test_phone_that_nobody_picked_up_or_spoke_into_is_rung_again(
    office: Office, browser: FlaskClient, clock: Any
) -> None:
    def ring() -> Take:
        post(browser, f"/greetings/one/ring?{CLOSED}")
        with office.database.reading() as session:
            return session.scalars(select(Take).order_by(Take.id.desc())).first() or pytest.fail("no take")

    first = ring()
    with office.database.transaction() as session:
        takes.claim_ring(session, first.id, clock.now())
    clock.go_on(seconds=36)
    assert "We couldn’t get through to your phone." in seen(browser.get(f"/greetings/one?{CLOSED}"))
    second = ring()
    with office.database.transaction() as session:
        row = session.get_one(Take, second.id)
        takes.begins(session, row, clock.now())
        takes.recorded(session, row, 1, "RE1", clock.now(), wanted=False)
    page = seen(browser.get(f"/greetings/one?{CLOSED}"))
    assert "We didn’t hear anything. Is the phone on mute?" in page
    assert ring().id == second.id + 1


def test_sign_in_without_a_phone_is_told_so(office: Office, visitor: FlaskClient, sign_in: Made) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "office@example.com", "correct horse battery", "manager", None)
    sign_in("office@example.com")
    assert "there’s no phone to ring" in seen(visitor.get(f"/greetings/one?{CLOSED}"))
    answer = post(visitor, f"/greetings/one/ring?{CLOSED}")
    assert answer.status_code == 422
