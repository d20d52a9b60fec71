"""What tests share: cases from data files, the hand-made annotations where they are, and one small corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parent
GOLD = ROOT.parent / "shared" / "gold" / "gold.jsonl"

needs_gold = pytest.mark.skipif(
    not GOLD.is_file(), reason="the annotated posts are not beside this checkout (../shared/gold)"
)


def cases(name: str) -> list[Any]:
    """The rows of ``cases/<name>.jsonl``, each a test by its id; a row with a ``gap`` is expected to fail."""
    rows = [json.loads(line) for line in (HERE / "cases" / f"{name}.jsonl").read_text("utf-8").splitlines() if line]
    return [
        pytest.param(
            row,
            id=row["id"],
            marks=[pytest.mark.xfail(reason=row["gap"], strict=True)] if row.get("gap") else [],
        )
        for row in rows
    ]


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests see none of the settings of the person who runs them."""
    import os

    for name in list(os.environ):
        if name.startswith("CONVENING_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


POST = """---
title: {title}
url: https://example.org/{slug}
authors: [Ada Example]
date: {date}
publisher: Example Board
country: {country}
---

{text}
"""


@pytest.fixture
def small_corpus(tmp_path: Path) -> Path:
    """A folder with three short posts, every sentence written for the tests."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    posts = {
        "one": ("What Utopia paid for", "2020-03-01", "AU",
                "The ministry put $1.5b into its Renewal Fund over 4 years.\n\n"
                "The pandemic closed every office, and a Covid-19 helpline took 3,000 calls a day."),
        "two": ("Who came to the meeting", "2021-05-02", "GB", "More than 60 teams from 12 countries came to the fifth "
                "convening in Lisbon.\n\nThey shared the source code of the payment service on an open platform."),
        "three": ("Nothing to count", "2022-01-09", "CA", "The team wrote down what it learned and thanked everybody."),
    }  # fmt: skip
    for slug, (title, day, country, text) in posts.items():
        (corpus / f"{slug}.md").write_text(
            POST.format(title=title, slug=slug, date=day, country=country, text=text), "utf-8"
        )
    return corpus


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server for this session, where one is installed."""
    from servers.postgres import programs, running

    found = programs()
    if found is None:
        pytest.skip("PostgreSQL's server is not installed (on Debian: apt-get install postgresql)")
    with running(found) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def both_databases(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Run a test twice: its ledgers are SQLite files, then databases of a real PostgreSQL server of the same names."""
    if request.param == "sqlite":
        yield request.param
        return
    from pipeline.ledger import database

    server = request.getfixturevalue("postgres")
    opened = database.open_engine

    def elsewhere(address: str | Path) -> Any:
        known = isinstance(address, str) and "://" in address
        return opened(address if known else server.address_for(Path(address).resolve()))

    monkeypatch.setattr(database, "open_engine", elsewhere)
    yield request.param
    server.drop_all()
