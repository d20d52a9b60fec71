"""Rows that are meant to break a format: every text comes back from every format as it was, and none is run."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from conftest import HERE
from ledgers import WRITTEN, keep_posts

from pipeline.formulas import unguard
from pipeline.ledger.ledger import Ledger
from pipeline.publish import FORMATS, publish
from pipeline.publish.cells import CUT, LETTERS
from pipeline.records import Entity, Extraction, Kind, Label, passages_of

ROWS = [json.loads(line) for line in (HERE / "cases" / "hostile_output.jsonl").read_text("utf-8").splitlines()]
TEXTS = {f"{row['id']}-0": row["text"] * row.get("times", 1) for row in ROWS}
ALL = pytest.mark.parametrize("name", TEXTS)
HUGE = {  # too long, too large or too small for a float
    "digits": Decimal("123456789012345678901234567890.123456789"),
    "zeros": Decimal("1E+420"),
    "crumbs": Decimal("1E-400"),
    "negative": Decimal("-12345678901234567"),
}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All formats of a ledger in which every text of a row is hostile, and of claims with figures beyond a float."""
    folder = tmp_path_factory.mktemp("hostile")
    written = WRITTEN[0]
    first = next(iter(written.claims()))
    with Ledger(folder / "ledger.db") as ledger:
        for name, text in TEXTS.items():
            post = replace(
                written.post, id=name, title=text, publisher=text, authors=(text,), url=f"https://example.org/{name}"
            )
            said = {"subject": text, "measure": text, "sentence": text, "attributed_to": text, "predicate": text}
            claim = replace(first, id=name, kind=Kind.COUNT, unit=text, flags=(text,), currency_evidence=text, **said)
            entity = Entity(start=0, end=4, quote=post.text[:4], label=Label.PROGRAM, canonical=text)
            found = Extraction(claims=(claim,), entities=(entity,), passages=tuple(passages_of(post.text)))
            keep_posts(ledger, [post])
            ledger.keep_extractions([(post, found)], extractor="x")
        post = replace(written.post, id="huge", url="https://example.org/huge")
        claims = tuple(replace(first, id=name, value=value) for name, value in HUGE.items())
        found = Extraction(claims=claims, entities=(), passages=tuple(passages_of(post.text)))
        keep_posts(ledger, [post])
        ledger.keep_extractions([(post, found)], extractor="x")
        publish(ledger, folder / "outputs", formats=FORMATS, currency="EUR")
    return folder / "outputs"


@pytest.fixture(scope="module")
def rows(hostile: Path) -> dict[str, dict[str, Any]]:
    """The claims of the JSON lines, by id."""
    told = (hostile / "claims.jsonl").read_text("utf-8").removesuffix("\n").split("\n")
    return {row["id"]: row for row in (json.loads(line, parse_float=Decimal) for line in told)}


@pytest.fixture(scope="module")
def cells(hostile: Path) -> dict[str, dict[str, str]]:
    """The claims of the CSV file, by id."""
    with (hostile / "claims.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def book(hostile: Path) -> Any:
    """The workbook, as another library reads it."""
    return pytest.importorskip("openpyxl").load_workbook(hostile / "convening-ledger.xlsx")


@pytest.fixture(scope="module")
def sheet(book: Any) -> dict[str, dict[str, Any]]:
    """The cells of the sheet of claims, by id and column."""
    head, *found = book["Claims"].iter_rows()
    names = [cell.value for cell in head]
    return {row[0].value: dict(zip(names, row, strict=True)) for row in found}


@ALL
def test_json_lines_hold_the_text(rows: dict[str, dict[str, Any]], name: str) -> None:
    """Text stays exactly as it was, and no line is broken for a reader that breaks at other marks."""
    row = rows[name]
    assert {row[column] for column in ("subject", "measure", "sentence", "unit", "title")} == {TEXTS[name]}


def test_every_json_line_is_one_line(hostile: Path) -> None:
    """Whatever a reader takes for the end of a line, there is one line for each claim."""
    for path in hostile.glob("*.jsonl"):
        text = path.read_text("utf-8")
        assert len(text.splitlines()) == text.count("\n")


@ALL
def test_csv_holds_the_text_behind_its_guard(cells: dict[str, dict[str, str]], name: str) -> None:
    """Nothing begins a formula, and without the guard it is the text."""
    cell = cells[name]["subject"]
    assert unguard(cell) == TEXTS[name]
    assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠\0"))


@ALL
def test_parquet_holds_the_text(hostile: Path, name: str) -> None:
    """Text stays exactly as it was."""
    table = pytest.importorskip("pyarrow.parquet").read_table(hostile / "claims.parquet", columns=["id", "subject"])
    assert dict(zip(table["id"].to_pylist(), table["subject"].to_pylist(), strict=True))[name] == TEXTS[name]


@ALL
def test_workbook_holds_the_text_as_text(sheet: dict[str, dict[str, Any]], name: str) -> None:
    """A cell is text whatever it looks like; one that is too long ends in a mark."""
    from openpyxl.utils.escape import unescape

    text, cell = TEXTS[name], sheet[name]["subject"]
    assert cell.data_type == "s"
    shown = unescape(cell.value)
    if len(text.encode("utf-16-le")) // 2 > LETTERS:
        assert shown.endswith(CUT)
        assert len(shown.encode("utf-16-le")) // 2 <= LETTERS
        assert text.startswith(shown.removesuffix(CUT))
    else:
        assert shown == text or shown == text.replace("\r\n", "\n").replace("\r", "\n")


def test_no_cell_of_any_sheet_is_a_formula_or_an_error(book: Any) -> None:
    """Numbers, days and texts are all there is."""
    assert {cell.data_type for each in book for row in each.iter_rows() for cell in row} <= {"s", "n", "d"}


@pytest.mark.parametrize("name", HUGE)
def test_a_figure_beyond_a_float_loses_no_digit(
    rows: dict[str, dict[str, Any]],
    cells: dict[str, dict[str, str]],
    sheet: dict[str, dict[str, Any]],
    name: str,
) -> None:
    """It is the same number in JSON and CSV, and text in a workbook where a number would be another."""
    value = HUGE[name]
    assert Decimal(rows[name]["value"]) == value
    assert Decimal(cells[name]["value"]) == value
    assert Decimal(str(sheet[name]["value"].value)) == value


class Tags(HTMLParser):
    """What a browser would make of a page: its elements, and the attributes that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.running: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.add(tag)
        self.running += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]


def test_report_runs_nothing_of_a_text(hostile: Path) -> None:
    """There is no script, no picture from elsewhere, and no attribute that runs; templates in texts stay text."""
    text = (hostile / "report" / "index.html").read_text("utf-8")
    tags = Tags()
    tags.feed(text)
    assert not tags.elements & {"script", "img", "iframe", "object", "embed", "link", "base", "form"}
    assert not tags.running
    assert "{{ 7 * 7 }}" in text


def held(told: Any) -> Iterator[str]:
    """Yield every text in a document of JSON."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for each in told.values() if isinstance(told, dict) else told:
            yield from held(each)


@pytest.mark.parametrize("name", ["annotations.jsonld", "claims.jsonld", "prov.json", "datapackage.json"])
def test_documents_of_json_are_strict(hostile: Path, name: str) -> None:
    """They have no NaN and no infinity, which JSON does not know, and can be written again as UTF-8."""

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    told = json.loads((hostile / name).read_text("utf-8"), parse_constant=refuse)
    assert all(text.encode() is not None for text in held(told))
