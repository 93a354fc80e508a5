"""The environment, read once at the start and made into one frozen `Settings`.

Everything that is wrong is told at once, one line each: the variable, what is wrong, an example. No secret is ever
printed, neither here nor in a `Settings` that finds its way into a log.
"""

import os
import re
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from office import smtp, urls
from office.made_once import made_once
from office.smtp import MailServer
from office.speech import Speech
from office.speech import read as speech

TWILIO = "https://api.twilio.com"
SHORTEST_SECRET_KEY = 16


class SettingsError(Exception):
    """The environment cannot be used; `problems` says why, one line each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, repr=False)
class Settings:
    """What the environment says, checked. URLs carry no trailing slash; `redis_url` None means the embedded Redis."""

    database_url: str
    redis_url: str | None
    data_dir: Path
    public_base_url: str
    account_sid: str
    auth_token: str
    secondary_auth_token: str | None
    api_base_url: str
    fallback_phone: str | None
    secret_key: str
    webhook_secret: str | None
    port: int
    standin: bool
    trusted_proxies: int = 0
    mail_server: MailServer | None = None
    mail_from: str | None = None
    speech: Speech = field(default_factory=Speech)

    @classmethod
    def from_environment(cls) -> "Settings":
        """The settings of this process. Raises SettingsError."""
        return cls.read(os.environ)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings that `environ` asks for; empty is not set. Makes DATA_DIR. Raises SettingsError."""
        given = _Given(environ)
        settings = _settings(given)
        if given.problems:
            raise SettingsError(tuple(given.problems))
        return settings

    @property
    def tokens(self) -> tuple[str, ...]:
        """The tokens whose signatures we accept: two while the carrier's token is being changed."""
        return tuple(filter(None, (self.auth_token, self.secondary_auth_token)))

    @property
    def shown(self) -> dict[str, str | int | bool]:
        """What may be shown to anybody who looks after the machine: nothing secret, no phone number."""
        return {
            "database": urls.scheme_only(self.database_url),
            "redis": urls.scheme_only(self.redis_url) if self.redis_url else "embedded",
            "data_dir": str(self.data_dir),
            "public_base_url": self.public_base_url,
            "account_sid": self.account_sid,
            "api_base_url": self.api_base_url,
            "port": self.port,
            "standin": self.standin,
            "mail": self.mail_server is not None,
        }

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{name}={value!r}' for name, value in self.shown.items())})"


class _Given:
    """The variables as given, and every problem found in them so far."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._values = {name: value.strip() for name, value in environ.items()}
        self.problems: list[str] = []

    def get(self, name: str) -> str | None:
        return self._values.get(name) or None

    def wrong(self, name: str, what: str, example: str) -> None:
        self.problems.append(f"{name}: {what} (for example {name}={example})")


def _settings(given: _Given) -> Settings:
    port = _port(given)
    data_dir = _data_dir(given)
    standin = not (given.get("TWILIO_ACCOUNT_SID") or given.get("TWILIO_AUTH_TOKEN"))
    sid, token = _standin_account(given, data_dir) if standin else _account(given)
    mail_server, mail_from = _mail(given)
    return Settings(
        database_url=_database_url(given, data_dir),
        redis_url=_redis_url(given),
        data_dir=data_dir,
        public_base_url=_base_url(given, "PUBLIC_BASE_URL", f"http://127.0.0.1:{port}"),
        account_sid=sid,
        auth_token=token,
        secondary_auth_token=_secondary_token(given),
        api_base_url=_base_url(given, "TWILIO_API_BASE_URL", _usual_carrier(given, port) if standin else TWILIO),
        fallback_phone=_fallback_phone(given),
        secret_key=_secret_key(given, data_dir),
        webhook_secret=_webhook_secret(given),
        port=port,
        standin=standin,
        trusted_proxies=_trusted_proxies(given),
        mail_server=mail_server,
        mail_from=mail_from,
        speech=speech(given.get, given.wrong),
    )


def _port(given: _Given) -> int:
    text = given.get("PORT") or "8000"
    if re.fullmatch(r"[0-9]{1,5}", text) and 1 <= int(text) <= 65535:
        return int(text)
    given.wrong("PORT", "must be a whole number from 1 to 65535", "8000")
    return 8000


def _trusted_proxies(given: _Given) -> int:
    text = given.get("TRUSTED_PROXIES") or "0"
    if not re.fullmatch(r"[0-5]", text):
        given.wrong("TRUSTED_PROXIES", "must be a whole number from 0 to 5", "1")
        return 0
    return int(text)


def _data_dir(given: _Given) -> Path:
    path = Path(given.get("DATA_DIR") or "var").absolute()
    try:
        path = path.resolve()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path):  # permission bits lie to root and on read-only disks; writing does not
            pass
    except (OSError, ValueError) as error:
        given.wrong("DATA_DIR", f"cannot be written to: {getattr(error, 'strerror', error)}", "/srv/ringtrue")
    return path


def _database_url(given: _Given, data_dir: Path) -> str:
    url = given.get("DATABASE_URL")
    if url is None:
        return f"sqlite:///{data_dir}/ringtrue.sqlite3"
    if url.startswith(("sqlite:", "sqlite+")):
        return _sqlite_url(given, url)
    if url.startswith(("postgres:", "postgresql:")):
        what = "must name the driver: write postgresql+psycopg:// instead of postgres:// or postgresql://"
        given.wrong("DATABASE_URL", what, "postgresql+psycopg://ringtrue@db.example.com/ringtrue")
    elif not url.startswith("postgresql+psycopg://") or not urls.split(url):
        what = "must be an SQLite or a PostgreSQL URL"
        given.wrong("DATABASE_URL", what, "postgresql+psycopg://ringtrue@db.example.com/ringtrue")
    return url


def _sqlite_url(given: _Given, url: str) -> str:
    path = re.fullmatch(r"sqlite(?:\+pysqlite)?:///([^?#]+)", url)
    if path and path[1] != ":memory:":
        return f"sqlite:///{Path(path[1]).absolute()}"
    # Every process would have a memory of its own, and the file's name is also the name of the writers' lock.
    given.wrong("DATABASE_URL", "must name an SQLite file, with no options", "sqlite:////srv/ringtrue/ringtrue.sqlite3")
    return url


def _redis_url(given: _Given) -> str | None:
    url = given.get("REDIS_URL")
    if url is None:
        return None
    parts = urls.split(url)
    socket = parts and parts.scheme == "unix" and parts.path.startswith("/")
    server = parts and parts.scheme in {"redis", "rediss"} and parts.hostname
    if not (socket or server):
        given.wrong(
            "REDIS_URL", "must begin with redis://HOST, rediss://HOST or unix:///PATH", "redis://127.0.0.1:6379/0"
        )
    return url


def _usual_carrier(given: _Given, port: int) -> str:
    if port == 65535 and not given.get("TWILIO_API_BASE_URL"):
        given.wrong("PORT", "leaves no port for the stand-in carrier, which takes the next one", "8000")
        return TWILIO
    return f"http://127.0.0.1:{port + 1}"


def _base_url(given: _Given, name: str, default: str) -> str:
    url = given.get(name) or default
    fault = urls.base_url_fault(urls.split(url))
    if fault:  # the URL itself is not shown: what is wrong with it may be a password in it
        given.wrong(name, fault, default)
    return url.rstrip("/")


def _account(given: _Given) -> tuple[str, str]:
    sid, token = given.get("TWILIO_ACCOUNT_SID"), given.get("TWILIO_AUTH_TOKEN")
    example = "AC" + "0123456789abcdef" * 2
    pattern = r"[A-Za-z0-9:_-]{8,64}" if given.get("TWILIO_API_BASE_URL") else r"AC[0-9a-f]{32}"
    if sid is None:
        given.wrong("TWILIO_ACCOUNT_SID", "is missing, although TWILIO_AUTH_TOKEN is set", example)
    elif not re.fullmatch(pattern, sid):
        given.wrong("TWILIO_ACCOUNT_SID", "is not an account's identifier", example)
    if token is None:
        given.wrong("TWILIO_AUTH_TOKEN", "is missing, although TWILIO_ACCOUNT_SID is set", "the-token-of-that-account")
    return sid or "", _token(given, "TWILIO_AUTH_TOKEN") or ""


def _token(given: _Given, name: str) -> str | None:
    token = given.get(name)
    if token and not re.fullmatch(r"[!-~]+", token):
        given.wrong(name, "must be plain characters without spaces", "the-token-of-that-account")
    return token


def _secondary_token(given: _Given) -> str | None:
    token = _token(given, "TWILIO_AUTH_TOKEN_SECONDARY")
    if token and not given.get("TWILIO_AUTH_TOKEN"):
        what = "is set, although TWILIO_AUTH_TOKEN is not"
        given.wrong("TWILIO_AUTH_TOKEN_SECONDARY", what, "the-next-token-of-that-account")
    return token


def _fallback_phone(given: _Given) -> str | None:
    phone = given.get("FALLBACK_PHONE")
    if phone and not re.fullmatch(r"\+[1-9][0-9]{6,14}", phone):
        given.wrong("FALLBACK_PHONE", "must be a whole international number", "+442071838799")
    return phone


def _mail(given: _Given) -> tuple[MailServer | None, str | None]:
    """Where mail is handed in, and whom it is from: both or neither."""
    url, sender = given.get("SMTP_URL"), given.get("MAIL_FROM")
    if url is None and sender is None:
        return None, None
    server = None
    try:
        server = smtp.server_at(url or "")
    except ValueError as fault:  # it names no secret, as the URL may
        what = str(fault) if url else "is missing, although MAIL_FROM is set"
        given.wrong("SMTP_URL", what, "smtp://user:password@mail.example.com:587")
    if not smtp.is_address(sender or ""):
        what = "is not an address" if sender else "is missing, although SMTP_URL is set"
        given.wrong("MAIL_FROM", what, "ringtrue@example.com")
    return server, sender


def _secret_key(given: _Given, data_dir: Path) -> str:
    key = given.get("SECRET_KEY") or _kept(given, data_dir / "secret-key", lambda: secrets.token_urlsafe(48))
    if key and len(key) < SHORTEST_SECRET_KEY:
        given.wrong("SECRET_KEY", f"must have {SHORTEST_SECRET_KEY} characters or more", "any-long-random-words-1234")
    return key


def _webhook_secret(given: _Given) -> str | None:
    secret = given.get("WEBHOOK_SECRET")
    if secret and not re.fullmatch(rf"[!-~]{{{SHORTEST_SECRET_KEY},}}", secret):
        what = f"must have {SHORTEST_SECRET_KEY} characters or more, plain ones without spaces"
        given.wrong("WEBHOOK_SECRET", what, "any-long-random-words-1234")
    return secret


def _standin_account(given: _Given, data_dir: Path) -> tuple[str, str]:
    sid = _kept(given, data_dir / "standin-account", lambda: "AC" + secrets.token_hex(16))
    return sid, _kept(given, data_dir / "standin-token", lambda: secrets.token_hex(16))


def _kept(given: _Given, path: Path, make: Callable[[], str]) -> str:
    if not path.parent.is_dir():
        return ""  # DATA_DIR's own problem has been told
    try:
        return made_once(path, make)
    except (OSError, UnicodeError) as error:
        what = f"cannot keep {path.name} there: {getattr(error, 'strerror', 'it is damaged')}"
        given.wrong("DATA_DIR", what, quote(str(path.parent)))
        return ""
