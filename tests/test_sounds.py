"""Sounds as the carrier fetches them, and what the sounds that ship sound like."""

import hashlib
import math
import struct
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from office.database import insert_once
from office.settings import Settings
from office.tables import Sound
from office.wiring import Office
from reception.sounds import sounds
from voice import sounds as shipped
from webhooks import create_app

SAMPLE = Path(__file__).parents[1] / "office" / "sample" / "harbour-bikes.toml"
HOLD = (shipped.FOLDER / shipped.HOLD).read_bytes()
OURS = b"what their own music is made of" * 100
NAME = f"{hashlib.sha256(OURS).hexdigest()}.mp3"
A_SECOND = 8_000  # samples


def visitor(office: Office) -> FlaskClient:
    app = Flask(__name__)
    app.extensions["office"] = office
    app.register_blueprint(sounds)
    return app.test_client()


@pytest.fixture
def web(office: Office) -> FlaskClient:
    """A web application that only serves sounds, and whose business has one of its own."""
    with office.database.transaction() as session:
        insert_once(session, Sound, digest=NAME[:64], media_type="audio/mpeg", audio=OURS)
    return visitor(office)


def samples(name: str) -> list[float]:
    """What a mu-law WAV file of ours holds, from -1 to 1 (ITU-T G.711)."""
    content = (shipped.FOLDER / name).read_bytes()
    assert content[12:38] == b"fmt " + struct.pack("<IHHIIHHH", 18, 7, 1, A_SECOND, A_SECOND, 1, 8, 0)
    data = content.index(b"data") + 8
    assert len(content) - data == struct.unpack("<I", content[data - 4 : data])[0]
    return [_linear(byte ^ 0xFF) for byte in content[data:]]


def _linear(code: int) -> float:
    size = (((code & 0x0F) << 3) + 132 << (code >> 4 & 7)) - 132
    return (-size if code & 0x80 else size) / 32_768


def decibels(values: list[float]) -> float:
    """Loudness below the loudest that there can be."""
    return 10 * math.log10(sum(value * value for value in values) / len(values))


@pytest.mark.parametrize("name", list(shipped.LENGTHS))
def test_sound_that_ships_lasts_as_long_as_is_said(name: str) -> None:
    assert len(samples(name)) / A_SECOND == shipped.LENGTHS[name].total_seconds()


@pytest.mark.parametrize("name", list(shipped.LENGTHS))
def test_sound_that_ships_is_never_cut_off_and_comes_round_without_a_click(name: str) -> None:
    heard = samples(name)
    assert max(map(abs, heard)) < 0.6
    assert abs(sum(heard) / len(heard)) < 0.0001
    assert max(map(abs, heard[:8] + heard[-8:])) < 0.001


def test_music_on_hold_is_quiet_and_never_stops_for_long() -> None:
    heard = samples(shipped.HOLD)
    assert -20 < decibels(heard) < -16
    assert all(decibels(heard[at : at + A_SECOND]) > -35 for at in range(0, len(heard), A_SECOND))


def test_chime_is_heard_at_once_and_then_it_is_calm() -> None:
    heard = samples(shipped.RINGING)
    assert -20 < decibels(heard[:A_SECOND]) < -14
    assert decibels(heard[4 * A_SECOND :]) < -40


@pytest.mark.parametrize("name", list(shipped.LENGTHS))
def test_sound_that_ships_is_served_whole_to_whoever_asks(web: FlaskClient, name: str) -> None:
    answer = web.get(f"/voice/sounds/{name}")
    assert answer.status_code == 200
    assert answer.data == (shipped.FOLDER / name).read_bytes()
    assert answer.headers["Content-Type"] == "audio/wav"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_sound_of_the_business_may_be_kept_for_ever(web: FlaskClient) -> None:
    answer = web.get(f"/voice/sounds/{NAME}")
    assert answer.data == OURS
    assert answer.headers["Content-Type"] == "audio/mpeg"
    assert set(answer.headers["Cache-Control"].split(", ")) == {"public", "max-age=31536000", "immutable"}


def test_music_named_in_the_business_s_file_is_what_the_carrier_fetches(office: Office, tmp_path: Path) -> None:
    (tmp_path / "tune.wav").write_bytes(HOLD)
    file = tmp_path / "business.toml"
    file.write_text(SAMPLE.read_text(encoding="utf-8") + '[holding]\nmusic = "tune.wav"\n', encoding="utf-8")
    imported = create_app(office).test_cli_runner().invoke(args=["import-business", str(file)])
    assert imported.exit_code == 0, imported.stderr
    with office.database.reading() as session:
        music = office.business(session).holding.music
    assert visitor(office).get(f"/voice/sounds/{music}").data == HOLD
    (tmp_path / "tune.wav").unlink()
    imported = create_app(office).test_cli_runner().invoke(args=["import-business", str(file)])
    assert imported.exit_code == 1
    assert imported.stderr.count(": holding.music: ") == 1


@pytest.mark.parametrize("name", [shipped.HOLD, NAME])
def test_sound_that_is_known_already_is_not_sent_again(web: FlaskClient, name: str) -> None:
    tag = web.get(f"/voice/sounds/{name}").headers["ETag"]
    again = web.get(f"/voice/sounds/{name}", headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert web.get(f"/voice/sounds/{name}", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(("name", "whole"), [(shipped.HOLD, HOLD), (NAME, OURS)])
def test_part_of_a_sound_is_that_part(web: FlaskClient, name: str, whole: bytes) -> None:
    part = web.get(f"/voice/sounds/{name}", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, whole[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    assert web.get(f"/voice/sounds/{name}", headers={"Range": "bytes=-5"}).data == whole[-5:]
    assert web.get(f"/voice/sounds/{name}", headers={"Range": "bytes=9999999-"}).status_code == 416


@pytest.mark.parametrize(
    "name",
    [
        NAME.replace(".mp3", ".wav"),
        NAME.upper(),
        "0" * 64 + ".mp3",
        "none.wav",
        "__init__.py",
        "..%2F__init__.py",
        "%2e%2e/%2e%2e/webhooks.py",
        "hold.wav/",
        "",
    ],
)
def test_any_other_name_is_not_found(web: FlaskClient, name: str) -> None:
    assert web.get(f"/voice/sounds/{name}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_sounds_can_only_be_fetched(web: FlaskClient, method: str) -> None:
    assert web.open(f"/voice/sounds/{shipped.HOLD}", method=method).status_code == 405


def test_sounds_that_ship_are_served_with_the_database_gone(settings: Settings, tmp_path: Path) -> None:
    office = Office.open(replace(settings, database_url=f"sqlite:///{tmp_path}/gone/ringtrue.sqlite"))
    web = visitor(office)
    assert web.get(f"/voice/sounds/{shipped.HOLD}").data == HOLD
    assert web.get(f"/voice/sounds/{NAME}").status_code == 500  # which the whole application says more kindly
    office.close()
