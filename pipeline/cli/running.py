"""``run``, ``export`` and ``doctor``: the main job, its outputs again, and whether all is well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.choosing import LogJson, Only, Sample, Since, choice
from pipeline.cli.common import AsJson, Corpus, Models, Outputs, errors_as_messages, print_json, printable, say
from pipeline.cli.watching import progress
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.ledger.corpus.waiting import Choice
    from pipeline.steps import Progress

MUCH = 2_000_000  # characters: two minutes of work, against which Prefect's start is little
FOREVER = 7 * 24 * 3600.0  # seconds that --wait waits at most


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
    since: Since = None,
    only: Only = None,
    sample: Sample = 0,
    processes: Annotated[
        int | None, typer.Option(min=0, help="How many processes read posts; 0, as many as pay off.")
    ] = None,
    runner: Annotated[
        str, typer.Option(help="Where posts are read: local, or dask for a cluster (needs the extra scale).")
    ] = "local",
    dask_address: Annotated[
        str, typer.Option("--dask", help="The address of a Dask scheduler; by default a cluster of this machine.")
    ] = "local",
    wait: Annotated[bool, typer.Option("--wait", help="Where another run is at work, wait for its end.")] = False,
    prefect: Annotated[
        bool | None,
        typer.Option(
            "--prefect/--no-prefect",
            help="Run as a Prefect flow, or not; by default as one where a Prefect server is named or much is new.",
        ),
    ] = None,
    log_json: LogJson = False,
    as_json: AsJson = False,
) -> None:
    """Read the corpus, find claims and themes, compare them, and write the outputs.

    Only what is new is worked on. Example: convening run --corpus posts --outputs results
    """
    with errors_as_messages():
        if runner not in ("local", "dask"):
            raise typer.BadParameter("there are the runners local and dask", param_hint="--runner")
        settings = Settings.load(
            corpus=corpus, outputs=outputs, models=models, model=model, currency=currency, processes=processes
        )
        from pipeline import steps

        chosen = choice(since, only, sample)
        patience = FOREVER if wait else 0
        with failures_told(settings), steps.only_run(settings, wait=patience):
            ahead = steps.outlook(settings)
        if ahead.quiet is not None:
            summary = ahead.quiet.summary()
        else:
            cluster = dask_address if runner == "dask" else None
            with progress(log_json) as show:
                if cluster is not None or (orchestrated(ahead.characters > MUCH) if prefect is None else prefect):
                    summary = _flow(settings, chosen, show, cluster, patience)
                else:
                    with failures_told(settings):
                        summary = steps.run_through(
                            settings, show, choice=chosen, characters=ahead.characters, wait=patience
                        )
        if as_json:
            print_json(summary)
        else:
            typer.echo(_told(summary))


def orchestrated(heavy: bool) -> bool:
    """Whether a run is worth Prefect: with a server to tell, or when it takes longer than Prefect's start."""
    from pipeline import prefect_home

    return heavy or prefect_home.has_server()


def _flow(settings: Settings, chosen: Choice, show: Progress, cluster: str | None, patience: float) -> dict[str, Any]:
    """Run as a flow; Prefect's server, where none is named, starts while Prefect and the rest are loaded."""
    from pipeline import prefect_home

    server = None
    if not prefect_home.has_server():
        prefect_home.settle(settings.corpus)
        say("starting Prefect")
        server = prefect_home.LocalServer()
    try:
        from pipeline import flows  # imports Prefect, which takes a moment

        if server is not None:
            server.wait()
        return flows.run_with(settings, choice=chosen, progress=show, dask=cluster, wait=patience)
    finally:
        if server is not None:
            server.stop()


@contextmanager
def failures_told(settings: Settings) -> Iterator[None]:
    """Tell who is named by CONVENING_ON_FAILURE when a run without Prefect fails; the error goes on.

    That another run is at work is no failure.
    """
    from pipeline.steps import BusyError

    try:
        yield
    except BusyError:
        raise
    except Exception as error:
        from pipeline.steps import telling

        unsaid = telling.tell_failure(settings, run=f"run over {settings.corpus}", error=error)
        if unsaid:
            say(unsaid)
        raise


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
    lines += [f"Repaired   {printable(said)}" for said in summary.get("repaired", ())]
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
    where: Annotated[
        str, typer.Option(help='Only claims that fit, e.g. "kind=money value>=1e6 currency=EUR year=2021".')
    ] = "",
    corpus: Corpus = None,
    currency: Annotated[
        str | None, typer.Option(help="Beside each sum, its value in this currency (ISO 4217).")
    ] = None,
) -> None:
    """Write what the ledger holds, in the formats named.

    A filter's terms are kind, unit, value>=, value<=, currency, subject, theme, year, status, flag and text, with
    blanks between them. A selection goes to a folder of its own below the outputs, unless --to names another.

    Example: convening export --format xlsx --to for-anna --where "kind=money subject='Digital Restart Fund'"
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus, outputs=to, currency=currency)
        from pipeline import steps

        folder, left_out = steps.export(settings, formats or (), where, own_folder=to is None)
        if left_out:
            say(left_out)
        typer.echo(str(folder))


def doctor(
    corpus: Corpus = None,
    models: Models = None,
    outputs: Outputs = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Read decisions back from corpus/decisions/.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say in sentences whether the set-up works, and what to do where it does not.

    Example: convening doctor
    """
    with errors_as_messages():
        settings = Settings.load(corpus=corpus, models=models, outputs=outputs)
        from pipeline import checks

        if rebuild:
            from pipeline import steps

            say(steps.rebuild(settings))
        found = list(checks.examine(settings))
        if as_json:
            print_json([{"check": c.name, "well": c.well, "said": c.said} for c in found])
        else:
            for check in found:
                typer.echo(f"{'well ' if check.well else 'AMISS'}  {check.name}: {printable(check.said)}")
        if not all(check.well for check in found):
            raise typer.Exit(1)
