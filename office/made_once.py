"""Values that are made once, on the first start, and kept in a file: keys and the stand-in's account."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path


def made_once(path: Path, make: Callable[[], str]) -> str:
    """What `path` holds; when it holds nothing yet, `make()` is kept there, readable by its owner only.

    Processes that start together get the same value. Raises OSError or UnicodeError when the file cannot be read or written.
    """
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # so nobody reads between another's creating and writing; closing lets go
        return file.read().strip() or _keep(file.write, make())


def _keep(write: Callable[[str], int], value: str) -> str:
    write(f"{value}\n")
    return value
