"""``train …``: learn the parts of ``models/`` anew from posts that people annotated."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.common import Models, errors_as_messages, say, table
from pipeline.settings import Settings

app = typer.Typer(
    name="train",
    help="Learn names, roles, confidence or themes anew from annotated posts.\n\n"
    "Example: convening train entities --gold annotated/gold.jsonl",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Gold = Annotated[Path, typer.Option(help="A gold.jsonl with index.jsonl and posts/ beside it.")]
Out = Annotated[Path | None, typer.Option(help="The folder to write to (by default its place in models).")]
Split = Annotated[str, typer.Option(help="The part of the gold to learn from.")]
Splits = Annotated[list[str] | None, typer.Option("--split", help="Learn from this part (train); may be repeated.")]
Measure = Annotated[str, typer.Option(help="The part of the gold to measure on.")]
Seed = Annotated[int, typer.Option(help="The same gold and seed give the same result.", min=0)]


def attach(parent: typer.Typer) -> None:
    """Add the commands to *parent*."""
    parent.add_typer(app)


@app.command()
def entities(gold: Gold, out: Out = None, seed: Seed = 0, split: Splits = None, measure: Measure = "dev") -> None:
    """Train the pipeline that finds names, and print what it reaches on posts that it has not seen.

    It is first trained without the part that it is measured on; what is written has learnt from both.

    Example: convening train entities --gold annotated/gold.jsonl --seed 1
    """
    with errors_as_messages():
        from pipeline.learn.train_entities import train_entities

        models = Settings.load().models
        rows = train_entities(
            gold,
            gold.parent / "posts",
            out or models / "entities",
            seed=seed,
            splits=split or ["train"],
            measure=measure,
            models=models,
            say=say,
        )
        heads = ["measure", "precision", "recall", "f1", "low", "high", "wanted"]
        typer.echo(table(heads, [[row[head] for head in heads] for row in rows], right=heads[1:]))


@app.command()
def roles(gold: Gold, models: Models = None, split: Split = "train") -> None:
    """Train the choice of each figure's subject and measure.

    Example: convening train roles --gold annotated/gold.jsonl
    """
    with errors_as_messages():
        from pipeline.learn import rankers

        rankers.main(_arguments(gold, split, models))


@app.command()
def confidence(gold: Gold, models: Models = None, split: Split = "train", measure: Measure = "dev") -> None:
    """Calibrate how sure the program is of each claim.

    Example: convening train confidence --gold annotated/gold.jsonl
    """
    with errors_as_messages():
        from pipeline.learn import calibrate

        calibrate.main([*_arguments(gold, split, models), "--check", measure])


@app.command()
def themes(gold: Gold, out: Out = None, seed: Seed = 0, split: Splits = None, measure: Measure = "dev") -> None:
    """Teach the themes from labelled passages.

    Example: convening train themes --gold annotated/gold.jsonl
    """
    with errors_as_messages():
        from pipeline.learn.train_themes import train_themes

        models = Settings.load().models
        figures = train_themes(
            gold,
            None,
            None,
            out or models / "themes",
            seed=seed,
            splits=split or ["train"],
            measure=measure,
            themes=models / "themes.toml",
            say=say,
        )
        typer.echo(json.dumps(figures, indent=2))


def _arguments(gold: Path, split: str, models: Path | None) -> Sequence[str]:
    """What the modules that are commands of their own take; a part of the gold with no post stops here."""
    from pipeline.learn.gold import GoldError, read_gold

    if not any(read_gold(gold, splits=[split])):
        raise GoldError(gold, f"has no post in split {split}")
    return [str(gold), "--models", str(Settings.load(models=models).models), "--split", split]
