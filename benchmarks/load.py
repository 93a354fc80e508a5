"""A load generator that costs little: one thread, one selector, requests made beforehand, connections kept open."""

import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
BREAKDOWN = b"/voice/fallback"
"""In what callers hear when something of ours broke, which is answered with 200 too."""


class UnexpectedAnswerError(Exception):
    """A server answered something other than 200, or an apology, or hung up: what would be measured is not what was meant."""


@dataclass
class Load:
    """What one run brought: seconds that each answer took, and seconds that all of it took."""

    latencies: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.elapsed

    def percentile(self, part: float) -> float:
        """Milliseconds within which that part (0 to 1) of all answers came."""
        return sorted(self.latencies)[int(len(self.latencies) * part)] * 1000


@dataclass
class Connection:
    """One client, who waits for each answer before asking again."""

    socket: socket.socket
    sent_at: float = 0.0
    heard: bytes = b""

    def ask(self, request: bytes) -> None:
        """Send a whole request."""
        self.heard, self.sent_at = b"", time.perf_counter()
        self.socket.sendall(request)

    def has_answer(self) -> bool:
        """Take in what has come; whether the answer is whole. Raises UnexpectedAnswerError."""
        came = self.socket.recv(65536)
        self.heard += came
        head, whole_head, body = self.heard.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if not came or (whole_head and not (length and head.startswith(b"HTTP/1.1 200"))):
            raise UnexpectedAnswerError(self.heard[:500].decode(errors="replace"))
        if BREAKDOWN in body:
            raise UnexpectedAnswerError(body.decode(errors="replace"))
        return bool(whole_head and length) and len(body) >= int(length[1] if length else 0)


def run(port: int, connections: int, requests: Iterable[bytes], seconds: float) -> Load:
    """Ask for so many seconds or until there are no more requests, then wait for the last answers."""
    load, left, waiting = Load(), iter(requests), 0
    with selectors.DefaultSelector() as selector:
        clients = [Connection(socket.create_connection(("127.0.0.1", port), timeout=30)) for _ in range(connections)]
        began = time.perf_counter()
        for client in clients:
            client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(client.socket, selectors.EVENT_READ, client)
            waiting += _ask(client, left)
        while waiting:
            for key, _ in selector.select():
                if key.data.has_answer():
                    now = time.perf_counter()
                    load.latencies.append(now - key.data.sent_at)
                    waiting += _ask(key.data, left if now - began < seconds else iter(())) - 1
        load.elapsed = time.perf_counter() - began
        for client in clients:
            client.socket.close()
    return load


def heard(port: int, request: bytes) -> str:
    """The body of one answer."""
    client = Connection(socket.create_connection(("127.0.0.1", port), timeout=30))
    client.ask(request)
    while not client.has_answer():
        pass
    client.socket.close()
    return client.heard.partition(b"\r\n\r\n")[2].decode()


def _ask(client: Connection, left: Iterator[bytes]) -> int:
    request = next(left, None)
    if request is not None:
        client.ask(request)
    return int(request is not None)
