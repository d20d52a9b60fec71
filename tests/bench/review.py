"""How fast the review app answers with a large ledger: ``python -m tests.bench.review [CLAIMS] [--ledger PATH]``.

It makes posts of invented sentences (200,000 claims by default, of which 10,000 are decided; findings; one post of
100 KB), then asks the app in this process, so that no network or browser is in the figures. The wall clock decides
whether a promise was held; processor time stands beside it, since machines are shared. ``--ledger`` keeps the ledger
for another run; it may be a database URL.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from fastapi.testclient import TestClient
from sqlalchemy import func, insert, select

from pipeline.ledger import accounts, rows, schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.sights import sight_row
from pipeline.records import Claim, Decision, Finding, FindingKind, Kind, Post, Verdict, digest, passages_of
from pipeline.review.app import create_app

EACH = 20  # claims a post
DECIDED = 0.05  # the share that somebody has decided before
SUBJECTS = ("Harbour Fund", "Lakeside Team", "Ministry of Lists", "Open Code Office", "Northern Digital Unit")
KINDS = ((Kind.MONEY, "USD"), (Kind.MONEY, "EUR"), (Kind.COUNT, "team"), (Kind.PERCENT, "percent"))
PUBLISHERS = tuple(f"Gazette {n}" for n in range(40))
WORDS = tuple(a + b for a in ("har", "lem", "sto", "ver", "qui", "nor", "pla") for b in ("bour", "tin", "vay", "dock"))
THEMES = 12
PASSWORD = "a-long-bench-password"


@dataclass(frozen=True, slots=True)
class Made:
    """An invented post with its claims."""

    post: Post
    claims: tuple[Claim, ...]


def post_with(number: int, claims: int, padding: str = "") -> Made:
    """An invented post with so many claims, the same for the same *number*."""
    draw = random.Random(number)
    sentences, found, place = [], [], 0
    for n in range(claims):
        subject, (kind, unit) = SUBJECTS[(number + n) % 5], KINDS[(number * 7 + n) % 4]
        value = (number * 31 + n * 17) % 9000 + 1
        told = " ".join(draw.choices(WORDS, k=8))
        sentence = f"The {subject} counted {value} in its report number {number} on {told}.{padding}"
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
                measure=told.split()[0],
                confidence=((number + n) % 100) / 100,
                flags=("mixed-script",) if (number + n) % 50 == 0 else (),
                extractor="bench 1",
            )
        )
        sentences.append(sentence)
        place += len(sentence) + 2
    post = Post(
        id=f"post{number:06d}",
        text="\n\n".join(sentences),
        title=f"Report {number}",
        url=f"https://example.org/{number}",
        date=date(2010 + number % 15, 1, 1),
        publisher=PUBLISHERS[number % 40],
    )
    return Made(post, tuple(found))


def fill(ledger: Ledger, claims: int) -> None:
    """Put so many claims into *ledger*, a twentieth decided, with findings, and one post of 100 KB."""
    numbers = range(1, claims // EACH + 1)
    for first in range(0, len(numbers), 500):
        made = [post_with(number, EACH) for number in numbers[first : first + 500]]
        if first == 0:
            made.append(post_with(0, 200, " It says no more than that." * 17))
        keep(ledger, made)


def keep(ledger: Ledger, made: list[Made]) -> None:
    """Keep posts and what was found in them, as the pipeline would, in bulk."""
    posts, revisions, passages, claims, decisions, shown, judged = [], [], [], [], [], {}, []
    findings, about, placed = [], [], []
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    for one in made:
        post = one.post
        posts.append(rows.post_row(post) | {"reader": "bench", "state": "live", "extractor": "bench 1"})
        revisions.append(
            {"post": post.id, "revision": post.revision, "text": post.text, "reader": "bench", "reason": "new"}
            | {"raw": None, "seen": begin.isoformat()}
        )
        passages += [
            {"post": post.id, "number": part.index, "start": part.start, "end": part.end}
            for part in passages_of(post.text)
        ]
        placed += [
            {
                "post": post.id,
                "passage": n,
                "theme": f"theme-{(n + int(post.id[4:])) % THEMES}",
                "score": 0.5,
                "reason": "",
            }
            for n in range(len(one.claims))
        ]
        for n, claim in enumerate(one.claims):
            row = rows.claim_row(claim, post.id, post.revision, n)
            number = int(digest("decided", claim.id), 16)
            if number % 1000 < 1000 * DECIDED:
                verdict = (Verdict.ACCEPT, Verdict.ACCEPT, Verdict.REJECT)[number % 3]
                row["status"] = "accepted" if verdict is Verdict.ACCEPT else "rejected"
                sight = sight_row(claim)
                shown[sight["digest"]] = sight
                decisions.append(
                    rows.decision_row(
                        Decision(
                            id=f"before-{claim.id}", target=claim.id, post=post.id, revision=post.revision,
                            seen=sight["digest"], verdict=verdict, reviewer="anna", at=begin + timedelta(seconds=n),
                            reason="not-a-claim" if verdict is Verdict.REJECT else None,
                        )
                    )
                )  # fmt: skip
                judged.append({"claim": claim.id, "reviewer": "anna", "verdict": verdict.value, "seq": number % 10**6})
            claims.append(row)
        pair = (one.claims[0].id, one.claims[1].id)
        kind = FindingKind.CONTRADICTION if int(post.id[4:]) % 10 == 0 else FindingKind.UPDATE
        finding = Finding(
            id=f"f{post.id}", kind=kind, rule="bench", claims=pair, reason="Two of a kind.", confidence=0.5
        )
        findings.append(rows.finding_row(finding))
        about += [{"finding": finding.id, "claim": claim} for claim in pair]
    with ledger.writing() as connection:
        for table, each in (
            (schema.posts, posts), (schema.revisions, revisions), (schema.passages, passages), (schema.claims, claims),
            (schema.decisions, decisions), (schema.shown, list(shown.values())), (schema.judgements, judged),
            (schema.findings, findings), (schema.finding_claims, about),
            (schema.assignments, placed),
        ):  # fmt: skip
            if each:
                connection.execute(insert(table), each)


def timed(name: str, limit: float, times: int, ask: Callable[[int], None]) -> bool:
    """Print how long *ask* takes, so many times over; whether the promise was held."""
    return told(name, limit, [clocked(ask, n) for n in range(times)])


def alternately(*asked: tuple[str, Callable[[int], None]], limit: float, times: int = 100) -> Iterator[bool]:
    """Do each of *asked* in turn, so many times over, and yield for each whether the promise was held."""
    taken: list[list[tuple[float, float]]] = [[] for _ in asked]
    for n in range(times):
        for each, (_, ask) in zip(taken, asked, strict=True):
            each.append(clocked(ask, n))
    for each, (name, _) in zip(taken, asked, strict=True):
        yield told(name, limit, each)


def clocked(ask: Callable[[int], None], n: int) -> tuple[float, float]:
    """The milliseconds that *ask* takes, by the wall clock and of the processor."""
    start, busy = time.perf_counter(), time.process_time()
    ask(n)
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - busy)


def told(name: str, limit: float, taken: list[tuple[float, float]]) -> bool:
    """Print the median and the 95th percentile, by the clock and of the processor, beside the limit."""
    figures = []
    for each in zip(*taken, strict=True):
        figures += [statistics.median(each), statistics.quantiles(each, n=20)[-1]]
    said = " ".join(f"{figure:8.1f}" for figure in figures)
    print(f"{name:44} {said} {limit:8.0f}  {'ok' if figures[1] < limit else 'TOO SLOW'}", flush=True)
    return figures[1] < limit


def measures(web: TestClient, only: str) -> Iterator[bool]:
    """Yield for each promise, or those whose names hold *only*, whether it was held."""
    card = web.get("/api/queue/next").json()["claim"]
    stamp = f"{time.time_ns():x}"

    def sent(n: int, how: str) -> dict[str, str]:
        return {"version": card["version"], "verdict": "accept", "act": f"bench-{stamp}-{how}-{n:06d}"}

    def shown(page: str) -> dict[str, str]:
        return {
            "id": page.split('data-claim="')[1].split('"')[0],
            "version": page.split('name="version" value="')[1].split('"')[0],
        }

    def decide(n: int) -> None:
        """A key: the decision is on disk, and the page, which has the next card, gets its name and the bar."""
        answer = web.post(f"/claims/{card['id']}/decide", data=sent(n, "key"), headers={"X-Has-Next": "1"})
        assert answer.status_code == 200, answer.text[:200]
        onward.append(answer.json()["address"])

    def fetch(n: int) -> None:
        """The card after, which the page fetches while the reviewer reads."""
        nonlocal card
        answer = web.get(onward[n])
        assert answer.status_code == 200, answer.text[:200]
        card = shown(answer.text)

    def decide_plainly(n: int) -> None:
        """The same without JavaScript: the decision, a redirect, a whole page."""
        nonlocal card
        answer = web.post(f"/claims/{card['id']}/decide", data=sent(n, "form"))
        assert answer.status_code == 200, answer.text[:200]
        card = shown(answer.text)

    onward: list[str] = []

    def get(path: str) -> None:
        answer = web.get(path)
        assert answer.status_code == 200, answer.text[:200]

    words = ("harbour", "report 77", '"open code"', "lakeside 4", "ministry lists")
    if not only:
        yield from alternately(("key to next card, fetched ahead", decide), ("the next card itself", fetch), limit=100)
        yield timed("key to next card without JavaScript", 100, 50, decide_plainly)
    big = web.get("/api/claims?post=post000000&limit=1").json()["claims"][0]["id"]
    asked: dict[str, Callable[[int], str]] = {
        "queue, filtered by kind": lambda n: f"/?kind={('money', 'count', 'percent')[n % 3]}",
        "queue, filtered by publisher": lambda n: f"/?publisher=Gazette+{n}",
        "queue, filtered by year and unit": lambda n: f"/?year={2010 + n % 15}&unit=EUR",
        "queue, odd ones of one subject": lambda n: "/?flagged=1&subject=Harbour+Fund",
        "queue, by theme": lambda n: f"/?theme=theme-{n % THEMES}",
        "queue, searched": lambda n: f"/?words={words[n % 5]}",
        "claims, all": lambda n: f"/claims?page={n + 1}",
        "claims, the last pages": lambda n: f"/claims?page={3900 + n}",
        "claims, filtered": lambda n: f"/claims?kind=money&unit=EUR&year={2010 + n % 15}",
        "claims, at least so much": lambda n: f"/claims?least={1000 * (n + 1)}",
        "claims, by state": lambda n: f"/claims?status={('accepted', 'proposed')[n % 2]}",
        "claims, by theme": lambda n: f"/claims?theme=theme-{n % THEMES}",
        "claims, searched": lambda n: f"/claims?words={words[n % 5]}",
        "totals of a search, which follow its page": lambda n: f"/claims/totals?words={words[n % 5]}",
        "posts and progress": lambda _: "/posts",
        "decisions": lambda n: "/decisions",
        "first paint of a post of 100 KB": lambda n: f"/claims/{big}",
        "page of a post of 100 KB": lambda n: "/posts/post000000",
    }
    for name, path in asked.items():
        if only in name:
            yield timed(name, 200, 20, lambda n, path=path: get(path(n)))  # type: ignore[misc]


def main() -> int:
    """Fill, measure, print; 1 where a promise was not held."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("claims", nargs="?", type=int, default=200_000)
    parser.add_argument("--ledger", help="a file or database URL to keep the ledger in")
    parser.add_argument("--only", default="", help="only the pages whose names hold this")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Ledger(asked.ledger or Path(folder) / "ledger.db") as ledger:
        start = time.perf_counter()
        with ledger.reading() as connection:
            there = connection.execute(select(func.count()).select_from(schema.claims)).scalar_one()
        if not there:
            fill(ledger, asked.claims)
        middle = time.perf_counter()
        app = create_app(ledger=ledger, corpus=Path(folder), port=80, reviewer="bench")
        held = time.perf_counter() - middle
        print(f"{there or asked.claims} claims: kept in {middle - start:.0f} s, queue made in {held:.0f} s")
        print(f"{'milliseconds':44} {'median':>8} {'95 %':>8} {'cpu med':>8} {'cpu 95 %':>8} {'limit':>8}")
        with TestClient(app, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"}) as web:
            alone = list(measures(web, asked.only))
        if "second" not in accounts.names(ledger):
            accounts.add(ledger, "second", PASSWORD, role="reviewer")
        app = create_app(ledger=ledger, corpus=Path(folder), port=80)
        print("with accounts, a fifth of the claims due for a second, blind reviewer:")
        with TestClient(app, base_url="http://127.0.0.1", headers={"Origin": "http://127.0.0.1"}) as web:
            web.post("/login", data={"name": "second", "password": PASSWORD})
            return 0 if all([*alone, *measures(web, asked.only)]) else 1


if __name__ == "__main__":
    raise SystemExit(main())
