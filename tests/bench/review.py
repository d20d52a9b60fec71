"""How fast the review app answers with a large ledger: ``python tests/bench/review.py [CLAIMS]`` prints a table.

It makes posts of invented sentences in a temporary folder (200,000 claims by default, and one post of 100 KB),
then asks the app in this process, so that no network or browser is in the figures.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from fastapi.testclient import TestClient

from pipeline.ledger.ledger import Ledger
from pipeline.records import Claim, Extraction, Kind, Post, digest, passages_of
from pipeline.review.app import create_app

EACH = 20  # claims a post
SUBJECTS = ("Harbour Fund", "Lakeside Team", "Ministry of Lists", "Open Code Office", "Northern Digital Unit")
KINDS = ((Kind.MONEY, "USD"), (Kind.MONEY, "EUR"), (Kind.COUNT, "team"), (Kind.PERCENT, "percent"))


def post_with(number: int, claims: int, padding: str = "") -> tuple[Post, Extraction]:
    """An invented post with so many claims."""
    sentences, found, place = [], [], 0
    for n in range(claims):
        subject, (kind, unit) = SUBJECTS[(number + n) % 5], KINDS[(number * 7 + n) % 4]
        value = (number * 31 + n * 17) % 9000 + 1
        sentence = f"The {subject} counted {value} in its report number {number}.{padding}"
        start = place + sentence.index(str(value))
        found.append(
            Claim(
                id=digest(str(number), str(n)),
                start=start,
                end=start + len(str(value)),
                quote=str(value),
                sentence=sentence,
                sentence_start=place,
                kind=kind,
                value=Decimal(value * 1000),
                unit=unit,
                subject=subject,
                confidence=((number + n) % 100) / 100,
            )
        )
        sentences.append(sentence)
        place += len(sentence) + 2
    text = "\n\n".join(sentences)
    post = Post(id=f"post{number:06d}", text=text, title=f"Report {number}", date=date(2010 + number % 15, 1, 1))
    return post, Extraction(claims=tuple(found), entities=(), passages=tuple(passages_of(text)))


def fill(ledger: Ledger, claims: int) -> None:
    """Put so many claims into *ledger*, and one post of 100 KB."""
    made: list[tuple[Post, Extraction]] = [post_with(0, 200, " It says no more than that." * 17)]
    for number in range(1, claims // EACH + 1):
        made.append(post_with(number, EACH))
        if len(made) == 500:
            keep(ledger, made)
            made = []
    keep(ledger, made)


def keep(ledger: Ledger, made: list[tuple[Post, Extraction]]) -> None:
    """Keep posts and what was found in them."""
    ledger.keep_posts([post for post, _ in made])
    ledger.keep_extractions(made, extractor="bench 1")


def timed(name: str, limit: float, times: int, ask: Callable[[int], None]) -> bool:
    """Print the median and the 95th percentile of *ask* in milliseconds, beside the limit."""
    taken = []
    for n in range(times):
        start = time.perf_counter()
        ask(n)
        taken.append(1000 * (time.perf_counter() - start))
    high = statistics.quantiles(taken, n=20)[-1]
    print(f"{name:44} {statistics.median(taken):8.1f} {high:8.1f} {limit:8.0f}  {'ok' if high < limit else 'TOO SLOW'}")
    return high < limit


def measures(web: TestClient) -> Iterator[bool]:
    """Yield for each promise whether it was held."""
    card = web.get("/api/queue/next").json()["claim"]

    def decide(n: int) -> None:
        nonlocal card
        body = {"version": card["version"], "verdict": "accept", "act": f"bench-act-{n:06d}"}
        answer = web.post(f"/claims/{card['id']}/decide", data=body)
        assert answer.status_code == 200, answer.text[:200]
        card = {
            "id": answer.text.split('data-claim="')[1].split('"')[0],
            "version": answer.text.split('name="version" value="')[1].split('"')[0],
        }

    def get(path: str) -> None:
        answer = web.get(path)
        assert answer.status_code == 200, answer.text[:200]

    words = ("harbour", "report 77", '"open code"', "lakeside 4", "ministry lists")
    yield timed("decide, and the next card", 100, 100, decide)
    yield timed("queue, filtered by kind", 200, 20, lambda n: get(f"/?kind={('money', 'count', 'percent')[n % 3]}"))
    yield timed("queue, searched", 200, 20, lambda n: get(f"/?words={words[n % 5]}"))
    yield timed("claims, all", 200, 20, lambda n: get(f"/claims?page={n + 1}"))
    yield timed("claims, filtered", 200, 20, lambda n: get(f"/claims?kind=money&unit=EUR&year={2010 + n % 15}"))
    yield timed("claims, searched", 200, 20, lambda n: get(f"/claims?words={words[n % 5]}"))
    big = web.get("/api/claims?post=post000000&limit=1").json()["claims"][0]["id"]
    yield timed("first paint of a post of 100 KB", 200, 20, lambda n: get(f"/claims/{big}"))


def main() -> int:
    """Fill, measure, print; 1 where a promise was not held."""
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as folder, Ledger(Path(folder) / "ledger.db") as ledger:
        start = time.perf_counter()
        fill(ledger, claims)
        middle = time.perf_counter()
        app = create_app(ledger=ledger, corpus=Path(folder), port=80, reviewer="bench")
        print(f"{claims} claims: kept in {middle - start:.0f} s, queue made in {time.perf_counter() - middle:.0f} s")
        print(f"{'milliseconds':44} {'median':>8} {'95 %':>8} {'limit':>8}")
        with TestClient(app, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"}) as web:
            return 0 if all(list(measures(web))) else 1


if __name__ == "__main__":
    raise SystemExit(main())
