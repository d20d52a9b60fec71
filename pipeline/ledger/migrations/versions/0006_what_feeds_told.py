"""Beside the page that a post was read from, the text that its feed had of it is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the place for a feed's own text, empty for posts that are there."""
    op.add_column("originals", sa.Column("told", sa.String(), nullable=True))
