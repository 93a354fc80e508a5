"""What the carrier told us while the database was gone: one file a request, under DATA_DIR/journal, until it is kept.

Written whole or not at all, and flushed to the disk before the carrier is told that we have it. Two processes may
keep an entry at once: everything that the carrier tells us is safe to be kept twice.
"""

import json
import logging
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
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

    def set_aside(self) -> list[tuple[str, datetime]]:
        """What could not be kept at all: the name of each, and when it came; the newest first."""
        files = self._folder.glob("*.cannot")
        found = ((file.stem, datetime.fromtimestamp(file.stat().st_mtime, UTC)) for file in files)
        return sorted(found, key=lambda one: one[1], reverse=True)

    def forget(self, phone: str) -> None:
        """Take away what was set aside and holds that number, E.164. What cannot be removed is logged, and stays."""
        for file in self._folder.glob("*.cannot"):
            try:
                if phone.encode() in file.read_bytes():
                    file.unlink(missing_ok=True)
            except FileNotFoundError:
                continue  # another process was quicker
            except OSError:
                log.exception("%s cannot be looked into or removed", file)

    def replay(self, keep: Callable[[Entry], None], *, not_yet: tuple[type[Exception], ...]) -> int:
        """Have everything kept, oldest first, and removed here; how many were.

        Stops at the first for which `keep` raises one of `not_yet`: another time. What raises anything else cannot be
        kept at all: it stays on the disk, for a person, and holds up nothing.
        """
        kept = 0
        for entry in self.entries():
            try:
                keep(entry)
            except not_yet:
                return kept
            except Exception:
                log.exception("a request to %s that was written down cannot be kept: %s", entry.path, entry.file)
                with suppress(FileNotFoundError):  # another process has just done the same
                    entry.file.rename(entry.file.with_suffix(".cannot"))
                continue
            entry.file.unlink(missing_ok=True)
            kept += 1
        return kept
