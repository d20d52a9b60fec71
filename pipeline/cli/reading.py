"""``extract``, ``evaluate`` and ``train``: what the pipeline reads out of posts, and how well."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.common import AsJson, Models, errors_as_messages, print_json, say, table
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.records import Post


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(extract)
    app.command()(evaluate)


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
        from pipeline.reading import rows

        for row in rows(_posts(files), settings):
            line = json.dumps(row, ensure_ascii=False)
            sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")
        sys.stdout.buffer.flush()


def _posts(files: list[str]) -> Iterator[Post]:
    from pipeline.reading import posts_from_file, posts_from_lines

    for name in files:
        if name == "-":
            lines = (raw.decode("utf-8", "surrogateescape") for raw in sys.stdin.buffer)
            yield from posts_from_lines(lines, "standard input")
        else:
            yield from posts_from_file(Path(name))


def evaluate(
    gold: Annotated[Path, typer.Argument(help="A gold.jsonl with index.jsonl and posts/ beside it.")],
    split: Annotated[
        list[str] | None, typer.Option(help="Only posts of this split; may be given several times.")
    ] = None,
    predicted: Annotated[
        Path | None, typer.Option(help="Score this output of `convening extract` instead of extracting now.")
    ] = None,
    misses: Annotated[
        Path | None, typer.Option(help="Write every disagreement to this file, a JSON line each.")
    ] = None,
    models: Models = None,
    model: Annotated[str | None, typer.Option(help="A spaCy pipeline's name or path.")] = None,
    as_json: AsJson = False,
) -> None:
    """Score what the pipeline finds against hand-made annotations, field by field.

    Example: convening evaluate gold/gold.jsonl --split dev
    """
    with errors_as_messages():
        settings = Settings.load(models=models, model=model)
        from dataclasses import asdict

        from pipeline.learn.evaluate import score, table_of
        from pipeline.learn.gold import GoldError, read_gold

        annotated = list(read_gold(gold, splits=split or ()))
        if not annotated:
            raise GoldError(gold, f"no post of split {', '.join(split or ['any'])} is in it")
        if predicted is not None:
            lines = predicted.read_text("utf-8").splitlines()
            given = {row["id"]: row for row in map(json.loads, lines)}
        else:
            from pipeline.reading import rows

            say(f"reading {len(annotated)} annotated posts")
            given = {row["id"]: row for row in rows((one.post for one in annotated), settings)}
        result = score(annotated, given)
        if misses is not None:
            lines = [json.dumps(asdict(miss), ensure_ascii=False, default=str) for miss in result.misses]
            misses.write_text("\n".join(lines) + "\n", "utf-8")
        found = table_of(result)
        if as_json:
            print_json({"posts": len(annotated), "measures": found})
            return
        heads = ["measure", "precision", "recall", "f1", "low", "high", "right", "given", "wanted"]
        shown = [[f"{cell:.3f}" if isinstance(cell, float) else cell for cell in row.values()] for row in found]
        typer.echo(table(heads, shown, right=heads[1:]))
        typer.echo(f"\n{len(annotated)} posts; low and high bound F1's 95 % bootstrap interval over posts.")
