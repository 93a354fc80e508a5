"""Greetings as managers and their software read and make them."""

import io
import math
import wave
from array import array
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from console import speaking
from office import sounds
from office.tables import Audit
from office.wiring import Office
from voicemail_greetings import greetings
from voicemail_greetings.choice import Greeting
from voicemail_greetings.tables import Take

Made = Callable[..., Any]
Headers = dict[str, str]
OURS = "Thank you for calling {business}! We'll ring you back by {time}."


@pytest.fixture
def manager(bearer: Made) -> Headers:
    headers: Headers = bearer("manager", "Priya Shah")
    return headers


@pytest.fixture
def tom(bearer: Made) -> Headers:
    headers: Headers = bearer("staff", "Tom Okafor")
    return headers


def make(visitor: Any, headers: Headers, text: str = OURS, situation: str = "closed", **key: str) -> Any:
    return visitor.post("/api/greetings", json={"situation": situation, "text": text, **key}, headers=headers)


def choose(visitor: Any, headers: Headers, query: str) -> Any:
    return visitor.get(f"/api/greetings/choose?{query}", headers=headers).json


def a_tone(seconds: float) -> bytes:
    samples = array("h", (int(9_000 * math.sin(each / 4)) for each in range(int(8_000 * seconds))))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8_000, 0, "NONE", ""))
        sound.writeframes(samples.tobytes())
    return file.getvalue()


def test_before_anybody_made_one_those_that_ship_are_listed(visitor: Any, manager: Headers) -> None:
    listed = visitor.get("/api/greetings", headers=manager).json["greetings"]
    assert [each["situation"] for each in listed] == ["busy", "closed", "lunch", "holiday", "away"]
    assert {each["id"] for each in listed} == {None}
    assert listed[1]["text"].startswith("We're closed just now.")


def test_greeting_that_was_made_holds_and_says_why(office: Office, visitor: Any, manager: Headers) -> None:
    answer = make(visitor, manager, team="Workshop")
    assert answer.status_code == 201
    assert answer.json == {
        "id": 1, "situation": "closed", "team": "Workshop", "staff": None, "holiday": None, "text": OURS, "sound": None,
        "made_by": "Priya Shah", "made_at": "2026-11-24T10:00:00+00:00", "seconds": pytest.approx(7, abs=2),
    }  # fmt: skip
    assert visitor.get("/api/greetings", headers=manager).json["greetings"][0] == answer.json
    chosen = choose(visitor, manager, "situation=closed&team=Workshop&is_open=false")
    assert (chosen["greeting"]["id"], chosen["because"]) == (1, "Workshop’s own, for when you’re closed.")
    assert choose(visitor, manager, "situation=closed")["greeting"]["id"] is None
    with office.database.reading() as session:
        assert [(row.action, row.by) for row in session.scalars(select(Audit))] == [("greeting-made", "Priya Shah")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("Hello {nmae}!", "{name}"),
        ("Please hold on. " * 20, "seconds"),
        ("Back {until}.", "Nothing of it would be said"),
    ],
)
def test_text_that_callers_should_not_hear_is_refused_with_what_to_mend(
    visitor: Any, manager: Headers, text: str, said: str
) -> None:
    answer = make(visitor, manager, text)
    assert (answer.status_code, answer.json["error"]["field"]) == (422, "text")
    assert said in answer.json["error"]["message"]


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ({"team": "Nobody"}, "team"),
        ({"staff": "Nobody"}, "staff"),
        ({"team": "Workshop", "staff": "Priya Shah"}, "team"),
        ({"holiday": "Christmas Day"}, "holiday"),
    ],
)
def test_greeting_for_nobody_there_is_is_refused(
    visitor: Any, manager: Headers, key: dict[str, str], field: str
) -> None:
    answer = make(visitor, manager, **key)
    assert (answer.status_code, answer.json["error"]["field"]) == (422, field)


def test_whoever_is_no_manager_makes_and_sees_their_own_only(visitor: Any, manager: Headers, tom: Headers) -> None:
    theirs = make(visitor, manager).json["id"]
    assert [make(visitor, tom, **key).status_code for key in ({}, {"team": "Workshop"}, {"staff": "Priya Shah"})] == [
        403, 403, 403,
    ]  # fmt: skip
    own = make(visitor, tom, staff="Tom Okafor").json["id"]
    listed = visitor.get("/api/greetings", headers=tom).json["greetings"]
    assert [each["id"] for each in listed if each["id"]] == [own]
    assert visitor.post(f"/api/greetings/{theirs}/undo", headers=tom).status_code == 404
    assert visitor.get("/api/greetings/history?situation=closed", headers=tom).status_code == 403
    assert visitor.post("/api/greetings/sound?situation=closed", data=b"x", headers=tom).status_code == 403
    assert visitor.post("/api/greetings/ring-me", json={"situation": "closed"}, headers=tom).status_code == 403
    chosen = "/api/greetings/choose?situation=away&staff"
    assert visitor.get(f"{chosen}=Priya+Shah", headers=tom).status_code == 403
    assert visitor.get(f"{chosen}=Tom+Okafor", headers=tom).status_code == 200


def test_undone_greeting_gives_way_to_the_one_before_it(visitor: Any, manager: Headers) -> None:
    first, second = make(visitor, manager).json["id"], make(visitor, manager, "Thank you!").json["id"]
    assert visitor.post(f"/api/greetings/{first}/undo", headers=manager).json["error"]["code"] == "outdated"
    undone = visitor.post(f"/api/greetings/{second}/undo", headers=manager)
    assert (undone.status_code, undone.json["text"]) == (201, OURS)
    versions = visitor.get("/api/greetings/history?situation=closed", headers=manager).json["versions"]
    assert [each["text"] for each in versions] == [OURS, "Thank you!", OURS]
    assert visitor.post("/api/greetings/99/undo", headers=manager).status_code == 404


def test_text_is_looked_at_while_it_is_typed(visitor: Any, manager: Headers) -> None:
    def check(text: str) -> Any:
        return visitor.post("/api/greetings/check", json={"text": text}, headers=manager).json

    assert check(OURS) == {"findings": [], "seconds": pytest.approx(7, abs=2), "problems": []}
    bad = check("Unfortunately nobody is here. {nmae}")
    assert ("phrase", "Unfortunately") in [(each["rule"], each["words"]) for each in bad["findings"]]
    assert len(bad["problems"]) == 1
    assert check("")["problems"] == ["The text is empty; write what callers shall hear."]


def test_preview_fills_the_places(visitor: Any, manager: Headers) -> None:
    answer = visitor.get("/api/greetings/preview", query_string={"text": OURS}, headers=manager).json
    said = "Thank you for calling Harbour Bikes! We'll ring you back by a quarter past three this afternoon."
    assert (answer["text"], answer["tells_when"], answer["language"]) == (said, True, "en-GB")


def test_text_of_two_lines_is_made_and_previewed(visitor: Any, manager: Headers) -> None:
    text = "Thank you!\nWe'll ring you back."
    assert make(visitor, manager, text).status_code == 201
    answer = visitor.get("/api/greetings/preview", query_string={"text": text}, headers=manager)
    assert (answer.status_code, answer.json["text"].split()) == (200, text.split())
    hidden = visitor.get("/api/greetings/preview", query_string={"text": "Thank\0you"}, headers=manager)
    assert hidden.status_code == 400


@pytest.mark.parametrize("text", [OURS, "-v --help", "\x2fetc\x2fpasswd <speak>"])
def test_preview_is_spoken_where_there_is_a_voice(visitor: Any, manager: Headers, text: str) -> None:
    answer = visitor.get("/api/greetings/preview.wav", query_string={"text": text}, headers=manager)
    if speaking.is_there():
        assert (answer.status_code, answer.data[:4], answer.mimetype) == (200, b"RIFF", "audio/wav")
    else:
        assert (answer.status_code, "no voice" in answer.json["error"]["message"]) == (404, True)


def test_sound_that_is_sent_is_what_callers_hear(visitor: Any, manager: Headers) -> None:
    sent = a_tone(9)
    assert len(sent) > 64 * 1024  # more than any other address takes
    answer = visitor.post("/api/greetings/sound?situation=busy", data=sent, headers=manager)
    assert (answer.status_code, answer.json["seconds"], answer.json["text"]) == (201, pytest.approx(9, abs=0.2), None)
    assert visitor.get(answer.json["sound"]).data[:4] == b"RIFF"
    assert choose(visitor, manager, "situation=busy")["greeting"]["sound"] == answer.json["sound"]


@pytest.mark.parametrize(("sent", "code"), [(b"", "no_sound"), (b"no sound", "not_a_sound")])
def test_what_is_no_sound_is_refused(visitor: Any, manager: Headers, sent: bytes, code: str) -> None:
    answer = visitor.post("/api/greetings/sound?situation=busy", data=sent, headers=manager)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, code)


def test_sound_larger_than_twenty_megabytes_is_refused(visitor: Any, manager: Headers) -> None:
    answer = visitor.post("/api/greetings/sound?situation=busy", data=bytes(20 * 1024**2 + 1), headers=manager)
    assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")


def test_elsewhere_a_large_body_is_refused_as_before(visitor: Any, manager: Headers) -> None:
    answer = visitor.post("/api/greetings/check", json={"text": "x" * 70_000}, headers=manager)
    assert answer.status_code == 413


def test_phone_of_whoever_asks_is_rung_to_record_it(office: Office, visitor: Any, manager: Headers) -> None:
    wanted = {"situation": "closed", "team": "Workshop"}
    answer = visitor.post("/api/greetings/ring-me", json=wanted, headers=manager)
    assert answer.status_code == 202
    with office.database.reading() as session:
        take = session.get_one(Take, answer.json["take"])
        assert (take.staff_id, take.situation, take.team_id, take.ring_at) == (1, "closed", 1, office.clock.now())


def test_phone_rings_for_one_greeting_at_a_time(office: Office, visitor: Any, manager: Headers, clock: Any) -> None:
    def ring(**wanted: str) -> Any:
        return visitor.post("/api/greetings/ring-me", json=wanted, headers=manager)

    first = ring(situation="closed", team="Workshop")
    again, other = ring(situation="closed", team="Workshop"), ring(situation="closed")
    assert (again.status_code, again.json) == (202, first.json)
    assert (other.status_code, other.json["error"]["code"]) == (409, "busy")
    with office.database.transaction() as session:
        session.get_one(Take, first.json["take"]).ring_at = None  # it was rung
    assert ring(situation="closed").status_code == 409
    clock.go_on(minutes=1)
    assert ring(situation="closed").json["take"] != first.json["take"]


def test_greetings_are_listed_in_as_many_reads_however_many_there_are(
    office: Office, visitor: Any, manager: Headers, count_statements: Made
) -> None:
    def record(situation: str, seconds: float) -> None:
        with office.database.transaction() as session:
            name = sounds.keep(session, a_tone(seconds), timedelta(minutes=1))
            greeting = Greeting(None, situation, None, None, None, None, name)  # type: ignore[arg-type]
            greetings.make(session, greeting, by="Priya Shah", now=office.clock.now())

    def read() -> Any:
        return visitor.get("/api/greetings", headers=manager).json["greetings"]

    record("busy", 3.5)
    few = count_statements(read)
    record("lunch", 5)
    record("away", 7.25)
    assert count_statements(read) == few
    assert [each["seconds"] for each in read()[:3]] == [3.5, 5.0, 7.2]


def test_whoever_has_no_phone_is_not_rung(visitor: Any, bearer: Made) -> None:
    answer = visitor.post("/api/greetings/ring-me", json={"situation": "closed"}, headers=bearer())
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "no_phone")
