"""A stand-in carrier served on loopback, and a tiny application for it to call, whose documents a test writes down."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask, Response, request
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from werkzeug.serving import BaseWSGIServer, make_server

from voice.standin.client import Event, StandIn
from voice.standin.exchange import Exchange
from voice.standin.pace import Pace
from voice.standin.server import serve

ACCOUNT, TOKEN = "AC" + "0" * 32, "the-token-of-these-tests"
BUSINESS = "+442071838750"
SPEED = 40.0


@contextmanager
def serving(server: BaseWSGIServer) -> Iterator[str]:
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Application:
    """A web application whose documents change from test to test. Unsigned requests are turned away, but for sounds."""

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}
        self.web = Flask("application")
        self.web.add_url_rule("/<path:path>", view_func=self.answer, methods=["GET", "POST"])

    def answer(self, path: str) -> Any:
        genuine = RequestValidator(TOKEN).validate(
            request.host_url.rstrip("/") + request.environ["RAW_URI"],
            request.form,
            request.headers.get("X-Twilio-Signature", ""),
        )
        if not genuine and not path.endswith(".wav"):
            return "", 403
        found = self.documents.get(f"/{path}")
        if isinstance(found, str):
            return Response(
                f"<?xml version='1.0'?><Response>{found}</Response>", content_type="text/xml; charset=utf-8"
            )
        return found() if found else ("", 404)


@pytest.fixture(scope="session")
def application() -> Application:
    return Application()


@pytest.fixture(scope="session")
def app_url(application: Application) -> Iterator[str]:
    with serving(make_server("127.0.0.1", 0, application.web, threaded=True)) as url:
        yield url


@pytest.fixture
def documents(application: Application) -> dict[str, Any]:
    """Path -> the verbs that stand there, or a function without arguments that answers. Reports go to /report."""
    application.documents = {"/report": lambda: ("", 204)}
    return application.documents


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    exchange = Exchange(ACCOUNT, TOKEN, Pace(SPEED))
    with serving(serve(exchange, port=0)):
        yield exchange
    exchange.reset()


@pytest.fixture
def carrier(exchange: Exchange, app_url: str, documents: dict[str, Any]) -> StandIn:
    """The stand-in with the business's number; its calls go to /incoming, and to /fallback when that fails."""
    carrier = StandIn(exchange.base_url)
    carrier.number(
        BUSINESS,
        f"{app_url}/incoming",
        fallback_url=f"{app_url}/fallback",
        status_url=f"{app_url}/report",
        sms_url=f"{app_url}/text",
    )
    return carrier


@pytest.fixture
def line(exchange: Exchange) -> Client:
    """Twilio's own client, pointed at the stand-in."""
    client = Client(ACCOUNT, TOKEN, environment={})
    client.api.base_url = exchange.base_url
    return client


@pytest.fixture
def refused(carrier: StandIn) -> Callable[[], list[int]]:
    """The codes of what was refused so far."""
    return lambda: [refusal["code"] for refusal in carrier.refusals()]


@pytest.fixture
def requested(carrier: StandIn) -> Callable[[str], dict[str, str]]:
    """Waits for a request to a path and gives the parameters of the first."""

    def parameters(path: str) -> dict[str, str]:
        event: Event = carrier.wait_for("request", path=path)
        return dict(event["params"])

    return parameters
