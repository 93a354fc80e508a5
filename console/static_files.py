"""Styles, scripts and icons: a version in each address, so that a browser keeps them for good; packed for whoever can unpack.

Pages themselves are never packed, for their length would then tell of the secrets in them (BREACH), and never kept.
"""

import gzip
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

FOLDER = Path(__file__).parent / "static"
FOR_GOOD = "public, max-age=31536000, immutable"
PACKED = (".css", ".js", ".svg")


def add_to(pages: Blueprint) -> None:
    """Give each address of a file its version, and its answers what browsers should know."""
    pages.app_url_defaults(_with_version)
    pages.after_request(_sent)


def _with_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "pages.static":
        values.setdefault("v", _version(values["filename"]))


def _sent(response: Response) -> Response:
    """A file that is asked for by its version never changes; any other is asked for anew each time."""
    if request.endpoint != "pages.static" or response.status_code not in {200, 304}:
        return response
    name = (request.view_args or {})["filename"]
    response.headers["Cache-Control"] = FOR_GOOD if request.args.get("v") == _version(name) else "no-cache"
    response.vary.add("Accept-Encoding")
    if response.status_code == 200 and name.endswith(PACKED) and request.accept_encodings["gzip"]:
        response.direct_passthrough = False
        response.set_data(_packed(name))
        response.content_encoding = "gzip"
        response.set_etag(response.get_etag()[0] or "", weak=True)
    return response


@lru_cache(maxsize=128)  # a file has any number of names ("vendor/../app.js")
def _version(name: str) -> str | None:
    """None for a file that there is not."""
    path = FOLDER / name
    return sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else None


@lru_cache(maxsize=128)
def _packed(name: str) -> bytes:
    return gzip.compress((FOLDER / name).read_bytes(), mtime=0)
