"""The flow that a schedule runs: read, extract, themes, compare, publish. The only file that imports Prefect.

A task is a whole step over all that is new, never one post: Prefect's cost is then a few seconds a run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect import Task, flow, task
from prefect.cache_policies import NO_CACHE

from pipeline import steps
from pipeline.ledger.connect import LedgerError
from pipeline.settings import Settings

progress: steps.Progress = steps.silent  # what shows progress in this process; cli.py sets it


def _can_heal(_task: object, _run: object, state: Any) -> bool:
    """Whether trying again may help: a busy database, yes; a broken file or a bug, no."""
    try:
        state.result()
    except LedgerError as error:
        return "in use by another program" in str(error)
    except Exception:
        return False
    return False


def step[**P, R](name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A task of that name, tried again where that may help; the ledger, not a cache, knows what is done."""
    return task(
        name=name,
        tags=["convening"],
        retries=2,
        retry_delay_seconds=[5.0, 30.0],
        retry_condition_fn=_can_heal,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


@step("read posts")
def read_posts(settings: Settings) -> steps.PostsRead:
    """Read what is new or changed in the corpus into the ledger."""
    return steps.read_posts(settings, progress)


@step("find claims")
def extract_claims(settings: Settings) -> int:
    """Find claims and entities in the posts that were not read before."""
    return steps.extract_claims(settings, progress)


@step("assign themes")
def assign_themes(settings: Settings) -> dict[str, Any]:
    """Put the passages of new posts into themes."""
    return steps.assign_themes(settings, progress)


@step("compare claims")
def compare_claims(settings: Settings) -> dict[str, int]:
    """Compare claims across posts."""
    return steps.compare_claims(settings, progress)


@step("publish outputs")
def publish_outputs(settings: Settings) -> Path:
    """Write what the ledger holds to the outputs."""
    return steps.publish_outputs(settings, progress)


@flow(name="convening-run", flow_run_name="run over {settings.corpus}", persist_result=False)
def run(settings: Settings) -> dict[str, Any]:
    """Read the corpus, find claims and themes, compare, and write the outputs; the run's report as plain values."""
    with steps.only_run(settings), steps.recorded(settings) as report:
        report.read = read_posts(settings)
        report.extracted = extract_claims(settings)
        report.themes = assign_themes(settings)
        report.findings = compare_claims(settings)
        report.outputs = publish_outputs(settings)
    return report.summary()
