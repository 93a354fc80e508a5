"""The commands, as somebody at a terminal uses them."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from console.tables import Token, User
from office.settings import Settings
from office.tables import Audit, Customer
from office.wiring import Office
from webhooks import create_app

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery\n"
SHOP = """
[business]
name = "Corner Shop"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[[team]]
name = "Counter"
[[team]]
name = "Repairs"
[[staff]]
name = "Ann Lee"
phone = "+447700900111"
teams = ["Counter"]
"""

Run = Callable[..., Any]


@pytest.fixture
def run(app: Flask) -> Run:
    """Runs a command; what comes back has exit_code, stdout and stderr."""

    def ran(*words: str | Path, typed: str | None = None) -> Any:
        return app.test_cli_runner().invoke(args=list(map(str, words)), input=typed)

    return ran


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    def written(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return written


def refused(result: Any, *words: str) -> bool:
    """One line on standard error that has these words, exit status 1, nothing on standard output."""
    [line] = result.stderr.splitlines()
    return result.exit_code == 1 and result.stdout == "" and all(word in line for word in words)


def test_import_of_a_business_says_what_it_did_and_twice_changes_nothing(run: Run, write: Any) -> None:
    file = write("shop.toml", SHOP)
    assert run("import-business", file).stdout == "Corner Shop: 2 teams, 1 staff. Updated.\n"
    assert run("import-business", file).stdout == "Corner Shop: 2 teams, 1 staff. Nothing changed.\n"


def test_import_of_a_bad_business_names_every_line_and_changes_nothing(run: Run, write: Any, office: Office) -> None:
    bad = SHOP.replace("Europe/London", "Europe/Lundon").replace('"+447700900111"', '"07700"')
    file = write("shop.toml", bad)
    result = run("import-business", file)
    assert (result.exit_code, result.stdout) == (1, "")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{file}:5: business.timezone")
    assert second.startswith(f"{file}:16: staff")
    with office.database.reading() as session:
        assert office.business(session).name == "Harbour Bikes"


@pytest.mark.parametrize("command", ["import-business", "import-customers"])
def test_file_that_cannot_be_read_is_one_line(run: Run, write: Any, tmp_path: Path, command: str) -> None:
    assert refused(run(command, tmp_path / "none"), "none: no such file")
    assert refused(run(command, tmp_path), "is a directory")
    assert refused(run(command, write("latin", "Zoë".encode("latin-1"))), "is not UTF-8 text")


def test_import_of_customers_takes_good_rows_and_names_bad_ones(run: Run, write: Any, office: Office) -> None:
    file = write("list.csv", "phone,name\n07700 900123,Jane Smith\n12,Nobody\n07700 900124,Zoë\n")
    result = run("import-customers", file)
    assert (result.exit_code, result.stdout) == (1, "2 customers imported.\n")
    assert result.stderr.startswith(f"{file}:3: ")
    with office.database.reading() as session:
        assert set(session.scalars(select(Customer.phone))) == {"+447700900123", "+447700900124"}
        [row] = session.scalars(select(Audit).where(Audit.about == "customers"))
        assert (row.by, row.detail) == ("import-customers", "list.csv: 2 new, 0 changed, 1 left out")


def test_import_of_no_customer_list_is_one_line(run: Run, write: Any) -> None:
    assert refused(run("import-customers", write("list.csv", "name,telephone\n")), "list.csv:1: ")


def test_user_who_was_made_can_sign_in(run: Run, sign_in: Run) -> None:
    result = run("create-user", "tom@example.com", "--role", "staff", "--staff", "tom okafor", typed=PASSWORD)
    assert (result.exit_code, result.stdout) == (0, "tom@example.com can sign in.\n")
    assert sign_in("Tom@example.com").status_code == 303


def test_password_is_kept_as_an_argon2_hash_only(run: Run, office: Office) -> None:
    run("create-user", "tom@example.com", "--role", "staff", typed=PASSWORD)
    with office.database.reading() as session:
        [kept] = session.scalars(select(User.password_hash))
    assert kept.startswith("$argon2id$")
    assert PASSWORD.strip() not in kept


def test_user_that_cannot_be_made_is_one_line(run: Run) -> None:
    role = ("--role", "staff")
    assert run("create-user", "tom@example.com", *role, typed=PASSWORD).exit_code == 0
    assert refused(run("create-user", "TOM@example.com", *role, typed=PASSWORD), "has a login already")
    assert refused(run("create-user", "tom", *role, typed=PASSWORD), "not an email address")
    assert refused(run("create-user", "ann@example.com", *role, typed="short\n"), "10 to 1000 characters")
    nobody = run("create-user", "ann@example.com", *role, "--staff", "Ann", typed=PASSWORD)
    assert refused(nobody, "'Ann'", "Priya Shah, Tom Okafor")


def test_token_is_printed_alone_works_and_is_kept_as_a_digest_only(
    run: Run, visitor: FlaskClient, office: Office
) -> None:
    result = run("create-token", "wallboard", "--role", "manager")
    token = result.stdout.removesuffix("\n")
    assert token.startswith("rt_")
    assert len(token) > 40
    assert result.stderr == ""
    assert visitor.get("/api/calls", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    with office.database.reading() as session:
        assert token not in [value for row in session.scalars(select(Token)) for value in vars(row).values()]


def test_token_for_an_unknown_person_is_one_line(run: Run) -> None:
    assert refused(run("create-token", "x", "--role", "staff", "--staff", "Ann"), "Priya Shah, Tom Okafor")


def test_database_never_migrated_is_one_line_with_the_way_out(settings: Settings, tmp_path: Path, write: Any) -> None:
    office = Office.open(replace(settings, database_url=f"sqlite:///{tmp_path}/new.sqlite"))
    runner = create_app(office).test_cli_runner()
    file = write("shop.toml", SHOP)
    for words in (
        ["import-business", str(file)],
        ["import-customers", str(file)],
        ["create-token", "x", "--role", "staff"],
    ):
        assert refused(runner.invoke(args=words), "run: flask --app webhooks db upgrade")
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    assert refused(runner.invoke(args=["import-customers", str(file)]), "no business yet")
    assert runner.invoke(args=["import-business", str(file)]).stdout == "Corner Shop: 2 teams, 1 staff. Imported.\n"
    office.close()


def test_commands_work_from_an_empty_folder_without_redis(tmp_path: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path / "var")}

    def flask(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flask", "--app", "webhooks", *words]
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)

    assert flask("db", "upgrade").returncode == 0
    imported = flask("import-business", "office/sample/harbour-bikes.toml")
    assert imported.stdout == "Harbour Bikes: 1 team, 3 staff. Imported.\n"
    assert flask("create-token", "x", "--role", "staff", "--staff", "Mei Lin").stdout.startswith("rt_")


def test_wrong_environment_is_told_in_one_line_each_without_a_traceback(tmp_path: Path) -> None:
    environment = {**os.environ, "PORT": "abc", "DATABASE_URL": "mysql://nowhere", "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "flask", "--app", "webhooks", "db", "upgrade"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["PORT", "DATABASE_URL"]


def test_web_with_a_wrong_environment_ends_instead_of_starting_again_for_ever(tmp_path: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": "mysql://nowhere", "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--bind", "127.0.0.1:0", "webhooks:app"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode == 3
    assert done.stderr.count("\nDATABASE_URL: must be ") == 1
    assert "Traceback" not in done.stderr
