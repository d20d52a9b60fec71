"""One sheet of the workbook, filled from top to bottom: typed cells, links that can be clicked, no formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC
from typing import Any

from pipeline.publish import fast_sheet
from pipeline.publish.cells import cut, dated, too_long
from pipeline.publish.columns import Column, Type
from pipeline.publish.figures import digits
from pipeline.publish.text_files import joined

ROWS = 1_048_576  # of a sheet, its header included
LINKS, ADDRESS = 65_530, 2_079  # of a sheet, of a link
WIDE, WIDER, WIDEST = 20, 36, 70
WIDTHS = dict.fromkeys(("value", "value_max", "converted_value", "subject", "measure", "quote"), WIDE)
WIDTHS |= dict.fromkeys(("title", "reason", "note", "name", "link", "url"), WIDER)
WIDTHS |= dict.fromkeys(("sentence", "description"), WIDEST)


class Sheet:
    """A sheet of *book*; ``row`` is the next to be written, ``left_out`` how many found no room."""

    def __init__(self, book: Any, name: str, formats: Mapping[str, Any]) -> None:
        self.fast = fast_sheet.fits()
        self.sheet = book.add_worksheet(name, fast_sheet.FastSheet) if self.fast else book.add_worksheet(name)
        self.name, self.formats = name, formats
        self.row = self.links = self.left_out = 0

    def head(self, shown: Sequence[Column]) -> None:
        """The header: frozen, with a filter, columns wide enough."""
        self.shown = shown
        self.linking = [place for place, column in enumerate(shown) if column.name.endswith(("link", "url"))]
        for place, column in enumerate(shown):
            width = WIDTHS.get(column.name.removeprefix("first_").removeprefix("second_"), 14)
            self.sheet.set_column(place, place, width)
            self.sheet.write_string(0, place, column.name, self.formats["head"])
        self.sheet.freeze_panes(1, 0)
        self.row = 1
        if self.fast:
            styles = {name: each._get_xf_index() for name, each in self.formats.items()}
            self.cells = [
                (fast_sheet.letters(n), fast_sheet.cells_of(each.type, styles)) for n, each in enumerate(shown)
            ]
            self.linked_cells = fast_sheet.links(styles["link"])

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        """More rows; what is absent is an empty cell, and what is beyond the last row is counted."""
        fitting = rows[: max(ROWS - self.row, 0)]
        self.left_out += len(rows) - len(fitting)
        if fitting:
            (self._add_fast if self.fast else self._add_plainly)(fitting)
            self.row += len(fitting)

    def finish(self) -> None:
        """Set the filter over what was written."""
        if self.row > 1:
            self.sheet.autofilter(0, 0, self.row - 1, len(self.shown) - 1)

    def _add_fast(self, rows: Sequence[Sequence[Any]]) -> None:
        numbers = [str(self.row + at) for at in range(1, len(rows) + 1)]
        made: list[list[str]] = []
        for place, ((letters, cells), values) in enumerate(zip(self.cells, zip(*rows, strict=True), strict=True)):
            column = cells(letters, numbers, values)
            if place in self.linking and self.links < LINKS:
                linked = [value if self._is_link(value) else None for value in values]
                for at, address in enumerate(linked):
                    if address is not None:
                        self.sheet.linked(self.row + at, place, address)
                shown = self.linked_cells(letters, numbers, linked)
                column = [link or cell for link, cell in zip(shown, column, strict=True)]
            made.append(column)
        self.sheet.put(self.row, ["".join(cells) for cells in zip(*made, strict=True)], len(self.shown))

    def _is_link(self, value: str | None) -> bool:
        """Whether *value* becomes a link, of which a sheet holds so many."""
        if value is None or self.links >= LINKS or len(value) > ADDRESS:
            return False
        if not value.startswith(("http://", "https://")):
            return False
        self.links += 1
        return True

    def _add_plainly(self, rows: Sequence[Sequence[Any]]) -> None:
        """The same by the library's public functions."""
        for row, values in enumerate(rows, self.row):
            for place, (column, value) in enumerate(zip(self.shown, values, strict=True)):
                if place in self.linking and self._is_link(value):
                    self.sheet.write_url(row, place, value, self.formats["link"], string=value)
                elif value is not None:
                    self._write(row, place, column.type, value)

    def _write(self, row: int, place: int, type_: Type, value: Any) -> None:
        match type_:
            case Type.NUMBER if not too_long(value):
                self.sheet.write_number(row, place, float(value), self.formats["number"])
            case Type.NUMBER:
                self.sheet.write_string(row, place, digits(value))
            case Type.REAL | Type.INTEGER:
                self.sheet.write_number(row, place, value, self.formats["plain"])
            case Type.DATE if dated(value):
                self.sheet.write_datetime(row, place, value, self.formats["date"])
            case Type.DATE:
                self.sheet.write_string(row, place, value.isoformat())
            case Type.MOMENT:
                moment = value.astimezone(UTC).replace(tzinfo=None)
                self.sheet.write_datetime(row, place, moment, self.formats["moment"])
            case Type.LIST:
                if value:
                    self.sheet.write_string(row, place, cut(joined(value)))
            case _:
                self.sheet.write_string(row, place, cut(value))
