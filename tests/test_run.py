"""The two commands, as somebody at a terminal meets them."""

import ast
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from office.launch import is_free

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / "run"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own that needs nothing installed."""
    place = tmp_path / "ringtrue"
    place.mkdir()
    shutil.copy(RUN, place)
    (place / "requirements.lock").write_text("")
    (place / "requirements-words.lock").write_text("")
    return place


def run(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(checkout / "run"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)


def test_run_needs_the_standard_library_only() -> None:
    imports = [node for node in ast.walk(ast.parse(RUN.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    named = {
        name.partition(".")[0]
        for node in imports
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert named
    assert named <= sys.stdlib_module_names


def test_run_can_be_read_by_a_python_that_is_too_old() -> None:
    assert ast.parse(RUN.read_text(), feature_version=(3, 7))


def test_run_can_be_started_by_its_name() -> None:
    assert os.access(RUN, os.X_OK)


@pytest.mark.parametrize("arguments", [["tset"], ["setup", "more"], ["--once", "--twice"]])
def test_unknown_command_shows_what_there_is_and_does_nothing(checkout: Path, arguments: list[str]) -> None:
    done = run(checkout, *arguments)
    assert done.returncode == 2
    assert "./run test" in done.stdout
    assert not (checkout / ".venv").exists()


def test_setup_makes_the_environment_once_and_again_when_something_changed(checkout: Path) -> None:
    first = run(checkout, "setup")
    assert first.returncode == 0, first.stderr
    assert "Making the environment" in first.stdout
    assert run(checkout, "setup").stdout == ""

    (checkout / "requirements.lock").write_text("# nothing still\n")
    changed = run(checkout, "setup").stdout
    assert "Installing" in changed
    assert "Making" not in changed


@pytest.mark.slow
def test_environment_that_was_moved_is_made_again(checkout: Path) -> None:
    run(checkout, "setup")
    moved = checkout.rename(checkout.with_name("moved"))
    assert "Making the environment" in run(moved, "setup").stdout


@pytest.mark.slow
def test_package_whose_hash_is_wrong_is_not_installed(checkout: Path) -> None:
    (checkout / "requirements.lock").write_text(f"six==1.17.0 --hash=sha256:{'0' * 64}\n")
    done = run(checkout, "setup")
    assert done.returncode == 1
    assert "requirements.lock failed" in done.stdout
    assert not list((checkout / ".venv").glob("lib/python*/site-packages/six.py"))


@pytest.mark.slow
def test_speech_engine_that_cannot_be_installed_is_told_in_a_line_and_the_rest_goes_on(checkout: Path) -> None:
    (checkout / "requirements-words.lock").write_text(f"six==1.17.0 --hash=sha256:{'0' * 64}\n")
    done = run(checkout, "setup")
    assert done.returncode == 0
    told = done.stdout.splitlines()[-1]
    assert told.startswith("It cannot be installed here: messages are kept and played without their words.")
    assert "./run words" in told

    assert run(checkout, "words").returncode == 1
    assert not list((checkout / ".venv").glob("*.installing"))
    (checkout / "requirements-words.lock").write_text("")
    assert run(checkout, "words").returncode == 0
    assert run(checkout, "words").stdout == ""


def test_installing_of_the_speech_engine_that_is_stopped_leaves_no_pip_and_no_word_of_it(checkout: Path) -> None:
    pipe, python = checkout / "pipe", checkout / ".venv" / "bin" / "python"
    os.mkfifo(pipe)
    python.parent.mkdir(parents=True)
    # Asked what it is, it is a good Python; as pip it stays, with the pipe open for as long as it lives.
    python.write_text(f'#!/bin/sh\n[ "$1" = -c ] && exit 0\nexec 3>"{pipe}"\necho installing >&3\nexec sleep 60\n')
    python.chmod(0o755)
    command = [sys.executable, str(checkout / "run"), "words"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as installing, pipe.open() as told:
        assert told.readline() == "installing\n"
        assert list((checkout / ".venv").glob("*.installing"))
        installing.terminate()
        assert told.read() == ""
    assert installing.returncode == 143
    assert not list((checkout / ".venv").glob("*.installing"))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock", "requirements-words.lock"])
def test_lock_pins_every_package_by_hash_and_names_no_place(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert all("==" in pin for pin in pins)
    assert not [line for line in lines if "://" in line or "index" in line or "find-links" in line]
    assert sum("--hash=sha256:" in line for line in lines) >= len(pins)


@pytest.mark.parametrize("other", ["requirements-test.lock", "requirements-words.lock"])
def test_what_is_deployed_is_part_of_the_other_locks(other: str) -> None:
    deployed, tested = (
        {line for line in (ROOT / lock).read_text().splitlines() if "==" in line}
        for lock in ("requirements.lock", other)
    )
    assert deployed <= tested


@pytest.mark.timeout(200)
def test_sample_call_is_seen_through_to_the_kept_promise(tmp_path: Path) -> None:
    commands = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ours = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    environ = ours | {"PATH": commands, "DATA_DIR": str(tmp_path / "var"), "PORT": str(free_pair_of_ports())}
    launch = [sys.executable, "-m", "office.launch", "--once"]
    done = subprocess.run(launch, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Everything was seen" in done.stdout


NOT_OURS = {"DATABASE_URL", "REDIS_URL", "PUBLIC_BASE_URL", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"}
"""Variables of the machine that would take the sample call elsewhere."""


def free_pair_of_ports() -> int:
    """A free port whose neighbour, the stand-in's, is free too."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = int(server.getsockname()[1])
        if is_free(port) and is_free(port + 1):
            return port
