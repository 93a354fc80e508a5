"""Which engines a business asks for the words of its messages, in which order."""

from collections.abc import Callable

from office.profile import Profile
from office.settings import Settings
from office.wiring import Office
from voicemail_greetings.transcribe import Engine
from voicemail_greetings.transcribe.carrier import Carrier
from voicemail_greetings.transcribe.http import Http
from voicemail_greetings.transcribe.whisper import Whisper

ENGINES: dict[str, Callable[[Settings], Engine]] = {
    "whisper": lambda settings: Whisper(settings.speech.whisper_model),
    "carrier": lambda _: Carrier(),
    "http": lambda settings: Http(settings.speech.url, settings.speech.key, settings.speech.model),
}


def engines(office: Office, profile: Profile) -> tuple[Engine, ...]:
    """The engines that business.toml names, the first to be asked first."""
    return tuple(ENGINES[name](office.settings) for name in profile.words.engines)
