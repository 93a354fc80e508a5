"""WEBHOOK_SECRET: what our requests to other software are signed with, when it is set."""

from pathlib import Path

import pytest

from office.settings import Settings, SettingsError


@pytest.mark.parametrize("given", [{}, {"WEBHOOK_SECRET": ""}, {"WEBHOOK_SECRET": "  "}])
def test_secret_that_is_not_set_is_none(tmp_path: Path, given: dict[str, str]) -> None:
    assert Settings.read({"DATA_DIR": str(tmp_path), **given}).webhook_secret is None


def test_secret_is_kept_as_set_and_never_shown(tmp_path: Path) -> None:
    settings = Settings.read({"DATA_DIR": str(tmp_path), "WEBHOOK_SECRET": "sixteen-letters!"})
    assert settings.webhook_secret == "sixteen-letters!"
    assert "sixteen" not in repr(settings)


@pytest.mark.parametrize("given", ["fifteen-letters", "sixteen letters!", "sixteen-letters\u00e9"])
def test_secret_too_short_or_not_plain_is_refused_without_being_shown(tmp_path: Path, given: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.read({"DATA_DIR": str(tmp_path), "WEBHOOK_SECRET": given})
    (problem,) = refused.value.problems
    assert problem.startswith("WEBHOOK_SECRET: must have 16 characters or more")
    assert given not in problem
