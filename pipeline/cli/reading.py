"""``extract``: what the pipeline reads out of posts, for pipes and other programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.common import Models, errors_as_messages
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.records import Post


def attach(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command()(extract)


def extract(
    files: Annotated[list[str], typer.Argument(help="JSON lines, plain text or other posts; - for standard input.")],
    models: Models = None,
    model: Annotated[str | None, typer.Option(help="A spaCy pipeline's name or path.")] = None,
) -> None:
    """Print the claims, entities and themes of posts, a JSON line each; nothing is kept.

    Example: echo '{"id": "a", "text": "Brazil reached 100 million users."}' | convening extract -
    """
    with errors_as_messages():
        settings = Settings.load(models=models, model=model)
        from pipeline.reading.texts import rows

        for row in rows(_posts(files), settings):
            line = json.dumps(row, ensure_ascii=False)
            sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()


def _posts(files: list[str]) -> Iterator[Post]:
    from pipeline.reading.texts import posts_from_file, posts_from_lines

    for name in files:
        if name == "-":
            lines = (raw.decode("utf-8", "surrogateescape") for raw in sys.stdin.buffer)
            yield from posts_from_lines(lines, "standard input")
        else:
            yield from posts_from_file(Path(name))
