"""What the carrier told us while the database was gone: one file a request, under DATA_DIR/journal, until it is kept.

Written whole or not at all, and flushed to the disk before the carrier is told that we have it. Whoever keeps an entry
removes it afterwards; everything that the carrier tells us is safe to be kept twice.
"""

import json
import logging
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One request: the path it came to, its form, and when (UTC). `file` is where it stands."""

    path: str
    form: dict[str, str]
    at: datetime
    file: Path


class Journal:
    """The journal of one data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "journal"

    def write(self, path: str, form: Mapping[str, str], at: datetime) -> bool:
        """Keep a request for later; False when the disk does not take it either."""
        name = self._folder / f"{at:%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with name.with_suffix(".part").open("x", encoding="utf-8") as part:
                json.dump({"path": path, "form": dict(form), "at": at.isoformat()}, part)
                part.flush()
                os.fsync(part.fileno())
            name.with_suffix(".part").rename(name.with_suffix(".json"))
        except OSError as trouble:
            log.error("a request to %s could not be written down: %s", path, trouble)  # noqa: TRY400 - one line will do
            return False
        return True

    def entries(self) -> Iterator[Entry]:
        """Everything that waits, oldest first. Cheap when there is nothing."""
        for file in sorted(self._folder.glob("*.json")):
            try:
                said = json.loads(file.read_text(encoding="utf-8"))
                yield Entry(said["path"], said["form"], datetime.fromisoformat(said["at"]), file)
            except FileNotFoundError:
                continue  # another process has just kept it
            except (ValueError, KeyError, TypeError):
                log.exception("%s cannot be read; it is left as it is", file)

    def kept(self, entry: Entry) -> None:
        """The entry is in the database now."""
        entry.file.unlink(missing_ok=True)
