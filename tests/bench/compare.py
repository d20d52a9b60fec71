"""How long it takes to hold claims against each other, and how much memory, for corpora that grow tenfold.

Run ``python tests/bench/compare.py [CLAIMS…]``; every row is of a process of its own. ``growth`` is how much longer a
claim takes than in the row above: near 1 is linear. ``loop`` is what ten million additions took beside it, about
half a second on a machine with nothing else to do.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from pipeline.compare.claims import ComparedClaim
from pipeline.records import Bound, Claim, Kind, Modality

SIZES = (10_000, 100_000, 1_000_000)
PER_POST = 7
THREAD = 5  # claims about one measure of one subject, on average
UNITS = ("citizen", "team", "service", "project", "agency", "person", "permit", "school", "dataset", "country")
KINDS = ("Fund", "Academy", "Portal", "Summit", "Registry", "Office", "Network", "Programme", "Lab", "Desk")
DOINGS = ("registered", "trained", "funded", "connected", "published", "moved", "built", "served", "issued", "saved")
SYLLABLES = ("ka", "ro", "mi", "te", "lu", "sa", "no", "vi", "de", "pa", "gu", "ri", "fo", "ne", "ta", "be")


def claims(number: int) -> Iterator[ComparedClaim]:
    """Yield that many invented claims: names by the thousand, some very common, a few words, eleven years."""
    random = Random(8)
    bodies = max(number // (THREAD * 4), 10)
    for place in range(number):
        post = f"post-{place // PER_POST}"
        body = (
            min(int(random.paretovariate(0.8)) - 1, bodies - 1) if random.random() < 0.1 else random.randrange(bodies)
        )
        name, kind = _name(body), KINDS[body % len(KINDS)]
        which = random.randrange(4)
        unit, doing = UNITS[(body + which) % len(UNITS)], DOINGS[(body * 7 + which) % len(DOINGS)]
        value = random.randrange(13, 90_000)
        quote, subject, measure = f"{value:,}", f"{name} {kind}", f"{unit}s {doing} by the {kind.lower()}"
        sentence = f"The {subject} says that {quote} {measure} were counted in this year, as was hoped by its staff."
        start = (place % PER_POST) * 200
        yield ComparedClaim(
            claim=Claim(
                id=f"{place:016x}",
                start=start + sentence.index(quote),
                end=start + sentence.index(quote) + len(quote),
                quote=quote,
                sentence=sentence,
                sentence_start=start,
                kind=Kind.COUNT,
                value=Decimal(value),
                unit=unit,
                bound=Bound.EXACT if place % 3 else Bound.AT_LEAST,
                subject=subject if place % 4 else None,
                measure=measure if place % 4 else f"{measure} of {subject}",
                modality=Modality.ACTUAL if place % 11 else Modality.PLANNED,
            ),
            post=post,
            date=date(2012, 1, 1) + timedelta(days=(place // PER_POST * 37) % 4000),
            publisher=f"Publisher {place // PER_POST % 40}",
            subject_refs=(subject.casefold(),) if place % 4 and place % 5 else (),
            sentence_refs=(subject.casefold(),) if place % 5 else (),
        )


def _name(number: int) -> str:
    parts = []
    while True:
        parts.append(SYLLABLES[number % 16])
        number //= 16
        if not number and len(parts) > 1:
            return "".join(parts).title()


def plain_loop() -> float:
    """How long ten million additions take: what this machine is worth while others use it."""
    start, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - start


def measure(number: int) -> dict[str, float]:
    """Hold that many claims against each other in this process: seconds, and the most memory it took."""
    from pipeline.compare.findings import compare

    start = time.process_time()
    found = sum(1 for _ in compare(claims(number)))
    seconds = time.process_time() - start
    return {
        "seconds": seconds,
        "loop": plain_loop(),
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "findings": found,
    }


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
    print(f"{'claims':>10} {'seconds':>9} {'MB':>7} {'findings':>9} {'µs/claim':>9} {'loop':>5} {'growth':>7}")
    for number in asked.claims:
        ran = subprocess.run(
            [sys.executable, __file__, "--one", str(number)], capture_output=True, text=True, check=True
        )
        row = json.loads(ran.stdout)
        each = row["seconds"] / number * 1e6
        growth = f"{each / before:7.2f}" if before else "      –"
        print(
            f"{number:>10,} {row['seconds']:>9.1f} {row['mb']:>7.0f} {row['findings']:>9,} {each:>9.1f} "
            f"{row['loop']:>5.2f} {growth}"
        )
        before = each


if __name__ == "__main__":
    main()
