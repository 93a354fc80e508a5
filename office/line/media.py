"""Fetch a recording's audio from the carrier: by id only, from the carrier's own host, no further than asked."""

import logging

import requests

from office.line import LineError, LineRefused, LineUncertain

log = logging.getLogger(__name__)

LARGEST = 32 * 1024 * 1024
"""Bytes: half an hour of the carrier's wav (128 kbit/s, twilio.md 3.2); messages end after three minutes."""


def fetch(url: str, *, auth: tuple[str, str], timeout: tuple[float, float]) -> bytes:
    """The audio at `url`. No redirect is followed, so credentials go nowhere else.

    Raises LineRefused when it is not there (yet), LineUncertain when the carrier could not be asked, LineError when
    what is there is no audio or too large.
    """
    try:
        with requests.get(url, auth=auth, timeout=timeout, allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise LineRefused(f"the recording is not there: {answer.status_code}", status=answer.status_code)
            if not answer.headers.get("Content-Type", "").startswith("audio/"):
                raise LineError(f"not audio but {answer.headers.get('Content-Type', 'nothing named')[:60]}")
            return _at_most(answer, LARGEST)
    except requests.RequestException as error:
        raise LineUncertain(f"the recording could not be fetched ({type(error).__name__})") from error


def _at_most(answer: requests.Response, largest: int) -> bytes:
    audio = bytearray()
    for part in answer.iter_content(64 * 1024):
        audio += part
        if len(audio) > largest:
            raise LineError(f"a recording of more than {largest // 1024 // 1024} MB")
    return bytes(audio)
