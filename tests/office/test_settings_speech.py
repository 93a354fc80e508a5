"""WHISPER_MODEL and TRANSCRIBE_*: a model on this machine, a service at an address, and no secret told."""

from pathlib import Path

import pytest

from office.settings import Settings, SettingsError
from office.speech import Speech

URL = "https://speech.example.com/v1/audio/transcriptions"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "var")}


def test_without_any_the_packed_model_is_used_and_no_service(environ) -> None:
    assert Settings.read(environ).speech == Speech(None, None, None, "whisper-1")


def test_service_and_model_are_read_and_not_shown(environ, tmp_path) -> None:
    (tmp_path / "model.bin").touch()
    more = {
        "TRANSCRIBE_URL": URL,
        "TRANSCRIBE_KEY": "hush",
        "TRANSCRIBE_MODEL": "large",
        "WHISPER_MODEL": str(tmp_path),
    }
    settings = Settings.read(environ | more)
    assert settings.speech == Speech(tmp_path, URL, "hush", "large")
    assert "hush" not in f"{settings}{settings.speech}"


def test_service_on_this_machine_needs_no_tls(environ) -> None:
    assert Settings.read(environ | {"TRANSCRIBE_URL": "http://127.0.0.1:9000/asr"}).speech.url


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"TRANSCRIBE_URL": "http://speech.example.com/"}, "TRANSCRIBE_URL"),
        ({"TRANSCRIBE_URL": "https://me:hush@speech.example.com/"}, "TRANSCRIBE_URL"),
        ({"TRANSCRIBE_URL": "speech"}, "TRANSCRIBE_URL"),
        ({"TRANSCRIBE_KEY": "hush"}, "TRANSCRIBE_KEY"),
        ({"TRANSCRIBE_MODEL": "large"}, "TRANSCRIBE_MODEL"),
        ({"TRANSCRIBE_URL": URL, "TRANSCRIBE_KEY": "hush hush"}, "TRANSCRIBE_KEY"),
        ({"WHISPER_MODEL": "/no/such/folder"}, "WHISPER_MODEL"),
        ({"WHISPER_MODEL": "/dev/null\0"}, "WHISPER_MODEL"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_line_with_an_example(environ, variables, name) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read(environ | variables)
    [line] = refused.value.problems
    assert line.startswith(f"{name}: ")
    assert f"(for example {name}=" in line
    assert "hush" not in line
