"""``evaluate``: how well the pipeline reads posts that people annotated or decided on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, Models, errors_as_messages, print_json, say, table
from pipeline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.learn.gold import GoldPost

FIGURES = ["measure", "precision", "recall", "f1", "low", "high", "right", "given", "wanted"]
CHANGES = ["measure", "before", "after", "change", "low", "high", "gained", "lost"]


def attach(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command()(evaluate)


def evaluate(
    gold: Annotated[
        Path | None, typer.Argument(help="A gold.jsonl with index.jsonl and posts/ beside it; or give --ledger.")
    ] = None,
    ledger: Annotated[bool, typer.Option("--ledger", help="Measure on what people decided in the ledger.")] = False,
    split: Annotated[
        list[str] | None, typer.Option(help="Only posts of this split; may be given several times.")
    ] = None,
    predicted: Annotated[
        Path | None, typer.Option(help="Score this output of `convening extract` instead of extracting now.")
    ] = None,
    compare: Annotated[
        Path | None, typer.Option(help="Another folder of models, or another output of extract: gains and losses.")
    ] = None,
    misses: Annotated[
        Path | None, typer.Option(help="Write every disagreement to this file, a JSON line each.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write every error with its sentence to this page.")] = None,
    floors: Annotated[
        bool, typer.Option("--floors", help="Exit code 1 where a floor of the models is missed.")
    ] = False,
    models: Models = None,
    model: Annotated[str | None, typer.Option(help="A spaCy pipeline's name or path.")] = None,
    corpus: Corpus = None,
    as_json: AsJson = False,
) -> None:
    """Score what the pipeline finds against annotations or decisions, field by field and kind by kind.

    Example: convening evaluate gold/gold.jsonl --split frozen --html errors.html
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus, models=models, model=model)
        from dataclasses import asdict

        from pipeline.learn.comparing import changes, differences, rows_of
        from pipeline.learn.error_page import write_page
        from pipeline.learn.evaluate import score
        from pipeline.learn.floors import FILE, below, read_floors
        from pipeline.learn.tallies import confusion_of, table_of

        least = read_floors(settings.models / FILE) if floors else {}
        drawn: dict[str, Any] = {}
        annotated = _decided(settings, split, drawn) if ledger else _annotated(gold, split)
        result = score(annotated, _rows(annotated, settings, predicted))
        found: dict[str, Any] = {"posts": len(annotated), "measures": table_of(result)}
        found |= {"kinds": table_of(result, kinds=True), "confusion": confusion_of(result)} | drawn
        compared, changed = [], []
        if compare is not None:
            other = score(annotated, _others(annotated, settings, compare))
            compared, changed = differences(other, result), list(changes(other, result))
            found |= {"compared": rows_of(compared), "changes": [asdict(one) for one in changed]}
        if misses is not None:
            lines = [json.dumps(asdict(miss), ensure_ascii=False, default=str) for miss in result.misses]
            misses.write_bytes(("\n".join(lines) + "\n").encode("utf-8", "backslashreplace"))
        if html is not None:
            titles = {one.post.id: one.post.title or "" for one in annotated}
            write_page(html, result, titles, about=_about(gold, split), compared=compared, changed=changed)
            say(f"{html}: {len(result.misses)} errors")
        short = below(result, least)
        found |= {"below": [str(one) for one in short]} if floors else {}
        if as_json:
            print_json(found)
        else:
            _show(found)
        for one in short:
            say(str(one))
        if short:
            raise typer.Exit(1)


def _about(gold: Path | None, split: Sequence[str] | None) -> str:
    where = "the decisions in the ledger" if gold is None else gold.name
    return f"Measured on {where}{', split ' + ', '.join(split) if split else ''}."


def _annotated(gold: Path | None, split: list[str] | None) -> list[GoldPost]:
    from pipeline.learn.gold import GoldError, read_gold

    if gold is None:
        raise GoldError("evaluate", "name a gold.jsonl, or measure on what was decided with --ledger")
    annotated = list(read_gold(gold, splits=split or ()))
    if not annotated:
        held = sorted({one.split for one in read_gold(gold)})
        wanted = f"split {', '.join(split)}" if split else "any split"
        raise GoldError(gold, f"no post of {wanted} is in it; there are {', '.join(held) or 'none at all'}")
    return annotated


def _decided(settings: Settings, split: list[str] | None, drawn: dict[str, Any]) -> list[GoldPost]:
    from dataclasses import asdict

    from pipeline import steps
    from pipeline.learn.drawn import drawn_at_random
    from pipeline.learn.gold import GoldError
    from pipeline.learn.gold_build import gold_from

    with steps.open_ledger(settings) as ledger:
        annotated = [one for one in gold_from(ledger) if not split or one.split in split]
        drawn["drawn"] = asdict(drawn_at_random(ledger))
    if not annotated:
        raise GoldError(settings.corpus, f"nothing was decided on posts of split {', '.join(split or ['any'])}")
    return annotated


def _rows(annotated: Sequence[GoldPost], settings: Settings, predicted: Path | None) -> dict[str, Any]:
    from pipeline.learn.gold import GoldError, numbered_rows

    if predicted is not None:
        given = {}
        for number, row in numbered_rows(predicted):
            name = row.get("id", row.get("post"))
            marks = [*row.get("claims", ()), *row.get("entities", ())]
            if name is None or not all(type(mark.get("start")) is type(mark.get("end")) is int for mark in marks):
                raise GoldError(f"{predicted}, line {number}", "is not what `convening extract` prints")
            given[str(name)] = row
        return given
    from pipeline.reading.texts import rows

    say(f"reading {len(annotated)} annotated posts with {settings.models}")
    return {row["id"]: row for row in rows((one.post for one in annotated), settings)}


def _others(annotated: Sequence[GoldPost], settings: Settings, compare: Path) -> dict[str, Any]:
    """What is compared with: an output of ``extract``, or what other models find."""
    if compare.is_dir():
        from dataclasses import replace

        return _rows(annotated, replace(settings, models=compare), None)
    return _rows(annotated, settings, compare)


def _show(found: dict[str, Any]) -> None:
    shown = [[f"{cell:.3f}" if isinstance(cell, float) else cell for cell in row.values()] for row in found["measures"]]
    typer.echo(table(FIGURES, shown, right=FIGURES[1:]))
    typer.echo(f"\n{found['posts']} posts; low and high bound F1's 95 % bootstrap interval over posts.")
    kinds = sorted({row["measure"].split(": ")[0] for row in found["kinds"]})
    if kinds:
        fields = list(dict.fromkeys(row["measure"].split(": ")[1] for row in found["kinds"]))
        by_name = {row["measure"]: row for row in found["kinds"]}
        rows = [[kind, *(_cell(by_name.get(f"{kind}: {name}"), name) for name in fields)] for kind in kinds]
        typer.echo("\n" + table(["F1 by kind", *fields], rows, right=fields))
        wrong = [[r["wanted"], r["given"], r["claims"]] for r in found["confusion"] if r["wanted"] != r["given"]]
        if wrong:
            typer.echo("\n" + table(["kind wanted", "kind given", "claims"], wrong, right=["claims"]))
    if "compared" in found:
        rows = [[_signed(cell, n) for n, cell in enumerate(row.values())] for row in found["compared"]]
        typer.echo("\nBefore is the other, after is this one; low and high bound the change over the same posts.")
        typer.echo(table(CHANGES, rows, right=CHANGES[1:]))
    if "drawn" in found:
        drawn = found["drawn"]
        typer.echo(
            f"\nOf {drawn['decided']} decided claims that were drawn at random, {drawn['right']} stood as found "
            f"({drawn['low']:.0%} to {drawn['high']:.0%} with 95 % confidence)."
        )


def _cell(row: dict[str, Any] | None, name: str) -> str:
    if row is None:
        return ""
    interval = f" ({row['low']:.2f}-{row['high']:.2f})" if name in ("found", "right") else ""
    return f"{row['f1']:.2f}{interval}"


def _signed(cell: object, column: int) -> object:
    if not isinstance(cell, float):
        return cell
    return f"{cell:.3f}" if column in (1, 2) else f"{cell:+.3f}"
