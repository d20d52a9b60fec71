"""``run``, ``export`` and ``doctor``: the main job, its outputs again, and whether all is well."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.common import AsJson, Corpus, Models, Outputs, errors_as_messages, print_json, printable, say
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.steps import Progress


def attach(app: typer.Typer) -> None:
    """Add the commands to *app*."""
    app.command()(run)
    app.command()(export)
    app.command()(doctor)


def run(
    corpus: Corpus = None,
    outputs: Outputs = None,
    models: Models = None,
    model: Annotated[
        str | None, typer.Option(help="A spaCy pipeline's name or path (by default en_core_web_md).")
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="Beside each sum, its value in this currency (ISO 4217).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Read the corpus, find claims and themes, compare them, and write the outputs.

    Only what is new is worked on. Example: convening run --corpus posts --outputs results
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus, outputs=outputs, models=models, model=model, currency=currency)
        from pipeline import steps

        with steps.only_run(settings):
            summary = steps.nothing_new(settings)
        if summary is None:
            from pipeline import prefect_home

            prefect_home.settle(settings.corpus)
            say("starting")
            from pipeline import flows  # imports Prefect, which takes a moment

            with _progress() as show:
                flows.progress = show
                summary = flows.run(settings)
        if as_json:
            print_json(summary)
        else:
            typer.echo(_told(summary))


@contextmanager
def _progress() -> Iterator[Progress]:
    """Bars on a terminal; in a log, a line for every tenth of a step."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        bars: dict[str, Any] = {}
        columns = (TextColumn("{task.description:16}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Bars(*columns, console=Console(stderr=True)) as shown:

            def draw(step: str, done: int, total: int) -> None:
                if step not in bars:
                    bars[step] = shown.add_task(step, total=total)
                shown.update(bars[step], completed=done, total=total)

            yield draw
        return
    tenths: dict[str, int] = {}

    def tell(step: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenths.get(step) != tenth:
            tenths[step] = tenth
            say(f"{step}: {done} of {total}")

    yield tell


def _told(summary: Mapping[str, Any]) -> str:
    """The summary of a run in lines for a person."""
    posts = summary["posts"]
    parts = [f"{posts.get(what, 0)} {what}" for what in ("new", "changed", "unchanged", "gone") if posts.get(what)]
    lines = ["Posts      " + (", ".join(parts) or "none: put posts into the corpus, or `convening add` them")]
    if not summary["extracted"]:
        lines[0] += " (nothing to extract)"
    claims = summary["claims"]
    by_kind = ", ".join(f"{n} {kind}" for kind, n in sorted(claims.items(), key=lambda item: (-item[1], item[0])))
    lines.append(f"Claims     {sum(claims.values())}" + (f": {by_kind}" if by_kind else ""))
    themes = summary["themes"]
    if themes:
        lines.append("Themes     " + ", ".join(f"{n} {what}" for what, n in themes.items() if isinstance(n, int)))
    findings = summary["findings"]
    if findings:
        lines.append("Findings   " + ", ".join(f"{n} {kind}" for kind, n in sorted(findings.items())))
    left = [row for row in summary["left_out"] if row["outcome"] == "left out"]
    other = [row for row in summary["left_out"] if row["outcome"] != "left out"]
    lines.append(f"Left out   {len(left) or 'nothing'}")
    lines += [f"  {printable(row['item'])}: {printable(row['reason'])}" for row in [*left, *other][:20]]
    if len(left) + len(other) > 20:
        lines.append(f"  and {len(left) + len(other) - 20} more; the review app's page of runs has them all")
    if summary["outputs"]:
        lines.append(f"Outputs    {summary['outputs']}; the report is {summary['outputs']}/report/index.html")
    return "\n".join(lines)


def export(
    formats: Annotated[
        list[str] | None, typer.Option("--format", help="csv, jsonl, parquet, xlsx, … ; may be given several times.")
    ] = None,
    to: Annotated[Path | None, typer.Option("--to", help="The folder to write to (by default: outputs).")] = None,
    corpus: Corpus = None,
    currency: Annotated[
        str | None, typer.Option(help="Beside each sum, its value in this currency (ISO 4217).")
    ] = None,
) -> None:
    """Write what the ledger holds, in the formats named.

    Example: convening export --format xlsx --to for-anna
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus, outputs=to, currency=currency)
        from pipeline import steps

        typer.echo(str(steps.export(settings, formats or ())))


def doctor(
    corpus: Corpus = None,
    models: Models = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Read decisions back from corpus/decisions/.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say in sentences whether the set-up works, and what to do where it does not.

    Example: convening doctor
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus, models=models)
        from pipeline import checks

        if rebuild:
            say(checks.rebuild(settings))
        found = list(checks.examine(settings))
        if as_json:
            print_json([{"check": c.name, "well": c.well, "said": c.said} for c in found])
        else:
            for check in found:
                typer.echo(f"{'well ' if check.well else 'AMISS'}  {check.name}: {printable(check.said)}")
        if not all(check.well for check in found):
            raise typer.Exit(1)
