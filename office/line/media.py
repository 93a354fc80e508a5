"""Fetch a recording's audio from the carrier: by id only, from the carrier's own host, no further than asked."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Timer

import requests

from office.line import LineError, LineRefused, LineUncertain, LineUnusable

log = logging.getLogger(__name__)

LARGEST = 10 * 1024 * 1024
"""Bytes: messages end after three minutes, which are 2.9 MB of the carrier's wav (128 kbit/s, twilio.md 3.2)."""

LONGEST = 30.0
"""Seconds from the answer's head to its end, also from a carrier that sends a byte now and then; with what it takes to
be answered this stays below a job's time limit."""

AT_A_TIME = 64 * 1024
AS_IT_IS = {"Accept-Encoding": "identity"}
"""What is packed could be far larger than it looks."""


def fetch(url: str, *, auth: tuple[str, str], timeout: tuple[float, float], longest: float = LONGEST) -> bytes:
    """The audio at `url`. No redirect is followed, so credentials go nowhere else.

    Raises LineRefused when it is not there (yet), LineUncertain when the carrier could not be asked or is too slow,
    LineUnusable when what is there is no audio or too large.
    """
    try:
        with requests.get(
            url, auth=auth, timeout=timeout, headers=AS_IT_IS, allow_redirects=False, stream=True
        ) as answer:
            if answer.status_code != 200:
                raise LineRefused(f"the recording is not there: {answer.status_code}", status=answer.status_code)
            if not answer.headers.get("Content-Type", "").startswith("audio/"):
                raise LineUnusable(f"not audio but {answer.headers.get('Content-Type', 'nothing named')[:60]}")
            with _cut_off_after(longest, answer):
                return _at_most(answer, LARGEST)
    except requests.RequestException as error:
        raise LineUncertain(f"the recording could not be fetched ({type(error).__name__})") from error


@contextmanager
def _cut_off_after(longest: float, answer: requests.Response) -> Iterator[None]:
    """A limit of its own for each wait would never end a trickle. Raises LineUncertain when the time was up."""
    is_over = Event()
    end = Timer(longest, _cut_off, (answer, is_over))
    end.start()
    late = LineUncertain(f"the recording did not come within {longest:g} seconds")
    try:
        yield
    except requests.RequestException:
        if is_over.is_set():
            raise late from None
        raise
    finally:
        end.cancel()
    if is_over.is_set():  # without a stated length, being cut off looks like the end
        raise late


def _cut_off(answer: requests.Response, is_over: Event) -> None:
    is_over.set()
    with suppress(OSError, ValueError, RuntimeError):  # it may be over by itself just now
        answer.raw.shutdown()


def _at_most(answer: requests.Response, largest: int) -> bytes:
    if (told := answer.headers.get("Content-Length", "")).isdecimal() and int(told) > largest:
        raise _too_large(largest)
    audio = bytearray()
    for part in answer.iter_content(AT_A_TIME):
        audio += part
        if len(audio) > largest:
            raise _too_large(largest)
    return bytes(audio)


def _too_large(largest: int) -> LineError:
    return LineUnusable(f"a recording of more than {largest // 1024 // 1024} MB")
