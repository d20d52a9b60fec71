"""Showing how a run gets on: bars on a terminal, lines in a log, or lines of JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli.common import say

if TYPE_CHECKING:
    from pipeline.steps import Progress


@contextmanager
def progress(as_json: bool = False) -> Iterator[Progress]:
    """What to tell of each step; bars on a terminal, and else a line for every tenth of a step."""
    if as_json:
        yield _each_tenth(_json_line)
    elif sys.stderr.isatty():
        with _bars() as draw:
            yield draw
    else:
        yield _each_tenth(lambda step, done, total: say(f"{step}: {done} of {total}"))


@contextmanager
def _bars() -> Iterator[Progress]:
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


def _each_tenth(tell: Progress) -> Progress:
    tenths: dict[str, int] = {}

    def told(step: str, done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenths.get(step) != tenth:
            tenths[step] = tenth
            tell(step, done, total)

    return told


def _json_line(step: str, done: int, total: int) -> None:
    """One line of the log: when, which run, and how far; never a word of a post."""
    import json
    from datetime import UTC, datetime

    from pipeline.steps import at_work

    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"at": now, "level": "info", "run": at_work(), "step": step, "done": done, "total": total}
    typer.echo(json.dumps(line), err=True)
