"""Options that choose among the posts that wait, and how a run is logged; shared by ``run`` and ``schedule``."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.ledger.corpus.waiting import Choice

Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Find claims only in posts of this day and later; the others wait."),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        help='Find claims only in this post: an id, an address, or a pattern of paths ("2016/*"); repeatable.'
    ),
]
Sample = Annotated[int, typer.Option(min=0, help="Find claims only in so many of them, always the same; 0: in all.")]
LogJson = Annotated[
    bool,
    typer.Option("--log-json", envvar="CONVENING_LOG_JSON", help="Progress as lines of JSON, for a log's collector."),
]


def choice(since: datetime | None, only: list[str] | None, sample: int) -> Choice:
    """What was chosen."""
    from pipeline.ledger.corpus.waiting import Choice

    return Choice(since=since.date() if since else None, only=tuple(only or ()), sample=sample)
