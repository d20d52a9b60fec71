"""How long it takes to hold claims against each other, and how much memory, for corpora that grow tenfold.

Run ``python tests/bench/compare.py [CLAIMS…]``; every row is of a process of its own. ``growth`` is how much longer a
claim takes than in the row above: near 1 is linear. ``one more`` is what one new post takes after that, the memory of
the last comparison read and written. ``loop`` is what ten million additions took beside it, about half a second on a
machine with nothing else to do. Making up the posts is not counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from itertools import batched
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]  # it is run as a file, too

SIZES = (10_000, 100_000, 1_000_000)
PER_POST = 3.5
BATCH = 200  # posts between two looks at the clock, which takes a millisecond on some machines


def plain_loop() -> float:
    """How long ten million additions take: what this machine is worth while others use it."""
    start, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - start


def measure(number: int) -> dict[str, float]:
    """Hold that many claims against each other in this process: seconds, and the most memory it took."""
    from pipeline.compare.comparison import Comparison
    from pipeline.compare.memory import Memory
    from tests.bench.invented import corpus

    posts = int(number / PER_POST)
    bodies = max(number // 20, 10)
    seconds = 0.0
    comparison = Comparison()
    for made in batched(corpus(posts, bodies=bodies), BATCH):
        said = [_said(*one[:2]) for one in made]
        start = time.process_time()
        for one in said:
            comparison.add(*one)
        seconds += time.process_time() - start
    start = time.process_time()
    outcome = comparison.finish()
    seconds += time.process_time() - start
    del comparison
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    loop = plain_loop()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "memory"
        outcome.memory.save(place)
        found = len(outcome.found)
        del outcome
        (last,) = corpus(1, first=posts, bodies=bodies)
        said = _said(*last[:2])
        start = time.process_time()
        memory = Memory.load(place)
        assert memory is not None
        comparison = Comparison(memory)
        comparison.keep(memory.posts)
        comparison.add(*said)
        comparison.finish().memory.save(place)
        more = time.process_time() - start
    return {"seconds": seconds, "loop": loop, "mb": peak, "findings": found, "more": more}


def _said(post: Any, found: Any) -> tuple[str, str, list[Any], Any]:
    from pipeline.compare.claims import compared_claim, ref_of
    from pipeline.compare.naming import Named

    claims = [
        compared_claim(claim, post=post.id, date=post.date, publisher=post.publisher, entities=found.entities)
        for claim in found.claims
    ]
    return post.id, "", claims, Named({ref_of(entity): entity for entity in found.entities})


def main() -> None:
    """Print a row for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="*", type=int, default=SIZES)
    parser.add_argument("--one", action="store_true", help="measure in this process and print JSON")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.claims[0])))
        return
    before = None
    heads = ("claims", "seconds", "MB", "findings", "µs/claim", "one more", "loop", "growth")
    print("".join(f"{head:>11}" for head in heads))
    for number in asked.claims:
        ran = subprocess.run(
            [sys.executable, __file__, "--one", str(number)], capture_output=True, text=True, check=True
        )
        row = json.loads(ran.stdout)
        each = row["seconds"] / number * 1e6
        growth = f"{each / before:.2f}" if before else "–"
        told = (
            f"{row['seconds']:.1f}",
            f"{row['mb']:.0f}",
            f"{row['findings']:,}",
            f"{each:.1f}",
            f"{row['more']:.2f}",
        )
        print("".join(f"{cell:>11}" for cell in (f"{number:,}", *told, f"{row['loop']:.2f}", growth)), flush=True)
        before = each


if __name__ == "__main__":
    main()
