"""The server is killed in the midst of rapid decisions: none that was acknowledged is missing, none is there twice."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
from ledgers import small_ledger
from review_server import served

from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.verdicts import fold

ROUNDS, EACH = 10, 100
RAPID = int(os.environ.get("REVIEW_CRASH_DECISIONS", "80"))  # a round's decisions; the full test has 1,000


def decide_rapidly(address: str, worker: str, most: int, acknowledged: list[str]) -> None:
    """Flag claim after claim as fast as answers come; note the acts that were answered."""
    with httpx.Client(base_url=address, timeout=20) as web:
        claims = [claim["id"] for claim in web.get("/api/claims", params={"limit": 200}).json()["claims"]]
        for n in range(most):
            claim = claims[n % len(claims)]
            act = f"{worker}-{n:05d}"
            for _ in range(20):  # another writer may have been first: look again, decide again
                seen = web.get(f"/api/claims/{claim}").json()["version"]
                body = {"act": act, "version": seen, "verdict": ("accept", "flag")[n % 2]}
                answer = web.post(f"/api/claims/{claim}/decisions", json=body)
                if answer.status_code == 200:
                    acknowledged.append(act)
                    break
                assert answer.status_code == 409


def until_it_dies(address: str, worker: str, acknowledged: list[str]) -> None:
    """Decide until the server is gone."""
    try:
        decide_rapidly(address, worker, 10_000, acknowledged)
    except httpx.TransportError:
        return


def check(folder: Path, acknowledged: list[str]) -> None:
    """All acknowledged acts are in the ledger, once; each claim stands as its decisions say."""
    with Ledger(folder / "ledger.db") as ledger:
        made = list(ledger.decisions())
        kept = Counter(decision.id for decision in made)
        assert set(acknowledged) <= set(kept)
        assert max(kept.values(), default=1) == 1
        for claim in ledger.claims():
            about = [decision for decision in made if decision.target == claim.found.id]
            assert claim.status == fold(about).status
        with ledger.reading() as connection:
            (sound,) = connection.exec_driver_sql("PRAGMA integrity_check").one()
        assert sound == "ok"


def test_killed_ten_times_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """Kill -9 at a random moment, ten times over; what was sent again after the crash counts once."""
    small_ledger(tmp_path / "ledger.db", reviewed=False).close()
    acknowledged: list[str] = []
    draw = random.Random(RAPID)
    for crash in range(ROUNDS):
        with served(tmp_path) as (address, process):
            before = len(acknowledged)
            moment = before + draw.randrange(RAPID // 10, RAPID)
            thread = threading.Thread(target=until_it_dies, args=(address, f"crash-{crash}", acknowledged))
            thread.start()
            while len(acknowledged) < moment and thread.is_alive():
                time.sleep(0.002)
            process.kill()
            thread.join(timeout=30)
            assert len(acknowledged) > before
        check(tmp_path, acknowledged)
    print(f"{len(acknowledged)} decisions acknowledged in {ROUNDS} rounds of up to {RAPID}, none lost")


def test_two_servers_on_one_ledger(tmp_path: Path) -> None:
    """Two servers and four reviewers at once: stale versions are refused, nothing is lost or doubled."""
    small_ledger(tmp_path / "ledger.db", reviewed=False).close()
    acknowledged: list[list[str]] = [[] for _ in range(4)]
    with served(tmp_path) as (first, _), served(tmp_path, reviewer="grace") as (second, _):
        threads = [
            threading.Thread(target=decide_rapidly, args=(address, f"worker-{n}", EACH // 2, acknowledged[n]))
            for n, address in enumerate((first, second, first, second))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
    told = [act for each in acknowledged for act in each]
    assert len(told) > EACH
    check(tmp_path, told)
    with Ledger(tmp_path / "ledger.db") as ledger:
        assert ledger.counts()["decisions"] == len(told)
