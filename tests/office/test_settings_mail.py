"""SMTP_URL and MAIL_FROM: both or neither, and no secret told."""

from pathlib import Path

import pytest

from office.settings import Settings, SettingsError
from office.smtp import MailServer

WHOLE = {"SMTP_URL": "smtps://me:hushhush@mail.example.com", "MAIL_FROM": "ringtrue@example.com"}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "var")}


def test_without_both_there_is_no_mail(environ):
    settings = Settings.read(environ)

    assert (settings.mail_server, settings.mail_from, settings.shown["mail"]) == (None, None, False)


def test_both_name_the_server_and_the_sender(environ):
    settings = Settings.read(environ | WHOLE)

    assert settings.mail_server == MailServer("mail.example.com", 465, tls=True, user="me", password="hushhush")
    assert settings.mail_from == "ringtrue@example.com"
    assert settings.shown["mail"] is True
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"SMTP_URL": ""}, "SMTP_URL"),
        ({"MAIL_FROM": ""}, "MAIL_FROM"),
        ({"SMTP_URL": "mail://me:hushhush@mail.example.com"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://me:hushhush@mail.example.com:99999"}, "SMTP_URL"),
        ({"SMTP_URL": "smtp://me:hush hush@mail.example.com"}, "SMTP_URL"),
        ({"MAIL_FROM": "Harbour Bikes <ringtrue@example.com>"}, "MAIL_FROM"),
    ],
)
def test_wrong_one_is_refused_in_one_line_with_an_example_and_no_secret(environ, variables, name):
    with pytest.raises(SettingsError) as refused:
        Settings.read(environ | WHOLE | variables)
    (line,) = refused.value.problems

    assert line.startswith(f"{name}: ")
    assert f"(for example {name}=" in line
    assert "hush" not in line
