"""``models …``: the versions of the models, the gate before one goes live, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, Models, command_group, errors_as_messages, print_json, say, table
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.learn.gate import Judgement
    from pipeline.learn.gold import GoldPost, Row
    from pipeline.learn.versions import Version
    from pipeline.records import Post

app = command_group(
    "models",
    "Versions of the models: which is live, what one would change, and the way back.\n\nExample: convening models list",
)
Named = Annotated[str, typer.Argument(help="The version's digest, or how it begins.")]


def attach(parent: typer.Typer) -> None:
    """Add the commands to *parent*."""
    parent.add_typer(app)


@app.command("list")
def show(corpus: Corpus = None, as_json: AsJson = False) -> None:
    """List the versions: which is live, what was trained, and whether the gate let it through.

    Example: convening models list
    """
    with errors_as_messages():
        from pipeline.learn.versions import edited_since, versions_of

        found = list(versions_of(_corpus(corpus)))
        for name in [name for one in found if one.live for name in edited_since(Path("models"), one)]:
            say(f"models/{name} was changed after the live version was made, which does not have it; train or add anew")
        if as_json:
            print_json([{"live": one.live, **one.manifest} for one in found])
            return
        if not any(one.live for one in found):
            say("the models that came with the program are live")
        rows = [[one.digest, "live" if one.live else "", *_told(one)] for one in found]
        typer.echo(table(["version", "", "parts", "made from", "gate"], rows) if rows else "No versions.")


def _told(one: Version) -> list[str]:
    gate = one.manifest.get("gate")
    said = "not asked yet" if not isinstance(gate, dict) else "passed" if gate.get("passed") else "refused"
    return [", ".join(one.manifest.get("parts", ())), str(one.manifest.get("from", "")), said]


@app.command()
def add(
    folder: Annotated[Path, typer.Argument(help="A folder of models: an edited copy, or one that somebody sent.")],
    digest: Annotated[str | None, typer.Option(help="The digest that you were told by whoever made it.")] = None,
    corpus: Corpus = None,
) -> None:
    """Keep models from elsewhere as a version, if their digest is the one that you were told.

    Example: convening models add received-models --digest 3f2a9c1b7d604e55
    """
    with errors_as_messages():
        import tempfile

        from pipeline.learn.versions import copy_models, keep
        from pipeline.model_files.digests import ModelsError, digest_of, files_of

        if digest is None:
            with tempfile.TemporaryDirectory() as made:
                copy_models(folder, Path(made) / "models")
                name = digest_of(files_of(Path(made) / "models"))
            raise ModelsError(
                folder, f"has the digest {name}, which is not known here; if its maker told you the same, say --digest"
            )
        name = keep(_corpus(corpus), folder, about={"from": folder.name, "parts": ["foreign"]}, expected=digest)
        typer.echo(f"version {name} is kept; `convening models promote {name}` makes it live if nothing gets worse")


@app.command()
def promote(
    version: Named,
    gold: Annotated[Path | None, typer.Option(help="Annotated posts to measure on, beside frozen decisions.")] = None,
    split: Annotated[str | None, typer.Option(help="The part of --gold to measure on (by default frozen).")] = None,
    trust: Annotated[list[str] | None, typer.Option(help="A reviewer whose unusual decisions are right.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say what the gate says; change nothing.")] = False,
    models: Models = None,
    corpus: Corpus = None,
    as_json: AsJson = False,
) -> None:
    """Make a version live, if no field drops beyond its interval and every earlier correction still holds.

    Otherwise the report says why not, and the exit code is 1.

    Example: convening models promote 3f2a9c --gold gold/gold.jsonl
    """
    with errors_as_messages():
        from pipeline.learn import versions

        settings = Settings.load(corpus=corpus, models=models)
        found = versions.version_named(settings.corpus, version)
        verdict = _judged(settings, found, gold, split, trust or ())
        versions.note(found, gate=verdict.as_row())
        if as_json:
            print_json(verdict.as_row())
        else:
            _show(verdict)
        if not verdict.passed:
            say(f"version {found.digest} does not go live; what is live stays")
            raise typer.Exit(1)
        if not check:
            versions.promote(settings.corpus, found)
            say(f"version {found.digest} is live; the next run reads every post anew with it")


@app.command()
def rollback(corpus: Corpus = None) -> None:
    """Go back to the version that was live before.

    Example: convening models rollback
    """
    with errors_as_messages():
        from pipeline.learn import versions

        back = versions.rollback(_corpus(corpus))
        typer.echo("the models that came with the program are live" if back is None else f"version {back} is live")


def _corpus(corpus: Path | None) -> Path:
    """The corpus, whatever state its live models are in."""
    return Settings.load(corpus=corpus, models=Path()).corpus


def _judged(
    settings: Settings, version: Version, gold: Path | None, split: str | None, trust: Sequence[str]
) -> Judgement:
    from pipeline import steps
    from pipeline.learn.corrections import corrections
    from pipeline.learn.gate import judge
    from pipeline.learn.gold_build import gold_from
    from pipeline.learn.suspicion import suspicions

    with steps.open_ledger(settings) as ledger:
        frozen = [one for one in gold_from(ledger) if one.split == "frozen"]
        made = list(corrections(ledger))
        doubts = [str(each) for each in suspicions(ledger) if each.reviewer not in trust]
    frozen += _annotated(version, gold, split, {one.post.id for one in frozen})
    say(f"reading {len(frozen)} frozen posts and {len(made)} with corrections, with what is live and with the version")

    def read(posts: Sequence[Post], models: Path) -> Mapping[str, Row]:
        from dataclasses import replace

        from pipeline.reading.texts import rows

        return {row["id"]: row for row in rows(posts, replace(settings, models=models))}

    return judge(settings.models, version.folder, frozen=frozen, corrected=made, read=read, suspicions=doubts)


def _annotated(version: Version, gold: Path | None, split: str | None, known: set[str]) -> list[GoldPost]:
    """The annotated posts to measure on: those named, else those that training measured the version on."""
    from pipeline.learn.gold import read_gold

    if gold is None:
        told: Any = version.manifest.get("gold")
        if not told or not Path(told).is_file():
            return []
        gold = Path(told)
        split = split or version.manifest.get("measure")
    splits = [split, "frozen"] if split else ["frozen"]
    return [one for one in read_gold(gold, splits=splits) if one.post.id not in known]


def _show(verdict: Judgement) -> None:
    heads = ["measure", "live", "version", "change", "low", "high", "gained", "lost"]
    rows = [
        [
            *(one.measure, f"{one.before:.3f}", f"{one.after:.3f}"),
            *(f"{figure:+.3f}" for figure in (one.change, one.low, one.high)),
            *(one.gained, one.lost),
        ]
        for one in verdict.measured
    ]
    typer.echo(table(heads, rows, right=heads[1:]))
    for remark in verdict.remarks:
        typer.echo(f"- {remark}.")
    for reason in verdict.reasons:
        typer.echo(f"Not live: {reason}.")
