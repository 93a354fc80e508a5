"""voicemail: greetings, takes, words of messages, erasures, notices

Revision: 0004, after: 0003
"""

import sqlalchemy as sa
from alembic import op

import office.database

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erasures",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("asked_at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("done_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_erasures")),
    )
    op.create_index(
        "ix_erasures_due",
        "erasures",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "greeting_takes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("situation", sa.String(length=10), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("of_staff_id", sa.Integer(), nullable=True),
        sa.Column("holiday", sa.String(length=100), nullable=True),
        sa.Column("asked_at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ring_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("call_sid", sa.String(length=64), nullable=True),
        sa.Column("recording_sid", sa.String(length=64), nullable=True),
        sa.Column("fence", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("fetch_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("fetches", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sound", sa.String(length=100), nullable=True),
        sa.Column("trouble", sa.String(length=200), nullable=True),
        sa.Column("kept_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["of_staff_id"], ["staff.id"], name=op.f("fk_greeting_takes_of_staff_id_staff")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_greeting_takes_staff_id_staff")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_greeting_takes_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_greeting_takes")),
    )
    op.create_index(op.f("ix_greeting_takes_recording_sid"), "greeting_takes", ["recording_sid"], unique=False)
    op.create_index(
        "ix_takes_to_fetch",
        "greeting_takes",
        ["fetch_at"],
        unique=False,
        sqlite_where=sa.text("fetch_at IS NOT NULL"),
        postgresql_where=sa.text("fetch_at IS NOT NULL"),
    )
    op.create_index(
        "ix_takes_to_ring",
        "greeting_takes",
        ["ring_at"],
        unique=False,
        sqlite_where=sa.text("ring_at IS NOT NULL"),
        postgresql_where=sa.text("ring_at IS NOT NULL"),
    )
    op.create_table(
        "greetings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("situation", sa.String(length=10), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("holiday", sa.String(length=100), nullable=True),
        sa.Column("text", sa.String(length=400), nullable=True),
        sa.Column("sound", sa.String(length=100), nullable=True),
        sa.Column("made_at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_greetings_staff_id_staff")),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name=op.f("fk_greetings_team_id_teams")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_greetings")),
    )
    op.create_index("ix_greetings_of", "greetings", ["situation", "id"], unique=False)
    op.add_column("callbacks", sa.Column("hurry_by", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("recordings", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("messages", sa.Column("ended_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("label", sa.String(length=10), nullable=True))
    op.add_column("messages", sa.Column("lost", sa.String(length=200), nullable=True))
    op.add_column("messages", sa.Column("words", sa.String(), nullable=True))
    op.add_column("messages", sa.Column("words_state", sa.String(length=12), server_default="waiting", nullable=False))
    op.add_column("messages", sa.Column("words_why", sa.String(length=200), nullable=True))
    op.add_column("messages", sa.Column("words_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("words_by", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("words_came_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("words_tries", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("messages", sa.Column("engine", sa.String(length=20), nullable=True))
    op.add_column("messages", sa.Column("confidence", sa.Double(), nullable=True))
    op.add_column("messages", sa.Column("carrier_words", sa.String(), nullable=True))
    op.add_column("messages", sa.Column("flags", sa.JSON(), nullable=True))
    op.add_column("messages", sa.Column("heard_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("heard_by", sa.String(length=200), nullable=True))
    op.add_column("messages", sa.Column("erased_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE messages SET ended_at = received_at, words_by = received_at, words_state = 'unavailable',"
        " words_why = 'it was left before messages were written out'"
    )
    moment = office.database.UtcDateTime(timezone=True)
    with op.batch_alter_table("messages") as messages:
        messages.alter_column("ended_at", existing_type=moment, nullable=False)
        messages.alter_column("words_by", existing_type=moment, nullable=False)
    op.create_index("ix_messages_ended", "messages", ["ended_at"], unique=False)
    op.create_index(
        "ix_messages_words",
        "messages",
        ["words_at"],
        unique=False,
        sqlite_where=sa.text("words_at IS NOT NULL"),
        postgresql_where=sa.text("words_at IS NOT NULL"),
    )
    op.add_column("staff", sa.Column("email", sa.String(length=320), nullable=True))
    op.add_column("staff", sa.Column("notices", sa.String(length=10), server_default="text", nullable=False))
    op.add_column("staff", sa.Column("away_until", office.database.UtcDateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_staff_away",
        "staff",
        ["away_until"],
        unique=False,
        sqlite_where=sa.text("away_until IS NOT NULL"),
        postgresql_where=sa.text("away_until IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_staff_away",
        table_name="staff",
        sqlite_where=sa.text("away_until IS NOT NULL"),
        postgresql_where=sa.text("away_until IS NOT NULL"),
    )
    op.drop_column("staff", "away_until")
    op.drop_column("staff", "notices")
    op.drop_column("staff", "email")
    op.drop_index(
        "ix_messages_words",
        table_name="messages",
        sqlite_where=sa.text("words_at IS NOT NULL"),
        postgresql_where=sa.text("words_at IS NOT NULL"),
    )
    op.drop_index("ix_messages_ended", table_name="messages")
    op.drop_column("messages", "erased_at")
    op.drop_column("messages", "heard_by")
    op.drop_column("messages", "heard_at")
    op.drop_column("messages", "flags")
    op.drop_column("messages", "carrier_words")
    op.drop_column("messages", "confidence")
    op.drop_column("messages", "engine")
    op.drop_column("messages", "words_tries")
    op.drop_column("messages", "words_came_at")
    op.drop_column("messages", "words_by")
    op.drop_column("messages", "words_at")
    op.drop_column("messages", "words_why")
    op.drop_column("messages", "words_state")
    op.drop_column("messages", "words")
    op.drop_column("messages", "lost")
    op.drop_column("messages", "label")
    op.drop_column("messages", "ended_at")
    op.drop_column("calls", "recordings")
    op.drop_column("callbacks", "hurry_by")
    op.drop_index("ix_greetings_of", table_name="greetings")
    op.drop_table("greetings")
    op.drop_index(
        "ix_takes_to_ring",
        table_name="greeting_takes",
        sqlite_where=sa.text("ring_at IS NOT NULL"),
        postgresql_where=sa.text("ring_at IS NOT NULL"),
    )
    op.drop_index(
        "ix_takes_to_fetch",
        table_name="greeting_takes",
        sqlite_where=sa.text("fetch_at IS NOT NULL"),
        postgresql_where=sa.text("fetch_at IS NOT NULL"),
    )
    op.drop_index(op.f("ix_greeting_takes_recording_sid"), table_name="greeting_takes")
    op.drop_table("greeting_takes")
    op.drop_index(
        "ix_erasures_due",
        table_name="erasures",
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.drop_table("erasures")
