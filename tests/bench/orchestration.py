"""What Prefect costs: the same run as a flow with a server of its own, and without, in processor seconds.

``python -m tests.bench.orchestration [--posts 10000]``. All steps run over invented posts with an extractor that has no
model, since Prefect's cost does not depend on it; the share is told of that run, and of one whose posts are read by the
real extractor, whose speed is measured on a few of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

from bench.scale import ROOT, fresh, processor, settings_of, timed

FEW = 100  # posts on which the real extractor's speed is measured


def one(how: str, place: Path) -> dict[str, Any]:
    """What a process of its own says."""
    paths = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-m", "bench.orchestration", "--one", how, str(place)],
        stdout=subprocess.PIPE, text=True, check=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def answer(how: str, place: Path) -> dict[str, Any]:
    """What this process measures."""
    settings = settings_of(place, processes=1)
    if how == "real":
        from pipeline import steps
        from pipeline.reading.loading import load_extractor

        steps.read_posts(settings)
        load_extractor(settings)
        return timed(lambda: steps.extract_claims(settings))
    from cheap import Cheap

    from pipeline.workers import work

    work.load_extractor = lambda settings: Cheap()  # type: ignore[assignment, return-value]
    if how == "plain":
        from pipeline import steps

        took = timed(lambda: steps.run_through(settings))
    else:
        from pipeline.cli.running import _flow
        from pipeline.ledger.corpus.waiting import ALL
        from pipeline.steps import silent

        took = timed(lambda: _flow(settings, ALL, silent, None, 0))
    return took | {"all": processor()}


def main() -> None:
    """Measure both, and print the difference."""
    warnings.simplefilter("ignore")
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(answer(sys.argv[2], Path(sys.argv[3]))))
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--paragraphs", type=int, default=2, help="of each post")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "bench"
        took = {}
        for how in ("plain", "flow"):
            took[how] = one(how, fresh(place, asked.posts, asked.paragraphs))["all"]
            print(f"  {asked.posts} posts, {how}: {took[how]:.1f} s of processor", flush=True)
        real = one("real", fresh(place, FEW, asked.paragraphs))["processor"] / FEW * asked.posts
    cost = took["flow"] - took["plain"]
    print(f"  Prefect: {cost:.1f} s; {cost / took['plain']:.1%} of that run,")
    print(
        f"  {cost / (took['plain'] + real):.1%} of one whose posts are read for claims in {real:.0f} s (to reach: 5 %)"
    )


if __name__ == "__main__":
    main()
