"""Phone: ring as a customer, be the staff, see what came of it; only with the stand-in line, and each with a caller of their own."""

import io
import re
import shutil
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import responses
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.pool import Pool
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from console.phone.heard import Who, lines, names
from console.phone.line import Seen
from console.phone.scene import Mate, staff_phones
from console.tables import User
from office.tables import Audit
from office.wiring import Office
from tests.conftest import ACCOUNT
from tests.voice.standin.conftest import TOKEN, Application, serving
from voice.standin.client import Answers, StandIn
from voice.standin.exchange import Exchange
from voice.standin.pace import Pace
from voice.standin.server import serve

Made = Callable[..., Any]
Press = Callable[..., TestResponse]
JANE, PRIYA, TOM, NEW = "+447700900123", "+447700900101", "+447700900102", "+447700900200"
GREETS = "<Say>Thank you for calling Harbour Bikes.</Say><Pause length='60'/>"


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """One kind of database is enough for what a page says."""
    shutil.copy(sqlite_template, tmp_path / "ringtrue.sqlite")
    return f"sqlite:///{tmp_path}/ringtrue.sqlite"


@pytest.fixture
def answers(office: Office, browser: FlaskClient) -> Iterator[dict[str, Any]]:
    """What the business says, by address; the stand-in line rings it, and the office knows that line."""
    application = Application()
    application.documents = {"/voice/incoming": GREETS, "/voice/status": lambda: ("", 204)}
    exchange = Exchange(ACCOUNT, TOKEN, Pace(20, 20))
    web = make_server("127.0.0.1", 0, application.web, threaded=True)
    with serving(web) as site, serving(serve(exchange, port=0)) as line:
        office.settings = replace(office.settings, standin=True, api_base_url=line, public_base_url=site)
        yield application.documents
        exchange.reset()


@pytest.fixture
def line(office: Office, answers: dict[str, Any]) -> StandIn:
    return StandIn(office.settings.api_base_url)


@pytest.fixture
def press(browser: FlaskClient) -> Press:
    """Send one of the page's forms; `by` is whose browser."""

    def pressed(path: str, by: FlaskClient | None = None, **fields: Any) -> TestResponse:
        client = by or browser
        token = re.findall(r'name="csrf_token" value="([^"]+)"', client.get("/me").text)[0]
        data = {"csrf_token": token, **fields}
        return client.post(f"/phone/{path}", data=data, headers={"Referer": "https://localhost/phone"})

    return pressed


def text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))


def shows(client: FlaskClient, *wanted: str) -> str:
    """The page's words, once it shows all that is wanted: the line takes a moment."""
    deadline = time.monotonic() + 5
    while not all(words in text(page := client.get("/phone").text) for words in wanted):
        assert time.monotonic() < deadline, text(page)
        time.sleep(0.02)
    return page


def voice(seconds: float, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(bytes(int(seconds * rate) * 2))
    return file.getvalue()


def test_with_a_real_carrier_the_page_explains_itself_and_nothing_can_be_done(
    browser: FlaskClient, press: Press
) -> None:
    page = text(browser.get("/phone").text)
    assert "this page is off" in page
    assert "020 7183 8750" in page
    assert [press(path, caller="new", do="answer").status_code for path in ("call", "handset", "staff/1")] == [404] * 3
    assert browser.get("/phone/now").status_code == 404


def test_new_caller_hears_the_business_presses_speaks_and_hangs_up(
    browser: FlaskClient, press: Press, line: StandIn, office: Office
) -> None:
    assert "Pick a caller and press Call." in shows(browser, "Pick a caller")
    assert press("call", caller="new").status_code == 303
    shows(browser, "Thank you for calling Harbour Bikes.", "On the line to Harbour Bikes")
    press("handset", key="1")
    press("handset", words="Hello, <b>it’s me</b>")
    page = shows(browser, "Pressed 1", "pressed 1")
    assert "“Hello, &lt;b&gt;it’s me&lt;/b&gt;”" in page
    press("handset", do="hang_up")
    page = shows(browser, "The call is over.", "Ring again")
    assert f'id="caller-{line.calls()[0]["sid"]}"' in page  # what was picked before is not kept
    assert [leg["from"] for leg in line.calls()] == [NEW]
    with office.database.reading() as session:
        assert session.scalars(select(Audit.action)).all().count("tried-the-line") == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"caller": "other", "number": "o2o"}, "That isn’t a phone number."),
        ({"caller": "other", "number": "020 7183 8750"}, "That’s the business’s own number."),
        ({"caller": "other", "number": ""}, "Which number?"),
        ({"caller": "customer:99"}, "Pick one of the callers, please."),
        ({"caller": "again"}, "Pick one of the callers, please."),
    ],
)
def test_caller_who_cannot_ring_is_told_beside_what_was_typed(
    press: Press, line: StandIn, fields: dict[str, str], said: str
) -> None:
    answer = press("call", **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{fields.get("number", "")}"' in answer.text
    assert line.calls() == []


def test_each_sign_in_has_a_caller_of_its_own_and_no_phone_rings_twice(
    app: Any, office: Office, browser: FlaskClient, press: Press, customers: Made, line: StandIn
) -> None:
    customers((JANE, "Jane Smith"))
    press("call", caller="customer:1")
    shows(browser, "What Jane Smith hears", "Jane Smith rings Harbour Bikes")
    other = app.test_client()
    token = re.findall(r'name="csrf_token" value="([^"]+)"', other.get("/sign-in").text)[0]
    form = {"csrf_token": token, "email": "priya@example.com", "password": "correct horse battery"}
    other.post("/sign-in", data=form, headers={"Referer": "https://localhost/sign-in"})
    assert "Pick a caller and press Call." in other.get("/phone").text
    refused = press("call", by=other, caller="customer:1")
    assert (refused.status_code, "That phone is in a call already." in refused.text) == (422, True)
    assert press("handset", by=other, do="hang_up").status_code == 422
    assert press("call", by=other, caller="hidden").status_code == 303
    shows(other, "The caller rings Harbour Bikes")
    assert [leg["from"] for leg in line.calls()] == [JANE, "anonymous"]


def test_staff_phone_rings_until_somebody_acts_on_it(
    browser: FlaskClient, press: Press, line: StandIn, answers: dict[str, Any]
) -> None:
    answers["/voice/incoming"] = f'<Dial><Number url="/whisper">{PRIYA}</Number></Dial>'
    answers["/whisper"] = '<Gather numDigits="1" action="/yes"><Say>Press 1 to take it</Say></Gather><Hangup/>'
    answers["/yes"] = ""
    line.phone(PRIYA, Answers(after=1))
    press("call", caller="new")
    shows(browser, "Ringing, from 07700 900200", "Priya Shah’s phone rings")
    time.sleep(0.3)  # six seconds on the line
    assert "Ringing, from 07700 900200" in browser.get("/phone").text
    press("staff/1", do="answer")
    shows(browser, "“Press 1 to take it”", "Listening")
    press("staff/1", key="1")
    shows(browser, "Talking with Priya Shah", "Talking with 07700 900200")
    press("staff/1", do="hang_up")
    shows(browser, "Quiet", "The call is over.")
    late = press("staff/1", do="answer")
    assert (late.status_code, "in no call any more" in late.text) == (422, True)
    assert press("staff/7", do="answer").status_code == 404


def test_staff_phone_that_rings_for_another_caller_is_not_heard_of() -> None:
    rings = [("CA8", None), ("CA9", None), ("CA7", "CA1"), ("CA6", "CA2")]  # those that we place have no parent
    usual = {"at": "2026-11-24T10:00:00+00:00", "kind": "rings", "phone": PRIYA}
    events = [{**usual, "n": n, "call_sid": sid, "parent": parent} for n, (sid, parent) in enumerate(rings)]
    who = Who("Jane", JANE, "Harbour Bikes", names({PRIYA: "Priya Shah"}, "GB"), frozenset({PRIYA}), frozenset({"CA8"}))
    seen = Seen({"sid": "CA1", "phone": JANE, "from": JANE}, events, [])
    assert [line.n for line in lines(seen, who)] == [0, 2]


def test_phone_that_rings_stands_first_and_keeps_its_digit() -> None:
    mates = [Mate(1, "Priya Shah", PRIYA, on_duty=True), Mate(2, "Tom Okafor", TOM, on_duty=True)]
    leg = {"phone": TOM, "status": "ringing", "direction": "outbound-dial", "bridged_to": [], "from": JANE}
    shown = staff_phones(mates, Seen(None, [], [leg]), str)
    assert [(one.id, one.key) for one in shown] == [(2, 2), (1, 1)]


def test_what_came_of_the_call_is_shown_to_those_whose_it_is(
    browser: FlaskClient, press: Press, line: StandIn, office: Office, sales: int, owe: Made, call: Made
) -> None:
    press("call", caller="new")
    assert "If nobody answers" in shows(browser, "Thank you")
    sid = line.calls()[0]["sid"]
    call(sid, owe(NEW, team_id=sales), phone=NEW)
    assert "Open the call-back" in shows(browser, "We promised 12:00.", "in 2 h")
    with office.database.transaction() as session:
        session.get_one(User, 1).role = "staff"
    page = text(browser.get("/phone").text)
    assert ("another team’s list" in page, "nothing is owed" in page) == (True, False)


@pytest.fixture
def held() -> Iterator[set[int]]:
    """The connections to the database that are in use."""
    in_use: set[int] = set()

    def taken(_: Any, record: Any, __: Any) -> None:
        in_use.add(id(record))

    def given_back(_: Any, record: Any) -> None:
        in_use.discard(id(record))

    event.listen(Pool, "checkout", taken)
    event.listen(Pool, "checkin", given_back)
    yield in_use
    event.remove(Pool, "checkout", taken)
    event.remove(Pool, "checkin", given_back)


def test_line_is_asked_while_no_connection_to_the_database_is_held(
    office: Office, browser: FlaskClient, held: set[int]
) -> None:
    seen: list[int] = []

    def stands(_: Any) -> tuple[int, dict[str, str], str]:
        seen.append(len(held))
        return 200, {}, '{"call": null, "events": [], "legs": []}'

    office.settings = replace(office.settings, standin=True, api_base_url="http://127.0.0.1:9")
    with responses.RequestsMock() as line:
        line.add_callback(responses.GET, re.compile("http://127.0.0.1:9/.*"), callback=stands)
        assert "Pick a caller" in text(browser.get("/phone").text)
    assert seen == [0]


def test_voice_from_the_microphone_is_what_the_message_sounds_like(
    browser: FlaskClient, press: Press, line: StandIn, answers: dict[str, Any]
) -> None:
    answers["/voice/incoming"] = '<Record action="/yes" timeout="30" maxLength="120"/>'
    answers["/yes"] = "<Say>Thank you</Say>"
    press("call", caller="new")
    shows(browser, "A beep")
    assert press("handset", do="speaking").status_code == 303
    time.sleep(1.6)  # 32 seconds on the line, and no silence ends the message meanwhile
    assert press("handset", do="hush").status_code == 303  # it could not be read: the line hears silence again
    assert press("handset", do="speaking").status_code == 303
    sound = voice(4)
    assert press("handset", sound=(io.BytesIO(sound), "voice.wav")).status_code == 303
    assert line.wait_for("recorded")["seconds"] == 4


@pytest.mark.parametrize("sound", [b"RIFF and so on", voice(1, rate=44_100), voice(0)])
def test_what_is_no_voice_of_the_line_is_not_let_in(press: Press, line: StandIn, sound: bytes) -> None:
    press("call", caller="new")
    answer = press("handset", sound=(io.BytesIO(sound), "voice.wav"))
    assert (answer.status_code, "couldn’t be read" in answer.text) == (422, True)


def test_line_that_does_not_answer_is_told_with_where_to_look(
    browser: FlaskClient, press: Press, line: StandIn, office: Office
) -> None:
    office.settings = replace(office.settings, api_base_url="http://127.0.0.1:9")
    page = browser.get("/phone")
    assert page.status_code == 200
    assert "The line didn’t answer. Is worker running?" in text(page.text)
    assert 'href="/readyz"' in page.text
    assert press("call", caller="new").status_code == 503


def test_page_that_has_the_newest_asks_in_vain(browser: FlaskClient, line: StandIn) -> None:
    page = browser.get("/phone").text
    version = re.findall(r'id="phone"[^>]*data-version="(\w+)"', page)[0]
    assert browser.get(f"/phone/now?version={version}").status_code == 204
    assert "Staff phones" in browser.get("/phone/now?version=older").text


def test_hanging_up_what_is_over_already_is_no_fault(browser: FlaskClient, press: Press, line: StandIn) -> None:
    assert press("handset", do="hang_up").status_code == 422
    press("call", caller="new")
    shows(browser, "Thank you")
    assert [press("handset", do="hang_up").status_code for _ in range(2)] == [303, 303]
    assert press("handset", key="1").status_code == 422
