"""The carrier's line going dead, on real sockets: what had not been sent was not dialled; what had been, may have been."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import pytest

from office.line import LineError, LineRefused, LineUncertain
from office.line.twilio import TwilioLine

Serve = Callable[[Callable[[socket.socket], object]], int]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a server that treats each connection as told, and gives its port."""
    listening: list[socket.socket] = []

    def start(treat: Callable[[socket.socket], object]) -> int:
        server = socket.create_server(("127.0.0.1", 0))
        listening.append(server)
        threading.Thread(target=_accept, args=(server, treat), daemon=True).start()
        return int(server.getsockname()[1])

    yield start
    for server in listening:
        server.close()


def _accept(server: socket.socket, treat: Callable[[socket.socket], object]) -> None:
    held = []
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        held.append(connection)
        treat(connection)


def hear_form(connection: socket.socket) -> None:
    heard = b""
    while b"Timeout=20" not in heard:
        heard += connection.recv(65536)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hear_form_and(do: Callable[[socket.socket], object], connection: socket.socket) -> None:
    hear_form(connection)
    do(connection)


def half_an_answer(connection: socket.socket) -> None:
    connection.sendall(b'HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{"sid"')
    connection.close()


def say(words: bytes, connection: socket.socket) -> None:
    connection.sendall(words)
    connection.close()


def ring(base_url: str) -> str:
    line = TwilioLine("AC12345678", "token", base_url, timeout=(0.3, 0.3))
    whom = {"caller_id": "+442071838750", "answer_at": "http://a.test/a", "report_to": "http://a.test/r"}
    return line.ring("+447700900123", ring_for=timedelta(seconds=20), **whom)


def test_refused_connection_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(LineRefused) as refused:
        ring(f"http://127.0.0.1:{port}")
    assert refused.value.status is None


def test_unknown_host_is_refused() -> None:
    with pytest.raises(LineRefused):
        ring("http://carrier.invalid")


def test_connection_that_never_opens_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        filling = [socket.socket() for _ in range(4)]
        for waiting in filling:
            waiting.setblocking(False)
            waiting.connect_ex(address)
        with pytest.raises(LineRefused):
            ring(f"http://127.0.0.1:{address[1]}")
        for waiting in filling:
            waiting.close()


@pytest.mark.parametrize("treat", [reset, socket.socket.close, partial(say, b"HTTP/1.1 400 Bad Request\r\n\r\n")])
def test_tls_that_fails_before_anything_is_sent_is_refused(
    serve: Serve, treat: Callable[[socket.socket], object]
) -> None:
    with pytest.raises(LineRefused):
        ring(f"https://127.0.0.1:{serve(treat)}")


@pytest.mark.parametrize("then", [reset, socket.socket.close, half_an_answer, partial(say, b"\r\nwhat?\r\n\r\n")])
def test_line_that_dies_after_sending_is_uncertain(serve: Serve, then: Callable[[socket.socket], object]) -> None:
    with pytest.raises(LineUncertain):
        ring(f"http://127.0.0.1:{serve(partial(hear_form_and, then))}")


def test_answer_that_does_not_come_in_time_is_uncertain(serve: Serve) -> None:
    with pytest.raises(LineUncertain):
        ring(f"http://127.0.0.1:{serve(hear_form)}")


def test_proxy_in_environment_is_not_asked_for_our_own_machine(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.invalid:3128")
    answer = b'HTTP/1.1 201 Created\r\nContent-Length: 17\r\n\r\n{"sid": "CA1234"}'
    assert ring(f"http://127.0.0.1:{serve(partial(hear_form_and, partial(say, answer)))}") == "CA1234"


def test_nothing_is_sent_twice(serve: Serve) -> None:
    connections: list[socket.socket] = []

    def count_and_reset(connection: socket.socket) -> None:
        connections.append(connection)
        hear_form_and(reset, connection)

    port = serve(count_and_reset)
    with pytest.raises(LineError):
        ring(f"http://127.0.0.1:{port}")
    assert len(connections) == 1
