"""The sound of a recording on its way to whoever fetches it, and what may go wrong on that way."""

import socket
from collections.abc import Iterator
from threading import Event

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from voice.standin.rest import exchange, not_found
from voice.standin.stores import Recording, sound_of

WAV = "audio/x-wav"
HUGE, PIECE = 200 * 1024 * 1024, 256 * 1024  # bytes
BETWEEN_DRIPS = 0.1  # real seconds


def answer(recording: Recording) -> ResponseReturnValue:
    """The sound, with the fault that is set for it, if any. Raises RestError."""
    audio = sound_of(recording)
    match exchange().faults.media_fault():
        case "media_missing":
            raise not_found()
        case "media_wrong_type":
            return Response("<html>We will be back soon.</html>", mimetype="text/html")
        case "media_too_large":
            return _streamed(_huge(audio), HUGE)
        case "media_redirected":
            return redirect(request.url.replace("127.0.0.1", "localhost", 1))
        case "media_drips":
            return _streamed(_drips(audio), len(audio))
        case "media_reset":
            return _streamed(_half(audio, request.environ["werkzeug.socket"]), len(audio))
        case _:
            return Response(audio, mimetype=WAV)


def _streamed(parts: Iterator[bytes], length: int) -> Response:
    return Response(parts, mimetype=WAV, headers={"Content-Length": str(length)})


def _huge(audio: bytes) -> Iterator[bytes]:
    """Begins as sound does, and goes on with nothing."""
    yield audio
    for _ in range(HUGE // PIECE):
        yield bytes(PIECE)


def _drips(audio: bytes) -> Iterator[bytes]:
    for byte in audio:
        Event().wait(BETWEEN_DRIPS)
        yield bytes([byte])


def _half(audio: bytes, connection: socket.socket) -> Iterator[bytes]:
    yield audio[: len(audio) // 2]
    connection.shutdown(socket.SHUT_RDWR)
