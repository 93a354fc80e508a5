"""A promise made and kept, as other software hears of it: in order, signed, and again when it was not up."""

import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from voice.standin.client import Answers, RingsOut

NUMBER, JANE = "+442071838750", "+447700900123"
PRIYA = "+447700900101"
SECRET = "a-secret-for-this-story"
BUSINESS = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[ringing]
rounds = 1
rest_after = "1s"
[callbacks]
first_try_after = "1s"
retry_after = ["2s", "2s", "2s"]
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
[[webhook]]
url = "URL"
"""


class Crm(HTTPServer):
    """Remembers what it is told; the first request finds it out of order."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Hook)
        self.told: list[dict[str, Any]] = []
        self.forged: list[bytes] = []

    def is_told(self, headers: Any, body: bytes) -> int:
        said = headers["Ringtrue-Timestamp"].encode() + b"." + body
        signature = "v1=" + hmac.new(SECRET.encode(), said, "sha256").hexdigest()
        if headers["Ringtrue-Signature"] != signature:
            self.forged.append(body)
        self.told.append(json.loads(body))
        return 503 if len(self.told) == 1 else 204


class Hook(BaseHTTPRequestHandler):
    server: Crm

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.is_told(self.headers, body))
        self.end_headers()


@pytest.fixture
def crm() -> Iterator[Crm]:
    with Crm() as crm:
        threading.Thread(target=crm.serve_forever, args=(0.01,), daemon=True).start()
        yield crm
        crm.shutdown()


@pytest.mark.slow
def test_promise_made_and_kept_is_told_to_other_software(build, crm):
    house = build(business=BUSINESS.replace("URL", f"http://127.0.0.1:{crm.server_port}/hook"))
    house.environment["WEBHOOK_SECRET"] = SECRET
    house.start_worker()
    keeps = Answers(2, [{"on_hearing": "Call-back for", "press": "1"}, {"on_hearing": "if you spoke", "press": "1"}])
    house.carrier.phone(PRIYA, RingsOut(), keeps)
    house.carrier.phone(JANE, Answers(2, [{"after": 20, "hang_up": True}]))
    house.carrier.dial(JANE, NUMBER, [{"on_hearing": "ring you back by", "after": 6, "hang_up": True}])
    house.until(lambda: crm.told and crm.told[-1]["event"] == "done", "a call-back told as done", patience=60)
    row = house.until_done()

    assert crm.forged == []
    assert crm.told[0] == crm.told[1]
    events = [one["event"] for one in crm.told[1:]]
    assert (events[0], events[-3:]) == ("opened", ["calling", "attempt-ended", "done"])
    assert len({one["id"] for one in crm.told[1:]}) == len(events)
    last = crm.told[-1]["callback"]
    assert last == {name: row[name] for name in last}
    assert (last["phone"], last["outcome"], last["kept"]) == (JANE, "reached", True)
