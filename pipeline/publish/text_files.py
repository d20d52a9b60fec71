"""The tables as CSV, safe to open in a spreadsheet, and as JSON lines, exactly as they are."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import orjson

from pipeline.publish.columns import Table, Type
from pipeline.publish.figures import digits
from pipeline.publish.formats import Writer
from pipeline.publish.rows import Row

LIST_MARK = ";"

# A spreadsheet takes a cell for a formula by its first character. A reader that splits at another
# separator than the comma also begins cells inside ours, so what follows a separator is guarded, too.
FORMULA = "=+\\-@＝＋－＠\t\r\0"
AFTER = r"(?<=[;,|\t\r\n\"])"
SPACE = r"[^\S\t\r\n]*"
UNSAFE = re.compile(rf"^(?='*{SPACE}[{FORMULA}])|{AFTER}(?='*[{FORMULA}])")
GUARDED = re.compile(rf"^'(?='*{SPACE}[{FORMULA}])|{AFTER}'(?='*[{FORMULA}])")
SUSPECT = re.compile(f"[{FORMULA}]")


def guard(text: str) -> str:
    """*text* with an apostrophe before whatever a spreadsheet would run; ``unguard`` takes it off again.

    >>> guard("=1+1"), guard("a-b"), guard('say ";=cmd"')
    ("'=1+1", 'a-b', 'say ";\\'=cmd"')
    """
    return UNSAFE.sub("'", text) if SUSPECT.search(text) else text


def unguard(text: str) -> str:
    """The text that ``guard`` was given."""
    return GUARDED.sub("", text)


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


class CsvFiles(Writer):
    """One CSV file a table: UTF-8, decimal points, ISO dates, lists joined by semicolons."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file: TextIO

    def begin(self, table: Table) -> None:
        """Open the table's file and write its header."""
        self.file = (self.folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="")
        self.writer = csv.writer(self.file, lineterminator="\r\n")  # as RFC 4180 has it
        self.writer.writerow(table.names)
        self.cells = [CELLS.get(column.type) for column in table.columns]

    def write(self, rows: Sequence[Row]) -> None:
        """Write *rows*; what is absent is an empty cell."""
        columns = [
            values if cell is None else [None if value is None else cell(value) for value in values]
            for cell, values in zip(self.cells, zip(*rows, strict=True), strict=True)
        ]
        self.writer.writerows(zip(*columns, strict=True))

    def end(self) -> None:
        """Close the table's file."""
        self.file.close()


class JsonLines(Writer):
    """One JSON object a row, on one line. Decimals are exact: read them as such (``parse_float=Decimal``)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file: BinaryIO

    def begin(self, table: Table) -> None:
        """Open the table's file."""
        self.file = (self.folder / f"{table.name}.jsonl").open("wb")
        self.table = table

    def write(self, rows: Sequence[Row]) -> None:
        """Write *rows*; every column is there, ``null`` where it is absent."""
        self.file.writelines(json_line(self.table, row) for row in rows)

    def end(self) -> None:
        """Close the table's file."""
        self.file.close()


class Digests(Writer):
    """Not a file: what the rows come to, as one digest that is the name of the edition."""

    def __init__(self) -> None:
        self.whole = hashlib.sha256()
        self.rows: dict[str, int] = {}
        self.statuses: dict[str, int] = {}

    def begin(self, table: Table) -> None:
        """Mix in the table's name and columns."""
        self.whole.update(repr((table.name, table.names)).encode())
        self.name = table.name
        self.rows[table.name] = 0
        self.status = table.names.index("status") if "status" in table.names else None

    def write(self, rows: Sequence[Row]) -> None:
        """Mix in *rows*, and count."""
        self.whole.update(orjson.dumps(rows, default=str))
        self.rows[self.name] += len(rows)
        if self.status is not None:
            for row in rows:
                self.statuses[row[self.status]] = self.statuses.get(row[self.status], 0) + 1


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
