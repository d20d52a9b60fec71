"""Totals, withheld claims and posts' progress are answered by an index or a count of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
SUMMED = ("status", "kind", "unit", "amount", "year", "publisher", "subject")
SETTLED = "'accepted', 'corrected', 'rejected', 'added', 'flagged'"


def upgrade() -> None:
    """Make three indices on the queue, and a table that counts each post's items."""
    op.create_index(
        "ix_review_items_sums",
        "review_items",
        [*SUMMED, "odd", "draw", "second", "post", "passage", "number", "claim"],
        unique=False,
    )
    op.create_index("ix_review_items_passage", "review_items", ["post", "passage"], unique=False)
    op.create_index("ix_review_items_second", "review_items", ["status", "second", "claim", "kind"], unique=False)
    op.create_table(
        "review_posts",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_review_posts")),
    )
    op.execute(
        f"INSERT INTO review_posts SELECT post, count(*), sum(CASE WHEN status IN ({SETTLED}) THEN 1 ELSE 0 END) "  # noqa: S608
        "FROM review_items GROUP BY post"
    )
    if op.get_bind().dialect.name == "postgresql":  # its words to search were not folded as SQLite's are
        op.execute("INSERT INTO review_dirty SELECT id FROM posts ON CONFLICT DO NOTHING")
