"""What was found about themes, a row for each post and place, in place of one state that held all posts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables; the next run fills them."""
    op.create_table(
        "theme_posts",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("revision", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("guide", sa.String(), nullable=False),
        sa.Column("unthemed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("post", name=op.f("pk_theme_posts")),
    )
    op.create_table(
        "theme_places",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("passage", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("post", "passage", "theme", name=op.f("pk_theme_places")),
    )
    op.create_index("ix_theme_places_theme", "theme_places", ["theme"], unique=False)
    op.create_table(
        "theme_strays",
        sa.Column("post", sa.String(), nullable=False),
        sa.Column("passage", sa.Integer(), nullable=False),
        sa.Column("draw", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("post", "passage", name=op.f("pk_theme_strays")),
    )
    op.create_index("ix_theme_strays_draw", "theme_strays", ["draw"], unique=False)
