"""From the ledger to a folder of files that people and programs open."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.publish.swap import MANIFEST, PublishError, digests, manifest, swapped

if TYPE_CHECKING:
    from pipeline.ledger.ledger import Ledger
    from pipeline.publish.formats import Edition, Writer
    from pipeline.publish.rows import Choice

BATCH = 2000
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


def publish(
    ledger: Ledger,
    outputs: Path,
    *,
    formats: Collection[str] = DEFAULT,
    currency: str | None = None,
    where: Sequence[Any] = (),
) -> PublishResult:
    """Write what *ledger* holds to *outputs* in *formats*; all of it lands, or nothing changes.

    *where* are conditions on the columns of ``pipeline.ledger.schema``, and hold for claims only. With a
    *currency*, every sum has its converted value beside it. Files in other formats stay if they are of
    the same content, and go if they are not. Raises ``PublishError`` with a sentence for a person.
    """
    from itertools import batched

    from pipeline.publish.columns import ALL
    from pipeline.publish.formats import Edition
    from pipeline.publish.rows import Choice, table_rows
    from pipeline.publish.text_files import Digests

    makers = [FORMATS[name] for name in _known(formats)]
    choice = Choice(where=tuple(where), currency=_known_currency(currency))
    with swapped(outputs) as folder:
        before = manifest(outputs)
        content = Digests()
        writers: list[Writer] = [content, *(writer for make in makers for writer in make(ledger, folder, choice))]
        for table in ALL:
            for writer in writers:
                writer.begin(table)
            for batch in batched(table_rows(ledger, table, choice), BATCH):
                for writer in writers:
                    writer.write(batch)
            for writer in writers:
                writer.end()
        edition = Edition(
            id=content.whole.hexdigest()[:16],
            rows=content.rows,
            statuses=dict(sorted(content.statuses.items())),
            filter=str(choice),
            currency=choice.currency,
        )
        for writer in writers:
            writer.close(edition)
        files = digests(folder)
        kept = _still_true(before, edition, outputs, files)
        _write_manifest(folder, edition, kept | files)
    return PublishResult(
        folder=outputs,
        edition=edition.id,
        files=(*files, MANIFEST),
        removed=tuple(sorted(set(before.get("files", ())) - set(files) - set(kept))),
        rows=edition.rows,
        statuses=edition.statuses,
    )


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
            "files": dict(sorted(files.items())),
        },
    )


def _csv(ledger: Ledger, folder: Path, choice: Choice) -> list[Writer]:
    from pipeline.publish.datapackage import DataPackage
    from pipeline.publish.text_files import CsvFiles

    return [CsvFiles(folder), DataPackage(folder)]


def _jsonl(ledger: Ledger, folder: Path, choice: Choice) -> list[Writer]:
    from pipeline.publish.datapackage import Schemas
    from pipeline.publish.text_files import JsonLines

    return [JsonLines(folder), Schemas(folder)]


def _parquet(ledger: Ledger, folder: Path, choice: Choice) -> list[Writer]:
    from pipeline.publish.parquet_files import ParquetFiles

    return [ParquetFiles(folder)]


def _xlsx(ledger: Ledger, folder: Path, choice: Choice) -> list[Writer]:
    from pipeline.publish.workbook import Workbook

    return [Workbook(ledger, folder, choice)]


def _report(ledger: Ledger, folder: Path, choice: Choice) -> list[Writer]:
    from pipeline.publish.report import Report

    return [Report(ledger, folder, choice)]


def _annotations(ledger: Ledger, folder: Path, choice: Choice) -> list[Writer]:
    from pipeline.publish.annotations import WebAnnotations

    return [WebAnnotations(ledger, folder, choice)]


def _schema_org(ledger: Ledger, folder: Path, choice: Choice) -> list[Writer]:
    from pipeline.publish.annotations import SchemaOrgClaims

    return [SchemaOrgClaims(ledger, folder, choice)]


def _prov(ledger: Ledger, folder: Path, choice: Choice) -> list[Writer]:
    from pipeline.publish.provenance import Provenance

    return [Provenance(folder)]


def _docbin(ledger: Ledger, folder: Path, choice: Choice) -> list[Writer]:
    from pipeline.publish.docs import Docs

    return [Docs(ledger, folder, choice)]


FORMATS: dict[str, Callable[[Ledger, Path, Choice], list[Writer]]] = {
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
