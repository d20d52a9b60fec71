"""How long each format of the outputs takes, and how much memory, for ledgers that grow tenfold.

Run ``python tests/bench/publish.py [CLAIMS…] [--formats csv,xlsx]``; every figure is of a process of its own.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from random import Random
from typing import Any

PER_POST = 7  # two in three hundred posts of the gold have more
PASSAGES = 12
WORDS = [
    "digital",
    "service",
    "public",
    "fund",
    "code",
    "share",
    "country",
    "train",
    "people",
    "data",
    "portal",
    "year",
]


def build(path: Path, claims: int) -> None:
    """A ledger at *path* with that many invented claims, and all else in proportion."""
    from pipeline.ledger import schema
    from pipeline.ledger.ledger import Ledger
    from pipeline.records import Theme, digest

    random = Random(7)
    posts = max(claims // PER_POST, 1)
    with Ledger(path) as ledger:
        for numbers in batched(range(posts), 2000):
            tables: dict[str, list[dict[str, Any]]] = {
                name: [] for name in ("posts", "revisions", "passages", "claims", "entities", "assignments")
            }
            for number in numbers:
                for name, row in _post(number, random, digest):
                    tables[name].append(row)
            with ledger.writing() as connection:
                for name, rows in tables.items():
                    connection.execute(schema.metadata.tables[name].insert(), rows)
        slugs = [f"theme-{n}" for n in range(1, 41)]
        ledger.keep_themes([Theme(slug=s, number=n, name=s.title()) for n, s in enumerate(slugs, 1)], {})
        _findings(ledger, claims)


def _post(number: int, random: Random, digest: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    from pipeline.ledger.rows import packed

    post = digest("post", str(number))
    paragraphs = [" ".join(random.choices(WORDS, k=25)) + "." for _ in range(PASSAGES)]
    text = "\n\n".join(paragraphs)
    yield (
        "posts",
        {
            "id": post,
            "revision": digest(text),
            "title": f"Post {number}",
            "url": f"https://example.org/{number}",
            "authors": '["Ada Example"]',
            "date": f"{random.randrange(2012, 2026)}-{random.randrange(1, 13):02}-{random.randrange(1, 28):02}",
            "publisher": f"Publisher {number % 90}",
            "country": random.choice(("US", "GB", "AU", "CA", "FR", "EE")),
            "language": "en",
            "path": f"{number}.md",
            "sources": "{}",
            "reader": "bench",
            "extractor": "bench",
            "duplicate_of": None,
            "state": "live",
        },
    )
    yield (
        "revisions",
        {
            "post": post,
            "revision": digest(text),
            "text": text,
            "raw": None,
            "reader": "bench",
            "reason": "new",
            "seen": "2024-01-01T00:00:00+00:00",
        },
    )
    place = 0
    for index, paragraph in enumerate(paragraphs):
        yield "passages", {"post": post, "number": index, "start": place, "end": place + len(paragraph)}
        if index % 3 == 0:
            theme = f"theme-{random.randrange(1, 41)}"
            yield "assignments", {"post": post, "passage": index, "theme": theme, "score": 0.7, "reason": "its words"}
        if index % 2 == 0:
            yield (
                "entities",
                {
                    "post": post,
                    "start": place,
                    "end": place + 9,
                    "quote": paragraph[:9],
                    "label": random.choice(("ORG", "GPE", "PROGRAM")),
                    "canonical": f"Thing {int(random.paretovariate(0.6)) % 20_000}",
                    "ref": None,
                    "iso": None,
                    "model": "bench",
                },
            )
        if index < PER_POST:
            money = random.random() < 0.3
            value = int(10 ** random.uniform(2, 10)) if money else random.randrange(1, 5000)
            yield (
                "claims",
                {
                    "id": digest(post, str(index)),
                    "post": post,
                    "revision": digest(text),
                    "passage": index,
                    "start": place,
                    "end": place + 12,
                    "quote": paragraph[:12],
                    "sentence": paragraph,
                    "sentence_start": place,
                    "kind": "money" if money else "count",
                    "value": str(value),
                    "value_max": None,
                    "amount": float(value),
                    "unit": random.choice(("USD", "EUR", "GBP", "AUD")) if money else "team",
                    "bound": "exact",
                    "subject": f"Thing {random.randrange(400)}",
                    "measure": "funding",
                    "predicate": None,
                    "when": None,
                    "period": None,
                    "modality": "actual",
                    "attributed_to": None,
                    "confidence": round(random.random(), 4),
                    "flags": "[]",
                    "currency_evidence": None,
                    "currency_candidates": "[]",
                    "spans": packed({"number": [place, place + 12]}),
                    "extractor": "bench",
                    "live": 1,
                    "status": "proposed",
                },
            )
        place += len(paragraph) + 2


def _findings(ledger: Any, claims: int) -> None:
    from pipeline.ledger.comparing import change_findings
    from pipeline.records import Finding, FindingKind, digest

    kinds = list(FindingKind)
    ids = [digest(digest("post", str(n // 2)), str(n % 2)) for n in range(min(claims // 50, 20_000))]
    found = [
        Finding(
            id=digest("finding", *pair),
            kind=kinds[number % len(kinds)],
            rule="bench",
            claims=tuple(pair),
            reason="The two differ.",
            confidence=0.7,
        )
        for number, pair in enumerate(batched(ids, 2))
        if len(pair) == 2
    ]
    with ledger.writing() as connection:
        change_findings(connection, (), found)


def plain_loop() -> float:
    """How long ten million additions take: what this machine is worth while others use it, about 0.5 s if none do."""
    start, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - start


def measure(path: Path, formats: tuple[str, ...], folder: Path) -> dict[str, Any]:
    """Publish once in this process; seconds of the clock and of the processor, and the peak of memory."""
    from pipeline.ledger.ledger import Ledger
    from pipeline.publish import publish

    begin, cpu = time.perf_counter(), time.process_time()
    with Ledger(path) as ledger:
        result = publish(ledger, folder, formats=formats)
    return {
        "formats": ",".join(formats),
        "claims": result.rows["claims"],
        "seconds": round(time.perf_counter() - begin, 1),
        "cpu": round(time.process_time() - cpu, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "loop": round(plain_loop(), 2),
        "written_mb": sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) // 2**20,
    }


def main() -> None:
    """Build the ledgers and print one line of JSON for each figure."""
    from pipeline.publish import DEFAULT, FORMATS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="*", type=int, default=[3_500, 35_000])
    parser.add_argument("--formats", help="measure these together, instead of each alone and the default together")
    parser.add_argument("--ledger", type=Path, help="keep the ledgers in this folder")
    parser.add_argument("--one", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.one[0], tuple(given.formats.split(",")), given.one[1])))
        return
    sets = [given.formats] if given.formats else [*FORMATS, ",".join(DEFAULT)]
    with tempfile.TemporaryDirectory() as temporary:
        for claims in given.claims:
            path = (given.ledger or Path(temporary)) / f"{claims}.db"
            if not path.exists():
                build(path, claims)
            for names in sets:
                with tempfile.TemporaryDirectory() as folder:
                    command = [sys.executable, __file__, "--one", str(path), folder, "--formats", names]
                    subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
