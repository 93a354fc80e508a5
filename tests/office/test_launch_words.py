"""What ./run has installed meanwhile: once, and only its failure is told of."""

from pathlib import Path

import pytest

from office.launch import Child


@pytest.mark.parametrize(("status", "told"), [(0, ""), (3, "out of ink")])
def test_child_that_runs_once_is_not_started_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], status: int, told: str
) -> None:
    command = ["/bin/sh", "-c", f"echo again >> {tmp_path}/ran; echo out of ink; exit {status}"]
    child = Child("words", command, tmp_path / "words.log", once=True)
    child.tend(0.0)
    assert child.process is not None
    child.process.wait()
    for now in (1.0, 100.0):
        child.tend(now)
    assert (tmp_path / "ran").read_text() == "again\n"
    said = capsys.readouterr().out
    assert said.count("out of ink") == (1 if told else 0)
