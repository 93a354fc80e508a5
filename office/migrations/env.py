"""Alembic's environment: which database, and which models it is measured against."""

from alembic import context
from sqlalchemy import create_engine, text

import callbacks.tables
import console.tables
import office.tables
import voice.tables
import voicemail_greetings.tables
from office.database import Base

TABLES = (office.tables, console.tables, voice.tables, callbacks.tables, voicemail_greetings.tables)
"""Every room's tables: importing them is what makes the metadata whole."""

TURN = 7_226_011
"""PostgreSQL advisory lock: two deploys at once upgrade one after the other."""


def run() -> None:
    """Upgrade or downgrade in one transaction, so that a revision applies whole or not at all."""
    engine = create_engine(context.config.attributes["database_url"])
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_lock({TURN})"))
            connection.commit()
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            compare_type=True,
            user_module_prefix="office.database.",
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
