"""Copies of a ledger: into the other database and back, as a backup while it is in use, and restored."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ledgers import decisions, small_ledger
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.ledger.backups import DERIVED, back_up, copy_ledger, restore
from pipeline.ledger.errors import BusyLedgerError, LedgerError
from pipeline.ledger.ledger import Ledger
from pipeline.publish import publish
from pipeline.records import Decision, Verdict


def files(folder: Path) -> dict[str, bytes]:
    """Every file below *folder* by its name."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name[0] != "."
    }


def later(number: int) -> Decision:
    """A decision that is not among those of the small ledger."""
    first = decisions()[0]
    return Decision(
        id=f"later-{number}",
        target=first.target,
        post=first.post,
        revision=first.revision,
        seen=first.seen,
        verdict=Verdict.NOTE,
        reviewer="ada",
        at=datetime(2025, 1, 1, tzinfo=UTC),
        note=f"note {number}",
    )


def test_to_postgresql_and_back_is_the_same_ledger(tmp_path: Path, postgres: Any) -> None:
    """All rows arrive, equal by digest, the outputs of all three are the same bytes, and the copy can be worked on."""
    postgres.drop_all()
    with (
        small_ledger(tmp_path / "ledger.db") as here,
        Ledger(postgres.address("ledger_copy")) as there,
        Ledger(tmp_path / "back.db") as back,
    ):
        out = copy_ledger(here, there)
        home = copy_ledger(there, back)
        assert out == home
        assert {one.table for one in out if one.rows} >= {"posts", "claims", "decisions", "findings"}
        for name, ledger in (("here", here), ("there", there), ("back", back)):
            publish(ledger, tmp_path / name, formats=("csv", "jsonl", "report"))
        assert files(tmp_path / "here") == files(tmp_path / "there") == files(tmp_path / "back")
        assert there.record([later(1)]) == 1  # the numbers of decisions go on where they were
        assert [made.id for made in there.decisions()][-1] == "later-1"


def test_a_copy_into_a_ledger_that_holds_something_is_refused(tmp_path: Path) -> None:
    """Nothing is overwritten."""
    with small_ledger(tmp_path / "one.db") as one, small_ledger(tmp_path / "two.db") as two:
        with pytest.raises(LedgerError, match="holds something already"):
            copy_ledger(one, two)
        assert len(list(two.decisions())) == len(decisions())


def test_a_backup_is_whole_although_others_write(tmp_path: Path) -> None:
    """While decisions come in, the backup is one state of the ledger: the first decisions, without a gap."""
    with small_ledger(tmp_path / "ledger.db") as ledger:
        stop = threading.Event()

        def keep_writing() -> None:
            number = 0
            while not stop.is_set():
                ledger.record([later(number)])
                number += 1

        writer = threading.Thread(target=keep_writing)
        writer.start()
        try:
            back_up(ledger, tmp_path / "backup.db")
        finally:
            stop.set()
            writer.join()
        with Ledger(tmp_path / "backup.db") as backup:
            notes = [made.id for made in backup.decisions() if made.id.startswith("later-")]
            assert notes == [f"later-{n}" for n in range(len(notes))]
            backup.verify()
            assert backup.counts()["claims"] == ledger.counts()["claims"]
            assert backup.counts()["review_items"] > 0  # what is derived was made anew
        assert not list(tmp_path.glob(".backup-*"))


def test_a_restored_ledger_keeps_what_was_decided_since(tmp_path: Path) -> None:
    """Going back to a backup loses no decision, and the ledger that was replaced is set aside."""
    path = tmp_path / "ledger.db"
    with small_ledger(path) as ledger:
        back_up(ledger, tmp_path / "backup.db")
        ledger.record([later(1)])
        ledger.set_state([decisions()[0].post], "gone")
        aside = restore(tmp_path / "backup.db", ledger)
    assert aside is not None
    with Ledger(path) as now, Ledger(aside) as before:
        assert [made.id for made in now.decisions()][-1] == "later-1"
        assert decisions()[0].post in now.live_posts()
        assert decisions()[0].post not in before.live_posts()


def test_a_ledger_that_is_open_elsewhere_is_not_replaced(tmp_path: Path) -> None:
    """What another program decides in it would be lost; nothing is changed until that program is done."""
    path, backup = tmp_path / "ledger.db", tmp_path / "backup.db"
    with small_ledger(path) as ledger:
        back_up(ledger, backup)
        before = backup.read_bytes()
        with Ledger(path) as review:
            review.record([later(1)])
            with pytest.raises(BusyLedgerError, match="open in another program"):
                restore(backup, ledger)
            review.record([later(2)])
        assert restore(backup, ledger) is not None
        assert backup.read_bytes() == before
    with Ledger(path) as now:
        assert [made.id for made in now.decisions()][-2:] == ["later-1", "later-2"]
    assert not list(tmp_path.glob(".restore-*"))


def test_a_backup_is_never_written_over(tmp_path: Path) -> None:
    """A file that is there stays as it is."""
    (tmp_path / "backup.db").write_text("mine", "utf-8")
    with small_ledger(tmp_path / "ledger.db") as ledger, pytest.raises(LedgerError, match="there already"):
        back_up(ledger, tmp_path / "backup.db")
    assert (tmp_path / "backup.db").read_text("utf-8") == "mine"


def test_the_commands(tmp_path: Path) -> None:
    """`ledger copy`, `backup` and `restore` say what they did; a missing file is named."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    small_ledger(corpus / "ledger.db").close()
    run = CliRunner()
    done = run.invoke(app, ["ledger", "copy", str(corpus / "ledger.db"), str(tmp_path / "copy.db"), "--json"])
    assert done.exit_code == 0, done.output
    tables = {row["table"]: row["rows"] for row in json.loads(done.stdout)}
    assert tables["decisions"] == len(decisions())
    assert not DERIVED & set(tables)
    backup = str(tmp_path / "backup.db")
    assert "decisions" in run.invoke(app, ["ledger", "backup", backup, "--corpus", str(corpus)]).stdout
    restored = run.invoke(app, ["ledger", "restore", backup, "--corpus", str(corpus)])
    assert restored.exit_code == 0, restored.output
    assert "lies in" in restored.stderr
    missing = run.invoke(app, ["ledger", "copy", str(tmp_path / "none.db"), str(tmp_path / "x.db")])
    assert missing.exit_code == 1
    assert "no such ledger" in missing.stderr
    assert not (tmp_path / "none.db").exists()
