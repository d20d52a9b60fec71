"""From the ledger to a folder of files that people and programs open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.publish.swap import MANIFEST, PublishError, digests, manifest, swapped

if TYPE_CHECKING:
    from pipeline.ledger.ledger import Ledger
    from pipeline.publish.columns import Table
    from pipeline.publish.formats import Edition, Writer
    from pipeline.publish.parts import Before, Part
    from pipeline.publish.rows import Choice, Row

BATCH = 2000
WORKBOOK = 10_000  # claims up to which a run writes the workbook, too: it is made anew each time
DEFAULT = ("csv", "jsonl", "parquet", "xlsx", "report")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """Where the outputs lie, which edition they are, and what they hold."""

    folder: Path
    edition: str  # digest of the content: equal content, equal edition
    files: tuple[str, ...]  # written now, relative to the folder
    removed: tuple[str, ...]  # of an older edition, no longer true
    rows: Mapping[str, int]  # table → rows
    statuses: Mapping[str, int]  # status → claims
    left_out: Mapping[str, str]  # usual format → why it was not written


def publish(
    ledger: Ledger,
    outputs: Path,
    *,
    formats: Collection[str] | None = None,
    currency: str | None = None,
    where: Sequence[Any] = (),
    only: Collection[str] | None = None,
    said: str = "",
) -> PublishResult:
    """Write what *ledger* holds to *outputs* in *formats*; all of it lands, or nothing changes.

    All is read at one moment of the ledger. *where* are conditions on the columns of ``pipeline.ledger.schema``,
    *only* the ids of the claims that are wanted, and *said* the filter that they fit; they hold for claims only. With
    a *currency*, every sum has its converted value beside it. Files in other formats stay if they are of the same
    content, and go if they are not. Without *formats* it is the usual ones, but the workbook only of a ledger of
    moderate size. Raises ``PublishError`` with a sentence for a person.
    """
    from pipeline.ledger.marks import post_marks
    from pipeline.publish.formats import Edition
    from pipeline.publish.parts import STATE, Before, View, cut, noted, salt_of
    from pipeline.publish.rows import Choice, shown_posts
    from pipeline.publish.text_files import Digests

    choice = Choice(
        where=tuple(where),
        currency=_known_currency(currency),
        only=None if only is None else frozenset(only),
        said=said,
    )
    asked = None if formats is None else _known(formats)
    with swapped(outputs) as folder, ledger.reading() as connection:
        view = View(ledger, connection)
        names, left_out = (asked, dict[str, str]()) if asked is not None else _usual(view)
        before, old = manifest(outputs), Before(outputs, ledger.state(STATE))
        content = Digests()
        writers: list[Writer] = [content]
        for name in names:
            writers += FORMATS[name](view, folder, choice, old)
        shown = shown_posts(view)
        marks = {post: mark for post, mark in post_marks(connection, outputs=True).items() if post in shown}
        parts = cut(marks, salt_of(choice))
        if choice.whole:
            old.recall(parts, [name for writer in writers for name in writer.files or ()])
        _write_tables(view, choice, writers, parts)
        edition = Edition(
            id=content.whole.hexdigest()[:16],
            rows=content.rows,
            statuses=dict(sorted(content.statuses.items())),
            filter=str(choice),
            currency=choice.currency,
            left_out=left_out,
        )
        known, heads = _closed(writers, edition)
        files = digests(folder, known)
        kept = _still_true(before, edition, outputs, files)
        _write_manifest(folder, edition, kept | files)
        found = noted(outputs, folder, parts, heads)
    if choice.whole:
        ledger.keep_state(STATE, found)
    return PublishResult(
        folder=outputs,
        edition=edition.id,
        files=(*files, MANIFEST),
        removed=tuple(sorted(set(before.get("files", ())) - set(files) - set(kept))),
        rows=edition.rows,
        statuses=edition.statuses,
        left_out=left_out,
    )


def _closed(writers: Sequence[Writer], edition: Edition) -> tuple[dict[str, Any], dict[str, int]]:
    """Close *writers*; the digests that they know of what they wrote, and how long the heads of their files are."""
    known: dict[str, Any] = {}
    heads: dict[str, int] = {}
    for writer in writers:
        writer.close(edition)
        known |= getattr(writer, "written", {})
        heads |= getattr(writer, "heads", {})
    return known, heads


def _write_tables(view: Ledger, choice: Choice, writers: Sequence[Writer], parts: Sequence[Part]) -> None:
    """Give every writer the rows of every table, those of posts part by part."""
    from itertools import batched

    from pipeline.publish.columns import ALL
    from pipeline.publish.formats import BY_PART
    from pipeline.publish.rows import table_rows
    from pipeline.publish.sums import Sums

    by_part = [table for table in ALL if table.name in BY_PART]
    new = {part.key: Counting() for part in parts if not part.known}
    for table in by_part:
        for writer in writers:
            writer.begin(table)
        for part in parts:
            _write_part(view, choice, writers, table, part, new.get(part.key))
        for writer in writers:
            writer.end()
    whole = Sums()
    for part in parts:
        if part.key in new:
            part.sums = new.pop(part.key).packed
        whole.add(part.sums["whole"])
        for writer in writers:
            writer.count(part)
    made: dict[str, Callable[[], Iterable[Row]]] = {
        "names": whole.name_rows,
        "themes": lambda: whole.theme_rows(view.themes()),
        "theme_years": whole.theme_year_rows,
    }
    for table in ALL:
        if table not in by_part:
            for writer in writers:
                writer.begin(table)
            rows = made[table.name]() if table.name in made else table_rows(view, table, choice)
            for batch in batched(rows, BATCH):
                for writer in writers:
                    writer.write(batch)
            for writer in writers:
                writer.end()


def _write_part(
    view: Ledger, choice: Choice, writers: Sequence[Writer], table: Table, part: Part, counting: Counting | None
) -> None:
    """Give the writers a part of *table*; those that can take it from what was published before do so."""
    from pipeline.publish.rows import table_rows

    writing = [writer for writer in writers if not part.known or writer.files is None]
    for writer in writers:
        if writer not in writing:
            writer.reuse(part)
    if not writing:
        return
    rows = list(table_rows(view, table, choice, part.posts))
    if rows:
        if counting is not None:
            counting.take(table, rows)
        for writer in writing:
            writer.write(rows)
    for writer in writing:
        writer.part_done(part)


class Counting:
    """What a part comes to in the tables and the page that speak of the whole."""

    def __init__(self) -> None:
        from pipeline.publish.sums import Sums
        from pipeline.publish.tally import Tally

        self.sums, self.tally = Sums(), Tally()

    def take(self, table: Table, rows: Sequence[Row]) -> None:
        """Count *rows* of *table*."""
        self.sums.take(table, rows)
        if table.name in ("posts", "claims", "findings"):
            self.tally.take(table, rows)

    @property
    def packed(self) -> dict[str, Any]:
        """The counts as JSON can hold them."""
        return {"whole": self.sums.packed, "tally": self.tally.packed}


def _usual(view: Ledger) -> tuple[list[str], dict[str, str]]:
    """The formats that a run writes, and why one of the usual ones is left out."""
    from pipeline.publish.rows import claims_held

    claims = claims_held(view)
    if claims <= WORKBOOK:
        return list(DEFAULT), {}
    why = f"{claims:,} claims make a workbook slow to write and to open; `convening export --format xlsx` writes it"
    return [name for name in DEFAULT if name != "xlsx"], {"xlsx": why}


def _known(formats: Collection[str]) -> list[str]:
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise PublishError(", ".join(unknown), f"is no format of the outputs; there are {', '.join(FORMATS)}")
    return [name for name in FORMATS if name in formats]


def _known_currency(code: str | None) -> str | None:
    if code is None:
        return None
    from pipeline.publish.rates import currencies

    if code.upper() not in currencies():
        raise PublishError(code, f"has no reference rates; there are {', '.join(sorted(currencies()))}")
    return code.upper()


def _still_true(
    before: Mapping[str, Any], edition: Edition, outputs: Path, new: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """The files of the last publication that this one does not write, and that say the same as it."""
    same = (before.get("edition"), before.get("filter"), before.get("currency"))
    if same != (edition.id, edition.filter, edition.currency):
        return {}
    return {name: about for name, about in before["files"].items() if name not in new and (outputs / name).is_file()}


def _write_manifest(folder: Path, edition: Edition, files: Mapping[str, Any]) -> None:
    from pipeline.publish.columns import SCHEMA_VERSION
    from pipeline.publish.datapackage import write_json

    write_json(
        folder / MANIFEST,
        {
            "edition": edition.id,
            "schema_version": SCHEMA_VERSION,
            "filter": edition.filter,
            "currency": edition.currency,
            "rows": dict(edition.rows),
            "statuses": dict(edition.statuses),
            "left_out": dict(edition.left_out),
            "files": dict(sorted(files.items())),
        },
    )


def _csv(ledger: Ledger, folder: Path, choice: Choice, before: Before) -> list[Writer]:
    from pipeline.publish.datapackage import DataPackage
    from pipeline.publish.text_files import CsvFiles

    return [CsvFiles(folder, before), DataPackage(folder)]


def _jsonl(ledger: Ledger, folder: Path, choice: Choice, before: Before) -> list[Writer]:
    from pipeline.publish.datapackage import Schemas
    from pipeline.publish.text_files import JsonLines

    return [JsonLines(folder, before), Schemas(folder)]


def _parquet(ledger: Ledger, folder: Path, choice: Choice, before: Before) -> list[Writer]:
    from pipeline.publish.parquet_files import ParquetFiles

    return [ParquetFiles(folder, before)]


def _xlsx(ledger: Ledger, folder: Path, choice: Choice, before: Before) -> list[Writer]:
    from pipeline.publish.workbook import Workbook

    return [Workbook(ledger, folder, choice)]


def _report(ledger: Ledger, folder: Path, choice: Choice, before: Before) -> list[Writer]:
    from pipeline.publish.report import Report

    return [Report(ledger, folder, choice)]


def _annotations(ledger: Ledger, folder: Path, choice: Choice, before: Before) -> list[Writer]:
    from pipeline.publish.annotations import WebAnnotations

    return [WebAnnotations(ledger, folder, choice)]


def _schema_org(ledger: Ledger, folder: Path, choice: Choice, before: Before) -> list[Writer]:
    from pipeline.publish.annotations import SchemaOrgClaims

    return [SchemaOrgClaims(ledger, folder, choice)]


def _prov(ledger: Ledger, folder: Path, choice: Choice, before: Before) -> list[Writer]:
    from pipeline.publish.provenance import Provenance

    return [Provenance(folder)]


def _docbin(ledger: Ledger, folder: Path, choice: Choice, before: Before) -> list[Writer]:
    from pipeline.publish.docs import Docs

    return [Docs(ledger, folder, choice)]


FORMATS: dict[str, Callable[[Ledger, Path, Choice, Before], list[Writer]]] = {
    "csv": _csv,
    "jsonl": _jsonl,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "report": _report,
    "annotations": _annotations,
    "schema-org": _schema_org,
    "prov": _prov,
    "docbin": _docbin,
}
