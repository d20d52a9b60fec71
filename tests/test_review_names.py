"""The page of names: everything under one name, with how often and where, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from ledgers import WRITTEN, small_ledger
from review_server import client

from pipeline.ledger.ledger import Ledger
from pipeline.ledger.names import named_things, posts_naming


@pytest.fixture
def ledger(tmp_path: Path, both_databases: str) -> Iterator[Ledger]:
    """A small ledger."""
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as made:
        yield made


@pytest.fixture
def web(ledger: Ledger, tmp_path: Path) -> Iterator[TestClient]:
    """The app over it."""
    with client(ledger, tmp_path) as made:
        yield made


def test_mentions_and_posts_are_counted_under_one_name(ledger: Ledger) -> None:
    """As often as the posts were written to name it, the most named first."""
    naming = [written for written in WRITTEN if any(name[2] == "Harbour Digital Fund" for name in written.names)]
    mentions = sum(written.text.count("Harbour Digital Fund") for written in naming)
    with ledger.reading() as connection:
        things = named_things(connection)
        fund = next(thing for thing in things if thing.name == "Harbour Digital Fund")
        assert (fund.label, fund.mentions, fund.posts) == ("PROGRAM", mentions, len(naming))
        assert [thing.posts for thing in things] == sorted((thing.posts for thing in things), reverse=True)
        assert named_things(connection, words="HARBOUR digital") == [fund]
        assert [thing.iso for thing in named_things(connection, label="GPE")] == ["AU-NSW"]
        assert named_things(connection, words="100%_nobody") == []
        found = posts_naming(connection, "Harbour Digital Fund", "PROGRAM")
    assert [one.date for one in found] == sorted((one.date or "" for one in found), reverse=True)
    assert sum(one.mentions for one in found) == mentions


def test_a_gone_post_names_nothing(ledger: Ledger) -> None:
    """Its names leave the page; they come back with the post."""
    ledger.set_state([written.post.id for written in WRITTEN], "gone")
    with ledger.reading() as connection:
        assert named_things(connection) == []


def test_the_pages(web: TestClient) -> None:
    """The list filters, leads to the posts, and says what it does not understand."""
    page = web.get("/names?words=harbour").text
    assert "/names/PROGRAM/Harbour%20Digital%20Fund" in page
    assert "Lakeside" not in page
    one = web.get("/names/PROGRAM/Harbour%20Digital%20Fund")
    assert "A larger Harbour Digital Fund" in one.text
    assert web.get("/names/PROGRAM/Nobody").status_code == 404
    assert web.get("/names?label=NOTHING").status_code == 400
    assert web.get("/names?page=0").status_code == 400
    assert "No name fits" in web.get("/names?words=zzz").text
