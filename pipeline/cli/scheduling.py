"""``schedule``: runs by themselves, on a cron line or every so often."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Annotated, Any

import typer

from pipeline.cli.choosing import LogJson, Only, Sample, Since, choice
from pipeline.cli.common import Corpus, Models, Outputs, errors_as_messages, say
from pipeline.errors import PipelineError
from pipeline.settings import Settings

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class ScheduleError(PipelineError):
    """A timetable that says nothing, or nonsense."""


def attach(app: typer.Typer) -> None:
    """Add the command to *app*."""
    app.command()(schedule)


def schedule(
    cron: Annotated[str, typer.Option(help='When to run, as a cron line: "0 6 * * *" is every day at six.')] = "",
    every: Annotated[str, typer.Option(help="Or how often: 6h, 30m, 1d.")] = "",
    timezone: Annotated[str, typer.Option(help="The time zone of the cron line: Europe/Lisbon.")] = "UTC",
    jitter: Annotated[str, typer.Option(help="Begin up to so much later, at random: 10m.")] = "",
    deploy: Annotated[
        bool, typer.Option("--deploy", help="Give the runs to a Prefect server's work pool, and leave.")
    ] = False,
    pool: Annotated[str, typer.Option(help="The work pool that --deploy gives them to.")] = "convening",
    corpus: Corpus = None,
    outputs: Outputs = None,
    models: Models = None,
    since: Since = None,
    only: Only = None,
    sample: Sample = 0,
    log_json: LogJson = False,
) -> None:
    """Run by itself, again and again, until it is stopped.

    Without PREFECT_API_URL it keeps a Prefect server of its own, on this machine only; with it, runs are seen in
    that server, and --deploy leaves them to its workers. Example: convening schedule --cron "0 6 * * *"
    """
    with errors_as_messages():
        if log_json:
            os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_FORMATTER"] = "json"  # of this process and of the runs'
        if bool(cron) == bool(every):
            raise ScheduleError("convening schedule", "needs either --cron or --every")
        span = duration(every) if every else timedelta()
        settings = Settings.load(corpus=corpus, outputs=outputs, models=models)
        if not settings.corpus.is_dir():
            raise ScheduleError(settings.corpus, "there is no such folder; make it, or name another with --corpus")
        chosen = choice(since, only, sample)
        parameters: dict[str, Any] = {
            "corpus": str(settings.corpus.resolve()),
            "outputs": str(settings.outputs.resolve()),
            "models": str(settings.models.resolve()),
            **({"since": chosen.since.isoformat()} if chosen.since else {}),
            **({"only": list(chosen.only)} if chosen.only else {}),
            **({"sample": chosen.sample} if chosen.sample else {}),
        }
        late = duration(jitter).total_seconds() if jitter else 0.0
        _begin(settings, parameters, deploy, pool, {"cron": cron, "every": span, "timezone": timezone, "jitter": late})


def _begin(settings: Settings, parameters: dict[str, Any], deploy: bool, pool: str, times: dict[str, Any]) -> None:
    from pipeline import prefect_home

    served = prefect_home.has_server()
    if deploy and not served:
        raise ScheduleError("--deploy", "needs a Prefect server: set PREFECT_API_URL, as in http://127.0.0.1:4200/api")
    server = None
    if not served:
        prefect_home.settle(settings.corpus, quiet=False)
        say("starting a Prefect server of this program's own")
        server = prefect_home.LocalServer(schedules=True)
    try:
        from pipeline import flows

        timetable = flows.Timetable(**times)
        if server is not None:
            server.wait()
        if deploy:
            typer.echo(flows.deploy(timetable, parameters, pool=pool))
        else:
            when = times["cron"] or f"every {times['every']}"
            say(f"running over {settings.corpus} at {when} ({timetable.timezone}); stop with Ctrl-C")
            flows.serve(timetable, parameters)
    finally:
        if server is not None:
            server.stop()


def duration(told: str) -> timedelta:
    """How long *told* is; raises ``ScheduleError`` where it is not a number with s, m, h, d or w.

    >>> duration("1d 6h")
    datetime.timedelta(days=1, seconds=21600)
    """
    parts = re.findall(r"(\d+)\s*([smhdw])", told.lower())
    if not parts or re.sub(r"\d+\s*[smhdw]|\s", "", told.lower()):
        raise ScheduleError(f"{told!r}", "is not a length of time; write it as 30m, 6h or 1d")
    span = sum((timedelta(**{UNITS[unit]: int(number)}) for number, unit in parts), timedelta())
    if not span:
        raise ScheduleError(f"{told!r}", "is no time at all; write it as 30m, 6h or 1d")
    return span
