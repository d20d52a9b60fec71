"""The queue answers filters from its own rows, counts are kept, and reviewers see who else is at a claim."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the queue's table anew, to be filled by the next refresh, and two tables beside it."""
    op.drop_table("review_items")  # derived: the next refresh makes every item again
    op.create_table(
        "review_items",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("rank", sa.Float(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("draw", sa.Float(), nullable=False),
        sa.Column("second", sa.Float(), nullable=False),
        sa.Column("passage", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("year", sa.String(), nullable=True),
        sa.Column("publisher", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("odd", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_review_items")),
        sa.UniqueConstraint("claim"),
    )
    asked = ["kind", "unit", "year", "publisher", "subject", "odd", "draw", "second"]
    op.create_index(
        "ix_review_items_order",
        "review_items",
        ["status", "tier", "rank", "post", "start", "number", "claim", *asked, "amount"],
        unique=False,
    )
    op.create_index("ix_review_items_draw", "review_items", ["status", "draw"], unique=False)
    op.create_index(
        "ix_review_items_post", "review_items", ["post", "start", "number", "status", *asked, "amount"], unique=False
    )
    op.create_table(
        "review_counts",
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("status", "kind", "drawn", name=op.f("pk_review_counts")),
    )
    op.create_table(
        "presence",
        sa.Column("tab", sa.String(), nullable=False),
        sa.Column("reviewer", sa.String(), nullable=False),
        sa.Column("claim", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("tab", name=op.f("pk_presence")),
    )
    op.create_index("ix_presence_claim", "presence", ["claim"], unique=False)
    op.execute("DELETE FROM claim_words")
    op.execute("DELETE FROM review_dirty")
    op.execute("INSERT INTO review_dirty SELECT id FROM posts")
