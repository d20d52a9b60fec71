"""Questions to the ledger: the filter and its words, sums in any currency, the library, the notebook."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from ledgers import small_ledger
from typer.testing import CliRunner

import pipeline
from pipeline import steps
from pipeline.cli import app
from pipeline.ledger.asking import ClaimFilter, FilterError, ask, filter_of
from pipeline.ledger.ledger import Ledger
from pipeline.library import LibraryError
from pipeline.publish.rates import rate_of
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus folder with a small ledger."""
    folder = tmp_path_factory.mktemp("asked") / "corpus"
    folder.mkdir()
    small_ledger(folder / "ledger.db").close()
    return folder


@pytest.fixture
def ledger(corpus: Path) -> Iterator[Ledger]:
    """That ledger."""
    with Ledger(corpus / "ledger.db") as opened:
        yield opened


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ClaimFilter()),
        ("kind=money value>=1e6", ClaimFilter(kind="money", least=Decimal(1_000_000))),
        ("value<=2,000 unit=AUD,NZD", ClaimFilter(most=Decimal(2000), unit="AUD,NZD")),
        ("subject='World Bank' year=2021", ClaimFilter(subject="World Bank", year=2021)),
        ('text="two words" currency=eur', ClaimFilter(words="two words", currency="EUR")),
        ("flag=bare-sign status=accepted theme=money", ClaimFilter(flag="bare-sign", status="accepted", theme="money")),
    ],
)
def test_a_filter_is_read_and_written(text: str, wanted: ClaimFilter) -> None:
    """What is read is what was meant, and a filter written down reads back as itself."""
    assert filter_of(text) == wanted
    assert filter_of(str(wanted)) == wanted


@pytest.mark.parametrize(
    "text",
    [
        *("kind", "kind=", "colour=red", "kind=monies", "status=done", "kind=money kind=count", "year=x", "a='"),
        *("value>1", "value>=much", "value>=NaN", "1=1; DROP TABLE claims"),
    ],
)
def test_what_is_no_filter_is_refused_in_words(text: str) -> None:
    """The message names the term, and nothing reaches the database."""
    with pytest.raises(FilterError):
        filter_of(text)


def test_sums_in_any_currency_are_compared_on_their_posts_day(ledger: Ledger) -> None:
    """With a currency only sums are there, each within the range by the rate of its day; a missing rate is told."""
    everything = [one for one in ledger.claims() if one.claim.kind == "money"]
    answer = ask(ledger, ClaimFilter(currency="EUR", least=Decimal(1)), rate=rate_of)
    assert len(answer) + answer.unrated.total() == len(everything)
    assert bool(answer.said) == bool(answer.unrated)
    for one in answer:
        from datetime import date

        found = rate_of(one.claim.unit, date.fromisoformat(one.date) if one.date else None, "EUR")
        assert not isinstance(found, str)
    middle = sorted(one.claim.value for one in answer if one.claim.unit == "EUR")
    few = ask(ledger, ClaimFilter(currency="EUR", least=Decimal(10) ** 12), rate=rate_of)
    assert len(few) < len(answer)
    assert all(value >= 1 for value in middle)


def test_the_library_asks_what_the_command_asks(corpus: Path, ledger: Ledger) -> None:
    """Records are plain values in the order of the command, and filters are the same."""
    with pipeline.open_ledger(corpus) as opened:
        every = opened.claims()
        assert [row["id"] for row in every] == [one.claim.id for one in ask(ledger, ClaimFilter())]
        assert all(type(value) in (str, int, float, type(None)) for row in every for value in row.values())
        money = opened.claims(kind="money", currency="EUR")
        assert {row["kind"] for row in money} == {"money"}
        assert all(row["rate_source"] for row in money)
        with pytest.raises(FilterError):
            opened.claims(kind="monies")
        with pytest.raises(FilterError):
            opened.claims(min="much")


def test_a_place_without_a_ledger_is_said_and_none_is_made(tmp_path: Path) -> None:
    """Asking a wrong place makes no ledger there."""
    with pytest.raises(LibraryError, match="no ledger"):
        pipeline.open_ledger(tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["polars", "pandas"])
def test_frames_hold_the_records(corpus: Path, name: str) -> None:
    """A frame has a row for each record."""
    pytest.importorskip(name)
    with pipeline.open_ledger(corpus) as opened:
        claims = opened.claims()
        frame = getattr(claims, f"to_{name}")()
        assert list(frame["id"]) == [row["id"] for row in claims]


def test_a_missing_library_is_said(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install."""
    monkeypatch.setitem(sys.modules, "polars", None)
    with pipeline.open_ledger(corpus) as opened, pytest.raises(LibraryError, match="pip install polars"):
        opened.claims().to_polars()


def test_a_selection_is_exported_beside_the_whole(corpus: Path, tmp_path: Path, ledger: Ledger) -> None:
    """Only claims that fit are in the files, the manifest tells the filter, and the outputs stay whole."""
    settings = Settings.load(corpus=corpus, outputs=tmp_path / "outputs")
    steps.export(settings, ("jsonl",))
    folder, _ = steps.export(settings, ("jsonl",), "kind=money", own_folder=True)
    assert folder == tmp_path / "outputs" / "selection"
    rows = [json.loads(line) for line in (folder / "claims.jsonl").read_text("utf-8").splitlines()]
    assert {row["id"] for row in rows} == {one.claim.id for one in ask(ledger, ClaimFilter(kind="money"))}
    assert json.loads((folder / "manifest.json").read_text())["filter"] == "kind=money"
    whole = (tmp_path / "outputs" / "claims.jsonl").read_text("utf-8").splitlines()
    assert len(whole) > len(rows) > 0


def test_the_notebook_runs(corpus: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every cell of the example notebook runs in order, and it is kept without outputs."""
    book = json.loads((ROOT / "docs" / "claims.ipynb").read_text("utf-8"))
    monkeypatch.chdir(corpus.parent)
    names: dict[str, Any] = {}
    cells = [cell for cell in book["cells"] if cell["cell_type"] == "code"]
    assert book["nbformat"] == 4
    assert cells
    assert not any(cell["outputs"] or cell["execution_count"] for cell in cells)
    for cell in cells:
        exec(compile(ast.parse("".join(cell["source"])), cell["id"], "exec"), names)  # our own
    assert len(names["claims"]) > 10
    assert "EUR" in capsys.readouterr().out


def test_a_missing_rate_is_told_with_its_reason(corpus: Path) -> None:
    """On a terminal a sum without a rate is there, says so, and why is told on stderr."""
    done = CliRunner().invoke(app, ["claims", "--kind", "money", "--currency", "EUR", "--corpus", str(corpus)])
    assert done.exit_code == 0
    assert "no rate" in done.stdout
    assert "sums have no rate (" in done.stderr


def test_a_kind_of_finding_that_there_is_not_is_refused(corpus: Path) -> None:
    """The message names those that there are."""
    done = CliRunner().invoke(app, ["findings", "--kind", "guess", "--corpus", str(corpus)])
    assert done.exit_code == 2
    assert "contradiction" in done.stderr
