"""the call-back desk: claims, the ladder, alerts, mails, deliveries, audit

Revision: 0003, after: 0002
"""

import sqlalchemy as sa
from alembic import op

import office.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("told_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
        sa.UniqueConstraint("reason", name=op.f("uq_alerts_reason")),
    )
    op.create_index(
        "ix_alerts_untold",
        "alerts",
        ["at"],
        unique=False,
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )

    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.String(length=2000), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_about"), "audit", ["about"], unique=False)

    op.create_table(
        "mails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("to", sa.String(length=320), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("created_at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("send_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("reason", name=op.f("uq_mails_reason")),
    )
    op.create_index(
        "ix_mails_to_send",
        "mails",
        ["send_at"],
        unique=False,
        sqlite_where=sa.text("send_at IS NOT NULL"),
        postgresql_where=sa.text("send_at IS NOT NULL"),
    )

    op.create_table(
        "opt_outs",
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("phone", name=op.f("pk_opt_outs")),
    )
    op.create_table(
        "pace",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("next_at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_pace")),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="waiting", nullable=False),
        sa.Column("created_at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("send_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.id"], name=op.f("fk_deliveries_callback_id_callbacks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(
        "ix_deliveries_waiting",
        "deliveries",
        ["url", "callback_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "request_keys",
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("callback_id", sa.Integer(), nullable=False),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.id"], name=op.f("fk_request_keys_callback_id_callbacks")),
        sa.PrimaryKeyConstraint("by", "key", name=op.f("pk_request_keys")),
    )
    op.create_table(
        "rungs",
        sa.Column("callback_id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("promised_by", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["callback_id"], ["callbacks.id"], name=op.f("fk_rungs_callback_id_callbacks")),
        sa.PrimaryKeyConstraint("callback_id", "rung", "promised_by", name=op.f("pk_rungs")),
    )
    op.add_column("attempts", sa.Column("assumed", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.add_column("callbacks", sa.Column("claimed_until", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("callbacks", sa.Column("offered", sa.JSON(), nullable=True))
    op.add_column("callbacks", sa.Column("closed_by", sa.String(length=200), nullable=True))
    op.add_column("callbacks", sa.Column("close_note", sa.String(length=2000), nullable=True))
    op.create_index(
        "ix_callbacks_claimed",
        "callbacks",
        ["claimed_until"],
        unique=False,
        sqlite_where=sa.text("claimed_until IS NOT NULL"),
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(
        "ix_callbacks_claimed",
        "callbacks",
        sqlite_where=sa.text("claimed_until IS NOT NULL"),
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    )
    op.drop_column("callbacks", "close_note")
    op.drop_column("callbacks", "closed_by")
    op.drop_column("callbacks", "offered")
    op.drop_column("callbacks", "claimed_until")

    op.drop_column("attempts", "assumed")

    op.drop_table("rungs")
    op.drop_table("request_keys")
    op.drop_index(
        "ix_deliveries_waiting",
        "deliveries",
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.drop_table("deliveries")
    op.drop_table("pace")
    op.drop_table("opt_outs")
    op.drop_index(
        "ix_mails_to_send",
        "mails",
        sqlite_where=sa.text("send_at IS NOT NULL"),
        postgresql_where=sa.text("send_at IS NOT NULL"),
    )

    op.drop_table("mails")
    op.drop_index(op.f("ix_audit_about"), "audit")

    op.drop_table("audit")
    op.drop_index(
        "ix_alerts_untold",
        "alerts",
        sqlite_where=sa.text("told_at IS NULL"),
        postgresql_where=sa.text("told_at IS NULL"),
    )

    op.drop_table("alerts")
