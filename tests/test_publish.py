"""What publishing promises: whole or nothing, the same bytes, valid by outside judges, safe to open."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import by_quote, keep_posts, small_ledger

from pipeline.formulas import guard, unguard
from pipeline.ledger import schema
from pipeline.ledger.ledger import Ledger
from pipeline.publish import DEFAULT, FORMATS, PublishError, publish, repair
from pipeline.publish import columns as dictionary
from pipeline.publish.figures import digits
from pipeline.publish.links import text_link
from pipeline.publish.parts import PartFile
from pipeline.publish.swap import READY, WRITING, digests

HUGE = "123456789012345678901234567890"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A small ledger with decisions."""
    with small_ledger(tmp_path_factory.mktemp("ledger") / "ledger.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def outputs(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That ledger in every format, sums converted to euros."""
    folder = tmp_path_factory.mktemp("published") / "outputs"
    publish(ledger, folder, formats=FORMATS, currency="EUR")
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file, decimals exact."""
    return [json.loads(line, parse_float=Decimal) for line in path.read_text(encoding="utf-8").split("\n") if line]


def cells(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def held(folder: Path) -> dict[str, str]:
    """The digest of every file in *folder*."""
    return {name: about["sha256"] for name, about in digests(folder).items() if not name.startswith(".")}


def test_all_default_formats_are_known() -> None:
    """What a run writes by default can be asked for by name."""
    assert set(DEFAULT) <= set(FORMATS)


def test_manifest_names_every_file_with_its_digest(outputs: Path) -> None:
    """The manifest lists what lies there, neither more nor less."""
    told = json.loads((outputs / "manifest.json").read_text())["files"]
    found = digests(outputs)
    found.pop("manifest.json")
    assert told == {name: about for name, about in found.items() if not name.startswith(".")}


def test_same_content_gives_same_bytes_in_another_process(ledger: Ledger, outputs: Path, tmp_path: Path) -> None:
    """Nothing of the clock, the process or the hash seed is in any file of any format."""
    code = (
        "import sys; from pathlib import Path; from pipeline.ledger.ledger import Ledger; "
        "from pipeline.publish import FORMATS, publish; "
        "publish(Ledger(sys.argv[1]), Path(sys.argv[2]), formats=FORMATS, currency='EUR')"
    )
    again = tmp_path / "outputs"
    subprocess.run(
        [sys.executable, "-c", code, str(ledger.address), str(again)], check=True, env={"PYTHONHASHSEED": "7"}
    )
    assert held(again) == held(outputs)


def test_deleting_the_outputs_loses_nothing(ledger: Ledger, tmp_path: Path) -> None:
    """What was deleted comes back as it was."""
    publish(ledger, tmp_path, formats=("csv", "report"))
    before = held(tmp_path)
    (tmp_path / "claims.csv").unlink()
    (tmp_path / "manifest.json").unlink()
    publish(ledger, tmp_path, formats=("csv", "report"))
    assert held(tmp_path) == before


def test_data_package_is_valid_by_an_outside_judge(outputs: Path) -> None:
    """Frictionless finds no error in the descriptor, the types, the keys and the lists of allowed values."""
    frictionless = pytest.importorskip("frictionless")
    report = frictionless.Package(str(outputs / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_data_package_judge_can_say_no(outputs: Path, tmp_path: Path) -> None:
    """The judge finds a broken key, so its silence means something."""
    frictionless = pytest.importorskip("frictionless")
    for path in outputs.glob("*.csv"):
        (tmp_path / path.name).write_text(
            path.read_text(encoding="utf-8").replace("accepted", "agreed"), encoding="utf-8"
        )
    (tmp_path / "datapackage.json").write_text((outputs / "datapackage.json").read_text())
    assert not frictionless.Package(str(tmp_path / "datapackage.json")).validate().valid


def test_every_json_line_is_valid_by_its_schema(outputs: Path) -> None:
    """Each schema is a good 2020-12 schema, and holds for every line of its file."""
    jsonschema = pytest.importorskip("jsonschema")
    for table in dictionary.ALL:
        told = json.loads((outputs / "schemas" / f"{table.name}.schema.json").read_text())
        jsonschema.Draft202012Validator.check_schema(told)
        judge = jsonschema.Draft202012Validator(told, format_checker=jsonschema.FormatChecker())
        for row in map(json.loads, (outputs / f"{table.name}.jsonl").read_text(encoding="utf-8").splitlines()):
            judge.validate(row)


def test_csv_jsonl_parquet_and_ledger_hold_the_same_claims(ledger: Ledger, outputs: Path) -> None:
    """Values, texts, offsets and statuses are the ledger's own in each of the three."""
    pq = pytest.importorskip("pyarrow.parquet")
    expected = [
        (item.claim.id, item.claim.quote, item.claim.value, item.claim.start, str(item.status))
        for item in ledger.claims(live=False)
    ]
    assert [
        (row["id"], unguard(row["quote"]), Decimal(row["value"]), int(row["start"]), row["status"])
        for row in cells(outputs / "claims.csv")
    ] == expected
    assert [
        (row["id"], row["quote"], Decimal(row["value"]), row["start"], row["status"])
        for row in lines(outputs / "claims.jsonl")
    ] == expected
    table = pq.read_table(outputs / "claims.parquet").to_pylist()
    assert [
        (row["id"], row["quote"], Decimal(row["value_text"] or row["value"]), row["start"], row["status"])
        for row in table
    ] == expected


def test_long_figures_keep_every_digit(outputs: Path) -> None:
    """Thirty digits are exact in CSV, JSON Lines, Parquet and the workbook."""
    openpyxl = pytest.importorskip("openpyxl")
    pq = pytest.importorskip("pyarrow.parquet")
    assert HUGE in {row["value"] for row in cells(outputs / "claims.csv")}
    assert int(HUGE) in {row["value"] for row in lines(outputs / "claims.jsonl")}
    assert HUGE in pq.read_table(outputs / "claims.parquet")["value_text"].to_pylist()
    sheet = openpyxl.load_workbook(outputs / "convening-ledger.xlsx")["Claims"]
    assert HUGE in {row[5] for row in sheet.iter_rows(values_only=True)}


def test_parquet_has_decimals_dates_and_its_schema_version(outputs: Path) -> None:
    """Sums are decimals, days are dates, and the file says which schema it has."""
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    found = pq.read_schema(outputs / "claims.parquet")
    assert found.field("value").type == pa.decimal128(38, 9)
    assert found.field("date").type == pa.date32()
    assert found.metadata[b"schema_version"] == dictionary.SCHEMA_VERSION.encode()
    assert b"ISO 4217" in found.field("converted_currency").metadata[b"unit"]


def test_corrections_are_in_force_and_say_what_was_found(outputs: Path) -> None:
    """A corrected claim has the new value, and the old one beside it."""
    claim = by_quote()["34 countries"].id
    row = next(row for row in lines(outputs / "claims.jsonl") if row["id"] == claim)
    assert (row["value"], row["bound"], row["status"], row["reviewers"]) == (35, "at_least", "corrected", ["ada"])
    assert row["found"] == {"bound": "exact", "value": "34"}


def test_claims_that_are_no_longer_found_are_exported_as_stale(tmp_path: Path) -> None:
    """What somebody decided on stays in the outputs when the extractor drops it."""
    from pipeline.records import Extraction

    with small_ledger(tmp_path / "ledger.db") as ledger:
        post = next(ledger.posts([claim.post for claim in ledger.claims() if claim.status == "rejected"]))
        ledger.keep_extractions([(post, Extraction(claims=(), entities=(), passages=()))], extractor="invented 2")
        result = publish(ledger, tmp_path / "outputs", formats=("csv",))
    assert result.statuses["stale"] == 1


def test_sums_have_their_converted_value_with_rate_day_and_source(outputs: Path) -> None:
    """A sum is never converted silently, and a missing rate is said."""
    rows = {row["quote"]: row for row in lines(outputs / "claims.jsonl") if row["kind"] == "money"}
    yen, fijian, unknown = rows["¥120 million"], rows["FJ$3 million"], rows["$5 million"]
    assert yen["converted_currency"] == "EUR"
    assert yen["converted_value"] == (yen["value"] * yen["rate"]).quantize(Decimal("0.01"))
    assert yen["rate_date"] == "2023-02-14"
    assert "European Central Bank" in yen["rate_source"]
    assert (fijian["converted_value"], fijian["rate_source"]) == (None, "no reference rate for FJD on 2023-02-14")
    assert unknown["rate_source"] == "the currency of the sum is not known"
    assert rows["€2 million"]["converted_value"] == 2_000_000


def test_filter_holds_for_claims_and_is_told(ledger: Ledger, tmp_path: Path) -> None:
    """Only the claims asked for are there, and the package says how they were chosen."""
    publish(ledger, tmp_path, formats=("csv",), where=(schema.claims.c.kind == "percent",))
    assert {row["kind"] for row in cells(tmp_path / "claims.csv")} == {"percent"}
    assert json.loads((tmp_path / "datapackage.json").read_text())["filter"] == "claims.kind = 'percent'"


def test_another_format_of_the_same_content_is_added(ledger: Ledger, tmp_path: Path) -> None:
    """Files of other formats stay while they are true, and go when they are not."""
    publish(ledger, tmp_path, formats=("csv",))
    assert publish(ledger, tmp_path, formats=("jsonl",)).removed == ()
    assert (tmp_path / "claims.csv").is_file()
    filtered = publish(ledger, tmp_path, formats=("jsonl",), where=(schema.claims.c.kind == "money",))
    assert "claims.csv" in filtered.removed
    assert not (tmp_path / "claims.csv").exists()


def test_unknown_format_and_currency_are_refused_in_words(ledger: Ledger, tmp_path: Path) -> None:
    """The message names the thing and what there is; nothing is written."""
    with pytest.raises(PublishError, match=r"pdf: is no format of the outputs; there are csv, .*docbin"):
        publish(ledger, tmp_path / "new", formats=("pdf",))
    with pytest.raises(PublishError, match=r"XXX: has no reference rates; there are .*USD"):
        publish(ledger, tmp_path / "new", currency="XXX")
    assert not (tmp_path / "new").exists()


def test_a_file_in_place_of_the_folder_is_said(ledger: Ledger, tmp_path: Path) -> None:
    """A person is told which path and what to do."""
    (tmp_path / "outputs").write_text("mine")
    with pytest.raises(PublishError, match=r"outputs: .*folder"):
        publish(ledger, tmp_path / "outputs", formats=("csv",))
    assert (tmp_path / "outputs").read_text() == "mine"


# Old state or new state, never mixed


def _stop_at(monkeypatch: pytest.MonkeyPatch, where: Any, function: str, call: int, error: BaseException) -> None:
    real, calls = getattr(where, function), iter(range(10**6))

    def failing(*args: Any, **more: Any) -> Any:
        if next(calls) == call:
            raise error
        return real(*args, **more)

    monkeypatch.setattr(where, function, failing)


@pytest.mark.parametrize("call", [0, 5, 14])
def test_full_disk_before_the_change_leaves_the_old_state(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """A write that fails leaves every old file as it was, and says that the disk is full."""
    publish(ledger, tmp_path, formats=("csv",), where=(schema.claims.c.kind == "money",))
    before = held(tmp_path)
    with monkeypatch.context() as patched:
        _stop_at(patched, PartFile, "write", call, OSError(28, "No space left on device"))
        with pytest.raises(PublishError, match="disk is full"):
            publish(ledger, tmp_path, formats=("csv", "jsonl"))
    assert held(tmp_path) == before
    assert not (tmp_path / WRITING).exists()


@pytest.mark.parametrize("call", range(12))
def test_stopped_after_the_change_is_finished_by_the_next_run(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: int
) -> None:
    """Killed between two moves, the next start moves the rest: the new state, whole."""
    publish(ledger, tmp_path / "whole", formats=("csv",))
    publish(ledger, tmp_path / "outputs", formats=("csv", "jsonl"), where=(schema.claims.c.kind == "money",))
    with monkeypatch.context() as patched:
        _stop_at(patched, os, "replace", call, KeyboardInterrupt())
        if call < 11:
            with pytest.raises(KeyboardInterrupt):
                publish(ledger, tmp_path / "outputs", formats=("csv",))
        else:
            publish(ledger, tmp_path / "outputs", formats=("csv",))
    said = repair(tmp_path / "outputs")
    assert (said is None) == (call >= 11)
    assert held(tmp_path / "outputs") == held(tmp_path / "whole")
    assert not (tmp_path / "outputs" / READY).exists()


def test_manifest_that_points_outside_removes_nothing(ledger: Ledger, tmp_path: Path) -> None:
    """A forged manifest cannot make the program remove a file elsewhere."""
    (tmp_path / "mine.txt").write_text("mine")
    forged = hashlib.sha256(b"mine").hexdigest()
    outputs = tmp_path / "outputs"
    outputs.mkdir()
    (outputs / "manifest.json").write_text(json.dumps({"files": {"../mine.txt": {"bytes": 4, "sha256": forged}}}))
    with pytest.raises(PublishError, match="outside"):
        publish(ledger, outputs, formats=("csv",))
    assert (tmp_path / "mine.txt").read_text() == "mine"


# Texts that a spreadsheet would run


@given(st.text(alphabet=st.sampled_from("=+-@＝＋\t\r\n\0'\";,| ab1"), max_size=12) | st.text())
def test_guarded_text_comes_back(text: str) -> None:
    """Taking the guard off gives the text that was guarded."""
    assert unguard(guard(text)) == text


@given(st.text(alphabet=st.sampled_from("=+-@＝＋－＠\t\r\n\0'\";,| a1")))
def test_no_cell_begins_a_formula_however_a_reader_splits(text: str) -> None:
    """Neither the cell nor a part of it after another separator begins with what a spreadsheet runs."""
    guarded = guard(text)
    assert not guarded.lstrip(" ").startswith(tuple("=+-@＝＋－＠\t\r\0"))
    assert not any(a in ';,|\t\r\n"' and b in "=+-@＝＋－＠" for a, b in pairwise(guarded))


ATTACKS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", 'x";=1+1', "a;=cmd|'/C calc'!A0", '=HYPERLINK("x")')


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outputs of a post whose every text is an attack."""
    from dataclasses import replace

    from ledgers import WRITTEN

    from pipeline.records import Extraction, passages_of

    folder = tmp_path_factory.mktemp("hostile")
    with Ledger(folder / "ledger.db") as ledger:
        for number, attack in enumerate(ATTACKS):
            written = WRITTEN[0]
            post = replace(
                written.post,
                id=f"post{number}",
                title=attack,
                publisher=attack,
                authors=(attack,),
                url=f"javascript:{attack}",
            )
            claims = tuple(
                replace(c, id=f"{number}-{n}", subject=attack, unit=attack, sentence=attack, attributed_to=attack)
                for n, c in enumerate(written.claims())
            )
            keep_posts(ledger, [post])
            passages = tuple(passages_of(post.text))
            ledger.keep_extractions([(post, Extraction(claims=claims, entities=(), passages=passages))], extractor="x")
        publish(ledger, folder / "outputs", formats=FORMATS)
    return folder / "outputs"


def test_csv_of_attacks_round_trips(hostile: Path) -> None:
    """No text cell begins with what a spreadsheet runs; without the guard it is the text as read."""
    rows = cells(hostile / "claims.csv")
    assert all(not row["subject"].startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for row in rows)
    assert [unguard(row["subject"]) for row in rows] == [row["subject"] for row in lines(hostile / "claims.jsonl")]
    assert {row["subject"] for row in lines(hostile / "claims.jsonl")} == set(ATTACKS)


def test_numbers_stay_numbers_in_csv(ledger: Ledger, tmp_path: Path) -> None:
    """A figure has no apostrophe, a negative one neither."""
    from pipeline.publish.text_files import CELLS

    number = CELLS[dictionary.Type.NUMBER]
    assert number(Decimal("-12.50")) == "-12.5"


def test_workbook_of_attacks_has_no_formula(hostile: Path) -> None:
    """Every cell of text is text, and reads as it was written."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(hostile / "convening-ledger.xlsx")
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    subjects = {row[9] for row in book["Claims"].iter_rows(min_row=2, values_only=True)}
    assert subjects >= set(ATTACKS) - {"\r=1"}  # a carriage return is written as XML writes it


def test_javascript_never_becomes_a_link(hostile: Path) -> None:
    """An address that is not of the web is kept as data, and linked nowhere."""
    assert all(row["link"] is None for row in lines(hostile / "claims.jsonl"))
    assert 'href="javascript' not in (hostile / "report" / "index.html").read_text(encoding="utf-8").lower()
    assert "javascript:" not in (hostile / "claims.jsonld").read_text(encoding="utf-8")


# The workbook


def test_workbook_has_its_sheets_types_and_links(outputs: Path) -> None:
    """Sheets in order, headers frozen and filtered, numbers and days typed, links back to the words."""
    import datetime

    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(outputs / "convening-ledger.xlsx")
    assert book.sheetnames == [
        "Read me",
        "Claims",
        "Comparisons",
        "Themes",
        "Entities",
        "Posts",
        "Decisions",
        "Dictionary",
    ]
    sheet = book["Claims"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref is not None
    assert not sheet.merged_cells.ranges
    header = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[header.index("quote")].value == "$1.6 billion")
    assert row[header.index("value")].value == 1_600_000_000
    assert row[header.index("date")].value == datetime.datetime(2020, 11, 17)
    assert "#:~:text=" in row[header.index("link")].hyperlink.target + "#" + (
        row[header.index("link")].hyperlink.location or ""
    )
    first, second = (header_of(book["Comparisons"]).index(f"{side}_sentence") for side in ("first", "second"))
    pairs = [(r[first], r[second]) for r in book["Comparisons"].iter_rows(min_row=2, values_only=True)]
    assert any(a and b and "3,500" in a and "2,900" in b for a, b in pairs)
    kind = header_of(book["Comparisons"]).index("kind")
    kinds = [row[kind] for row in book["Comparisons"].iter_rows(min_row=2, values_only=True)]
    assert kinds == ["contradiction", "doubt", "update", "update", "update"]


def header_of(sheet: Any) -> list[Any]:
    """The names of a sheet's columns."""
    return [cell.value for cell in sheet[1]]


def test_workbook_says_what_does_not_fit(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the last row of a sheet, and beyond the last letter of a cell, the reader is told."""
    openpyxl = pytest.importorskip("openpyxl")
    from pipeline.publish import book_sheet, cells

    monkeypatch.setattr(book_sheet, "ROWS", 11)
    monkeypatch.setattr(cells, "LETTERS", 20)
    publish(ledger, tmp_path, formats=("xlsx",))
    book = openpyxl.load_workbook(tmp_path / "convening-ledger.xlsx")
    told = {row[0]: row[1] for row in book["Read me"].iter_rows(values_only=True)}
    assert told["Claims"] == "10 rows; 14 more rows do not fit into a sheet and are in the CSV"
    assert book["Claims"].max_row == 11
    assert all(
        len(row[2]) <= 20 and row[2].endswith(("[cut]", "."))
        for row in book["Claims"].iter_rows(min_row=2, values_only=True)
    )


# The other formats


def test_workbook_is_the_same_by_public_functions(
    ledger: Ledger, outputs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the library's inside is another one, every cell is as before, its type, link and style, too."""
    openpyxl = pytest.importorskip("openpyxl")
    from pipeline.publish import fast_sheet

    assert fast_sheet.fits()
    monkeypatch.setattr(fast_sheet, "KNOWN", ("0.",))
    assert not fast_sheet.fits()
    publish(ledger, tmp_path, formats=("xlsx",), currency="EUR")
    fast, plain = (openpyxl.load_workbook(folder / "convening-ledger.xlsx") for folder in (outputs, tmp_path))
    for sheet in fast:
        other = plain[sheet.title]
        assert sheet.dimensions == other.dimensions
        for row, same in zip(sheet.iter_rows(), other.iter_rows(), strict=True):
            assert [(c.value, c.data_type, c.number_format) for c in row] == [
                (c.value, c.data_type, c.number_format) for c in same
            ]


def test_annotations_select_the_quote_in_the_posts_text(ledger: Ledger, outputs: Path) -> None:
    """Both selectors of each annotation lead to the same words of the post."""
    texts = {post.url: post.text for post in ledger.posts()}
    page = json.loads((outputs / "annotations.jsonld").read_text(encoding="utf-8"))
    assert len(page["items"]) == 24
    for item in page["items"]:
        text = texts[item["target"]["source"]]
        quote, position = item["target"]["selector"]
        assert text[position["start"] : position["end"]] == quote["exact"]
        assert quote["prefix"] + quote["exact"] + quote["suffix"] in text
        assert item["motivation"] == "assessing"


def test_schema_org_leaves_out_what_was_rejected_and_rates_nothing(outputs: Path) -> None:
    """A claim says where it appears, and nothing says whether it is true."""
    text = (outputs / "claims.jsonld").read_text(encoding="utf-8")
    parts = json.loads(text)["hasPart"]
    assert len(parts) == 23
    assert all(part["appearance"]["@type"] == "BlogPosting" for part in parts)
    assert "£900 million" not in text
    assert "Rating" not in text


def test_provenance_names_reviewers_extractor_and_revisions(ledger: Ledger, outputs: Path) -> None:
    """The document leads from the edition to the texts, the extractor and the people."""
    told = json.loads((outputs / "prov.json").read_text())
    assert {agent["prov:label"] for agent in told["agent"].values()} == {"ada", "grace", "invented 1"}
    assert {f"ledger:post/{post.id}/{post.revision}" for post in ledger.posts()} < set(told["entity"])
    assert sum(activity["ledger:decisions"] for activity in told["activity"].values()) == 8


def test_docs_hold_claims_and_entities_as_spans(outputs: Path) -> None:
    """Each document is the post's text; its spans carry kind, id and label."""
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import DocBin

    docs = list(DocBin().from_disk(outputs / "docbin" / "0001.spacy").get_docs(spacy.blank("en").vocab))
    spans = {span.id_: (span.text, span.label_) for doc in docs for span in doc.spans["claims"]}
    claims = by_quote()
    assert spans[claims["$1.6 billion"].id] == ("$1.6 billion", "MONEY")
    assert claims["£900 million"].id not in spans
    assert {"EVENT", "PROGRAM"} <= {span.label_ for doc in docs for span in doc.spans["entities"]}


# Small parts


@pytest.mark.parametrize("text", ["0", "1E+3", "-4.50", "0.000001", HUGE, "1E-30"])
def test_digits_are_exact(text: str) -> None:
    """Decimal notation holds the same value."""
    assert Decimal(digits(Decimal(text))) == Decimal(text)


def test_long_sentences_are_linked_by_their_ends() -> None:
    """The first and last words of a long sentence are its text fragment; dashes and commas are encoded."""
    words = "So-called one, two three four five " * 8 + "six seven eight nine ten."
    link = text_link("https://example.org/a", words)
    assert (
        link
        == "https://example.org/a#:~:text=So%2Dcalled%20one%2C%20two%20three%20four,six%20seven%20eight%20nine%20ten."
    )


def test_dictionary_has_no_doubles_and_its_keys_exist() -> None:
    """Every column is described once, and keys and references name columns that exist."""
    for table in dictionary.ALL:
        assert len(set(table.names)) == len(table.names)
        assert set(table.key) <= set(table.names)
        assert all(column.description.endswith(".") for column in table.columns)
        for column, other, theirs in table.points:
            assert column in table.names
            assert theirs in dictionary.TABLES[other].names


def test_importing_the_room_is_light() -> None:
    """Neither the database library nor a table library is loaded by the import alone."""
    heavy = ["sqlalchemy", "pyarrow", "spacy", "jinja2"]
    code = f"import sys, pipeline.publish; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_gold_digest_is_stable(outputs: Path) -> None:
    """The edition is the digest of the content: 16 hexadecimal digits, told in manifest, package and workbook."""
    manifest = json.loads((outputs / "manifest.json").read_text())
    package = json.loads((outputs / "datapackage.json").read_text())
    assert package["id"] == manifest["edition"]
    assert len(bytes.fromhex(manifest["edition"])) == 8
    assert (
        hashlib.sha256((outputs / "claims.csv").read_bytes()).hexdigest() == manifest["files"]["claims.csv"]["sha256"]
    )
