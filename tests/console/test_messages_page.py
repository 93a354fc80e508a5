"""Messages on the page of call-backs: words, what stands out in them, and what may be done about them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from callbacks.tables import Callback
from office.wiring import Office
from voicemail_greetings.erasing import ERASED, TOO_OLD
from voicemail_greetings.tables import Message
from voicemail_greetings.words import NO_ENGINE

Made = Callable[..., Any]
HOSTILE = "</blockquote><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u202e"
WAITING = "The words are being written out. You can listen now."
FORM = {"Referer": "https://localhost/callbacks"}


@pytest.fixture
def left(office: Office, owe: Made, call: Made, message: Made) -> int:
    callback_id: int = owe()
    message(call("CA1", callback_id), b"RIFF")
    return callback_id


@pytest.fixture
def said(office: Office, browser: FlaskClient, left: int) -> Callable[..., str]:
    """What the page says of a message that stands so, without its markup."""

    def text(**values: Any) -> str:
        if values:
            with office.database.transaction() as session:
                session.execute(update(Message).values(values))
        return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", browser.get("/callbacks").text))

    return text


def send(browser: FlaskClient, page: str, action: str, **fields: str) -> Any:
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
    assert f'action="{action}"' in page
    return browser.post(action, data={"csrf_token": token, **fields}, headers=FORM)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"words": "Hello there", "words_state": "done", "confidence": 0.9}, "“Hello there”"),
        ({"words": "Hello there", "words_state": "done", "confidence": 0.59}, "may be misheard"),
        ({"words": "", "words_state": "done"}, "We couldn’t make out the words. Please listen."),
        (
            {"words_state": "unavailable", "words_why": "the model was not there"},
            "We couldn’t make out the words. Please listen.",
        ),
        ({"words_state": "unavailable", "words_why": NO_ENGINE}, "Nobody wrote out the words. Please listen."),
        (
            {"words_state": "unavailable", "words_why": TOO_OLD},
            "The words were deleted for their age, as your settings asked.",
        ),
        ({"words_state": "unavailable", "file": None}, "There are no words."),
        ({"file": None}, "The recording is on its way."),
        ({"file": None, "lost": "it was too large"}, "The recording is lost: it was too large."),
        ({"label": "silent", "words_state": "unavailable"}, "nothing was said"),
        ({"flags": ["urgent: leak"]}, "Urgent: leak"),
        ({"heard_by": "Tom Okafor"}, "Heard by Tom Okafor"),
    ],
)
def test_message_says_how_it_stands(said: Callable[..., str], values: dict[str, Any], words: str) -> None:
    assert words in said(**values)


def test_words_that_wait_are_promised_until_they_are_late(said: Callable[..., str], clock: Any) -> None:
    assert WAITING in said(words_by=clock.now() + timedelta(minutes=2))
    clock.go_on(minutes=2)
    assert "The words are a little late. You can listen now." in said()


def test_erased_message_says_so_and_plays_no_more(office: Office, said: Callable[..., str], browser: Any) -> None:
    assert "The recording was erased." in said(erased_at=office.clock.now(), words_state="unavailable")
    assert "<audio" not in browser.get("/callbacks").text


@pytest.mark.parametrize(
    ("days", "values", "sentence"),
    [
        (180, {}, "This message was deleted for its age, as your settings asked."),
        (180, {"words": "Hello"}, "The recording was deleted for its age, as your settings asked."),
        (179, {}, "The recording was erased."),
        (180, {"words_why": ERASED}, "The recording was erased."),
    ],
)
def test_message_that_is_gone_is_said_to_be_old_only_if_that_was_why(
    office: Office, said: Callable[..., str], days: int, values: dict[str, Any], sentence: str
) -> None:
    ended_at = office.clock.now() - timedelta(days=days)
    assert sentence in said(ended_at=ended_at, erased_at=office.clock.now(), **values)


def test_long_words_are_cut_and_whole_behind_more(said: Callable[..., str]) -> None:
    text = said(words="word " * 100 + "end.", words_state="done")
    assert "word… more" in text
    assert "end.”" in text


def test_hostile_words_are_text(said: Callable[..., str], browser: FlaskClient) -> None:
    said(words=HOSTILE * 9, words_state="done", flags=[HOSTILE], heard_by=HOSTILE)
    page = browser.get("/callbacks").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "{{7*7}}" in page
    assert "\u202e" not in page


def test_numbers_and_times_stand_out(said: Callable[..., str], browser: FlaskClient) -> None:
    said(words="Ring 07700 900456 at half past three.", words_state="done")
    page = browser.get("/callbacks").text
    assert "Ring <mark>07700 900456</mark> at <mark>half past three</mark>." in page


def test_number_that_was_said_is_rung_by_a_button_that_only_this_page_has(
    office: Office, said: Callable[..., str], browser: FlaskClient, left: int
) -> None:
    assert "Ring them at 07700 900456" in said(words="I'm on 07700 900456.", words_state="done")
    action = f"/callbacks/{left}/number"
    assert browser.post(action, data={"phone": "+447700900456"}, headers=FORM).status_code == 400  # no CSRF token
    answer = send(browser, browser.get("/callbacks").text, action, phone="+447700900456")
    assert (answer.status_code, answer.location) == (303, f"/callbacks#callback-{left}")
    with office.database.reading() as session:
        assert session.get_one(Callback, left).phone == "+447700900456"
    assert "Ring them at" not in said()


def test_number_that_we_do_not_ring_is_not_offered_and_not_taken(
    said: Callable[..., str], browser: FlaskClient, left: int
) -> None:
    said(words="Ring 0906 512 3456 or 07700 900456.", words_state="done")
    page = browser.get("/callbacks").text
    assert page.count("Ring them at") == 1
    answer = send(browser, page, f"/callbacks/{left}/number", phone="09065123456")
    assert answer.status_code == 422
    assert "This number is not dialled" in answer.text


def test_words_are_tried_for_again_by_a_button(said: Callable[..., str], browser: FlaskClient, left: int) -> None:
    assert "Try again" in said(words_state="unavailable", words_why="nobody was free")
    answer = send(browser, browser.get("/callbacks").text, f"/callbacks/{left}/voicemails/1/transcribe")
    assert answer.status_code == 303
    assert WAITING in said()


def test_earlier_messages_stand_behind_the_one_that_counts(
    browser: FlaskClient, left: int, message: Made, clock: Any
) -> None:
    clock.go_on(minutes=1)
    message("CA1", b"RIFF", recording="RE2")
    page = browser.get("/callbacks").text
    assert page.index(f"/callbacks/{left}/voicemails/2.wav") < page.index("1 more message")
    assert page.index("1 more message") < page.index(f"/callbacks/{left}/voicemails/1.wav")
