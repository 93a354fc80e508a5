"""The README is true: its commands exist, its settings table is whole, its map shows the tree."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.served import served

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SETTINGS_TABLE = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)
MAP = re.findall(r"^\| `([a-z_./]+)` \|", README.partition("## For an engineer")[2], re.MULTILINE)
NOT_ROOMS = {"run", "Procfile", "README.md", "CHANGELOG.md", "pyproject.toml"}


def test_settings_table_names_just_what_is_read():
    sources = [(ROOT / "office" / name).read_text() for name in ("settings.py", "speech.py")]
    read = re.findall(r'"([A-Z]+(?:_[A-Z]+)+|PORT)"', "".join(sources))

    assert set(SETTINGS_TABLE) == set(read)


@pytest.fixture
def app(office) -> Flask:
    return served(office)


def test_every_flask_command_of_the_readme_exists(app):
    named = re.findall(r"flask --app webhooks ([a-z-]+)(?: ([a-z]+))?", README)

    assert {command for command, _ in named} >= {"import-business", "import-customers", "create-user", "create-token"}
    for command, sub in named:
        found = app.cli.get_command(None, command)
        assert found is not None, command
        if command == "db":
            assert sub in found.commands


def test_every_command_of_ours_is_in_the_readme(app):
    theirs = {"run", "shell", "routes"}  # Flask's own
    for command in set(app.cli.commands) - theirs:
        assert f"flask --app webhooks {command}" in README


def test_map_shows_every_room_and_only_those():
    tracked = {path.name + "/" * path.is_dir() for path in ROOT.iterdir() if not path.name.startswith(".")}
    python = {name for name in tracked if name.endswith(".py")}
    rooms = {name for name in tracked if name.endswith("/") and list((ROOT / name).glob("*.py"))}

    assert set(MAP) == (python | rooms) - NOT_ROOMS


def test_links_lead_to_files():
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / link).exists(), link


def test_states_of_a_callback_are_those_of_the_code():
    from callbacks.promise import Outcome, State

    states = re.findall(
        r"^\| `([a-z]+)` \| (?!the)", README.partition("| state | means |")[2].partition("##")[0], re.MULTILINE
    )
    assert states == [state.value for state in State]
    for outcome in Outcome:
        assert f"`{outcome.value}`" in README


def test_addresses_for_the_carrier_exist(app):
    addresses = {rule.rule for rule in app.url_map.iter_rules()}
    for path in (
        "/voice/incoming",
        "/voice/fallback",
        "/voice/status",
        "/texts/incoming",
        "/healthz",
        "/readyz",
        "/metrics",
    ):
        assert f"`{path}`" in README
        assert path in addresses
