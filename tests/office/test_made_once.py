"""Values that are made once: the first to come makes it, everybody gets the same."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from office.made_once import made_once


def test_value_is_made_once_and_kept_for_its_owner_only(tmp_path: Path) -> None:
    made = iter(["first", "second"])
    assert made_once(tmp_path / "key", lambda: next(made)) == "first"
    assert made_once(tmp_path / "key", lambda: next(made)) == "first"
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_second_comer_waits_for_the_first_to_make_it(tmp_path: Path) -> None:
    making, go_on, made_twice = threading.Event(), threading.Event(), threading.Event()

    def slowly() -> str:
        making.set()
        go_on.wait(10)
        return "first"

    def again() -> str:
        made_twice.set()
        return "second"

    with ThreadPoolExecutor() as pool:
        first = pool.submit(made_once, tmp_path / "key", slowly)
        assert making.wait(10)
        second = pool.submit(made_once, tmp_path / "key", again)
        assert not made_twice.wait(0.2)
        go_on.set()
        assert (first.result(), second.result()) == ("first", "first")


def test_file_left_empty_by_a_crash_is_filled(tmp_path: Path) -> None:
    (tmp_path / "key").touch()
    assert made_once(tmp_path / "key", lambda: "made") == "made"
