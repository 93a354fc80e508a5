"""The journal: what was written down is there until it is kept, in order, whatever else lies about."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from office.journal import Entry, Journal

TEN = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


def test_request_is_read_back_as_it_was_by_any_process(journal: Journal, tmp_path: Path) -> None:
    assert journal.write("/voice/status", {"CallSid": "CA1", "From": "+447700900123", "Name": "Zoë\n"}, TEN)
    (entry,) = Journal(tmp_path).entries()

    assert (entry.path, entry.at) == ("/voice/status", TEN)
    assert entry.form == {"CallSid": "CA1", "From": "+447700900123", "Name": "Zoë\n"}


def test_requests_come_back_oldest_first(journal: Journal) -> None:
    for minutes in (5, 0, 3):
        journal.write(f"/{minutes}", {}, TEN + timedelta(minutes=minutes))

    assert [entry.path for entry in journal.entries()] == ["/0", "/3", "/5"]


def test_kept_requests_are_gone_the_one_that_cannot_be_is_set_aside(journal: Journal, tmp_path: Path) -> None:
    for minutes in range(3):
        journal.write(f"/{minutes}", {}, TEN + timedelta(minutes=minutes))

    def keep(entry: Entry) -> None:
        if entry.path == "/1":
            raise ValueError(entry.path)

    assert journal.replay(keep, not_yet=(OSError,)) == 2
    assert list(journal.entries()) == []
    assert [file.suffix for file in (tmp_path / "journal").iterdir()] == [".cannot"]


def test_replay_stops_at_what_cannot_be_kept_yet_and_goes_on_there(journal: Journal) -> None:
    for minutes in range(3):
        journal.write(f"/{minutes}", {}, TEN + timedelta(minutes=minutes))
    seen: list[str] = []

    def keep(entry: Entry) -> None:
        seen.append(entry.path)
        if seen == ["/0", "/1"]:
            raise OSError("the database is gone")

    assert journal.replay(keep, not_yet=(OSError,)) == 1
    assert journal.replay(keep, not_yet=(OSError,)) == 2
    assert seen == ["/0", "/1", "/1", "/2"]


def test_half_written_and_unreadable_files_hold_up_nothing(journal: Journal, tmp_path: Path) -> None:
    journal.write("/voice/status", {}, TEN)
    (tmp_path / "journal" / "1.part").write_text('{"path": "/voice')
    (tmp_path / "journal" / "2.json").write_text("{")

    assert [entry.path for entry in journal.entries()] == ["/voice/status"]
    assert (tmp_path / "journal" / "2.json").exists()


def test_full_disk_is_told_of_and_not_pretended_away(tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("a file where the folder should be")

    assert not Journal(tmp_path).write("/voice/status", {}, TEN)


def test_request_that_another_process_sets_aside_meanwhile_is_no_trouble(journal: Journal) -> None:
    journal.write("/voice/status", {}, TEN)

    def keep(entry: Entry) -> None:
        entry.file.rename(entry.file.with_suffix(".cannot"))
        raise ValueError(entry.path)

    assert journal.replay(keep, not_yet=(OSError,)) == 0
