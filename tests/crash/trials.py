"""A process that runs the whole pipeline again and again in children that may be killed, by requests on stdin.

It loads everything once and forks a child for each trial, so that a trial takes a fraction of a second. A child has
no model: a figure is a claim, a capital a name. All else is the real run. What it writes is counted, file by file
and statement by statement, so that a trial can die, or be refused, at any one of these events.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from cheap import Cheap

from pipeline.settings import Settings

MODELS = Path(__file__).parents[2] / "models"
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "shutil.rmtree"}


class Counted:
    """Counts what is written below some folders, and dies or fails at one of these events."""

    def __init__(self, folders: list[str], die_at: int | None, fail_at: int | None, number: int) -> None:
        self.folders = tuple(os.path.realpath(folder) for folder in folders)
        self.die_at, self.fail_at, self.number = die_at, fail_at, number
        self.events = 0

    def watch(self) -> None:
        """Count from now on."""
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        sys.addaudithook(self._audit)
        event.listen(Engine, "commit", lambda connection: self.tick(statement=True))
        event.listen(Engine, "before_cursor_execute", self._statement)

    def tick(self, *, statement: bool = False) -> None:
        """One more event; perhaps the last."""
        self.events += 1
        if self.events == self.die_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.events == self.fail_at and not statement:
            raise OSError(self.number, os.strerror(self.number), "injected")
        if self.events == self.fail_at:
            self.fail_at += 1  # a statement fails for real on a full disk, see test_full; here the next file does

    def _statement(self, _c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE", "CREATE"):
            self.tick(statement=True)

    def _audit(self, what: str, given: tuple[Any, ...]) -> None:
        if what == "open":
            path, _mode, flags = given
            if isinstance(flags, int) and flags & WRITES and self._ours(path):
                self.tick()
        elif what in CHANGES and given and self._ours(given[0]):
            self.tick()

    def _ours(self, path: Any) -> bool:
        if not isinstance(path, str | bytes | os.PathLike):
            return False
        whole = os.path.abspath(os.fsdecode(path))
        return whole.startswith(self.folders) and not whole.endswith((".run.lock", "/.lock"))


def child(asked: dict[str, Any], answer: int) -> None:
    """Run the pipeline once and write to *answer* how it ended; never returns."""
    warnings.simplefilter("ignore")
    counted = Counted(
        [asked["corpus"], asked["outputs"]],
        asked.get("die_at"),
        asked.get("fail_at"),
        asked.get("number", errno.ENOSPC),
    )
    told: dict[str, Any]
    try:
        counted.watch()
        told = {"status": "done", "summary": _run(asked)}
    except Exception as error:
        from pipeline.errors import PipelineError

        mendable = isinstance(error, PipelineError | OSError)
        told = {"status": "failed" if mendable else "broken", "said": f"{type(error).__name__}: {error}"}
    told["events"] = counted.events
    with os.fdopen(answer, "w") as file:
        json.dump(told, file, default=str)
    os._exit(0)


def _run(asked: dict[str, Any]) -> dict[str, Any]:
    from pipeline import steps

    return steps.run_through(_settings(asked["corpus"], asked["outputs"]))


def _settings(corpus: str, outputs: str) -> Settings:
    return Settings.load(corpus=corpus, outputs=outputs, encoder="words", processes=1, models=MODELS)


def trial(asked: dict[str, Any]) -> dict[str, Any]:
    """Do one trial in a child; how it ended, ``killed`` where it left no word."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        child(asked, writer)
    os.close(writer)
    if asked.get("after") is not None:
        time.sleep(asked["after"])
        os.kill(pid, signal.SIGKILL)
    with os.fdopen(reader) as file:
        said = file.read()
    os.waitpid(pid, 0)
    return json.loads(said) if said else {"status": "killed"}


def load() -> None:
    """Import all that a run needs, and put the cheap extractor in the place of the real one."""
    from importlib import import_module

    from pipeline.steps.warming import LATER

    for name in (*LATER, "pipeline.steps", "alembic.command", "pipeline.steps.retheming", "pipeline.intake.visiting"):
        import_module(name)
    from pipeline.reading import versions
    from pipeline.workers import work

    for version in (versions.extractor_version, versions.themes_version, versions.outputs_version):
        version(_settings("", ""))  # once for all trials: the files of a checkout may change while they run
    work.load_extractor = lambda settings: Cheap()  # type: ignore[assignment, return-value]


def main() -> None:
    """Answer each line of JSON with one."""
    load()
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(trial(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
