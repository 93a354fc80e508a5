"""callers who wait, staff who ring us, contact rules, texts, sounds

Revision: 0002, after: 0001

Written by hand in plain statements: rebuilding a table as batches do would lose its partial indexes on SQLite.
"""

import sqlalchemy as sa
from alembic import op

import office.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_rules",
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=20), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_contact_rules")),
    )
    op.create_table(
        "pins",
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=300), nullable=False),
        sa.Column("failures", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("locked_until", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_pins")),
    )
    op.create_table(
        "sounds",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sounds")),
    )
    op.create_table(
        "texts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("to", sa.String(length=20), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("created_at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("send_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("sid", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
        sa.UniqueConstraint("reason", name=op.f("uq_texts_reason")),
    )
    op.create_index(
        "ix_texts_to_send",
        "texts",
        ["send_at"],
        unique=False,
        sqlite_where=sa.text("send_at IS NOT NULL"),
        postgresql_where=sa.text("send_at IS NOT NULL"),
    )

    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=False),
        sa.Column("at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("promised_before", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("promised_by", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.id"], name=op.f("fk_moves_callback_id_callbacks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_index(op.f("ix_moves_callback_id"), "moves", ["callback_id"], unique=False)

    op.add_column("callbacks", sa.Column("called_from", sa.String(length=20), nullable=True))
    op.add_column("callbacks", sa.Column("slot_from", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("callbacks", sa.Column("slot_until", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("callbacks", sa.Column("slot_zone", sa.String(length=60), nullable=True))
    op.add_column(
        "callbacks",
        sa.Column(
            "prefer_id",
            sa.Integer(),
            sa.ForeignKey("staff.id", name=op.f("fk_callbacks_prefer_id_staff")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index(
        "ix_callbacks_called_from",
        "callbacks",
        ["called_from"],
        unique=False,
        sqlite_where=sa.text("called_from IS NOT NULL"),
        postgresql_where=sa.text("called_from IS NOT NULL"),
    )

    op.add_column("calls", sa.Column("trusted", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("calls", sa.Column("own", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "calls",
        sa.Column(
            "staff_id", sa.Integer(), sa.ForeignKey("staff.id", name=op.f("fk_calls_staff_id_staff")), nullable=True
        ),
        inline_references=True,
    )
    op.add_column("calls", sa.Column("proven", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("calls", sa.Column("came_open", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column(
        "calls",
        sa.Column(
            "returns", sa.Integer(), sa.ForeignKey("staff.id", name=op.f("fk_calls_returns_staff")), nullable=True
        ),
        inline_references=True,
    )
    op.add_column("calls", sa.Column("menus", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("calls", sa.Column("holds", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("calls", sa.Column("waiting_since", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("wants", sa.String(length=1), nullable=True))
    op.add_column("calls", sa.Column("keyed", sa.String(length=20), nullable=True))
    op.add_column("calls", sa.Column("keyings", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_index(
        "ix_calls_spoken_to",
        "calls",
        ["phone", sa.literal_column("started_at DESC")],
        unique=False,
        sqlite_where=sa.text("answered_by IS NOT NULL"),
        postgresql_where=sa.text("answered_by IS NOT NULL"),
    )
    op.create_index(
        "ix_calls_waiting",
        "calls",
        ["waiting_since"],
        unique=False,
        sqlite_where=sa.text("waiting_since IS NOT NULL"),
        postgresql_where=sa.text("waiting_since IS NOT NULL"),
    )

    op.execute("ALTER TABLE legs RENAME COLUMN turn TO number")
    op.add_column("legs", sa.Column("placed_by_us", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("legs", sa.Column("claimed_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("legs", sa.Column("ring_until", office.database.UtcDateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_legs_placed_by_us",
        "legs",
        ["call_id", "number"],
        unique=False,
        sqlite_where=sa.text("placed_by_us AND ended_at IS NULL"),
        postgresql_where=sa.text("placed_by_us AND ended_at IS NULL"),
    )

    op.add_column("staff", sa.Column("last_rang_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("staff", sa.Column("misses", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    op.drop_column("staff", "misses")
    op.drop_column("staff", "last_rang_at")

    op.drop_index(
        "ix_legs_placed_by_us",
        "legs",
        sqlite_where=sa.text("placed_by_us AND ended_at IS NULL"),
        postgresql_where=sa.text("placed_by_us AND ended_at IS NULL"),
    )
    op.drop_column("legs", "ring_until")
    op.drop_column("legs", "claimed_at")
    op.drop_column("legs", "placed_by_us")
    op.execute("ALTER TABLE legs RENAME COLUMN number TO turn")

    op.drop_index(
        "ix_calls_waiting",
        "calls",
        sqlite_where=sa.text("waiting_since IS NOT NULL"),
        postgresql_where=sa.text("waiting_since IS NOT NULL"),
    )
    op.drop_index(
        "ix_calls_spoken_to",
        "calls",
        sqlite_where=sa.text("answered_by IS NOT NULL"),
        postgresql_where=sa.text("answered_by IS NOT NULL"),
    )
    op.drop_column("calls", "keyings")
    op.drop_column("calls", "keyed")
    op.drop_column("calls", "wants")
    op.drop_column("calls", "waiting_since")
    op.drop_column("calls", "holds")
    op.drop_column("calls", "menus")
    op.drop_column("calls", "returns")
    op.drop_column("calls", "came_open")
    op.drop_column("calls", "proven")
    op.drop_column("calls", "staff_id")
    op.drop_column("calls", "own")
    op.drop_column("calls", "trusted")

    op.drop_index(
        "ix_callbacks_called_from",
        "callbacks",
        sqlite_where=sa.text("called_from IS NOT NULL"),
        postgresql_where=sa.text("called_from IS NOT NULL"),
    )
    op.drop_column("callbacks", "prefer_id")
    op.drop_column("callbacks", "slot_zone")
    op.drop_column("callbacks", "slot_until")
    op.drop_column("callbacks", "slot_from")
    op.drop_column("callbacks", "called_from")

    op.drop_index(op.f("ix_moves_callback_id"), "moves")

    op.drop_table("moves")
    op.drop_index(
        "ix_texts_to_send",
        "texts",
        sqlite_where=sa.text("send_at IS NOT NULL"),
        postgresql_where=sa.text("send_at IS NOT NULL"),
    )

    op.drop_table("texts")
    op.drop_table("sounds")
    op.drop_table("pins")
    op.drop_table("contact_rules")
