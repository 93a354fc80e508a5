"""what the console changes: the business, leavers, closed teams, board links, choices of one's own

Revision: 0006, after: 0005
"""

import sqlalchemy as sa
from alembic import op

import office.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNIQUE = (("teams", "name"), ("staff", "phone"))
"""Watched over by indexes from now on, with a condition: to PostgreSQL those make no key, so it may change while another row names its row."""


def upgrade() -> None:
    op.create_table(
        "board_links",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("made_by", sa.String(length=320), nullable=False),
        sa.Column("made_at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", office.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_links")),
        sa.UniqueConstraint("digest", name=op.f("uq_board_links_digest")),
    )
    op.create_table(
        "business_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", office.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=320), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["undoes_id"], ["business_changes.id"], name=op.f("fk_business_changes_undoes_id_business_changes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_changes")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_business_changes_undoes_id")),
    )
    op.add_column("alerts", sa.Column("settled_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("alerts", sa.Column("settled_by", sa.String(length=320), nullable=True))
    op.add_column("business", sa.Column("imported", sa.JSON(), nullable=True))
    op.create_index(
        "ix_audit_snoozed",
        "audit",
        ["about", "at"],
        unique=False,
        sqlite_where=sa.text("action = 'snoozed'"),
        postgresql_where=sa.text("action = 'snoozed'"),
    )
    op.create_index(
        "ix_callbacks_promised", "callbacks", ["promised_by", "team_id", "kind", "outcome", "spoke_at"], unique=False
    )
    op.create_index(
        "ix_callbacks_spoke",
        "callbacks",
        ["spoke_at", "team_id", "kind", "outcome", "missed_at", "promised_by", "owner_id"],
        unique=False,
    )
    op.create_index(
        "ix_calls_figures",
        "calls",
        ["started_at", "direction", "own", "came_open", "outcome", "team_id", "answered_by"],
        unique=False,
    )
    op.add_column("messages", sa.Column("corrected_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("messages", sa.Column("corrected_by", sa.String(length=200), nullable=True))
    op.add_column("sessions", sa.Column("browser", sa.String(length=60), nullable=True))
    op.add_column("sessions", sa.Column("stays", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("staff", sa.Column("left_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("teams", sa.Column("closed_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("tokens", sa.Column("used_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("tokens", sa.Column("revoked_at", office.database.UtcDateTime(timezone=True), nullable=True))
    op.add_column("users", sa.Column("likes", sa.JSON(), nullable=True))
    for table, column in UNIQUE:
        name = f"uq_{table}_{column}"
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(name), type_="unique")
        op.create_index(name, table, [column], unique=True, postgresql_where=sa.text(f"{column} IS NOT NULL"))


def downgrade() -> None:
    for table, column in UNIQUE:
        name = f"uq_{table}_{column}"
        op.drop_index(name, table_name=table)
        with op.batch_alter_table(table) as batch_op:
            batch_op.create_unique_constraint(op.f(name), [column])
    op.drop_column("users", "likes")
    op.drop_column("tokens", "revoked_at")
    op.drop_column("tokens", "used_at")
    op.drop_column("teams", "closed_at")
    op.drop_column("staff", "left_at")
    op.drop_column("sessions", "stays")
    op.drop_column("sessions", "browser")
    op.drop_column("messages", "corrected_by")
    op.drop_column("messages", "corrected_at")
    op.drop_index("ix_calls_figures", table_name="calls")
    op.drop_index("ix_callbacks_spoke", table_name="callbacks")
    op.drop_index("ix_callbacks_promised", table_name="callbacks")
    op.drop_index("ix_audit_snoozed", table_name="audit")
    op.drop_column("business", "imported")
    op.drop_column("alerts", "settled_by")
    op.drop_column("alerts", "settled_at")
    op.drop_table("business_changes")
    op.drop_table("board_links")
