"""The table of claims and the queue answer from indices and kept counts, as if all items were looked through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bench.review import keep, post_with
from fastapi.testclient import TestClient
from review_server import client
from sqlalchemy import insert, inspect, select

from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue import next_card, search, totals
from pipeline.ledger.queue.filters import Wanted
from pipeline.ledger.queue.items import refresh_queue
from pipeline.ledger.standing.draws import chance
from pipeline.ledger.standing.verdicts import SETTLED
from pipeline.ledger.standing.viewing import Viewer
from pipeline.review import table

POSTS, EACH = 20, 12
ALONE = Viewer(name="bench")
BLIND = Viewer(name="bench", second_share=0.5, adjudicates=False, single=False)
JUDGED_BY_BENCH = 3  # posts whose settled claims the blind viewer has judged, too
FILTERS = [
    Wanted(),
    Wanted(kind="money"),
    Wanted(status="accepted"),
    Wanted(status="rejected", unit="USD"),
    Wanted(status="proposed", least=100_000),
    Wanted(status="disputed"),
    Wanted(year="2013", kind="money"),
    Wanted(publisher="Gazette 4"),
    Wanted(theme="odd-ones"),
    Wanted(theme="odd-ones", status="proposed"),
    Wanted(words="harbour"),
    Wanted(words="report 7"),
    Wanted(words='"report number" lists'),
    Wanted(words='7 "the harbour fund"'),
    Wanted(mine=True),
    Wanted(flagged=True, subject="Harbour Fund"),
    Wanted(post="post000003"),
    Wanted(draw=True),
]


@dataclass(frozen=True, slots=True)
class Looked:
    """An item, looked at by itself."""

    row: Any
    status: str  # as the viewer may see it
    open: bool  # and not judged by the viewer


@pytest.fixture
def ledger(tmp_path: Path, both_databases: str) -> Iterator[Ledger]:
    """Twenty posts of twelve claims, some decided by one person, some of those by another, too."""
    with Ledger(tmp_path / "ledger.db") as made:
        keep(made, [post_with(number, EACH) for number in range(1, POSTS + 1)])
        with made.writing() as connection:
            connection.execute(schema.assignments.delete())
            table = schema.claims.c
            found = connection.execute(select(table.id, table.post, table.passage, table.status)).all()
            connection.execute(
                insert(schema.assignments),
                [
                    {"post": post, "passage": passage, "theme": "odd-ones", "score": 0.9, "reason": ""}
                    for _, post, passage, _ in found
                    if passage % 2
                ],
            )
            for n, (claim, _, _, _) in enumerate(sorted(found)):  # more of them decided than the bench does
                if n % 3 == 0:
                    state = ("accepted", "rejected", "flagged")[n % 9 // 3]
                    connection.execute(schema.claims.update().where(table.id == claim).values(status=state))
                if n % 12 == 0:
                    judged = {"claim": claim, "reviewer": "bench", "verdict": "accept", "seq": n}
                    connection.execute(insert(schema.judgements).values(judged))
        refresh_queue(made)
        yield made


def looked(ledger: Ledger, wanted: Wanted, viewer: Viewer) -> list[Looked]:
    """The items that fit, found by looking at every one."""
    with ledger.reading() as connection:
        judged = {
            row.claim
            for row in connection.execute(select(schema.judgements).where(schema.judgements.c.reviewer == viewer.name))
        }
        themed = {
            (row.post, row.passage)
            for row in connection.execute(select(schema.assignments).where(schema.assignments.c.theme == wanted.theme))
        }
        claims = {row.id: row for row in connection.execute(select(schema.claims))}
        items = connection.execute(select(schema.review_items)).all()
    found = []
    for row in items:
        told = SETTLED if viewer.adjudicates else (*SETTLED, "disputed")
        withheld = row.status in told and chance("second", row.claim) < viewer.second_share and row.claim not in judged
        status = "proposed" if withheld else row.status
        named = f"Report {int(row.post[4:])} {claims[row.claim].measure} {row.unit}"
        said = re.findall(r"\w+", f"{claims[row.claim].sentence} {row.subject} {row.publisher} {named}".casefold())
        *whole, begun = re.findall(r"\w+", wanted.words or "") or [""]
        fits = (
            wanted.status in (None, status)
            and wanted.kind in (None, row.kind)
            and wanted.unit in (None, row.unit)
            and wanted.year in (None, row.year)
            and wanted.publisher in (None, row.publisher)
            and wanted.subject in (None, row.subject)
            and wanted.post in (None, row.post)
            and (wanted.least is None or row.amount >= wanted.least)
            and (wanted.theme is None or (row.post, row.passage) in themed)
            and (not wanted.flagged or row.odd)
            and (not wanted.mine or row.claim in judged)
            and (not wanted.draw or row.draw < 0.1)
            and set(whole) <= set(said)
            and any(word.startswith(begun) for word in said)
        )
        if fits:
            again = ("proposed", "stale", "disputed", "flagged")  # one's own are there to be judged again
            left = status in again if wanted.mine else status in ("proposed", "stale") and row.claim not in judged
            found.append(Looked(row, status, left))
    return sorted(found, key=lambda one: (one.row.post, one.row.start))


@pytest.mark.parametrize("many", [3, 10_000])
@pytest.mark.parametrize("viewer", [ALONE, BLIND], ids=["alone", "blind"])
def test_filters_answer_as_if_every_item_was_looked_at(
    ledger: Ledger, viewer: Viewer, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows, states, count, sums and next card of every filter, alone and blind, on both ways through the indices."""
    monkeypatch.setattr(search, "MANY", many)
    with ledger.reading() as connection:
        for wanted in FILTERS:
            fits = looked(ledger, wanted, viewer)
            shown = list(table.shown(connection, wanted, viewer, limit=1000))
            assert [(row["claim"].id, row["status"]) for row in shown] == [(one.row.claim, one.status) for one in fits]
            second = list(table.shown(connection, wanted, viewer, limit=7, offset=7))
            assert [row["claim"].id for row in second] == [one.row.claim for one in fits[7:14]]
            told = totals.totals(connection, wanted, viewer)
            assert told.count == totals.count(connection, wanted, viewer) == len(fits)
            assert totals.totals_of_few(connection, wanted, viewer, most=len(fits)) == told
            assert not fits or totals.totals_of_few(connection, wanted, viewer, most=len(fits) - 1) is None
            assert sorted((unit, number, int(total.replace(",", ""))) for unit, number, total in told.sums) == sorted(
                (unit, len(amounts), round(sum(amounts)))
                for unit in ("USD", "EUR")
                if (amounts := [one.row.amount for one in fits if (one.row.kind, one.row.unit) == ("money", unit)])
            )
            if wanted.any and wanted.status is None:
                place = next_card.next_place(connection, wanted, viewer)
                order = sorted(
                    (one.row.tier, one.row.rank, one.row.post, one.row.start, one.row.claim) for one in fits if one.open
                )
                assert (place and place.claim) == (order[0][-1] if order else None)


def test_the_next_cards_of_a_filter_lead_through_all_of_it(ledger: Ledger) -> None:
    """Going on from card to card, blind, shows every open claim once, in the queue's order; going back, the same."""
    wanted = Wanted(kind="money")
    order = sorted(
        (one.row.tier, one.row.rank, one.row.post, one.row.start, one.row.claim)
        for one in looked(ledger, wanted, BLIND)
        if one.open
    )
    with ledger.reading() as connection:
        seen, after = [], None
        for _ in order:
            place = next_card.next_place(connection, wanted, BLIND, after=after)
            assert place is not None
            after = place.claim
            seen.append(after)
        assert seen == [row[-1] for row in order]
        back = next_card.next_place(connection, wanted, BLIND, after=seen[-1], back=True)
        assert back is not None
        assert back.claim == seen[-2]


def test_progress_by_post_is_kept_with_every_decision(ledger: Ledger, tmp_path: Path) -> None:
    """A decision, its undoing and a post read anew leave the counts as if all items were counted."""

    def check(web: TestClient) -> None:
        counted: dict[str, tuple[int, int]] = {}
        with ledger.reading() as connection:
            for post, status in connection.execute(select(schema.review_items.c.post, schema.review_items.c.status)):
                done, all_of_them = counted.get(post, (0, 0))
                counted[post] = (done + (status in SETTLED), all_of_them + 1)
            kept = {row.post: (row.settled, row.claims) for row in connection.execute(select(schema.review_posts))}
        assert kept == counted
        page = web.get("/posts").text
        assert all(f">{done} of {number}<" in page for done, number in counted.values())

    with client(ledger, tmp_path, reviewer="bench") as web:
        check(web)
        claim = web.get("/api/queue/next").json()["claim"]
        body = {"act": "act-of-progress", "version": claim["version"], "verdict": "accept"}
        assert web.post(f"/api/claims/{claim['id']}/decisions", json=body).status_code == 200
        check(web)
        assert web.post("/undo", data={"act": "act-of-undoing"}).status_code == 200
        check(web)
        with ledger.writing() as connection:  # a post is read anew, and has lost a claim
            lost = schema.claims.c
            first = connection.execute(select(lost.id).where(lost.post == "post000003")).scalars().first()
            connection.execute(schema.claims.update().where(lost.id == first).values(live=0))
        refresh_queue(ledger)
        check(web)


def test_the_indices_are_those_of_the_schema(ledger: Ledger) -> None:
    """A ledger brought to today's tables step by step has the very indices that the queries count on."""
    known = inspect(ledger.engine)
    for sought in (schema.review_items, schema.assignments, schema.judgements, schema.decisions):
        told = {each["name"]: each["column_names"] for each in known.get_indexes(sought.name)}
        assert {i.name: [column.name for column in i.columns] for i in sought.indexes}.items() <= told.items()
