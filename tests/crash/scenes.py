"""What is run, killed and run again: a small corpus, once from nothing, once with decisions made and posts changed."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conftest import POST, ROOT

from pipeline.ledger.ledger import Ledger
from pipeline.records import Decision, Verdict

LEFT = (".part", ".tmp", ".writing", ".ready")  # how the names of unfinished files end


class Trials:
    """The process that runs trials, from the tests' side."""

    def __init__(self) -> None:
        env = os.environ | {
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crash.trials"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env
        )
        assert "ready" in self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def run(self, place: Path, **asked: Any) -> dict[str, Any]:
        """Run over the corpus of *place*; how it ended."""
        assert self._process.stdin is not None
        told = {"corpus": str(place / "corpus"), "outputs": str(place / "outputs")}
        self._process.stdin.write(json.dumps(told | asked) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


@contextmanager
def trials() -> Iterator[Trials]:
    """A process that runs trials."""
    made = Trials()
    try:
        yield made
    finally:
        made.close()


def write(corpus: Path, slug: str, text: str) -> None:
    """Put a post into *corpus*."""
    day = f"2020-01-{10 + len(slug):02}"
    whole = POST.format(title=slug.title(), slug=slug, date=day, country="AU", text=text)
    (corpus / f"{slug}.md").write_text(whole, "utf-8")


def from_nothing(place: Path) -> Path:
    """Four posts, no ledger, no outputs."""
    corpus = place / "corpus"
    corpus.mkdir(parents=True)
    for n, slug in enumerate(("one", "two", "three", "eleven"), 1):
        write(corpus, slug, f"Utopia opened {n}0 offices.\n\nThe team trained 3{n} people and 7 towns joined it.")
    return place


def decided(place: Path, runs: Trials) -> Path:
    """The same after a run and two decisions; since then a post was edited, one came, and one went."""
    from_nothing(place)
    assert runs.run(place)["status"] == "done"
    with Ledger(place / "corpus" / "ledger.db") as ledger:
        claims = list(ledger.claims())
        for n, verdict in enumerate((Verdict.ACCEPT, Verdict.REJECT)):
            one = claims[n]
            ledger.record(
                [
                    Decision(
                        id=f"d{n}",
                        target=one.claim.id,
                        post=one.post,
                        revision=one.revision,
                        seen="",
                        verdict=verdict,
                        reviewer="ada",
                        at=datetime(2026, 1, 2, tzinfo=UTC),
                    )
                ]
            )
    write(place / "corpus", "two", "Utopia opened 20 offices.\n\nLater the team trained 4000 people.")
    write(place / "corpus", "fourteen", "Atlantis opened 99 offices.")
    (place / "corpus" / "eleven.md").unlink()
    return place


def copy(scene: Path, place: Path) -> Path:
    """Another of the same, with the same times of the files."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(scene, place)
    return place


def outputs(place: Path) -> dict[str, str]:
    """The digest of every file of the outputs."""
    return {
        str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((place / "outputs").rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def decisions(place: Path) -> list[str]:
    """The ids of the decisions, in their order, and that the ledger is sound."""
    with closing(sqlite3.connect(place / "corpus" / "ledger.db")) as ledger:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return [name for (name,) in ledger.execute("SELECT id FROM decisions ORDER BY seq")]


def half_files(place: Path) -> list[str]:
    """What was not finished and lies there still."""
    return [str(path) for path in place.rglob("*") if path.name.endswith(LEFT)]
