"""The web application as tests ask it: made once, for that takes a tenth of a second, and given each test's own office."""

from flask import Flask

from office.wiring import Office
from reception.door import replay
from webhooks import create_app

MADE: dict[str, Flask] = {}
"""By the public address, which decides on cookies and headers."""


def served(office: Office) -> Flask:
    """The application over that office, as `create_app` would begin with it."""
    app = MADE.get(office.settings.public_base_url)
    if app is None:
        return MADE.setdefault(office.settings.public_base_url, create_app(office))
    app.extensions["office"] = office
    app.config["SECRET_KEY"] = office.settings.secret_key
    office.remember_business()
    replay(app)
    return app
