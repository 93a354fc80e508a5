"""One history of the database's shape, for SQLite and PostgreSQL. Run by `flask --app webhooks db upgrade`."""

from pathlib import Path

from alembic import command
from alembic.config import Config

HERE = Path(__file__).parent


def configuration(database_url: str) -> Config:
    """Alembic's configuration, made here: no file at the top that could disagree."""
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["database_url"] = database_url
    return config


def upgrade(database_url: str, to: str = "head") -> None:
    """Bring the database to a revision, the newest unless named. Doing it twice changes nothing."""
    command.upgrade(configuration(database_url), to)


def downgrade(database_url: str, to: str = "base") -> None:
    """Bring the database back to a revision; "base" is an empty database."""
    command.downgrade(configuration(database_url), to)


def make(database_url: str, message: str) -> None:
    """Write a new revision from the difference between the models and the database at the newest revision."""
    command.revision(configuration(database_url), message=message, autogenerate=True)
