"""The tables as CSV, safe to open in a spreadsheet, and as JSON lines, exactly as they are."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from pipeline.publish.columns import Table, Type
from pipeline.publish.figures import digits
from pipeline.publish.formats import Edition
from pipeline.publish.rows import Row

LIST_MARK = ";"

# A spreadsheet takes a cell for a formula by its first character. A reader that splits at another
# separator than the comma also begins cells inside ours, so what follows a separator is guarded, too.
FORMULA = "=+\\-@＝＋－＠\t\r\0"
AFTER = r"(?<=[;,|\t\r\n\"])"
UNSAFE = re.compile(rf"^('*\s*[{FORMULA}])|{AFTER}('*[{FORMULA}])")
GUARDED = re.compile(rf"^'('*\s*[{FORMULA}])|{AFTER}'('*[{FORMULA}])")
SUSPECT = re.compile(f"[{FORMULA}]")


def guard(text: str) -> str:
    """*text* with an apostrophe before whatever a spreadsheet would run; ``unguard`` takes it off again.

    >>> guard("=1+1"), guard("a-b"), guard('say ";=cmd"')
    ("'=1+1", 'a-b', 'say ";\\'=cmd"')
    """
    return UNSAFE.sub(r"'\1\2", text) if SUSPECT.search(text) else text


def unguard(text: str) -> str:
    """The text that ``guard`` was given."""
    return GUARDED.sub(r"\1\2", text)


def packed(value: object) -> str:
    """JSON text with sorted keys, without spaces."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_json_value)


def joined(items: Sequence[str]) -> str:
    """A list as one cell; a mark inside an item becomes a comma, as the cell would not split back.

    >>> joined(["Ada", "Grace; too"])
    'Ada;Grace, too'
    """
    return LIST_MARK.join(item.replace(LIST_MARK, ",") for item in items)


CELLS: dict[Type, Callable[[Any], str]] = {
    Type.TEXT: guard,
    Type.CODE: guard,
    Type.NUMBER: digits,
    Type.REAL: lambda value: repr(round(value, 4)),
    Type.INTEGER: str,
    Type.BOOLEAN: lambda value: "true" if value else "false",
    Type.DATE: date.isoformat,
    Type.MOMENT: datetime.isoformat,
    Type.LIST: lambda value: guard(joined(value)),
    Type.OBJECT: packed,
}


class CsvFiles:
    """One CSV file a table: UTF-8, decimal points, ISO dates, lists joined by semicolons."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file: TextIO

    def begin(self, table: Table) -> None:
        """Open the table's file and write its header."""
        self.file = (self.folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="")
        self.writer = csv.writer(self.file, lineterminator="\n")
        self.writer.writerow(table.names)
        self.cells = [CELLS[column.type] for column in table.columns]

    def write(self, rows: Sequence[Row]) -> None:
        """Write *rows*; what is absent is an empty cell."""
        cells = self.cells
        self.writer.writerows(
            [None if value is None else cell(value) for value, cell in zip(row, cells, strict=True)] for row in rows
        )

    def end(self) -> None:
        """Close the table's file."""
        self.file.close()

    def close(self, edition: Edition) -> None:
        """Nothing more: the data package speaks of the whole."""


class JsonLines:
    """One JSON object a row, on one line. Decimals are exact: read them as such (``parse_float=Decimal``)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file: TextIO

    def begin(self, table: Table) -> None:
        """Open the table's file."""
        self.file = (self.folder / f"{table.name}.jsonl").open("w", encoding="utf-8", newline="\n")
        self.names = table.names

    def write(self, rows: Sequence[Row]) -> None:
        """Write *rows*; every column is there, ``null`` where it is absent."""
        self.file.writelines(json_line(self.names, row) for row in rows)

    def end(self) -> None:
        """Close the table's file."""
        self.file.close()

    def close(self, edition: Edition) -> None:
        """Nothing more."""


class Digests:
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
        self.whole.update("\n".join(map(repr, rows)).encode("utf-8", "backslashreplace"))
        self.rows[self.name] += len(rows)
        if self.status is not None:
            for row in rows:
                self.statuses[row[self.status]] = self.statuses.get(row[self.status], 0) + 1

    def end(self) -> None:
        """Nothing to close."""

    def close(self, edition: Edition) -> None:
        """Nothing to write."""


def json_line(names: Sequence[str], row: Row) -> str:
    """*row* as a JSON object on one line, its decimals exact.

    >>> json_line(("a", "b"), (Decimal("0.10"), Decimal("12345678901234567890.12345")))
    '{"a":0.1,"b":12345678901234567890.12345}\\n'
    """
    try:
        text = _encode(dict(zip(names, row, strict=True)))
    except _InexactError:
        text = "{" + ",".join(f"{_encode(k)}:{_exactly(v)}" for k, v in zip(names, row, strict=True)) + "}"
    if not text.isascii():  # these three end a line for some readers
        text = text.replace("\x85", "\\u0085").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return text + "\n"


class _InexactError(Exception):
    """A decimal that no float holds."""


def _exactly(value: object) -> str:
    return digits(value) if isinstance(value, Decimal) else _encode(value)


def _json_value(value: object) -> object:
    if isinstance(value, Decimal):
        if value.adjusted() < 15 and value == value.to_integral_value():
            return int(value)
        if value.is_finite() and Decimal(repr(float(value))) == value and abs(value.adjusted()) < 15:
            return float(value)
        raise _InexactError
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_json_value).encode
