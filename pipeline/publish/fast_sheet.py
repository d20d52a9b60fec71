"""XlsxWriter's worksheet with a shorter way for the cells that a ledger has millions of.

The library asks seven functions for each cell; texts, numbers and days need little of what they check.
Here neighbouring cells are one piece of XML in the library's own row, so order, links and filters stay its work.
What is used of the library's inside is named below; where another version has it no more, ``fits`` says so, and the
workbook is written by its public functions, slower and with the same cells.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
FIRST_DAY = datetime(1899, 12, 30)  # number 0 for a spreadsheet, from March 1900 on
MARCH_1900 = 60  # spreadsheets hold 1900 for a leap year, so days before its March are text
DAY = 86_400


KNOWN = ("3.2.", "3.3.")  # versions of the library whose inside was looked at
USED = ("_write_single_row", "_check_dimensions", "_escape_data", "_escape_control_characters", "_write_cell")


def fits() -> bool:
    """Whether the installed library is one that the shorter way was made for."""
    return xlsxwriter.__version__.startswith(KNOWN) and all(hasattr(Worksheet, name) for name in USED)


class FastSheet(Worksheet):  # type: ignore[misc]
    """A worksheet in ``constant_memory`` mode, filled from top to bottom."""

    def put(self, row: int, column: int, cells: str) -> None:
        """Write XML that the functions below made, for cells of *row* that begin in *column*."""
        if row > self.previous_row:
            self._write_single_row(row)
        self._check_dimensions(row, column)
        self.table[row][column] = cells

    def text(self, at: str, text: str) -> str:
        """A cell of *text*, which is never a formula, a number or a link, and no longer than a cell may be."""
        if SPECIAL.search(text):
            text = self._escape_data(self._escape_control_characters(text))
        return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

    def _write_cell(self, row: int, column: int, cell: Any) -> None:
        if type(cell) is str:
            self.fh.write(cell)
        else:
            super()._write_cell(row, column, cell)


def plain_text(at: str, text: str) -> str:
    """A cell of *text* in which nothing is ``SPECIAL`` but perhaps ampersands."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    return f'<c r="{at}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def number(at: str, value: float, style: int) -> str:
    """A cell of a finite number in a style of the book."""
    return f'<c r="{at}" s="{style}"><v>{value!r}</v></c>'


def day(at: str, value: date, style: int) -> str:
    """A cell of a day, as spreadsheets count days; text where they cannot (before March 1900)."""
    days = value.toordinal() - FIRST_DAY.toordinal()
    if days <= MARCH_1900:
        return f'<c r="{at}" t="inlineStr"><is><t>{value.isoformat()}</t></is></c>'
    return f'<c r="{at}" s="{style}"><v>{days}</v></c>'


def moment(at: str, value: datetime, style: int) -> str:
    """A cell of a moment without time zone."""
    return number(at, (value - FIRST_DAY).total_seconds() / DAY, style)


def letters(column: int) -> str:
    """The letters of a column, counted from 0."""
    return str(xl_col_to_name(column))
