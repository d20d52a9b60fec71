"""What the review withstands: failing disks and clocks, by the rows of the list of attacks (see the case file).

``cases/hostile_web.tsv`` names the tests of every row that concerns the web; one test here holds that they exist.
"""

from __future__ import annotations

import ast
import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE
from ledgers import small_ledger
from review_server import client
from sqlalchemy import event, text

from pipeline.ledger.decisions import deciding, undoing
from pipeline.ledger.decisions.deciding import Ruling
from pipeline.ledger.errors import LedgerError
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue import progress
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.standing import viewing
from pipeline.ledger.standing.made import decisions_on
from pipeline.ledger.standing.verdicts import fold
from pipeline.ledger.standing.viewing import Viewer
from pipeline.records import Verdict

ADA = Viewer(name="ada")
EVERYBODY = Viewer(name="anybody")


class StruckError(Exception):
    """The failure that a test brings about."""


@pytest.fixture
def ledger(tmp_path: Path, both_databases: str) -> Iterator[Ledger]:
    """A small ledger without decisions, its queue made."""
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as made:
        refresh_queue(made)
        yield made


def rulings(ledger: Ledger, verdict: Verdict, most: int = 3) -> list[Ruling]:
    """Rulings on the first claims as they stand."""
    made = []
    with ledger.reading() as connection:
        for one in list(ledger.claims())[:most]:
            seen = decisions_on(connection, one.found.id)
            made.append(Ruling(claim=one.found.id, version=viewing.version_of(one.found, seen), verdict=verdict))
    return made


def sound(ledger: Ledger) -> dict[str, int]:
    """How many claims stand where; and claims, queue and counts all say what the decisions come to."""
    made = list(ledger.decisions())
    stand: dict[str, int] = {}
    for one in ledger.claims():
        status = str(fold([d for d in made if d.target == one.found.id]).status)
        stand[status] = stand.get(status, 0) + 1
    with ledger.reading() as connection:
        kept = dict(
            connection.execute(text("SELECT status, count(*) FROM claims WHERE live = 1 GROUP BY status")).all()
        )
        assert progress.counts(connection, EVERYBODY) == stand == kept
    return stand


@pytest.mark.parametrize("what", ["decide", "undo", "refresh"])
def test_a_failure_at_any_step_leaves_old_or_new(ledger: Ledger, what: str) -> None:
    """Row 25: struck at every statement in turn, nothing is half done, and once let through all of it is there."""
    act = deciding.record(ledger, rulings(ledger, Verdict.FLAG, 5), act="act-before", viewer=ADA)
    before, count = sound(ledger), ledger.counts()["decisions"]
    steps, strike = 0, 1

    def struck(*_: Any) -> None:
        nonlocal steps
        steps += 1
        if steps == strike:
            raise StruckError

    while True:
        wanted = rulings(ledger, Verdict.ACCEPT)
        if what == "refresh":
            with ledger.writing() as connection:
                connection.execute(text("INSERT INTO review_dirty SELECT id FROM posts WHERE id NOT IN "
                                        "(SELECT post FROM review_dirty)"))  # fmt: skip
        steps = 0
        event.listen(ledger.engine, "before_cursor_execute", struck)
        try:
            if what == "decide":
                deciding.record(ledger, wanted, act="act-struck", viewer=ADA)
            elif what == "undo":
                undoing.undo(ledger, act="undo-struck", reviewer="ada")
            else:
                refresh_queue(ledger)
        except StruckError:
            failed = True
        else:
            failed = False
        finally:
            event.remove(ledger.engine, "before_cursor_execute", struck)
        if not failed:
            break
        assert sound(ledger) == before, f"struck at statement {strike}"
        assert ledger.counts()["decisions"] == count
        strike += 1
    assert strike > 5
    after = sound(ledger)
    assert after["accepted" if what == "decide" else "proposed"] == {"decide": 3, "undo": 24, "refresh": 19}[what]
    assert len(act.decisions) == 5


def test_a_full_disk_keeps_the_card(tmp_path: Path) -> None:
    """Row 25: where nothing can be written the page says so, nothing is kept, and later the same act goes through."""
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as ledger, client(ledger, tmp_path) as web:
        claim = web.get("/api/queue/next").json()["claim"]
        form = {"act": "act-full", "version": claim["version"], "verdict": "accept", "note": "x" * 3000}
        sound(ledger)
        full = True

        def refuse(connection: Any, *_: Any) -> None:
            if full:
                connection.connection.dbapi_connection.execute("PRAGMA max_page_count = 1")
                connection.connection.dbapi_connection.execute("PRAGMA query_only = ON")
            else:
                connection.connection.dbapi_connection.execute("PRAGMA query_only = OFF")

        event.listen(ledger.engine, "begin", refuse)
        answer = web.post(f"/claims/{claim['id']}/decide", data=form)
        assert answer.status_code == 503
        assert answer.text.startswith("Not saved.")
        assert web.get(f"/claims/{claim['id']}").status_code == 200
        assert ledger.counts()["decisions"] == 0
        full = False
        assert web.post(f"/claims/{claim['id']}/decide", data=form).status_code == 200
        event.remove(ledger.engine, "begin", refuse)
        assert ledger.counts()["decisions"] == 1
        sound(ledger)


def test_a_clock_that_jumps_changes_no_order(ledger: Ledger) -> None:
    """Row 25: what was decided last counts, and undo takes it back first, even if the clock went back a year."""
    now = datetime.now(UTC)
    deciding.record(ledger, rulings(ledger, Verdict.ACCEPT, 1), act="act-today", viewer=ADA, at=now)
    past = now - timedelta(days=365)
    deciding.record(ledger, rulings(ledger, Verdict.FLAG, 1), act="act-last-year", viewer=ADA, at=past)
    assert sound(ledger) == {"flagged": 1, "proposed": 23}
    undoing.undo(ledger, act="undo-jump", reviewer="ada", at=past - timedelta(days=1))
    assert sound(ledger) == {"accepted": 1, "proposed": 23}


def test_a_decision_of_a_lost_ledger_is_refused_in_words(tmp_path: Path) -> None:
    """Row 25: a ledger that is no database any more is named, with what to do."""
    (tmp_path / "ledger.db").write_bytes(b"no database at all" * 400)
    with pytest.raises(LedgerError, match="doctor --rebuild"):
        Ledger(tmp_path / "ledger.db")


def test_every_row_of_the_list_has_its_tests() -> None:
    """Each row that concerns the web names tests, and all of them are there."""
    known = {
        f"{path.relative_to(HERE).as_posix()}::{node.name}"
        for path in HERE.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    rows = list(csv.reader((HERE / "cases" / "hostile_web.tsv").open(encoding="utf-8"), delimiter="\t"))
    assert [row[2] for row in rows if row[2] not in known] == []
    assert {int(row[0]) for row in rows} == {1, 2, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 24, 25, 26, 27}
