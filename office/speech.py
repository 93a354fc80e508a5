"""Which engines that write messages out the environment names: a model on this machine, a service at an address."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from office import urls
from office.reachable import is_loopback

USUAL_MODEL = "whisper-1"


@dataclass(frozen=True, slots=True, repr=False)
class Speech:
    """`whisper_model` None is the packed model; `url` None: no service. `model` is what the service calls its own."""

    whisper_model: Path | None = None
    url: str | None = None
    key: str | None = None
    model: str = USUAL_MODEL

    def __repr__(self) -> str:
        return "Speech(…)"


def read(get: Callable[[str], str | None], wrong: Callable[[str, str, str], None]) -> Speech:
    """What the environment says of it; `wrong` is told each variable, what is wrong with it, and an example."""
    url, key, model = get("TRANSCRIBE_URL"), get("TRANSCRIBE_KEY"), get("TRANSCRIBE_MODEL")
    if fault := url and _url_fault(url):
        wrong("TRANSCRIBE_URL", fault, "https://speech.example.com/v1/audio/transcriptions")
    for name, value in (("TRANSCRIBE_KEY", key), ("TRANSCRIBE_MODEL", model)):
        example = "the-key-of-that-service" if name == "TRANSCRIBE_KEY" else USUAL_MODEL
        if value and not re.fullmatch(r"[!-~]{1,500}", value):
            wrong(name, "must be plain characters without spaces", example)
        elif value and not url:
            wrong(name, "is set, although TRANSCRIBE_URL is not", example)
    return Speech(_model(get, wrong), url, key, model or USUAL_MODEL)


def _url_fault(url: str) -> str | None:
    """What is wrong with the address; it is not repeated, for there may be a secret in it."""
    parts = urls.split(url)
    if fault := urls.base_url_fault(parts):
        return fault
    host = (parts and parts.hostname) or ""
    safe = url.startswith("https://") or is_loopback(host)
    return None if safe else "must begin with https:// unless it is on this machine: callers' voices go there"


def _model(get: Callable[[str], str | None], wrong: Callable[[str, str, str], None]) -> Path | None:
    path = get("WHISPER_MODEL")
    if path is None:
        return None
    folder = Path(path).absolute()
    try:
        there = (folder / "model.bin").is_file()
    except (OSError, ValueError):
        there = False
    if not there:
        wrong("WHISPER_MODEL", "must be a folder with a model for CTranslate2 (model.bin) in it", "/srv/models/small")
    return folder
