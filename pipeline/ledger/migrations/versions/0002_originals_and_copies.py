"""What corpus files were made from, and the runs of words by which copies of posts are found."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "originals",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("raw", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("reads_as", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("content_type", sa.Text(), nullable=True),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("file_before", sa.String(), nullable=True),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("held", sa.String(), nullable=True),
        sa.Column("gone", sa.String(), nullable=True),
        sa.Column("seen", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_originals")),
    )
    op.create_table(
        "sketched",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_sketched")),
    )
    op.create_table(
        "sketches",
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("post", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("run", "post", name=op.f("pk_sketches")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sketches_post", "sketches", ["post"], unique=False)
    op.create_table(
        "copies",
        sa.Column("one", sa.String(), nullable=False),
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("share_one", sa.Float(), nullable=False),
        sa.Column("share_other", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("one", "other", name=op.f("pk_copies")),
    )
    op.create_index("ix_copies_other", "copies", ["other"], unique=False)
