"""The steps as Prefect's tasks: named, tagged, tried again only where that may help, and ended when they hang."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from prefect import Task, get_run_logger, task
from prefect.cache_policies import NO_CACHE

from pipeline import steps
from pipeline.ledger.corpus.waiting import Choice
from pipeline.settings import Settings
from pipeline.steps.extraction import Read

HOUR = 3600
progress: steps.Progress = steps.silent  # what shows progress in this process; whoever calls the flow sets it


def _show(step: str, done: int, total: int) -> None:
    """Show it in this process; in the flow run's log, a line for each tenth, with figures only."""
    progress(step, done, total)
    if total < 10 or done % (total // 10) == 0 or done == total:
        get_run_logger().info("%s: %d of %d", step, done, total)


def _can_heal(_task: object, _run: object, state: Any) -> bool:
    """Whether trying again may help: a busy database, yes; a broken file or a bug, no."""
    try:
        state.result()
    except Exception as error:
        return steps.can_heal(error)
    return False


def step[**P, R](name: str, *, hours: float) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A task of that name that may take so many hours; the ledger, not a cache, knows what is done."""
    return task(
        name=name,
        tags=["convening"],
        retries=2,
        retry_delay_seconds=[5.0, 30.0],
        retry_jitter_factor=0.5,
        retry_condition_fn=_can_heal,
        timeout_seconds=hours * HOUR,
        cache_policy=NO_CACHE,
        persist_result=False,
    )


@step("read posts", hours=12)
def read_posts(settings: Settings) -> steps.PostsRead:
    """Visit the sources that are due, and read what is new or changed in the corpus into the ledger."""
    return steps.read_posts(settings, _show)


@step("find claims", hours=72)
def extract_claims(settings: Settings, choice: Choice, read: Read | None) -> int:
    """Find claims and entities in the posts that were not read before; *read* reads them, here or on a cluster."""
    return steps.extract_claims(settings, _show, choice=choice, read=read)


@step("assign themes", hours=12)
def assign_themes(settings: Settings) -> dict[str, Any]:
    """Put the passages of new posts into themes."""
    return steps.assign_themes(settings, _show)


@step("compare claims", hours=12)
def compare_claims(settings: Settings) -> dict[str, int]:
    """Compare claims across posts."""
    return steps.compare_claims(settings, _show)


@step("publish outputs", hours=12)
def publish_outputs(settings: Settings) -> Path:
    """Write what the ledger holds to the outputs, all of it or nothing."""
    return steps.publish_outputs(settings, _show)
