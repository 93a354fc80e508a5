"""The locks name every package that any Python and system we run on asks for: pip installs nothing that is not locked."""

from importlib.metadata import distributions
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PYTHONS = ("3.11.0", "3.11.9", "3.12.0", "3.13.0")
"""Some packages need more on the first releases of 3.11, which Debian 12 still has."""
PLACES = tuple(
    {"python_version": python.rpartition(".")[0], "python_full_version": python, "sys_platform": system}
    for python, system in product(PYTHONS, ("linux", "darwin"))
)


def locked(lock: str) -> list[Requirement]:
    lines = (ROOT / lock).read_text().splitlines()
    return [Requirement(line.rstrip(" \\")) for line in lines if line and not line.startswith((" ", "#"))]


def asks_for(found: Requirement, place: dict[str, str], extras: set[str]) -> bool:
    return found.marker is None or any(found.marker.evaluate(place | {"extra": extra}) for extra in extras | {""})


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock", "requirements-words.lock"])
def test_lock_names_all_that_its_packages_ask_for_on_every_python(lock: str) -> None:
    needs = {canonicalize_name(one.name): list(map(Requirement, one.requires or [])) for one in distributions()}
    entries = locked(lock)
    assert len(entries) > 20
    for place in PLACES:
        here = {canonicalize_name(one.name): one.extras for one in entries if asks_for(one, place, set())}
        missing = {
            f"{name} on Python {place['python_full_version']}, {place['sys_platform']}: {need.name}"
            for name, extras in here.items()
            for need in needs.get(name, [])
            if asks_for(need, place, extras) and canonicalize_name(need.name) not in here
        }
        assert not missing
