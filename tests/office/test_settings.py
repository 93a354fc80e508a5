"""The environment: defaults, every refusal, and that no secret is ever printed."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from office.settings import Settings, SettingsError

SID = "AC" + "0123456789abcdef" * 2


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "var")}


def problems(environ: dict[str, str], **variables: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        Settings.read({**environ, **variables})
    return refused.value.problems


def test_empty_environment_uses_standin_and_embedded_parts(environ: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.read(environ)
    assert settings.standin
    assert settings.database_url == f"sqlite:///{tmp_path}/var/ringtrue.sqlite3"
    assert settings.redis_url is None
    assert settings.public_base_url == "http://127.0.0.1:8000"
    assert settings.api_base_url == "http://127.0.0.1:8001"
    assert settings.fallback_phone is None


def test_empty_string_counts_as_not_set(environ: dict[str, str]) -> None:
    settings = Settings.read({**environ, "PORT": "", "TWILIO_ACCOUNT_SID": " ", "REDIS_URL": "", "SECRET_KEY": ""})
    assert (settings.port, settings.standin, settings.redis_url) == (8000, True, None)


def test_account_given_uses_twilio(environ: dict[str, str]) -> None:
    settings = Settings.read({**environ, "TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "token"})
    assert (settings.standin, settings.account_sid, settings.auth_token) == (False, SID, "token")
    assert settings.api_base_url == "https://api.twilio.com"


def test_other_carrier_may_have_its_own_kind_of_sid(environ: dict[str, str]) -> None:
    account = {"TWILIO_ACCOUNT_SID": "0b1e-uuid:like_1", "TWILIO_AUTH_TOKEN": "token"}
    settings = Settings.read({**environ, **account, "TWILIO_API_BASE_URL": "https://carrier.example.com/api/laml/"})
    assert settings.account_sid == "0b1e-uuid:like_1"
    assert settings.api_base_url == "https://carrier.example.com/api/laml"
    assert "TWILIO_ACCOUNT_SID" in problems(environ, **account)[0]


def test_two_tokens_are_accepted_while_one_is_changed(environ: dict[str, str]) -> None:
    account = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "one"}
    assert Settings.read({**environ, **account}).tokens == ("one",)
    assert Settings.read({**environ, **account, "TWILIO_AUTH_TOKEN_SECONDARY": "two"}).tokens == ("one", "two")


def test_public_base_url_follows_port_and_loses_its_slash(environ: dict[str, str]) -> None:
    assert Settings.read({**environ, "PORT": "8100"}).public_base_url == "http://127.0.0.1:8100"
    settings = Settings.read({**environ, "PUBLIC_BASE_URL": "https://ring.example.com/phones/"})
    assert settings.public_base_url == "https://ring.example.com/phones"


def test_relative_paths_are_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.read({"DATABASE_URL": "sqlite:///here.db"})
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/here.db"


def test_data_dir_is_made_for_its_owner_only(environ: dict[str, str]) -> None:
    made = Settings.read(environ).data_dir
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨٠٠٠"),
        ("PORT", "http"),
        ("PORT", "65535"),  # the stand-in would need the next one
        ("PUBLIC_BASE_URL", "ring.example.com"),
        ("PUBLIC_BASE_URL", "ftp://ring.example.com"),
        ("PUBLIC_BASE_URL", "https://"),
        ("PUBLIC_BASE_URL", "https://me:hushhush@ring.example.com"),
        ("PUBLIC_BASE_URL", "https://ring.example.com/?a=1"),
        ("PUBLIC_BASE_URL", "https://ring.example.com/?"),
        ("PUBLIC_BASE_URL", "https://ring.example.com#rc=2"),
        ("PUBLIC_BASE_URL", "https://ring_true.example.com"),
        ("PUBLIC_BASE_URL", "https://ring.example.com:hushhush"),
        ("PUBLIC_BASE_URL", "https://ring.example.com:99999"),
        ("PUBLIC_BASE_URL", "https://ring.exa\nmple.com"),
        ("PUBLIC_BASE_URL", "https://[::1"),
        ("PUBLIC_BASE_URL", "https://bücher.example"),
        ("TWILIO_API_BASE_URL", "https://me:hushhush@carrier.example.com"),
        ("DATABASE_URL", "postgres://u:hushhush@db/ringtrue"),
        ("DATABASE_URL", "postgresql://u:hushhush@db/ringtrue"),
        ("DATABASE_URL", "postgresql+psycopg2://u:hushhush@db/ringtrue"),
        ("DATABASE_URL", "mysql://u:hushhush@db/ringtrue"),
        ("DATABASE_URL", "postgresql+psycopg://u:hushhush@db:port/ringtrue"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///a.db?mode=hushhush"),
        ("REDIS_URL", "http://:hushhush@cache"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "unix://"),
        ("REDIS_URL", "127.0.0.1:6379"),
        ("FALLBACK_PHONE", "02071838750"),
        ("FALLBACK_PHONE", "+44 20 7183 8750"),
        ("FALLBACK_PHONE", "+0044207183875"),
        ("SECRET_KEY", "hushhush"),
        ("TWILIO_AUTH_TOKEN_SECONDARY", "hushhush"),
        ("TRUSTED_PROXIES", "6"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "one"),
    ],
)
def test_wrong_value_is_refused_in_one_line_that_names_it_and_shows_no_secret(
    environ: dict[str, str], name: str, value: str
) -> None:
    (line,) = problems(environ, **{name: value})
    assert line.startswith(f"{name}: ")
    assert f"(for example {name}=" in line
    assert "\n" not in line
    assert "hush" not in line


@pytest.mark.parametrize(
    "account",
    [
        {"TWILIO_ACCOUNT_SID": SID},
        {"TWILIO_AUTH_TOKEN": "hushhush"},
        {"TWILIO_ACCOUNT_SID": "AC123", "TWILIO_AUTH_TOKEN": "hushhush"},
        {"TWILIO_ACCOUNT_SID": SID.upper(), "TWILIO_AUTH_TOKEN": "hushhush"},
        {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "hush hush"},
    ],
)
def test_half_or_odd_account_is_refused(environ: dict[str, str], account: dict[str, str]) -> None:
    (line,) = problems(environ, **account)
    assert line.startswith("TWILIO_A")
    assert "hush" not in line


@pytest.mark.parametrize(
    "url", ["redis://:pw@cache:6379/1", "rediss://cache", "unix:///run/redis.sock?db=1", "redis://[::1]:6379/0"]
)
def test_usual_redis_urls_are_accepted(environ: dict[str, str], url: str) -> None:
    assert Settings.read({**environ, "REDIS_URL": url}).redis_url == url


def test_all_problems_are_told_at_once(environ: dict[str, str]) -> None:
    told = problems(environ, PORT="x", REDIS_URL="x", FALLBACK_PHONE="x", TWILIO_ACCOUNT_SID=SID)
    assert [line.partition(":")[0] for line in told] == ["PORT", "TWILIO_AUTH_TOKEN", "REDIS_URL", "FALLBACK_PHONE"]


def test_data_dir_that_is_a_file_is_refused_once(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    (line,) = problems({"DATA_DIR": str(tmp_path / "taken")})
    assert line.startswith("DATA_DIR: cannot be written to")


def test_data_dir_that_cannot_be_written_to_is_refused() -> None:
    (line,) = problems({"DATA_DIR": "/proc/ringtrue"})
    assert line.startswith("DATA_DIR: cannot be written to")


def test_kept_values_stay_the_same_and_private(environ: dict[str, str]) -> None:
    first, second = Settings.read(environ), Settings.read(environ)
    assert (first.secret_key, first.account_sid, first.auth_token) == (
        second.secret_key,
        second.account_sid,
        second.auth_token,
    )
    assert len(first.secret_key) > 40
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in first.data_dir.iterdir()}
    assert modes == {"secret-key": 0o600, "standin-account": 0o600, "standin-token": 0o600}


def test_damaged_kept_value_is_refused_and_not_replaced(environ: dict[str, str]) -> None:
    kept = Settings.read(environ).data_dir / "secret-key"
    kept.write_bytes(b"\xff\xfe")
    (line,) = problems(environ)
    assert line.startswith("DATA_DIR: cannot keep secret-key there")
    assert kept.read_bytes() == b"\xff\xfe"


def test_processes_that_start_together_get_the_same_secrets(environ: dict[str, str]) -> None:
    show = "from office.settings import Settings as S; s = S.from_environment(); print(s.secret_key, s.account_sid)"
    command = [sys.executable, "-c", show]
    together = [subprocess.Popen(command, env=os.environ | environ, stdout=subprocess.PIPE) for _ in range(6)]
    said = {process.communicate(timeout=30)[0] for process in together}
    assert len(said) == 1
    assert said != {b""}


def test_printed_settings_show_no_secret(environ: dict[str, str]) -> None:
    secret = {
        "DATABASE_URL": "postgresql+psycopg://u:hush-db@db/ringtrue?password=hush-too",
        "REDIS_URL": "redis://:hush-redis@cache/0",
        "TWILIO_ACCOUNT_SID": SID,
        "TWILIO_AUTH_TOKEN": "hush-token",
        "TWILIO_AUTH_TOKEN_SECONDARY": "hush-next",
        "SECRET_KEY": "hush-hush-hush-hush",
        "FALLBACK_PHONE": "+442071838799",
    }
    printed = repr(Settings.read({**environ, **secret}))
    assert "hush" not in printed
    assert "+44207183" not in printed
    assert "postgresql+psycopg://…" in printed
