"""The ledger: what is kept, what is refused, and what it says when something is wrong."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import keep_posts

from pipeline.ledger import connect, rows
from pipeline.ledger.asking import ClaimFilter, ask
from pipeline.ledger.connect import HEAD
from pipeline.ledger.corpus.details import checked
from pipeline.ledger.errors import BusyLedgerError, LedgerError
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.names import named_things
from pipeline.records import (
    Assignment,
    Claim,
    Decision,
    Entity,
    Extraction,
    Kind,
    Label,
    Post,
    Theme,
    Verdict,
    passages_of,
)

TEXT = "Utopia has 40 teams.\n\nThe fund holds $5m, says the board of Utopia."


@pytest.fixture
def ledger(tmp_path: Path, both_databases: str) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger(tmp_path / "ledger.db") as opened:
        yield opened


def claim(quote: str, **fields: object) -> Claim:
    """A claim on *quote* in the text above."""
    start = TEXT.index(quote)
    given = {"kind": Kind.COUNT, "value": Decimal(40), "unit": "team", "id": quote} | fields
    return Claim(
        start=start,
        end=start + len(quote),
        quote=quote,
        sentence=TEXT,
        sentence_start=0,
        **given,  # type: ignore[arg-type]
    )


def extraction(*claims: Claim, entities: tuple[Entity, ...] = ()) -> Extraction:
    """An extraction of the text above that found *claims*."""
    return Extraction(claims=claims, entities=entities, passages=tuple(passages_of(TEXT)))


def decision(target: str, verdict: Verdict, **fields: object) -> Decision:
    """A decision by Ada about the claim *target*."""
    given = {"id": f"{target}-{verdict}", "reviewer": "ada", "changes": {}} | fields
    return Decision(
        target=target,
        post="p",
        revision="r",
        seen="s",
        verdict=verdict,
        at=datetime.now(UTC),
        **given,  # type: ignore[arg-type]
    )


def test_what_was_kept_comes_back_equal(ledger: Ledger) -> None:
    """Posts, claims, entities and themes are the same records after a trip through the tables."""
    post = Post(id="p", text=TEXT, title="T", authors=("A", "B"), sources={"title": "meta"})
    found = claim("40", flags=("vague-subject",), spans={"subject": (0, 6)}, value=Decimal("1E+3"))
    named = Entity(start=0, end=6, quote="Utopia", label=Label.GPE, canonical="Utopia", ref="utopia")
    assert keep_posts(ledger, [post]) == {"p": "new"}
    ledger.keep_extractions([(post, extraction(found, entities=(named,)))], extractor="1")
    ledger.keep_themes([Theme(slug="funding", number=1, name="Funding")],
                       {"p": [Assignment(passage=1, theme="funding", score=0.5, reason="fund")]})  # fmt: skip
    assert list(ledger.posts()) == [post]
    assert [one.found for one in ledger.claims()] == [found]
    assert list(ledger.entities()) == [("p", named)]
    assert [a.theme for _, a in ledger.assignments()] == ["funding"]
    assert [theme.name for theme in ledger.themes()] == ["Funding"]


def test_a_post_with_the_same_text_is_not_read_twice(ledger: Ledger) -> None:
    """Keeping an unchanged post leaves its extraction; another text or another country asks for a new one."""
    post = Post(id="p", text=TEXT, country="AU")
    keep_posts(ledger, [post])
    ledger.keep_extractions([(post, extraction())], extractor="1")
    assert keep_posts(ledger, [post]) == {"p": "unchanged"}
    assert ledger.unextracted("1") == []
    assert ledger.unextracted("2") == ["p"]
    assert keep_posts(ledger, [replace(post, country="NZ")]) == {"p": "changed"}
    assert ledger.unextracted("1") == ["p"]


def test_decisions_are_never_changed_or_removed(ledger: Ledger) -> None:
    """The database itself refuses to change or remove a decision."""
    ledger.record([decision("40", Verdict.ACCEPT)])
    for attempt in ("DELETE FROM decisions", "UPDATE decisions SET verdict = 'reject'"):
        with pytest.raises(LedgerError, match="never changed or removed"), ledger.writing() as connection:
            connection.exec_driver_sql(attempt)
    assert [one.verdict for one in ledger.decisions()] == [Verdict.ACCEPT]


def test_a_decision_sent_twice_is_one(ledger: Ledger) -> None:
    """A replayed decision adds nothing."""
    made = decision("40", Verdict.ACCEPT)
    assert (ledger.record([made]), ledger.record([made])) == (1, 0)


def test_a_decided_claim_outlives_a_worse_extractor(ledger: Ledger) -> None:
    """A claim that is no longer found, but was decided on, stays, with its correction; others go."""
    post = Post(id="p", text=TEXT)
    keep_posts(ledger, [post])
    ledger.keep_extractions([(post, extraction(claim("40"), claim("$5m", kind=Kind.MONEY)))], extractor="1")
    ledger.record([decision("40", Verdict.CORRECT, changes={"value": "41"})])
    ledger.keep_extractions([(post, extraction())], extractor="2")
    assert list(ledger.claims()) == []
    (kept,) = ledger.claims(live=False)
    assert (kept.claim.value, kept.found.value, kept.live) == (Decimal(41), Decimal(40), False)


def test_claims_are_found_by_any_name_of_their_subject(ledger: Ledger) -> None:
    """A subject is found by its own words and by another name of the same thing."""
    post = Post(id="p", text=TEXT)
    keep_posts(ledger, [post])
    end = TEXT.index("Utopia.")
    named = (
        Entity(start=0, end=6, quote="Utopia", label=Label.GPE, canonical="Utopia", ref="XU"),
        Entity(start=end, end=end + 6, quote="Utopia", label=Label.GPE, canonical="Republic of Utopia", ref="XU"),
    )
    found = claim("40", subject="Utopia", spans={"subject": (0, 6)})
    ledger.keep_extractions([(post, extraction(found, claim("$5m", kind=Kind.MONEY), entities=named))], extractor="1")
    assert [one.claim.id for one in ask(ledger, ClaimFilter(subject="republic of utopia"))] == ["40"]
    assert [one.claim.id for one in ask(ledger, ClaimFilter(kind="money"))] == ["$5m"]
    assert list(ask(ledger, ClaimFilter(least=Decimal(41), kind="count"))) == []


def test_words_are_found_in_any_case(ledger: Ledger) -> None:
    """Letters beyond A to Z, too, and alike on both databases."""
    post = Post(id="p", text=TEXT, title="Économie")
    keep_posts(ledger, [post])
    named = (Entity(start=0, end=6, quote="Utopia", label=Label.GPE, canonical="Île-de-Utopia", ref="XU"),)
    found = claim("40", subject="it", spans={"subject": (0, 6)})
    ledger.keep_extractions([(post, extraction(found, entities=named))], extractor="1")
    for said in ("île-de-utopia", "ÎLE-DE-UTOPIA", "Île-de-Utopia", "UTOPIA"):
        assert [one.claim.id for one in ask(ledger, ClaimFilter(subject=said))] == ["40"]
    for said in ("économie", "ÉCONOMIE", "onom", "utopia TEAMS"):
        assert [one.claim.id for one in ask(ledger, ClaimFilter(words=said))] == ["40"]
    with ledger.reading() as connection:
        for said in ("île", "ÎLE", "ile-", "tOPI"):
            assert len(named_things(connection, words=said)) == (said != "ile-")


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_can_be_held_and_keeps_its_length(text: str) -> None:
    """What a database cannot hold is replaced one for one, so offsets stay true."""
    held = rows.safe(text)
    held.encode("utf-8")
    assert len(held) == len(text)
    assert "\0" not in held


def test_a_damaged_ledger_is_named_and_left_alone(tmp_path: Path) -> None:
    """A file that is no database gets a sentence that says what to do, and is not touched."""
    path = tmp_path / "ledger.db"
    path.write_bytes(b"no database" * 500)
    with pytest.raises(LedgerError, match=r"damaged.*doctor --rebuild"):
        Ledger(path)
    assert path.read_bytes() == b"no database" * 500


def test_a_torn_page_is_told_with_what_to_do(tmp_path: Path) -> None:
    """A ledger that opens but has a damaged page inside is found out by looking it over, with the way back."""
    path = tmp_path / "ledger.db"
    with Ledger(path) as opened:
        opened.verify()
    with sqlite3.connect(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'run_rows'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = bytes([0xFF]) * size
    path.write_bytes(data)
    with Ledger(path) as opened, pytest.raises(LedgerError, match=r"damaged.*doctor --rebuild"):
        opened.verify()


def test_a_ledger_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    """A ledger with steps that this program does not know is not opened."""
    path = tmp_path / "ledger.db"
    Ledger(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match="newer version"):
        Ledger(path)


@pytest.mark.parametrize("name", ["what? 50%#1", "me@work", "a b"])
def test_any_path_can_be_a_ledger(tmp_path: Path, name: str) -> None:
    """A path is taken as it is, and named as it is."""
    path = tmp_path / name / "ledger.db"
    with pytest.raises(LedgerError, match=re.escape(str(path))):
        Ledger(path)
    path.parent.mkdir()
    Ledger(path).close()
    assert path.is_file()


def test_a_ledger_that_is_written_for_too_long_is_busy(
    tmp_path: Path, both_databases: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits in vain gets an error of its own class, since trying again may help."""
    monkeypatch.setattr(connect, "BUSY_SECONDS", 1)
    path, made = tmp_path / "ledger.db", decision("40", Verdict.ACCEPT)
    with Ledger(path) as one, Ledger(path) as other:
        with one.writing(), pytest.raises(BusyLedgerError, match="in use by another program"):
            other.record([made])
        assert other.record([made]) == 1


def test_any_words_of_a_person_can_be_held(ledger: Ledger) -> None:
    """Signs that a database cannot hold are replaced in notes, reasons, changes and details."""
    noted = decision("40", Verdict.NOTE, note="a\0b", reason="\ud800", changes={"title": "c\ud800"})
    assert ledger.record([noted]) == 1
    (kept,) = ledger.decisions()
    assert (kept.note, kept.reason, kept.changes) == ("a\ufffdb", "\ufffd", {"title": "c\ufffd"})
    assert checked({"title": "a\0b"}) == {"title": "a\ufffdb"}


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    """A ledger in a folder that is not there gets a sentence."""
    with pytest.raises(LedgerError, match="cannot be opened"):
        Ledger(tmp_path / "nowhere" / "ledger.db")


def test_a_database_of_another_kind_is_refused() -> None:
    """What to write instead is said, and no password with it."""
    with pytest.raises(LedgerError, match="postgresql://") as caught:
        Ledger("mysql://anna:secret@db.example.org/claims")
    assert "secret" not in str(caught.value)


def test_a_missing_driver_is_told_with_the_extra_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL needs an extra, which the sentence names."""
    monkeypatch.setitem(sys.modules, "pg8000", None)
    with pytest.raises(LedgerError, match=r"convening-ledger\[postgres\]"):
        Ledger("postgresql://anna@db.example.org/claims")


def test_the_migrations_make_todays_tables(ledger: Ledger) -> None:
    """Migrating an empty file gives exactly the tables of the schema, and the newest step is the one we expect."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from pipeline.ledger.schema import metadata

    with ledger.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert context.get_current_revision() == HEAD
        differences = [change for change in compare_metadata(context, metadata) if "claim_words" not in str(change)]
        assert differences == []  # the full-text index is the database's own and no table of ours
