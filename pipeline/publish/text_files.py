"""The tables as CSV, safe to open in a spreadsheet, and as JSON lines, exactly as they are."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson

from pipeline.formulas import guard
from pipeline.publish.columns import Table, Type
from pipeline.publish.figures import digits
from pipeline.publish.formats import BY_PART, Writer
from pipeline.publish.parts import Before, Part, PartFile
from pipeline.publish.rows import Row

LIST_MARK = ";"


def joined(items: Sequence[str]) -> str:
    """A list as one cell; a mark inside an item becomes a comma, as the cell would not split back.

    >>> joined(["Ada", "Grace; too"])
    'Ada;Grace, too'
    """
    return LIST_MARK.join(item.replace(LIST_MARK, ",") for item in items)


# What the others hold, the csv module writes as it is wanted.
CELLS: dict[Type, Callable[[Any], str | None]] = {
    Type.TEXT: guard,
    Type.NUMBER: digits,
    Type.REAL: lambda value: repr(round(value, 4)),
    Type.BOOLEAN: lambda value: "true" if value else "false",
    Type.MOMENT: datetime.isoformat,
    Type.LIST: lambda value: guard(joined(value)) if value else None,
}


class PartFiles(Writer):
    """One file a table, which takes the parts that have not changed from the file that it will replace."""

    ending = ""

    def __init__(self, folder: Path, before: Before) -> None:
        self.folder, self.before = folder, before
        self.files = tuple(f"{name}.{self.ending}" for name in sorted(BY_PART))
        self.heads: dict[str, int] = {}  # files made of parts → bytes before the first part
        self.written: dict[str, dict[str, Any]] = {}  # file → its size and digest
        self.file: PartFile

    def begin(self, table: Table) -> None:
        """Open the table's file."""
        self.table = table
        self.name = f"{table.name}.{self.ending}"
        self.file = PartFile(self.folder / self.name, self.before.folder / self.name)
        self.head()
        if table.name in BY_PART:
            self.heads[self.name] = self.part_begins = self.file.size

    def head(self) -> None:
        """Write what comes before the rows."""

    def reuse(self, part: Part) -> None:
        """Take the part from the old file."""
        self.file.take(*self.before.places[self.name][part.key])
        self.part_begins += part.sizes[self.name]

    def part_done(self, part: Part) -> None:
        """Note how long the part is."""
        part.sizes[self.name] = self.file.size - self.part_begins
        self.part_begins = self.file.size

    def end(self) -> None:
        """Close the table's file."""
        self.written[self.name] = self.file.close()


class CsvFiles(PartFiles):
    """One CSV file a table: UTF-8, decimal points, ISO dates, lists joined by semicolons."""

    ending = "csv"

    def head(self) -> None:
        """Write the header."""
        self._write([self.table.names])
        self.cells = [CELLS.get(column.type) for column in self.table.columns]

    def write(self, rows: Sequence[Row]) -> None:
        """Write *rows*; what is absent is an empty cell."""
        columns = [
            values if cell is None else [None if value is None else cell(value) for value in values]
            for cell, values in zip(self.cells, zip(*rows, strict=True), strict=True)
        ]
        self._write(zip(*columns, strict=True))

    def _write(self, rows: Iterable[Iterable[Any]]) -> None:
        text = io.StringIO()
        csv.writer(text, lineterminator="\r\n").writerows(rows)  # as RFC 4180 has it
        self.file.write(text.getvalue().encode())


class JsonLines(PartFiles):
    """One JSON object a row, on one line. Decimals are exact: read them as such (``parse_float=Decimal``)."""

    ending = "jsonl"

    def write(self, rows: Sequence[Row]) -> None:
        """Write *rows*; every column is there, ``null`` where it is absent."""
        self.file.write(b"".join([json_line(self.table, row) for row in rows]))


class Digests(Writer):
    """Not a file: what the rows come to, as one digest that is the name of the edition."""

    files = ()

    def __init__(self) -> None:
        self.whole = hashlib.sha256()
        self.rows: dict[str, int] = {}
        self.statuses: Counter[str] = Counter()

    def begin(self, table: Table) -> None:
        """Mix in the table's name and columns."""
        self.whole.update(repr((table.name, table.names)).encode())
        self.name = table.name
        self.rows[table.name] = self.part_rows = 0
        self.part, self.part_statuses = hashlib.sha256(), Counter[str]()
        self.status = table.names.index("status") if "status" in table.names else None

    def write(self, rows: Sequence[Row]) -> None:
        """Mix in *rows*, and count."""
        self.part.update(orjson.dumps(rows, default=str))
        self.part_rows += len(rows)
        if self.status is not None:
            self.part_statuses.update(row[self.status] for row in rows)

    def part_done(self, part: Part) -> None:
        """Note what the part came to, and begin the next."""
        part.rows[self.name], part.digests[self.name] = self.part_rows, self.part.hexdigest()
        if self.status is not None:
            part.statuses = dict(sorted(self.part_statuses.items()))
        self._add(part)
        self.part_rows, self.part, self.part_statuses = 0, hashlib.sha256(), Counter()

    def reuse(self, part: Part) -> None:
        """Add what the part came to."""
        self._add(part)

    def end(self) -> None:
        """Add what came in no part."""
        self.rows[self.name] += self.part_rows
        self.whole.update(self.part.digest())

    def _add(self, part: Part) -> None:
        self.rows[self.name] += part.rows[self.name]
        self.whole.update(part.digests[self.name].encode())
        if self.status is not None:
            self.statuses.update(part.statuses)


def json_line(table: Table, row: Row) -> bytes:
    """*row* as a JSON object on one line, its decimals exact."""
    values = dict(zip(table.names, row, strict=True))
    for name in table.objects:
        if values[name] is not None:
            values[name] = orjson.Fragment(values[name])
    try:
        text = orjson.dumps(values, default=json_number)
    except TypeError:  # a decimal that no float holds
        parts = (f"{orjson.dumps(name).decode()}:{_exactly(value)}" for name, value in values.items())
        text = ("{" + ",".join(parts) + "}").encode()
    for mark, escaped in LINE_ENDS:
        if mark in text:
            text = text.replace(mark, escaped)
    return text + b"\n"


# These end a line for some readers of text; in JSON they can only stand within strings.
LINE_ENDS = tuple((mark.encode(), f"\\u{ord(mark):04x}".encode()) for mark in "\x85\u2028\u2029")


def _exactly(value: object) -> str:
    return digits(value) if isinstance(value, Decimal) else orjson.dumps(value).decode()


def json_number(value: object) -> int | float:
    """The number that is exactly *value*; raises ``TypeError`` where there is none."""
    if not isinstance(value, Decimal):
        raise TypeError(value)
    if abs(value.adjusted()) < 15:
        if value == value.to_integral_value():
            return int(value)
        if Decimal(repr(float(value))) == value:
            return float(value)
    raise TypeError(value)
