"""What people and other software look at: pages, the JSON API, the health pages and the commands.

Reads queries and calls actions of every room below; nothing imports it but webhooks.py, which calls `add_to`.
"""

from flask import Flask

from console import commands, gate, health, troubles
from console.api import api
from console.pages import pages
from office.wiring import Office


def add_to(app: Flask, office: Office) -> None:
    """Give the web application its pages, the JSON API, the health pages and the commands, all behind the gate.

    The carrier's blueprint must be registered already: the gate leaves it to its own signature check.
    """
    gate.guard(app, office)
    troubles.tell(app)
    for blueprint in (api, health.health, pages):
        app.register_blueprint(blueprint)
    commands.add_to(app)
