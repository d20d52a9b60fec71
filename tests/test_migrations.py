"""A ledger of an older version of the program: opened, brought to today's tables, with all that it held."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, event, inspect, text

from pipeline.ledger.connect import HEAD, STEPS, migrate
from pipeline.ledger.errors import LedgerError
from pipeline.ledger.ledger import Ledger

TEXT = "Utopia has 40 teams."
HELD = {
    "posts": {"id": "p1", "revision": "r1", "title": "Teams", "url": "https://example.org/a", "authors": '["Ada"]',
              "sources": "{}", "state": "live", "path": "a.md", "date": "2020-01-02", "extractor": "old 1"},
    "revisions": {"post": "p1", "revision": "r1", "text": TEXT, "reason": "new", "seen": "2020-01-03T00:00:00+00:00"},
    "passages": {"post": "p1", "number": 0, "start": 0, "end": len(TEXT)},
    "claims": {"id": "c1", "post": "p1", "revision": "r1", "passage": 0, "start": 11, "end": 19, "quote": "40 teams",
               "sentence": TEXT, "sentence_start": 0, "kind": "count", "value": "40", "amount": 40.0, "unit": "team",
               "bound": "exact", "modality": "actual", "confidence": 0.9, "flags": "[]", "currency_candidates": "[]",
               "spans": "{}", "live": 1, "status": "accepted"},
    "decisions": {"seq": 1, "id": "d1", "target": "c1", "target_kind": "claim", "post": "p1", "revision": "r1",
                  "seen": "s1", "verdict": "accept", "reviewer": "ada", "at": "2020-02-03T10:00:00+00:00",
                  "changes": "{}", "note": "as I heard it"},
    "states": {"name": "themes", "bytes": b"{}"},
}  # fmt: skip


def engine_of(address: str) -> Any:
    """An engine on *address* that leaves the tables as they are."""
    engine = create_engine(address.replace("postgresql://", "postgresql+pg8000://"))
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def settle(connection: Any, _: object) -> None:
            connection.isolation_level = None

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


def filled(address: str, step: str) -> None:
    """Make a ledger at *address* as it was at *step*, with a post, a claim and a decision in it."""
    engine = engine_of(address)
    migrate(engine, address, to=step)
    known = MetaData()
    known.reflect(engine)
    with engine.begin() as connection:
        for table, row in HELD.items():
            held = {name: value for name, value in row.items() if name in known.tables[table].c}
            connection.execute(known.tables[table].insert().values(held))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an older ledger shall lie."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    server = request.getfixturevalue("postgres")
    server.drop_all()
    return str(server.address("ledger_old"))


@pytest.mark.parametrize("step", sorted(path.name[:4] for path in STEPS.glob("[0-9]*.py")))
def test_an_older_ledger_keeps_all_that_it_held(address: str, step: str) -> None:
    """From every step that ever was: the post, its text, its claim and the decision are there, and can be added to."""
    filled(address, step)
    with Ledger(address) as ledger:
        assert [(post.id, post.text, post.title) for post in ledger.posts()] == [("p1", TEXT, "Teams")]
        assert [(row.claim.quote, row.status) for row in ledger.claims()] == [("40 teams", "accepted")]
        (kept,) = ledger.decisions()
        assert (kept.id, kept.reviewer, kept.note) == ("d1", "ada", "as I heard it")
        with ledger.engine.connect() as connection:
            assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
        with pytest.raises(LedgerError, match="never changed"), ledger.writing() as connection:
            connection.execute(text("UPDATE decisions SET note = ''"))


def test_the_steps_follow_each_other() -> None:
    """Each names the one before it, and its number is the next."""
    import importlib.util

    before = None
    for number, path in enumerate(sorted(STEPS.glob("[0-9]*.py")), 1):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        step = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(step)
        assert (step.revision, step.down_revision) == (f"{number:04}", before)
        before = step.revision


def test_a_step_that_fails_leaves_the_ledger_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a migration is none: the older ledger is whole, and the next try brings it to today."""
    address = f"sqlite:///{tmp_path / 'ledger.db'}"
    filled(address, "0001")

    def broken(*_: object, **__: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("alembic.op.create_table", broken)
    with pytest.raises(OSError, match="the disk is gone"):
        Ledger(tmp_path / "ledger.db")
    engine = engine_of(address)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0001"
        tables = set(inspect(connection).get_table_names())
    engine.dispose()
    monkeypatch.undo()
    with Ledger(tmp_path / "ledger.db") as ledger:
        assert len(list(ledger.decisions())) == 1
        with ledger.engine.connect() as connection:
            assert set(inspect(connection).get_table_names()) >= tables
        assert json.loads("{}") == dict(next(iter(ledger.decisions())).changes)
