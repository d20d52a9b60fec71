"""XlsxWriter's worksheet with a shorter way for the rows that a ledger has millions of.

The library asks seven functions for each cell; texts, numbers and days need little of what they check. Here a column of
many rows is made at once, and the rows stand in the library's own sheet, so head, filters and links stay its work.
What is used of the library's inside is named below; where another version has it no more, ``fits`` says so, and the
workbook is written by its public functions, slower and with the same cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter.url import Url
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from pipeline.publish.cells import FIRST_DAY, cut, dated, surely_fits, too_long
from pipeline.publish.columns import Type
from pipeline.publish.figures import digits
from pipeline.publish.text_files import joined

RARE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")  # that a cell has to say in other signs
DAY = 86_400
TEXT = '" t="inlineStr"><is><t xml:space="preserve">'
END = "</t></is></c>"

KNOWN = ("3.2.", "3.3.")  # versions of the library whose inside was looked at
USED = ("_write_single_row", "_check_dimensions", "_escape_data", "_escape_control_characters")

type Cells = Callable[[str, Sequence[str], Sequence[Any]], list[str]]  # letters, numbers of rows, values → XML


def fits() -> bool:
    """Whether the installed library is one that the shorter way was made for."""
    return xlsxwriter.__version__.startswith(KNOWN) and all(hasattr(Worksheet, name) for name in USED)


class FastSheet(Worksheet):  # type: ignore[misc]
    """A worksheet in ``constant_memory`` mode, filled from top to bottom."""

    def put(self, row: int, rows: Sequence[str], columns: int) -> None:
        """Write *rows*, the XML of the cells of each, from *row* on; they are no wider than *columns*."""
        self._write_single_row(row + len(rows) - 1)  # what the library holds goes before
        self._check_dimensions(row + len(rows) - 1, columns - 1)
        numbered = enumerate(rows, row + 1)
        self.fh.write("".join([f'<row r="{number}">{cells}</row>' for number, cells in numbered if cells]))

    def linked(self, row: int, column: int, address: str) -> None:
        """Make the cell, which is written as others are, a link."""
        self.hlink_count += 1
        self.hyperlinks[row][column] = Url(address)


def escaped(text: str) -> str:
    """*text* as XML has it; what a cell cannot hold is said in the signs that spreadsheets have for it."""
    text = cut(text)
    return str(Worksheet._escape_data(Worksheet, Worksheet._escape_control_characters(text)))


def texts(letters: str, numbers: Sequence[str], values: Sequence[str | None]) -> list[str]:
    """Cells of texts, which are never formulas, numbers or links."""
    return _told(f'<c r="{letters}', TEXT, numbers, values)


def links(style: int) -> Cells:
    """What makes cells of the addresses of links in a style of the book."""
    rest = f'" s="{style}" t="inlineStr"><is><t>'
    return lambda letters, numbers, values: _told(f'<c r="{letters}', rest, numbers, values)


def _told(head: str, rest: str, numbers: Sequence[str], values: Sequence[str | None]) -> list[str]:
    stated = [value for value in values if value is not None]
    together = "".join(stated)
    plain = together.isprintable() and "_x" not in together  # looked at first, as it costs least
    if (not plain and RARE.search(together)) or not all(map(surely_fits, stated)):
        values = [None if value is None else escaped(value) for value in values]
    else:
        for sign, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            if sign in together:
                values = [None if value is None else value.replace(sign, name) for value in values]
    return [
        "" if value is None else f"{head}{number}{rest}{value}{END}"
        for number, value in zip(numbers, values, strict=True)
    ]


def lists(letters: str, numbers: Sequence[str], values: Sequence[Sequence[str] | None]) -> list[str]:
    """Cells of lists of texts."""
    return texts(letters, numbers, [joined(value) if value else None for value in values])


def cells_of(type_: Type, styles: dict[str, int]) -> Cells:
    """What makes the cells of a column of *type_*, in the styles of the book."""
    match type_:
        case Type.NUMBER:
            return _valued(_decimal, styles["number"])
        case Type.REAL | Type.INTEGER:
            return _valued(repr, styles["plain"])
        case Type.DATE:
            return _valued(_day, styles["date"])
        case Type.MOMENT:
            return _valued(_moment, styles["moment"])
        case Type.LIST:
            return lists
        case _:
            return texts


def _valued(number_of: Callable[[Any], str], style: int) -> Cells:
    """What makes cells of numbers in *style*; those that *number_of* answers with nothing are text."""

    def made(letters: str, numbers: Sequence[str], values: Sequence[Any]) -> list[str]:
        head, rest = f'<c r="{letters}', f'" s="{style}"><v>'
        found = []
        for number, value in zip(numbers, values, strict=True):
            if value is None:
                found.append("")
            elif said := number_of(value):
                found.append(f"{head}{number}{rest}{said}</v></c>")
            else:
                found.append(f"{head}{number}{TEXT}{_said(value)}{END}")
        return found

    return made


@lru_cache(maxsize=4096)
def _decimal(value: Decimal) -> str:
    return "" if too_long(value) else repr(float(value))


@lru_cache(maxsize=4096)
def _day(value: date) -> str:
    return str((value - FIRST_DAY.date()).days) if dated(value) else ""


def _moment(value: datetime) -> str:
    return repr((value.astimezone(UTC).replace(tzinfo=None) - FIRST_DAY).total_seconds() / DAY)


def _said(value: Decimal | date) -> str:
    return escaped(digits(value)) if isinstance(value, Decimal) else value.isoformat()


def letters(column: int) -> str:
    """The letters of a column, counted from 0."""
    return str(xl_col_to_name(column))
