"""The whole run at growing sizes: against the bare model, by processes, with nothing or one post new, and its memory.

``python -m tests.bench.scale [whole|processes|unchanged|memory]…``, sizes by ``--posts``; each row is a process of its
own. ``unchanged`` and ``memory`` fill their ledgers with an extractor that has no model, unless ``--real`` is given:
what they measure is all around it. Their posts have two paragraphs, some hundred words, those of the others five;
``--paragraphs`` says it otherwise. Corpora are written here; ratios are of one run, since machines are noisy.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from bench.written import text_of, write_corpus  # noqa: E402

SAMPLE = 48  # posts by which the bare pipeline's speed is told
KEPT = Path(tempfile.gettempdir()) / "convening-bench"  # filled ledgers, which take a while to make


def processor() -> float:
    """The processor seconds of this process and its children that ended."""
    return sum(
        use.ru_utime + use.ru_stime
        for use in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def peak() -> float:
    """The most memory, in megabytes, that this process or one of its children had."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def timed(work: Callable[[], Any]) -> dict[str, float]:
    """How long *work* takes, by the clock and by the processors."""
    clock, used = time.perf_counter(), processor()
    work()
    return {"clock": time.perf_counter() - clock, "processor": processor() - used}


def settings_of(place: Path, **given: Any) -> Any:
    """The settings of a run over the corpus of *place*."""
    from pipeline.settings import Settings

    return Settings.load(corpus=place / "corpus", outputs=place / "outputs", models=ROOT / "models", **given)


def steps_of(settings: Any) -> dict[str, dict[str, float]]:
    """Each step of a run over what waits, timed; and the most memory that was taken until its end."""
    from pipeline import steps

    return {
        name: timed(lambda step=step: step(settings)) | {"peak": peak()}  # type: ignore[misc]
        for name, step in {
            "read": steps.read_posts,
            "extract": steps.extract_claims,
            "themes": steps.assign_themes,
            "compare": steps.compare_claims,
            "publish": steps.publish_outputs,
        }.items()
    }


def filled(posts: int, *, real: bool, paragraphs: int) -> Path:
    """A folder with a corpus of so many posts that a run went over; made once for this state of the program."""
    from pipeline.reading import versions

    settings = settings_of(KEPT)
    made = (versions.extractor_version(settings), versions.themes_version(settings), versions.outputs_version(settings))
    kind = f"{posts}-{paragraphs}-{'real' if real else 'cheap'}"
    place = KEPT / f"{kind}-{hashlib.sha256(repr(made).encode()).hexdigest()[:8]}"
    if not (place / "done").exists():
        shutil.rmtree(place, ignore_errors=True)
        write_corpus(place / "corpus", posts, paragraphs=paragraphs)
        one(["fill", str(place), *(["--real"] if real else [])])
        (place / "done").touch()
    return place


def one(words: list[str]) -> dict[str, Any]:
    """What a process of its own says to *words*."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    command = [sys.executable, "-m", "bench.scale", "--one", *words]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=True, env=os.environ | {"PYTHONPATH": paths}, cwd=ROOT
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def answer(words: list[str]) -> dict[str, Any]:
    """What this process measures, asked by ``one``."""
    what, place, *rest = words[0], Path(words[1]), *words[2:]
    if what == "fill":
        if "--real" not in rest:
            from cheap import Cheap

            from pipeline.workers import work

            work.load_extractor = lambda settings: Cheap()  # type: ignore[assignment, return-value]
        took = steps_of(settings_of(place, processes=1))
        return {"steps": took, "peak": peak()}
    if what == "whole":
        return {"steps": _against_bare(settings_of(place, processes=1))}
    if what == "extract":
        from pipeline import steps

        settings = settings_of(place, processes=int(rest[0]))
        steps.read_posts(settings)
        took = timed(lambda: steps.extract_claims(settings))
        return {"extract": took, "peak": peak()}
    if what == "dask":
        return {"extract": _on_dask(settings_of(place), int(rest[0])), "peak": peak()}
    raise ValueError(what)


class Bare:
    """The bare pipeline of the same model, which reads when it is asked to; its processor seconds are counted."""

    def __init__(self) -> None:
        from pipeline.extract.model import load_model

        self.nlp = load_model()
        self.used = 0.0
        self.sample = [text_of(number) for number in range(SAMPLE)]
        self.over(self.sample[:8])  # what is loaded on first use

    def over(self, texts: list[str]) -> float:
        """The processor seconds that it takes over *texts*."""
        took = timed(lambda: [None for _ in self.nlp.pipe(texts)])["processor"]
        self.used += took
        return took

    def now(self) -> float:
        """The processor seconds that it takes for a character, as the machine is now."""
        return self.over(self.sample) / sum(map(len, self.sample))

    def in_turn(self, settings: Any) -> Any:
        """What reads partitions as a run does, and after every few of them the same posts bare."""
        from pipeline.workers import read_here

        def read(work: Any) -> Any:
            waiting: list[str] = []
            for partition, outcomes in read_here(settings, work):
                waiting += (post.text for post in partition.posts)
                yield partition, outcomes
                while len(waiting) >= self.nlp.batch_size:
                    self.over(waiting[: self.nlp.batch_size])
                    del waiting[: self.nlp.batch_size]
            self.over(waiting)

        return read


def _against_bare(settings: Any) -> dict[str, dict[str, float]]:
    """Each step of a run, and what the bare pipeline takes over the same posts as the machine is at that moment.

    Another program's work slows a processor down for a while. So posts are read by the bare pipeline in turn with
    ours, and around every other step it reads a sample, from which its time over all posts is told.
    """
    from pipeline import steps
    from pipeline.reading.loading import load_extractor

    bare = Bare()
    load_extractor(settings)  # loading is no part of either side
    took: dict[str, dict[str, float]] = {}
    characters = 0
    for name, step in {
        "read": steps.read_posts,
        "extract": lambda it: steps.extract_claims(it, read=bare.in_turn(it)),
        "themes": steps.assign_themes,
        "compare": steps.compare_claims,
        "publish": steps.publish_outputs,
    }.items():
        before = bare.now()
        bare.used = 0.0
        ours = timed(lambda step=step: step(settings))["processor"] - bare.used  # type: ignore[misc]
        if not characters:
            with steps.open_ledger(settings) as ledger:
                characters = sum(len(post.text) for post in ledger.posts())
        theirs = bare.used or characters * (before + bare.now()) / 2
        took[name] = {"ours": ours, "bare": theirs}
    return took


def _on_dask(settings: Any, processes: int) -> dict[str, float]:
    """As the flow does it, without Prefect: a local cluster, and partitions through Dask's own client."""
    from distributed import Client, LocalCluster

    from pipeline import steps
    from pipeline.flows.dask import local_cluster, read_on, warm_up

    steps.read_posts(settings)

    def work() -> None:
        warm_up(settings)
        with LocalCluster(**local_cluster(processes)) as cluster, Client(cluster) as client:
            steps.extract_claims(settings, read=read_on(lambda: client, settings))

    return timed(work)


def fresh(place: Path, posts: int, paragraphs: int) -> Path:
    """A corpus of so many posts in *place* that nobody read yet."""
    shutil.rmtree(place, ignore_errors=True)
    write_corpus(place / "corpus", posts, paragraphs=paragraphs)
    return place


def whole(sizes: list[int], place: Path, paragraphs: int) -> None:
    """The run against the bare model, in processor seconds; loading is no part of either."""
    for posts in sizes:
        told = one(["whole", str(fresh(place, posts, paragraphs))])
        print(f"{posts} posts, one process each, in seconds of processor")
        total = 0.0
        for step, took in told["steps"].items():
            share = took["ours"] / took["bare"]
            total += share
            print(f"  {step:8} {took['ours']:8.1f}, bare nlp.pipe at that time {took['bare']:8.1f}: {share:6.3f} of it")
        print(f"  whole: {total:.2f} of bare (to reach: 1.15)")


def processes(sizes: list[int], place: Path, paragraphs: int) -> None:
    """Finding claims with one process, two, and two workers of Dask; starting them is part of it."""
    for posts in sizes:
        took = {}
        for label, words in {
            "1 process": ["extract", "1"],
            "2 processes": ["extract", "2"],
            "Dask, 2": ["dask", "2"],
        }.items():
            try:
                told = one([words[0], str(fresh(place, posts, paragraphs)), words[1]])
            except subprocess.CalledProcessError:
                print(f"  {label}: failed; is the extra scale installed?")
                continue
            took[label] = told["extract"]["clock"]
            print(
                f"  {posts} posts, {label:12} {took[label]:8.1f} s {posts / took[label]:7.1f} posts a second, "
                f"peak of one process {told['peak']:.0f} MB"
            )
        if len(took) == 3:
            print(
                f"  2 processes against 1: {took['1 process'] / took['2 processes']:.2f} times as fast (to reach: 1.7)"
            )
            print(
                f"  Dask against 2 processes: {took['Dask, 2'] / took['2 processes']:.2f} of the time (to reach: 1.25)"
            )


def unchanged(sizes: list[int], place: Path, paragraphs: int, *, real: bool) -> None:
    """``convening run`` from start to end with nothing new, and with one new post; by the clock and the processors."""
    seen: dict[int, float] = {}
    for posts in sizes:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(filled(posts, real=real, paragraphs=paragraphs), place)  # with the times of the files
        run(place)  # outputs lie elsewhere now, so the first one writes them
        quiet = [run(place) for _ in range(2)]
        new: list[dict[str, float]] = []
        for n in range(2):
            write_corpus(place / "corpus", 1, first=900_000 + n, paragraphs=paragraphs)
            new.append(run(place))
        best, best_new = (min(each, key=lambda took: took["clock"]) for each in (quiet, new))
        seen[posts] = min(took["processor"] for took in new)
        print(
            f"  {posts:>6} posts: nothing new {best['clock']:6.2f} s ({best['processor']:.2f} of processor), "
            f"one new {best_new['clock']:6.2f} s ({seen[posts]:.2f} of processor)"
        )
    if len(seen) > 1:
        ratio = seen[max(seen)] / seen[min(seen)]
        print(f"  one new into {max(seen)} against into {min(seen)}: {ratio:.2f} (to reach: 1.3)")


def run(place: Path) -> dict[str, float]:
    """``convening run`` over *place* as a person types it."""
    code = "from pipeline.cli import main; main()"
    words = [
        "run",
        "--corpus",
        str(place / "corpus"),
        "--outputs",
        str(place / "outputs"),
        "--models",
        str(ROOT / "models"),
    ]
    command = [sys.executable, "-c", code, *words]
    return timed(
        lambda: subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    )


def memory(sizes: list[int], place: Path, paragraphs: int, *, real: bool) -> None:
    """The most memory that a first run takes, by the size of the corpus."""
    seen = {}
    for posts in sizes:
        told = one(["fill", str(fresh(place, posts, paragraphs)), *(["--real"] if real else [])])
        seen[posts] = told["peak"]
        parts = ", ".join(
            f"{step} {took['peak']:.0f} ({took['processor']:.0f} s)" for step, took in told["steps"].items()
        )
        print(f"  {posts:>6} posts: peak {told['peak']:6.0f} MB; by the end of each step: {parts}", flush=True)
    if len(seen) > 1:
        print(f"  {max(seen)} against {min(seen)}: {seen[max(seen)] / seen[min(seen)]:.2f} (to reach: 1.2)")


def main() -> None:
    """Measure what was asked for."""
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(answer(sys.argv[2:])))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["whole", "processes", "unchanged", "memory"])
    parser.add_argument("--posts", type=int, nargs="+", help="sizes, instead of the usual ones of each")
    parser.add_argument("--paragraphs", type=int, help="of each post")
    parser.add_argument("--real", action="store_true", help="fill ledgers with the real extractor, too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "bench"
        for what in asked.what:
            print(f"{what}:", flush=True)
            match what:
                case "whole":
                    whole(asked.posts or [2000], place, asked.paragraphs or 5)
                case "processes":
                    processes(asked.posts or [1000], place, asked.paragraphs or 5)
                case "unchanged":
                    unchanged(asked.posts or [100, 1000, 10_000], place, asked.paragraphs or 2, real=asked.real)
                case "memory":
                    memory(asked.posts or [2000, 20_000], place, asked.paragraphs or 2, real=asked.real)
                case _:
                    parser.error(f"there is no measure called {what}")


if __name__ == "__main__":
    main()
