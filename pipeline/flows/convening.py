"""The flow itself, with parameters that Prefect checks before anything starts."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from random import random
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import FlowRun, State
from prefect.flows import Flow
from prefect.logging.loggers import flow_run_logger
from pydantic import Field

from pipeline import steps
from pipeline.flows import tasks
from pipeline.flows.artifacts import leave_artifacts
from pipeline.flows.dask import read_on, task_runner, warm_up
from pipeline.ledger.corpus.waiting import Choice
from pipeline.settings import Settings
from pipeline.steps import telling

DAY = 24 * 3600
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]


def _tell(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:
    """Say that the run failed, where somebody wants to know; a worker says it of a run whose process was killed."""
    error = None
    if state.is_failed():
        try:
            error = state.result(raise_on_failure=False)
        except Exception as missing:  # it cannot be read here: its kind is all there is to tell
            error = missing
    if isinstance(error, steps.BusyError):
        return  # somebody else does the work
    settings = Settings.load(**_given(flow_run.parameters))
    told = error if isinstance(error, BaseException) else None
    unsaid = telling.tell_failure(settings, run=f"run over {settings.corpus}", error=told)
    if unsaid:
        flow_run_logger(flow_run, flow).error(unsaid)


@flow(
    name="convening-run",
    flow_run_name="run over {corpus}",
    description="Reads posts, finds claims and themes in what is new, compares them, and writes the outputs.",
    timeout_seconds=7 * DAY,
    on_failure=[_tell],
    on_crashed=[_tell],
    persist_result=False,
)
def run(
    corpus: Path = Path("corpus"),
    outputs: Path | None = None,
    models: Path | None = None,
    model: str | None = None,
    currency: Annotated[str, Field(pattern="^[A-Za-z]{3}$")] | None = None,
    since: date | None = None,
    only: list[str] | None = None,
    sample: Count = 0,
    processes: Count | None = None,
    runner: Literal["local", "dask"] = "local",
    dask: str = "local",
    wait: Seconds = 0,
    jitter: Seconds = 0,
) -> dict[str, Any]:
    """Read the corpus, find claims and themes, compare, and write the outputs; the run's report as plain values.

    What is not given comes from the environment (``CONVENING_…``, ``DATABASE_URL``), so that no password is ever a
    parameter. *since*, *only* and *sample* choose among the posts that wait to be read for claims. *runner* says where
    posts are read, *dask* the scheduler's address (``local``: a cluster of this machine, for as long as it is needed).
    *wait* is how many seconds to wait for another run at work, *jitter* how many to idle at most before beginning.
    """
    if jitter:
        time.sleep(random() * jitter)  # noqa: S311 - no secret
    settings = Settings.load(
        corpus=corpus, outputs=outputs, models=models, model=model, currency=currency, processes=processes
    )
    choice = Choice(since=since, only=tuple(only or ()), sample=sample)
    with steps.only_run(settings, wait=wait):
        ahead = steps.outlook(settings)
        report = ahead.quiet or _through(settings, choice, runner, dask, ahead.characters)
    leave_artifacts(settings, report)
    return report.summary()


def _through(settings: Settings, choice: Choice, runner: str, dask: str, characters: int) -> steps.Report:
    """All steps, each a task, where about so many *characters* wait to be read; the report of the run."""
    with steps.recorded(settings) as report:
        if runner == "dask":
            workers = task_runner(dask, settings.processes)
            if dask == "local" and characters:
                warm_up(settings)  # while posts are read
            report.read = tasks.read_posts(settings)
            with workers as cluster:
                read_there = read_on(lambda: cluster.client, settings)
                report.extracted = tasks.extract_claims(settings, choice, read_there)
        else:
            with steps.early_workers(settings, characters) as read:
                report.read = tasks.read_posts(settings)
                report.extracted = tasks.extract_claims(settings, choice, read)
        report.themes = tasks.assign_themes(settings)
        report.findings = tasks.compare_claims(settings)
        report.outputs = tasks.publish_outputs(settings)
    return report


def run_with(
    settings: Settings,
    *,
    choice: Choice,
    progress: steps.Progress = steps.silent,
    dask: str | None = None,
    wait: float = 0,
) -> dict[str, Any]:
    """Run the flow over what *settings* name, from this process.

    *dask* is a scheduler's address, or ``local`` for a cluster of this machine; ``None`` is no Dask.
    """
    tasks.progress = progress
    return run(
        corpus=settings.corpus,
        outputs=settings.outputs,
        models=settings.models,
        model=settings.model or None,
        currency=settings.currency or None,
        since=choice.since,
        only=list(choice.only),
        sample=choice.sample,
        processes=settings.processes,
        runner="local" if dask is None else "dask",
        dask=dask or "local",
        wait=wait,
    )


def _given(parameters: dict[str, Any]) -> dict[str, Any]:
    """Those of a run's parameters that are settings."""
    return {name: parameters.get(name) for name in ("corpus", "outputs", "models", "model", "currency", "processes")}
