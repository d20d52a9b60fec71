"""The workbook: one claim a row, typed cells, filters, links back to the words. No text ever becomes a formula."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import batched, pairwise
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from pipeline.ledger.ledger import Ledger
from pipeline.publish import columns, fast_sheet
from pipeline.publish.columns import SCHEMA_VERSION, Column, Table, Type
from pipeline.publish.datapackage import RIGHTS
from pipeline.publish.figures import digits
from pipeline.publish.formats import Edition, Writer
from pipeline.publish.rows import Choice, Row, claims_by_id, findings_to_read
from pipeline.publish.text_files import joined

NAME = "convening-ledger.xlsx"
ROWS = 1_048_576  # of a sheet, its header included
LETTERS = 32_767  # of a cell, in units of UTF-16
LINKS, ADDRESS = 65_530, 2_079  # of a sheet, of a link
TOGETHER = 2000  # findings whose claims are looked up at once
CUT = " … [cut]"
PRECISE = 15  # digits that a spreadsheet keeps; a longer figure is text
LARGEST = Decimal(10) ** 300
FIXED = datetime(2000, 1, 1)  # the same bytes on any day
SHEETS = ("Read me", "Claims", "Comparisons", "Themes", "Entities", "Posts", "Decisions", "Dictionary")
WIDE, WIDER, WIDEST = 20, 36, 70
WIDTHS = dict.fromkeys(("value", "value_max", "converted_value", "subject", "measure", "quote"), WIDE)
WIDTHS |= dict.fromkeys(("title", "reason", "note", "name", "link", "url"), WIDER)
WIDTHS |= dict.fromkeys(("sentence", "description"), WIDEST)
HIDDEN = {  # what a person does not read; the CSV and JSON Lines files have it
    "claims": (
        *("predicate", "currency_candidates", "findings", "post", "revision", "passage", "start", "end"),
        *("sentence_start", "spans", "found", "extractor"),
    ),
    "decisions": ("post", "revision", "seen"),
}
SIDE = ("quote", "sentence", "value", "unit", "date", "title", "publisher", "status", "link")
COMPARISONS = Table(
    name="comparisons",
    title="Comparisons and doubts",
    description="One row for each pair of neighbours in a finding, or for the one claim that a doubt is about.",
    key=(),
    columns=(
        *(column for column in columns.FINDINGS.columns if column.name != "claims"),
        *(
            Column(name=f"{side}_{name}", type=column.type, description=f"{column.description} (the {side} claim)")
            for side in ("first", "second")
            for name in SIDE
            for column in columns.CLAIMS.columns
            if column.name == name
        ),
    ),
)

type Maker = Callable[[str, Any], str]


class Sheet:
    """One sheet being filled from top to bottom."""

    def __init__(self, book: Any, name: str, formats: Mapping[str, Any]) -> None:
        self.fast = fast_sheet.fits()
        self.sheet = book.add_worksheet(name, fast_sheet.FastSheet) if self.fast else book.add_worksheet(name)
        self.name, self.formats = name, formats
        self.row = self.links = self.left_out = 0

    def head(self, shown: Sequence[Column]) -> None:
        """The header: frozen, with a filter, columns wide enough."""
        self.shown = shown
        for place, column in enumerate(shown):
            width = WIDTHS.get(column.name.removeprefix("first_").removeprefix("second_"), 14)
            self.sheet.set_column(place, place, width)
            self.sheet.write_string(0, place, column.name, self.formats["head"])
        self.sheet.freeze_panes(1, 0)
        if self.fast:
            self.cells = [(fast_sheet.letters(place), self._maker(column)) for place, column in enumerate(shown)]
        self.row = 1

    def add(self, values: Sequence[Any]) -> None:
        """One more row; what is absent is an empty cell, and what is beyond the last row is counted."""
        if self.row >= ROWS:
            self.left_out += 1
            return
        if not self.fast:
            self._add_plainly(values)
            return
        row, number = self.row, str(self.row + 1)
        first, parts = 0, list[str]()
        # Texts are most of a row, and few hold what has to be written otherwise: one look at all of them together.
        texts = "".join([value for value in values if type(value) is str])
        plain = len(texts) <= LETTERS // 2 and fast_sheet.SPECIAL.search(texts.replace("&", "")) is None
        for place, (value, (letters, make)) in enumerate(zip(values, self.cells, strict=True)):
            if value is None:
                continue
            if make is None and self._linked(row, place, value):  # the library writes links, what we have goes before
                if parts:
                    self.sheet.put(row, first, "".join(parts))
                first, parts = place + 1, []
            elif plain and type(value) is str:
                parts.append(fast_sheet.plain_text(letters + number, value))
            else:
                parts.append((make or self._text)(letters + number, value))
        if parts:
            self.sheet.put(row, first, "".join(parts))
        self.row += 1

    def _add_plainly(self, values: Sequence[Any]) -> None:
        """The same row by the library's public functions."""
        for place, (column, value) in enumerate(zip(self.shown, values, strict=True)):
            if value is None or (column.name.endswith(("link", "url")) and self._linked(self.row, place, value)):
                continue
            where = self.row, place
            match column.type:
                case Type.NUMBER if not _too_long(value):
                    self.sheet.write_number(*where, float(value), self.formats["number"])
                case Type.NUMBER:
                    self.sheet.write_string(*where, digits(value))
                case Type.REAL | Type.INTEGER:
                    self.sheet.write_number(*where, value, self.formats["plain"])
                case Type.DATE if value.toordinal() - fast_sheet.FIRST_DAY.toordinal() > fast_sheet.MARCH_1900:
                    self.sheet.write_datetime(*where, value, self.formats["date"])
                case Type.DATE:
                    self.sheet.write_string(*where, value.isoformat())
                case Type.MOMENT:
                    self.sheet.write_datetime(
                        *where, value.astimezone(UTC).replace(tzinfo=None), self.formats["moment"]
                    )
                case Type.LIST:
                    if value:
                        self.sheet.write_string(*where, _cut(joined(value)))
                case _:
                    self.sheet.write_string(*where, _cut(value))
        self.row += 1

    def finish(self) -> None:
        """Set the filter over what was written."""
        if self.row > 1:
            self.sheet.autofilter(0, 0, self.row - 1, len(self.shown) - 1)

    def _maker(self, column: Column) -> Maker | None:
        """What makes a cell of *column*; ``None`` for links."""
        if column.name.endswith(("link", "url")):
            return None
        plain, shown, of_day, of_moment = (
            self.formats[n]._get_xf_index() for n in ("plain", "number", "date", "moment")
        )
        makers: dict[Type, Maker] = {
            Type.NUMBER: lambda at, value: self._number(at, value, shown),
            Type.REAL: lambda at, value: fast_sheet.number(at, value, plain),
            Type.INTEGER: lambda at, value: fast_sheet.number(at, value, plain),
            Type.DATE: lambda at, value: fast_sheet.day(at, value, of_day),
            Type.MOMENT: lambda at, value: fast_sheet.moment(at, value.astimezone(UTC).replace(tzinfo=None), of_moment),
            Type.LIST: lambda at, value: self._text(at, joined(value)) if value else "",
        }
        return makers.get(column.type, self._text)

    def _text(self, at: str, value: str) -> str:
        return str(self.sheet.text(at, _cut(value)))

    def _number(self, at: str, value: Decimal, style: int) -> str:
        if _too_long(value):
            return self._text(at, digits(value))
        return fast_sheet.number(at, float(value), style)

    def _linked(self, row: int, place: int, value: str) -> bool:
        if self.links >= LINKS or len(value) > ADDRESS or not value.startswith(("http://", "https://")):
            return False
        self.links += 1
        self.sheet.write_url(row, place, value, self.formats["link"], string=value)
        return True


def _cut(value: str) -> str:
    """*value*, no longer than a cell may be."""
    if len(value) > LETTERS // 2 and len(value.encode("utf-16-le", "replace")) // 2 > LETTERS:
        kept = value.encode("utf-16-le", "replace")[: 2 * (LETTERS - len(CUT))]
        return kept.decode("utf-16-le", "ignore") + CUT
    return value


def _too_long(value: Decimal) -> bool:
    """Whether a spreadsheet's number would lose digits of *value*."""
    return len(str(value)) > PRECISE and (abs(value) > LARGEST or Decimal(repr(float(value))) != value)


class Workbook(Writer):
    """``convening-ledger.xlsx``, written row by row, so that memory does not grow with it."""

    def __init__(self, ledger: Ledger, folder: Path, choice: Choice) -> None:
        self.ledger, self.choice = ledger, choice
        self.book = xlsxwriter.Workbook(
            folder / NAME,
            {
                "constant_memory": True,
                "tmpdir": str(folder),
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": True,
            },
        )
        self.book.set_properties({"title": "Figures in posts about digital-government convenings", "created": FIXED})
        formats = {
            "plain": self.book.add_format({"num_format": "General"}),
            "head": self.book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F5"}),
            "number": self.book.add_format({"num_format": "#,##0.######"}),
            "date": self.book.add_format({"num_format": "yyyy-mm-dd"}),
            "moment": self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "link": self.book.add_format({"font_color": "#0B5CAD", "underline": 1}),
            "strong": self.book.add_format({"bold": True, "font_size": 14}),
        }
        self.formats = formats
        self.sheets = {name: Sheet(self.book, name, formats) for name in SHEETS}
        self.themes: list[Row] = []
        self.years: dict[tuple[str, int], int] = {}

    def begin(self, table: Table) -> None:
        """Begin the table's sheet, if it has one."""
        self.table = table
        self.sheet = self.sheets.get({"names": "Entities"}.get(table.name, table.title), None)
        if table is columns.FINDINGS:
            self.sheet = self.sheets["Comparisons"]
            self.sheet.head(COMPARISONS.columns)
        elif table is columns.THEMES:
            self.sheet = None  # written when the years are known
        elif self.sheet:
            self.places = [i for i, name in enumerate(table.names) if name not in HIDDEN.get(table.name, ())]
            self.sheet.head([table.columns[place] for place in self.places])

    def write(self, rows: Sequence[Row]) -> None:
        """Add *rows* to the sheet."""
        if self.table is columns.THEMES:
            self.themes += rows
        elif self.table is columns.THEME_YEARS:
            self.years |= {(theme, year): posts for theme, year, _, posts, *_ in rows}
        elif self.sheet is None:
            return
        elif self.table is not columns.FINDINGS:  # which have an order of their own here
            places = self.places
            for row in rows:
                self.sheet.add([row[place] for place in places])

    def end(self) -> None:
        """Close the table's sheet."""
        if self.sheet and self.table is columns.FINDINGS:
            for rows in batched(findings_to_read(self.ledger), TOGETHER):
                for pair in self._compared(rows):
                    self.sheet.add(pair)
        if self.sheet:
            self.sheet.finish()

    def close(self, edition: Edition) -> None:
        """Write the sheets that speak of the whole, and the file."""
        self._write_themes()
        self._write_dictionary()
        self._write_read_me(edition)
        try:
            self.book.close()
        except FileCreateError as error:  # XlsxWriter's own name for what the disk said
            raise next((arg for arg in error.args if isinstance(arg, OSError)), OSError(str(error))) from error

    def _compared(self, rows: Sequence[Row]) -> Iterator[list[Any]]:
        claims = claims_by_id(self.ledger, (claim for row in rows for claim in row[3]), self.choice)
        for id_, kind, rule, about, reason, confidence in rows:
            pairs = list(pairwise(about)) or [(claim, None) for claim in about]
            for pair in pairs:
                sides = [claims.get(claim, {}) if claim else {} for claim in pair]
                yield [id_, kind, rule, reason, confidence, *(side.get(name) for side in sides for name in SIDE)]

    def _write_themes(self) -> None:
        sheet = self.sheets["Themes"]
        years = sorted({year for _, year in self.years})
        by_year = [
            Column(name=str(year), type=Type.INTEGER, description=f"Posts of {year} on the theme") for year in years
        ]
        sheet.head([*columns.THEMES.columns, *by_year])
        for row in self.themes:
            sheet.add([*row, *(self.years.get((row[0], year), 0) for year in years)])
        sheet.finish()

    def _write_dictionary(self) -> None:
        names = ("table", "name", "type", "unit", "description", "allowed")
        sheet = self.sheets["Dictionary"]
        sheet.head([Column(name=name, type=Type.TEXT, description="") for name in names])
        for table in (*columns.ALL, COMPARISONS):
            for column in table.columns:
                allowed = ", ".join(column.enum) or None
                sheet.add([table.name, column.name, column.type.value, column.unit, column.description, allowed])
        sheet.finish()

    def _write_read_me(self, edition: Edition) -> None:
        sheet = self.sheets["Read me"].sheet
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 110)
        sheet.write_string(0, 0, "Figures in posts about digital-government convenings", self.formats["strong"])
        for row, (name, text) in enumerate(self._about(edition), 2):
            sheet.write_string(row, 0, name)
            sheet.write_string(row, 1, text)

    def _about(self, edition: Edition) -> Iterator[tuple[str, str]]:
        yield "What this is", "One row for each figure that a post states, with the sentence it rests on."
        yield "Edition", f"{edition.id} (the same content has the same edition), schema {SCHEMA_VERSION}"
        yield "Filter on claims", edition.filter or "none: all claims are here"
        yield "Converted sums", f"in {edition.currency}, beside the original" if edition.currency else "none asked for"
        for name in ("Claims", "Comparisons", "Themes", "Entities", "Posts", "Decisions"):
            sheet = self.sheets[name]
            left = (
                f"; {sheet.left_out:,} more rows do not fit into a sheet and are in the CSV" if sheet.left_out else ""
            )
            linked = f"; the first {LINKS:,} links can be clicked" if sheet.links >= LINKS else ""
            yield name, f"{max(sheet.row - 1, 0):,} rows{left}{linked}"
        for status, count in edition.statuses.items():
            yield f"Claims {status}", f"{count:,}"
        yield "Long figures", f"A figure that needs more than {PRECISE} digits is text, so that no digit is lost."
        yield "Rights", RIGHTS
