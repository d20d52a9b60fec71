"""Worker processes: the same answers in the same order as without them, and no post lost when one dies."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Post
from pipeline.settings import Settings
from pipeline.workers import Outcome, Partition, WorkerError, Workers, partitions, pool

JOB = ("jobs", "count")


def post(number: int, text: str = "Two towns.\n\nThree rivers.", title: str | None = None) -> Post:
    """A post with that number in its id."""
    return Post(id=f"p{number:03}", text=text, title=title)


def cut(posts: list[Post], size: int) -> list[Partition]:
    """Partitions of *size* posts each."""
    return [Partition(posts=tuple(posts[at : at + size])) for at in range(0, len(posts), size)]


def outcomes(posts: list[Post], *, size: int = 4, processes: int = 2) -> list[Outcome]:
    """What workers make of *posts*, and that the partitions come back in order."""
    work = cut(posts, size)
    with Workers(Settings(), processes, job=JOB) as workers:
        done = list(workers.read(iter(work)))
    assert [partition for partition, _ in done] == work
    found = list(chain.from_iterable(each for _, each in done))
    assert [outcome.post for outcome in found] == [each.id for each in posts]
    return found


@given(st.lists(st.integers(0, 50_000), max_size=200))
def test_partitions_hold_every_post_once_and_in_order(lengths: list[int]) -> None:
    """Whatever the lengths, nothing is lost, doubled or moved, and no partition is empty or much too large."""
    posts = [post(number, "x" * length) for number, length in enumerate(lengths)]
    cuts = list(partitions(posts, total=sum(lengths)))
    assert [each for part in cuts for each in part.posts] == posts
    assert all(0 < len(part.posts) <= 64 for part in cuts)
    assert all(part.characters <= 200_000 or len(part.posts) == 1 for part in cuts)


def test_answers_come_in_order_whoever_gives_them() -> None:
    """Two processes answer for every post once, in the order of the posts."""
    found = outcomes([post(number) for number in range(50)])
    assert all(each.found is not None and len(each.found.passages) == 2 for each in found)


def test_a_worker_that_dies_once_loses_nothing(tmp_path: Path) -> None:
    """A partition whose worker was killed is read again."""
    posts = [post(number) for number in range(12)]
    posts[5] = post(5, "This kills once.", title=str(tmp_path / "mark"))
    assert all(each.found is not None for each in outcomes(posts))


def test_the_post_that_no_worker_survives_is_the_only_one_left_out() -> None:
    """Its neighbours in the partition are read all the same, and it comes back with the reason."""
    posts = [post(number) for number in range(12)]
    posts[5] = post(5, "This is poison.")
    found = outcomes(posts)
    assert [each.post for each in found if each.found is None] == ["p005"]
    assert "was killed" in found[5].reason


def test_a_post_that_never_ends_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading that takes longer than its share of time is ended, and the post told."""
    monkeypatch.setattr(pool, "PATIENCE", 0.3)
    posts = [post(0), post(1, "This is endless."), post(2)]
    found = outcomes(posts, size=3, processes=1)
    assert [each.post for each in found if each.found is None] == ["p001"]
    assert "took more than" in found[1].reason


def test_a_worker_that_cannot_load_ends_the_run_with_a_sentence() -> None:
    """What breaks every post is no row of one post."""
    with pytest.raises(WorkerError, match=r"posts cannot be read: .*no model.*doctor"):
        outcomes([post(0, "unloadable")])


def test_leaving_early_ends_the_processes() -> None:
    """Whoever stops asking waits for nothing, and no process stays."""
    with Workers(Settings(), 2, job=JOB) as workers:
        reading = workers.read(iter(cut([post(0), post(1, "endless"), post(2, "endless")], 1)))
        next(reading)
        begun = time.monotonic()
        reading.close()
        assert time.monotonic() - begun < 60
    assert all(worker._killed for worker in workers._open)


def test_workers_end_with_the_run_that_started_them(tmp_path: Path) -> None:
    """When the run is killed, its workers are gone, too."""
    code = (
        "import os, sys\n"
        "from jobs import *\nfrom pipeline.records import Post\nfrom pipeline.settings import Settings\n"
        "from pipeline.workers import Partition, Workers\n"
        "workers = Workers(Settings(), 1, job=('jobs', 'count')); workers.start()\n"
        "part = Partition(posts=(Post(id='a', text='b'),))\n"
        "list(workers.read([part]))\n"
        "print(workers._nursery._process.pid, workers._open[0]._pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    here = Path(__file__).parent
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=env)
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) == 2, done.stderr
    until = time.monotonic() + 20
    while time.monotonic() < until and any(map(alive, pids)):
        time.sleep(0.05)
    assert not any(map(alive, pids))


def alive(pid: int) -> bool:
    """Whether a process of that number still does anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(") ", 1)[1][0] not in "ZX"
    except OSError:
        return False
