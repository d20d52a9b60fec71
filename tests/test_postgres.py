"""A team's ledger on PostgreSQL: the whole run, many writers, and a server that is not there."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ledgers import decisions, small_ledger

from pipeline import steps
from pipeline.ledger.errors import LedgerError
from pipeline.ledger.ledger import Ledger
from pipeline.settings import Settings


def run(settings: Settings) -> dict[str, bytes]:
    """Run every step; the files of the outputs."""
    steps.read_posts(settings)
    steps.extract_claims(settings)
    steps.assign_themes(settings)
    steps.compare_claims(settings)
    folder = steps.publish_outputs(settings)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name[0] != "."
    }


def test_a_run_gives_the_same_bytes_on_both_databases(small_corpus: Path, tmp_path: Path, postgres: Any) -> None:
    """Read, extract, assign, compare and publish: the outputs do not tell which database holds the ledger."""
    postgres.drop_all()
    here = Settings.load(corpus=small_corpus, outputs=tmp_path / "here")
    there = replace(here, outputs=tmp_path / "there", ledger=postgres.address("ledger_run"))
    assert run(there) == run(here)
    again = steps.read_posts(there)
    assert dict(again.posts) == {"unchanged": 3}
    assert steps.outlook(there).quiet is not None


def test_writers_wait_for_each_other(tmp_path: Path, postgres: Any) -> None:
    """Four programs that send the same decisions at once: each is there once, in one order."""
    postgres.drop_all()
    address = postgres.address("ledger_many")
    small_ledger(address, reviewed=False).close()
    new: list[int] = []
    failed: list[BaseException] = []

    def send() -> None:
        try:
            with Ledger(address) as ledger:
                new.extend(ledger.record([made]) for made in decisions())
        except BaseException as error:
            failed.append(error)

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert failed == []
    assert sum(new) == len(decisions())
    with Ledger(address) as ledger:
        assert sorted(made.id for made in ledger.decisions()) == sorted(made.id for made in decisions())


def test_a_reader_sees_one_state(postgres: Any) -> None:
    """What is written while somebody reads does not change what they read."""
    postgres.drop_all()
    address = postgres.address("ledger_read")
    with small_ledger(address, reviewed=False) as ledger, ledger.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM decisions").scalar()
        with Ledger(address) as other:
            other.record(decisions())
        assert connection.exec_driver_sql("SELECT count(*) FROM decisions").scalar() == before == 0


def test_decisions_cannot_be_changed_by_anybody(postgres: Any) -> None:
    """The database itself refuses to change, remove or empty them."""
    postgres.drop_all()
    with small_ledger(postgres.address("ledger_kept")) as ledger:
        for said in ("UPDATE decisions SET note = ''", "DELETE FROM decisions", "TRUNCATE decisions"):
            with pytest.raises(LedgerError, match="never changed or removed"), ledger.writing() as connection:
                connection.exec_driver_sql(said)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    """The sentence says what to check and keeps the secret."""
    with pytest.raises(LedgerError, match="cannot be reached") as caught:
        Ledger("postgresql://anna:secret@127.0.0.1:1/ledger")
    assert "secret" not in str(caught.value)


def test_a_database_that_is_not_there_is_named(postgres: Any) -> None:
    """The sentence says that the name is wrong."""
    with pytest.raises(LedgerError, match="did not let us in"):
        Ledger(postgres.address("ledger_x").replace("ledger_x", "nowhere"))
