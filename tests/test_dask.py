"""Reading on Dask: the same answers in the same order, from workers that are checked, and none lost when one dies."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from test_flows import convening, in_prefect

pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="the extra scale is not installed")

LOOK = """
from itertools import chain
from distributed import Client, LocalCluster
from distributed import KilledWorker
import jobs
from types import SimpleNamespace
from pipeline.flows import dask as ours
from pipeline.records import Post
from pipeline.settings import Settings
from pipeline.workers import Partition, WorkerError

def counted(settings, version, partition):
    if version == "another":
        raise WorkerError("a Dask worker", "has another version")
    if any("poison" in post.text for post in partition.posts):  # what the scheduler says after some deaths
        raise KilledWorker("task", SimpleNamespace(address="tcp://gone", pid=1), 1)
    return jobs.count(settings, partition)

def main():
    told = {}
    posts = [Post(id=f"p{n:02}", text="poison" if n == 7 else "Two towns.") for n in range(20)]
    work = [Partition(posts=tuple(posts[at : at + 4])) for at in range(0, 20, 4)]
    right = ours.read_there
    ours.read_there = counted
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None,
                     silence_logs="CRITICAL") as cluster,
        Client(cluster) as client,
    ):
        done = list(ours.read_on(lambda: client, Settings())(iter(work)))
        outcomes = list(chain.from_iterable(each for _, each in done))
        told["order"] = [partition for partition, _ in done] == work
        told["posts"] = [outcome.post for outcome in outcomes] == [post.id for post in posts]
        told["lost"] = [[o.post, o.reason] for o in outcomes if o.found is None]
    try:
        right(Settings(), "another", work[0])
    except WorkerError as error:
        told["refused"] = str(error)
    try:
        told["address"] = str(ours.task_runner("tcp://127.0.0.1:1").address)
    except WorkerError as error:
        told["address"] = str(error)
    return told

told = main()
"""


def test_dask_reads_what_processes_read(tmp_path: Path) -> None:
    """Partitions come back in order; a post that kills every worker is the only one left out."""
    told = in_prefect(LOOK, tmp_path)
    assert told["order"]
    assert told["posts"]
    assert [post for post, _ in told["lost"]] == ["p07"]
    assert "died" in told["lost"][0][1]
    assert "another version of the program" in told["refused"]
    assert told["address"] == "tcp://127.0.0.1:1"


def test_a_run_on_dask_writes_the_same_bytes(small_corpus: Path, tmp_path: Path) -> None:
    """`convening run --runner dask` ends as one of this process does, and Dask's own log stays out of its messages."""
    again = tmp_path / "again"
    shutil.copytree(small_corpus, again)
    home = tmp_path / "home"
    options = ("--processes", "1", "--outputs")
    here = convening("run", "--corpus", str(small_corpus), *options, str(tmp_path / "here"), "--no-prefect", home=home)
    there = convening("run", "--corpus", str(again), *options, str(tmp_path / "there"), "--runner", "dask", home=home)
    assert here.returncode == there.returncode == 0, there.stderr
    assert "distributed" not in there.stderr
    written = [
        {
            str(path.relative_to(tmp_path / side)): path.read_bytes()
            for path in (tmp_path / side).rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }
        for side in ("here", "there")
    ]
    assert written[0] == written[1]
    assert "claims.csv" in written[0]
