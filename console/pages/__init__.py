"""The pages that people look at in a browser: one module a page."""

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from console.pages import callbacks, messages, sign_in

pages = Blueprint(
    "pages", __name__, template_folder="../templates", static_folder="../static", static_url_path="/static"
)


@pages.get("/")
def home() -> Response:
    """Where one begins."""
    return redirect(url_for("pages.callbacks"))


callbacks.add_to(pages)
messages.add_to(pages)
sign_in.add_to(pages)
