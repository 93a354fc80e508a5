"""Bringing Ringtrue up on one machine: what stops it from starting, what it keeps up, and that it leaves nothing behind."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from office.launch import Child, is_free, read_procfile, stop

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def launched(place: Path, *arguments: str, **variables: str) -> "Iterator[subprocess.Popen[str]]":
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "DATA_DIR": str(place / "var"), **variables}
    command = [sys.executable, "-m", "office.launch", *arguments]
    process = subprocess.Popen(command, cwd=place, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def account(**more: str) -> dict[str, str]:
    return {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "token"} | more


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_procfile_names_release_web_and_worker() -> None:
    commands = read_procfile((ROOT / "Procfile").read_text())
    assert list(commands) == ["release", "web", "worker"]
    assert commands["worker"] == ["/bin/sh", "-c", "exec python worker.py"]


def test_wrong_environment_is_told_in_one_line_each(tmp_path: Path) -> None:
    with launched(tmp_path, PORT="x", REDIS_URL="y") as process:
        told, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert [line.partition(":")[0] for line in told.splitlines()] == ["PORT", "REDIS_URL"]


def test_taken_port_is_told_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
        with launched(tmp_path, **account(PORT=str(port))) as process:
            told, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert told.startswith(f"Port {port}, for the pages, is taken. Choose another: PORT=")


def test_sample_call_is_not_placed_with_a_real_account(tmp_path: Path) -> None:
    with launched(tmp_path, "--once", **account()) as process:
        told, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "unset TWILIO_ACCOUNT_SID" in told


def test_failed_release_starts_nothing(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("release: exit 3\nweb: touch started\n")
    with launched(tmp_path, **account(PORT=str(free_port()))) as process:
        process.communicate(timeout=30)
    assert process.returncode == 1
    assert not (tmp_path / "started").exists()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_everything_is_up_until_stopped_and_gone_afterwards(tmp_path: Path, how: signal.Signals) -> None:
    (tmp_path / "Procfile").write_text("release: touch released\nweb: /bin/sh web.sh\n")
    (tmp_path / "web.sh").write_text("[ -e released ] && echo $$ > web.pid && exec sleep 100\n")
    os.mkfifo(tmp_path / "web.pid")
    with launched(tmp_path, **account(PORT=str(free_port()))) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(3)]
        web = int((tmp_path / "web.pid").read_text())
        process.send_signal(how)
        rest, _ = process.communicate(timeout=30)
    assert "The console: http://127.0.0.1:" in "".join(told)
    assert "Stopping" in rest
    assert process.returncode == 0
    with pytest.raises(ProcessLookupError):
        os.kill(web, 0)


def test_ctrl_c_stops_also_what_a_script_started_in_the_background(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("release: touch released\nweb: exec sleep 100\n")
    as_a_script_starts_it = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with launched(tmp_path, **account(PORT=str(free_port()))) as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=30)
    finally:
        signal.signal(signal.SIGINT, as_a_script_starts_it)
    assert "Stopping" in rest
    assert process.returncode == 0


def test_child_that_dies_is_told_of_and_started_again_after_longer_and_longer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    child = Child("web", ["/bin/sh", "-c", "echo out of ink; exit 3"], tmp_path / "web.log")
    now = 0.0
    for pause in (1, 2, 4, 8, 16, 30, 30):
        child.tend(now)
        assert child.process is not None
        child.process.wait()
        child.tend(now)
        assert (
            f"web ended (3); again in {pause} s. Last words, in {tmp_path}/web.log: out of ink"
            in capsys.readouterr().out
        )
        child.tend(now + pause - 0.1)
        assert child.process is None
        now += pause


def test_child_that_was_well_for_long_is_started_again_soon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    child = Child("web", ["/bin/false"], tmp_path / "web.log")
    for now in (0.0, 10.0, 20.0, 100.0):
        child.tend(now)
        assert child.process is not None
        child.process.wait()
        child.tend(now + 61.0 if now == 100.0 else now)
    assert "again in 1 s. It said nothing." in capsys.readouterr().out.splitlines()[-1]


def test_child_that_will_not_end_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    stubborn = "trap '' TERM; sleep 100 & echo $! > inner.pid; echo ready > ready; while :; do sleep 1; done"
    os.mkfifo(tmp_path / "ready")
    child = Child("web", ["/bin/sh", "-c", f"cd {tmp_path}; {stubborn}"], tmp_path / "web.log")
    child.tend(0.0)
    (tmp_path / "ready").read_text()  # returns when the child has said it
    inner = os.pidfd_open(int((tmp_path / "inner.pid").read_text()))
    stop([child], within=0.2)
    assert child.process is not None
    assert child.process.returncode == -signal.SIGKILL
    assert select.select([inner], [], [], 10)[0], "what it had started lives on"
    os.close(inner)
