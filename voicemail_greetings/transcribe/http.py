"""An engine behind an address: whatever speaks OpenAI's transcription API, at a provider's or on a machine of one's own."""

import json
import math
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import requests

from voicemail_greetings.transcribe import EngineError, Recorded, Written, sound_of, written

CONNECT = 5.0
"""Seconds to reach it."""

MOST_SAID = 1024**2
"""Bytes of an answer that we read."""


@dataclass(frozen=True, slots=True)
class Http:
    """`url` takes the POST; `key` goes with it as a bearer token and is told to nobody else; `model` is the engine's own word."""

    url: str | None
    key: str | None
    model: str
    name = "http"

    def __repr__(self) -> str:
        return "Http(…)"

    def write(self, heard: Recorded, within: float) -> Written:
        """The words. Raises EngineError."""
        if self.url is None:
            raise EngineError("no address of a speech engine is set: TRANSCRIBE_URL")
        sound = sound_of(heard).read_bytes()
        said = _in_time(lambda: self._ask(sound, heard.language, within), within)
        return written(said.get("text"), _confidence(said.get("segments")))

    def _ask(self, sound: bytes, language: str, within: float) -> dict[str, Any]:
        try:
            with requests.post(
                self.url or "",
                files={"file": ("message.wav", sound, "audio/wav")},
                data={"model": self.model, "language": language, "response_format": "verbose_json"},
                auth=self._signed,
                timeout=(CONNECT, within),
                allow_redirects=False,
                stream=True,
            ) as answer:
                return _read(answer)
        except (requests.RequestException, OSError) as trouble:
            raise EngineError(f"the speech service cannot be asked ({type(trouble).__name__})") from trouble

    def _signed(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """As `auth`, because a plain header would give way to what a .netrc says."""
        if self.key:
            request.headers["Authorization"] = f"Bearer {self.key}"
        return request


def _read(answer: requests.Response) -> dict[str, Any]:
    """The answer's JSON object. Raises EngineError."""
    if answer.status_code != requests.codes.ok:
        raise EngineError(f"the speech service answered {answer.status_code}")
    told = b""
    for piece in answer.iter_content(64 * 1024):
        told += piece
        if len(told) > MOST_SAID:
            raise EngineError("the speech service said more than anybody can have spoken")
    with suppress(ValueError, RecursionError):
        said = json.loads(told)
        if isinstance(said, dict):
            return said
    raise EngineError("the speech service said something that is no answer")


def _in_time(do: Callable[[], dict[str, Any]], within: float) -> dict[str, Any]:
    """What `do` returns or raises, if that comes in time: one that sends a byte now and then could go on for ever."""
    told: queue.SimpleQueue[dict[str, Any] | Exception] = queue.SimpleQueue()

    def tell() -> None:
        try:
            told.put(do())
        except Exception as trouble:  # noqa: BLE001 - it is raised again where somebody waits for it
            told.put(trouble)

    threading.Thread(target=tell, daemon=True).start()
    try:
        said = told.get(timeout=within)
    except queue.Empty:
        raise EngineError(f"the speech service did not answer within {within:.0f} seconds") from None
    if isinstance(said, Exception):
        raise said
    return said


def _confidence(segments: object) -> float | None:
    """How sure it is, where it tells that of each passage, as a mean log probability."""
    if not isinstance(segments, list) or not segments:
        return None
    told = [one.get("avg_logprob") for one in segments if isinstance(one, dict)]
    sure = [math.exp(min(each, 0.0)) for each in told if isinstance(each, int | float)]
    return round(sum(sure) / len(sure), 3) if sure else None
