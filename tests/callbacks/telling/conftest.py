"""Other software that is told: a real server on this machine that answers as a test wants, and remembers what it got."""

import hmac
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from callbacks import events
from callbacks.tables import Callback, Delivery
from office import people
from office.tables import Business
from office.wiring import Office

HANG = 0
"""Instead of a status: no answer at all."""


@dataclass(frozen=True)
class Told:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def said(self) -> dict[str, Any]:
        said: dict[str, Any] = json.loads(self.body)
        return said

    def is_signed_with(self, secret: str) -> bool:
        """As a receiver checks it, with nothing of ours."""
        signed = self.headers["Ringtrue-Timestamp"].encode() + b"." + self.body
        wanted = "v1=" + hmac.new(secret.encode(), signed, "sha256").hexdigest()
        return hmac.compare_digest(wanted, self.headers["Ringtrue-Signature"])


@dataclass
class Receiver:
    """`answers` are the statuses to come, one a request; then 204. What was asked stands in `told`."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    drips: bool = False
    go_on: threading.Event = field(default_factory=threading.Event)
    came: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def events(self) -> list[str]:
        return [one.said["event"] for one in self.told]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.told.append(Told(request.path, dict(request.headers), body))
        status = self.answers.pop(0) if self.answers else 204
        self.came.release()
        if status == HANG:
            self.go_on.wait(20)
            request.close_connection = True
        elif self.drips:
            self._drip(request)
        else:
            request.send_response(status)
            request.send_header("Location", f"{self.url}/elsewhere")
            request.send_header("Content-Length", "0")
            request.end_headers()

    def _drip(self, request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        while not self.go_on.wait(0.05):
            try:
                request.wfile.write(b"X")
            except OSError:
                return


class Server(ThreadingHTTPServer):
    """Says nothing of connections that were cut off: tests do that."""

    def handle_error(self, *_: object) -> None: ...


@pytest.fixture
def open_receiver() -> Iterator[Callable[..., Receiver]]:
    """Opens receivers, each at a port of its own."""
    opened: list[tuple[Receiver, ThreadingHTTPServer]] = []

    def make(certificate: Path | None = None) -> Receiver:
        receiver = Receiver()

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.answer(self)

            def log_message(self, *_: object) -> None:
                """Nothing on the screen."""

        server = Server(("127.0.0.1", 0), Answering)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        opened.append((receiver, server))
        return receiver

    yield make
    for receiver, server in opened:
        receiver.go_on.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver(open_receiver: Callable[..., Receiver]) -> Receiver:
    return open_receiver()


Wish = dict[str, Any]


@pytest.fixture
def tell_to(office: Office) -> Callable[..., None]:
    """Import the business anew with these webhooks."""

    def imported(*webhooks: str | Wish) -> None:
        entries = [webhook if isinstance(webhook, dict) else {"url": webhook} for webhook in webhooks]
        with office.database.transaction() as session:
            tables = session.scalars(select(Business.tables)).one()
            people.save_business(session, type(office.business(session)).from_tables({**tables, "webhook": entries}))

    return imported


@pytest.fixture
def happen(office: Office, due: int) -> Callable[..., None]:
    """Something becomes of the call-back."""

    def happened(*what: Any, callback_id: int = due, **details: object) -> None:
        for one in what:
            with office.database.transaction() as session:
                events.note(session, callback_id, one, office.clock.now(), **details)

    return happened


@pytest.fixture
def another(office: Office) -> int:
    """Tom's call-back; its id."""
    now = office.clock.now()
    times = {"missed_at": now, "promised_by": now + timedelta(hours=2)}
    with office.database.transaction() as session:
        row = Callback(phone="+447700900124", kind="missed", reason="gave up", state="waiting", **times)
        session.add(row)
        session.flush()
        return row.id


@pytest.fixture
def rows(office: Office) -> Callable[[], list[Delivery]]:
    """Reads what was written down, in the order in which it was."""

    def found() -> list[Delivery]:
        with office.database.reading() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))

    return found


@pytest.fixture
def count_statements() -> Callable[[Callable[[], object]], int]:
    """How many statements any database is asked while something is done."""

    def counted(do: Callable[[], object]) -> int:
        asked: list[str] = []

        def note(*told: Any) -> None:
            asked.extend([told[2]] if told[2] != "BEGIN" else [])

        event.listen(Engine, "before_cursor_execute", note)
        try:
            do()
        finally:
            event.remove(Engine, "before_cursor_execute", note)
        return len(asked)

    return counted
