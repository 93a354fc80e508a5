"""Answers that go wrong on purpose: after 500, silence or a cut connection nobody can tell whether the phone rings."""

import select
import socket
from collections.abc import Callable

from flask import Response, request

from voice.standin.rest import RestError, exchange

PATIENCE = 120.0  # real seconds that a held answer is held when the client never gives up


def answer(resource: str, do: Callable[[], Response]) -> Response:
    """Carry out a POST with the fault that is set for it, if any. Raises RestError."""
    house = exchange()
    fault = house.faults.rest_fault(resource)
    if fault == "refuse_429":
        raise RestError(429, 20429, "Too Many Requests", {"Retry-After": str(house.faults.retry_after)})
    if fault == "error_500":
        return _internal_error()
    response = do()
    if fault == "error_500_after_dialling":
        return _internal_error()
    if fault == "slow":
        house.sleep(house.faults.slow_seconds)
    if fault in {"hold", "drop"}:
        _cut(hold=fault == "hold")
    return response


def _internal_error() -> Response:
    return Response(
        '{"code": 20500, "message": "Internal Server Error", "status": 500}', 500, mimetype="application/json"
    )


def _cut(*, hold: bool) -> None:
    """Close the connection: at once, or when the client has given up waiting."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    if hold:
        select.select([connection], [], [], PATIENCE)  # readable is what a closed connection becomes
    connection.shutdown(socket.SHUT_RDWR)
