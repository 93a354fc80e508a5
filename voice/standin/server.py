"""The stand-in as a web server: the REST API and the control API over one exchange, each request in a thread."""

import logging

from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from voice.standin import rest_calls, rest_conferences, rest_messages, rest_new_calls, rest_queues, rest_recordings
from voice.standin.control import control
from voice.standin.exchange import Exchange
from voice.standin.rest import RestError, api, error_answer, not_found

ROOMS = (rest_calls, rest_conferences, rest_messages, rest_new_calls, rest_queues, rest_recordings)
"""The modules that put their addresses on `api` when they are imported."""


class _Quiet(WSGIRequestHandler):
    """No line a request: the journal tells what happened, and addresses hold telephone numbers."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def create_app(exchange: Exchange) -> Flask:
    """The REST API and the control addresses over one exchange."""
    app = Flask(__name__)
    app.extensions["exchange"] = exchange
    app.register_blueprint(api)
    app.register_blueprint(control)
    app.register_error_handler(RestError, error_answer)
    app.register_error_handler(404, _unknown)
    app.register_error_handler(405, _wrong_method)
    return app


def _unknown(_error: Exception) -> ResponseReturnValue:
    return error_answer(not_found())


def _wrong_method(_error: Exception) -> ResponseReturnValue:
    return error_answer(RestError(405, 20004, "Method not allowed"))


def serve(exchange: Exchange, *, port: int) -> BaseWSGIServer:
    """A server bound to loopback, not yet serving; port 0 takes a free one. Its threads never outlive the process."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, create_app(exchange), threaded=True, request_handler=_Quiet)
    exchange.base_url = f"http://127.0.0.1:{server.server_port}"
    return server
