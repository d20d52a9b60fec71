"""``train …``: learn the parts of the models anew, as a version that goes live only through the gate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import Corpus, Models, command_group, errors_as_messages, print_json, say
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.learn.gold import GoldPost

app = command_group(
    "train",
    "Learn names, claims, roles, themes or confidence anew from annotated posts and decisions.\n\n"
    "What is learnt is kept as a version of the models; `convening models promote` makes it live.\n\n"
    "Example: convening train entities --gold gold/gold.jsonl",
)
Gold = Annotated[Path | None, typer.Option(help="A gold.jsonl with index.jsonl and posts/ beside it.")]
Ledger = Annotated[bool, typer.Option("--ledger", help="Learn from what was decided in the ledger, too.")]
Split = Annotated[list[str] | None, typer.Option("--split", help="Learn from this part (train); may be repeated.")]
Measure = Annotated[
    str | None,
    typer.Option(help="The part of the gold to measure on; it teaches nothing (by default dev, else frozen)."),
]
Seed = Annotated[int, typer.Option(help="The same posts and seed give the same version.", min=0)]
Out = Annotated[
    Path | None,
    typer.Option(help="Write into this folder, begun as a copy of the models, instead of keeping a version."),
]
TOGETHER = {"claims": ["claims", "roles"]}  # which figures are claims, and what belongs to them
MEASURED_ONLY = "frozen"  # this part of decisions never teaches anything


def attach(parent: typer.Typer) -> None:
    """Add the commands to *parent*."""
    parent.add_typer(app)


@app.command("all")
def everything(
    gold: Gold = None,
    ledger: Ledger = False,
    split: Split = None,
    measure: Measure = None,
    seed: Seed = 0,
    out: Out = None,
    models: Models = None,
    corpus: Corpus = None,
    without: Annotated[list[str] | None, typer.Option(help="Leave this part as it is; names take the longest.")] = None,
) -> None:
    """Train every part that the posts can teach: names, claims, roles, themes, confidence.

    Example: convening train all --gold gold/gold.jsonl --ledger --without entities
    """
    from pipeline.learn.training import PARTS

    with errors_as_messages():
        from pipeline.learn.gold import GoldError

        unknown = sorted(set(without or ()) - set(PARTS))
        if unknown:
            raise GoldError(f"--without {', '.join(unknown)}", f"knows the parts {', '.join(PARTS)}")
        parts = [part for part in PARTS if part not in (without or ())]
        _train(parts, gold, ledger, split, measure, seed, out, models, corpus)


def _part(name: str, about: str) -> Callable[..., None]:
    def command(
        gold: Gold = None,
        ledger: Ledger = False,
        split: Split = None,
        measure: Measure = None,
        seed: Seed = 0,
        out: Out = None,
        models: Models = None,
        corpus: Corpus = None,
    ) -> None:
        with errors_as_messages():
            _train(TOGETHER.get(name, [name]), gold, ledger, split, measure, seed, out, models, corpus)

    command.__doc__ = f"{about}\n\nExample: convening train {name} --gold gold/gold.jsonl"
    return command


for part_name, part_about in (
    ("entities", "Train the pipeline that finds names. Takes minutes to hours."),
    ("claims", "Learn which figures are no claims, how one is meant, and which subject and measure belong to it."),
    ("roles", "Train the choice of each figure's subject and measure."),
    ("themes", "Teach the themes from labelled passages."),
    ("confidence", "Calibrate how sure the program is of each claim."),
):
    app.command(part_name)(_part(part_name, part_about))


def _train(
    parts: Sequence[str],
    gold: Path | None,
    ledger: bool,
    split: list[str] | None,
    measure: str | None,
    seed: int,
    out: Path | None,
    models: Path | None,
    corpus: Path | None,
) -> None:
    """Train *parts* in a copy of the models, and keep it as a version, or write into *out*."""
    import tempfile

    settings = Settings.load(corpus=corpus, models=models)
    from pipeline.learn.training import gold_digest, train
    from pipeline.learn.versions import copy_models, keep

    posts = material(settings, gold, ledger, split or ["train"], parts)
    measure, check = _held(gold, measure, split or ["train"])
    if out is not None:
        if not out.is_dir() or not any(out.iterdir()):  # what is learnt builds on the other parts
            copy_models(settings.models, out)
        print_json(train(parts, posts, out, check=check, seed=seed, say=say))
        return
    with tempfile.TemporaryDirectory(prefix="convening-models-") as made:
        candidate = Path(made) / "models"
        copy_models(settings.models, candidate)
        report = train(parts, posts, candidate, check=check, seed=seed, say=say)
        about: dict[str, Any] = {"from": settings.models.name, "parts": list(parts), "seed": seed, "report": report}
        about |= {"gold": None if gold is None else str(gold.resolve()), "gold_digest": gold_digest(posts)}
        name = keep(settings.corpus, candidate, about=about | {"measure": measure})
    print_json(report)
    typer.echo(f"version {name} is kept; `convening models promote {name}` makes it live if nothing gets worse")


def _held(gold: Path | None, measure: str | None, taught: Sequence[str]) -> tuple[str | None, list[GoldPost]]:
    """The part of *gold* to measure on and its posts; none, and said, where all that there is teaches."""
    from pipeline.learn.gold import GoldError, measured_on, read_gold

    if gold is None or measure in taught:
        return measure, []
    try:
        part = measured_on(gold, measure)
    except GoldError as error:
        if measure is not None:
            raise
        say(f"{error}; nothing is measured while it learns")
        return None, []
    return part, [] if part in taught else list(read_gold(gold, splits=[part]))


def material(
    settings: Settings, gold: Path | None, ledger: bool, splits: Sequence[str], parts: Sequence[str] = ()
) -> list[GoldPost]:
    """The posts to learn from: those of *gold* and, with *ledger*, those that were decided on; never frozen ones.

    A confidence is learnt from the split calibration, too, since nothing else is.
    """
    from pipeline.learn.gold import GoldError, read_gold

    if MEASURED_ONLY in splits:
        raise GoldError(f"split {MEASURED_ONLY}", "is there to measure on, and teaches nothing")
    if gold is None and not ledger:
        raise GoldError("train", "name annotated posts with --gold, or learn from decisions with --ledger")
    wanted = [*splits, "calibration"] if list(parts) == ["confidence"] else list(splits)
    found = {one.post.id: one for one in read_gold(gold, splits=wanted)} if gold is not None else {}
    if ledger:
        from pipeline import steps
        from pipeline.learn.gold_build import gold_from

        with steps.open_ledger(settings) as opened:
            for one in gold_from(opened):
                if one.split in wanted:
                    found.setdefault(one.post.id, one)
    if not found:
        where = settings.corpus if gold is None else gold
        raise GoldError(where, f"has no post in split {', '.join(splits)}")
    return list(found.values())


@app.command()
def simulate(
    gold: Annotated[Path, typer.Option(help="A gold.jsonl with index.jsonl and posts/ beside it.")],
    split: Annotated[str, typer.Option(help="The part that is reviewed, batch by batch.")] = "train",
    measure: Measure = None,
    batch: Annotated[int, typer.Option(help="Posts that are reviewed between two trainings.", min=1)] = 25,
    seed: Seed = 0,
    models: Models = None,
    out: Annotated[Path | None, typer.Option(help="Write the figures to this JSON file.")] = None,
) -> None:
    """Play a review of annotated posts: what is learnt after each batch, and what an active order saves.

    Example: convening train simulate --gold gold/gold.jsonl --out learning.json
    """
    with errors_as_messages():
        settings = Settings.load(models=models)
        from pipeline.learn.simulate import simulation

        found = simulation(gold, settings.models, split=split, measure=measure, batch=batch, seed=seed, say=say)
        if out is not None:
            out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
        print_json(found)
