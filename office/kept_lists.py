"""A list of customers that somebody chose, kept on the server between their look at it and the import: read once, for whoever sent it.

It lies under DATA_DIR/imports by whose it is and a random name, and goes with the import, or after a day.
"""

import json
import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from office.customer_list import BadRow, CustomerList, CustomerRow
from office.wiring import Office

KEPT_FOR = timedelta(days=1)
NAME = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Kept:
    """What was read from a file: its name, whether it was written as Windows writes rather than as UTF-8, and its rows."""

    file: str
    windows: bool
    rows: CustomerList


def keep(office: Office, user_id: int, kept: Kept) -> str:
    """Keep a list for that person; returns the name under which it is found again. Raises OSError."""
    name = secrets.token_urlsafe(16)
    path = _path(office, user_id, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(asdict(kept), file, default=date.isoformat, ensure_ascii=False)
    now = office.clock.now().timestamp()
    os.utime(path, (now, now))
    return name


def find(office: Office, user_id: int, name: str) -> Kept | None:
    """The list of that name, if that person sent it; None when there is none, or no longer."""
    if not NAME.fullmatch(name):
        return None
    try:
        said = json.loads(_path(office, user_id, name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    good = tuple(_row(row) for row in said["rows"]["good"])
    bad = tuple(BadRow(**row) for row in said["rows"]["bad"])
    return Kept(said["file"], said["windows"], CustomerList(good, bad))


def forget(office: Office, user_id: int, name: str) -> None:
    """It is done with."""
    if NAME.fullmatch(name):
        _path(office, user_id, name).unlink(missing_ok=True)


def forget_old(office: Office) -> int:
    """Take away what was left for a day or longer; how many."""
    before, count = (office.clock.now() - KEPT_FOR).timestamp(), 0
    for path in _folder(office).glob("*.json"):
        with suppress(FileNotFoundError):  # somebody else was quicker
            if path.stat().st_mtime < before:
                path.unlink()
                count += 1
    return count


def _row(said: Mapping[str, Any]) -> CustomerRow:
    since = said["customer_since"]
    columns = tuple(said["columns"])
    return CustomerRow(**{**said, "customer_since": since and date.fromisoformat(since), "columns": columns})


def _folder(office: Office) -> Path:
    return office.settings.data_dir / "imports"


def _path(office: Office, user_id: int, name: str) -> Path:
    return _folder(office) / f"{user_id}-{name}.json"
