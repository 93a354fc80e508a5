"""A mail server on loopback that speaks the real dialogue, and goes wrong where a test says."""

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest

from office.smtp import MailServer
from office.wiring import Office

HANG_UP = ""
"""An answer that is none: the connection ends."""


class PostOffice(socketserver.ThreadingTCPServer):
    """`answers` are what a verb is answered instead of yes; MAIL-DATA is what comes after the dot."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Dialogue)
        self.answers: dict[str, str] = {}
        self.offers: list[str] = []
        self.heard: list[str] = []
        self.taken: list[bytes] = []

    @property
    def address(self) -> MailServer:
        return MailServer("127.0.0.1", self.server_address[1], tls=False)


class _Dialogue(socketserver.StreamRequestHandler):
    server: PostOffice

    def handle(self) -> None:
        if not self._say("HELLO", "220 here"):
            return
        while line := self.rfile.readline():
            said = line.decode(errors="replace").strip()
            verb = said.upper().split(" ")[0]
            self.server.heard.append(said)
            if not self._answer(verb):
                return

    def _answer(self, verb: str) -> bool:
        if verb == "EHLO":
            return self._say(verb, "\r\n".join(["250-here", *(f"250-{one}" for one in self.server.offers), "250 HELP"]))
        if verb == "QUIT":
            self._say(verb, "221 bye")
            return False
        if verb == "DATA":
            return self._say(verb, "354 go on") and (verb in self.server.answers or self._take())
        return self._say(verb, {"AUTH": "235 yes"}.get(verb, "250 yes"))

    def _take(self) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if "MAIL-DATA" not in self.server.answers:
            self.server.taken.append(b"".join(lines))
        return self._say("MAIL-DATA", "250 taken")

    def _say(self, verb: str, usual: str) -> bool:
        answer = self.server.answers.get(verb, usual)
        self.wfile.write(answer.encode() + b"\r\n" if answer else b"")
        return answer != HANG_UP


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    with PostOffice() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mailing(office: Office, post_office: PostOffice) -> Office:
    """An office that hands its mail in there."""
    settings = replace(office.settings, mail_server=post_office.address, mail_from="calls@harbour.example")
    return replace(office, settings=settings)
