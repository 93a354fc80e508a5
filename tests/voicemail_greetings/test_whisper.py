"""The engine on this machine: its process killed, hanging, talking nonsense; and once the real one, on a real voice."""

import os
import subprocess
import sys
import time
import tomllib
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from voicemail_greetings.transcribe import EngineError, Recorded, Written
from voicemail_greetings.transcribe.whisper import COMMAND, Whisper

SOUNDS = Path(__file__).resolve().parents[1] / "sounds"
STUCK = Recorded(SOUNDS / "stuck.wav", 7, "en")


def engine(program: str, **more: object) -> Whisper:
    """One whose process is that Python program; it gets the sound, the language and perhaps a model."""
    return Whisper(command=(sys.executable, "-I", "-c", program), **more)  # type: ignore[arg-type]


def why(whisper: Whisper, heard: Recorded = STUCK, within: float = 10) -> str:
    with pytest.raises(EngineError) as refused:
        whisper.write(heard, within)
    return str(refused.value)


def test_answer_of_the_process_becomes_words() -> None:
    said = "import json, sys; print(json.dumps({'text': ' '.join(sys.argv[1:]) + '\\0', 'confidence': 0.5}))"
    assert engine(said, model=Path("/m")).write(STUCK, 10) == Written(f"{STUCK.path} en /m", 0.5)


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("raise SystemExit(3)", "the speech engine broke down (status 3)"),
        ("import os; os.abort()", "the speech engine broke down (status -6)"),
        ("print('Segmentation fault')", "the speech engine said something that is no answer"),
        ("print('[' * 100000)", "the speech engine said something that is no answer"),
        ("print('[1]')", "the speech engine said something that is no answer"),
        ("print('{}')", "nobody is heard to speak in it"),
        ("print('x' * 2000000)", "the speech engine said more than anybody can have spoken"),
        ("print('x' * 2000000, flush=True); import time; time.sleep(60)", "said more than anybody"),
        ('print(\'{"why": "it is too hot"}\')', "it is too hot"),
    ],
)
def test_process_that_fails_or_talks_nonsense_is_an_engine_error(program: str, told: str) -> None:
    assert told in why(engine(program))


def test_process_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "held")
    # Whoever holds the pipe's other end lives; reading it ends when nobody does.
    hang = f"import os, time; h = open({str(tmp_path / 'held')!r}, 'w'); os.fork(); time.sleep(100)"
    reader = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    began = time.monotonic()
    assert why(engine(hang), within=1) == "the speech engine was stopped (too slow or too large)"
    assert time.monotonic() - began < 20
    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""
    os.close(reader)


@pytest.mark.skipif(sys.platform != "linux", reason="macOS knows no bound on memory")
def test_process_that_wants_all_memory_gets_none() -> None:
    assert "broke down" in why(engine("x = b'1' * 10**9; print('{\"text\": \"x\"}')", room=300_000))


def test_process_knows_nothing_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "a-secret-of-ours-1234")
    asks = "import json, os; print(json.dumps({'text': ' '.join(os.environ) + ' ' + os.getcwd()}))"
    told = engine(asks).write(STUCK, 10)
    assert isinstance(told, Written)
    assert "SECRET_KEY" not in told.text
    assert told.text.endswith(" /")


def test_engine_that_is_being_installed_is_waited_for_and_one_that_is_not_there_is_told(tmp_path: Path) -> None:
    missing = 'print(\'{"why": "the speech engine is not installed: ./run words"}\')'
    assert why(engine(missing, installing=tmp_path / "none")) == "the speech engine is not installed: ./run words"
    assert engine(missing, installing=tmp_path).write(STUCK, 10) == timedelta(seconds=5)


def test_real_process_ends_when_nobody_is_left_to_read_its_words(tmp_path: Path) -> None:
    """Its sound never comes, and whoever started it is killed: its input ends."""
    os.mkfifo(tmp_path / "m.wav")
    command = [*COMMAND, str(tmp_path / "m.wav"), "en", str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as process:
        pass  # leaving closes its input and waits for its end
    assert process.returncode == 1


def test_message_without_its_sound_is_not_tried() -> None:
    assert why(Whisper(), Recorded(None, 7, "en")) == "the recording has not arrived"


def test_real_process_says_in_a_sentence_what_is_no_sound(tmp_path: Path) -> None:
    needs_the_engine()
    playlist = tmp_path / "m.wav"
    playlist.write_text("#EXTM3U\n#EXTINF:1,\n/etc/hostname\n")
    assert why(Whisper(), Recorded(playlist, 7, "en"), within=60) == "the recording is no sound that can be read"
    assert why(Whisper(), Recorded(STUCK.path, 7, "de"), within=60).startswith('there is no model for "de"')


def test_real_engine_writes_out_a_voice_and_nothing_for_silence(tmp_path: Path) -> None:
    needs_the_engine()
    told = Whisper(command=COMMAND).write(STUCK, 90)
    assert isinstance(told, Written)
    heard, said = told.text.lower(), tomllib.loads((SOUNDS / "said.toml").read_text())["stuck"].lower()
    assert {"chain", "stuck", "station"} <= set(heard.replace(".", " ").split()) & set(said.replace(".", " ").split())
    assert told.confidence is not None
    silence = (STUCK.path or tmp_path).read_bytes()
    quiet = tmp_path / "quiet.wav"
    quiet.write_bytes(silence[:58] + b"\xff" * (len(silence) - 58))
    assert why(Whisper(), Recorded(quiet, 7, "en"), within=60) == "nobody is heard to speak in it"


def needs_the_engine() -> None:
    """In CI it is there, or the test fails."""
    if find_spec("faster_whisper") is None and os.environ.get("CI") != "true":
        pytest.skip("THE SPEECH ENGINE IS NOT INSTALLED, SO IT IS NOT TESTED: ./run words")
