"""The first start with a carrier account: a link by which the first manager gets in is printed, and none once somebody can."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CODE = "from office import tryout; print(tryout.welcome())"


def said(place: Path, *command: str) -> str:
    account = {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "token"}
    environ = {**os.environ, "DATA_DIR": str(place), "PUBLIC_BASE_URL": "https://ring.example.com", **account}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environ,
        input="long enough\n",
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.slow
def test_link_is_printed_while_nobody_can_sign_in_and_a_database_that_is_not_there_stops_nothing(
    tmp_path: Path,
) -> None:
    flask = ("-m", "flask", "--app", "webhooks")
    assert said(tmp_path, "-c", CODE) == "None"
    said(tmp_path, *flask, "db", "upgrade")
    assert said(tmp_path, "-c", CODE).startswith(
        "Nobody can sign in yet. Begin here, within a day: https://ring.example.com/welcome/"
    )
    said(tmp_path, *flask, "create-user", "ana@example.com", "--role", "manager")
    assert said(tmp_path, "-c", CODE) == "None"
