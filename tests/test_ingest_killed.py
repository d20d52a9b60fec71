"""A run that is killed at any step of ingestion: the next one ends with every post once, and none half.

Set ``CONVENING_KILLS`` to a number to kill as many runs at random moments; a few are enough for every day,
and of the single steps every thirty-first, from another one each time.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from servers.site import page

ROOT = Path(__file__).parents[1]
AT_RANDOM = int(os.environ.get("CONVENING_KILLS", "2"))
POSTS = 6

INGEST = """
import sys
sys.path[:0] = PLACES
from datetime import datetime, UTC
from pathlib import Path
from pipeline import steps
from pipeline.ingest.arrivals import InProcess
from pipeline.settings import Settings
from pipeline.intake.visiting import visit_due

class Here:
    def __init__(self, **_): self.read, self.read_medium = InProcess.read, InProcess.read_medium
    def __enter__(self): return self
    def __exit__(self, *_): pass

import pipeline.ingest, pipeline.intake.visiting
pipeline.ingest.Readers = pipeline.intake.visiting.Readers = Here

def ingest(corpus):
    settings = Settings.load(corpus=Path(corpus))
    return steps.read_posts(settings)
"""

AT_STEP = (
    INGEST
    + """
import os, signal, sqlite3
from sqlalchemy import event
from sqlalchemy.engine import Engine

steps_left = None

def step(*_, **__):
    global steps_left
    if steps_left is not None:
        steps_left -= 1
        if steps_left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

event.listen(Engine, "before_cursor_execute", step)
event.listen(Engine, "commit", step)
for name in ("replace", "fsync", "chmod", "unlink"):
    def wrapped(*args, real=getattr(os, name), **options):
        step()
        return real(*args, **options)
    setattr(os, name, wrapped)

def in_child(corpus, left):
    global steps_left
    child = os.fork()
    if child == 0:
        steps_left = left
        try:
            ingest(corpus)
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

import json, shutil
made, work, first, every = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
import pipeline.steps.copies, pipeline.steps.rereading, pipeline.ingest.pages, pipeline.ingest.articles
ingest_once = Path(work) / "warm"
shutil.copytree(made, ingest_once)
in_child(str(ingest_once), None)
number, killed = first, True
while killed:
    corpus = Path(work) / f"{number}"
    shutil.copytree(made, corpus)
    killed = in_child(str(corpus), number) == -signal.SIGKILL
    if in_child(str(corpus), None) != 0:
        sys.exit(f"the run after a kill at step {number} failed")
    print(json.dumps([number, killed, str(corpus)]), flush=True)
    number += every
"""
)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A corpus with a text of a person, a page, and a folder of pages as its source."""
    corpus = tmp_path / "made"
    (tmp_path / "pages").mkdir()
    corpus.mkdir()
    for number in range(POSTS - 2):
        text = page(f"Post {number}", seed=number, number=4)
        (tmp_path / "pages" / f"{number}.html").write_bytes(text)
    (corpus / "own.md").write_text("---\nurl: https://example.org/own\n---\n\nNine towns took part.\n", "utf-8")
    (corpus / "saved.html").write_bytes(page("A saved page", seed=9, number=4))
    listing = f'[[source]]\nname = "pages"\nkind = "folder"\nurl = "{tmp_path / "pages"}"\n'
    (corpus / "sources.toml").write_text(listing, "utf-8")
    return corpus


def state(corpus: Path) -> dict[str, object]:
    """All that a run leaves which must be the same however often it was killed."""
    from sqlalchemy import func, select

    from pipeline.ledger import schema
    from pipeline.ledger.ledger import Ledger

    with Ledger(corpus / "ledger.db") as ledger, ledger.reading() as connection:
        ledger.verify()
        count = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (schema.posts, schema.revisions, schema.blobs, schema.originals, schema.files, schema.sketched)
        }
        posts = connection.execute(
            select(schema.posts.c.id, schema.posts.c.revision, schema.posts.c.title, schema.posts.c.state)
        )
        names = sorted(path.name for path in corpus.iterdir() if not path.name.startswith((".", "ledger")))
        raws = select(func.count()).where(schema.revisions.c.raw.not_in(select(schema.blobs.c.digest)))
        return {
            "counts": count,
            "posts": sorted(tuple(row) for row in posts),
            "files": names,
            "without bytes": connection.execute(raws).scalar_one(),
        }


def test_killed_at_every_step(made: Path, tmp_path: Path) -> None:
    """The kill falls on each write of a file, statement and commit in turn; the next run puts all right."""
    script = AT_STEP.replace("PLACES", repr([str(ROOT), str(ROOT / "tests")]))
    every = 1 if "CONVENING_KILLS" in os.environ else 31
    first = random.Random().randrange(every)
    done = subprocess.run(
        [sys.executable, "-c", script, str(made), str(tmp_path / "work"), str(first), str(every)],
        capture_output=True, text=True, check=False, timeout=550,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum(killed for _, killed, _ in rows) >= 5
    whole = state(tmp_path / "work" / "warm")
    assert whole["counts"]["posts"] == POSTS  # type: ignore[index]
    assert whole["without bytes"] == 0
    for number, _, corpus in rows:
        assert state(Path(corpus)) == whole, f"killed at step {number}"


def test_killed_at_any_moment(made: Path, tmp_path: Path) -> None:
    """A real process with its reading children, killed by the clock, at moments that nobody chose."""
    import shutil

    script = (
        INGEST.replace("PLACES", repr([str(ROOT), str(ROOT / "tests")])).split("class Here")[0]
        + "steps.read_posts(Settings.load(corpus=Path(sys.argv[1])))\nprint('whole')\n"
    )

    def run(corpus: Path, seconds: float | None) -> bool:
        child = subprocess.Popen(
            [sys.executable, "-c", script, str(corpus)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        if seconds is not None:
            time.sleep(seconds)
            child.send_signal(signal.SIGKILL)
        out, _ = child.communicate(timeout=300)
        return b"whole" in out

    first = tmp_path / "first"
    shutil.copytree(made, first)
    begun = time.monotonic()
    assert run(first, None)
    lasts = time.monotonic() - begun
    whole = state(first)
    moments = random.Random()
    for number in range(AT_RANDOM):
        corpus = tmp_path / f"random-{number}"
        shutil.copytree(made, corpus)
        moment = moments.uniform(0.2, 1.0) * lasts
        run(corpus, moment)
        assert run(corpus, None)
        assert state(corpus) == whole, f"killed after {moment:.2f} of {lasts:.2f} seconds"
