"""The workbook: one claim a row, typed cells, filters, links back to the words. No text ever becomes a formula."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched, pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from pipeline.ledger.ledger import Ledger
from pipeline.publish import columns
from pipeline.publish.book_sheet import LINKS, Sheet
from pipeline.publish.cells import PRECISE
from pipeline.publish.columns import SCHEMA_VERSION, Column, Table, Type
from pipeline.publish.datapackage import RIGHTS
from pipeline.publish.formats import Edition, Writer
from pipeline.publish.lookups import claims_by_id
from pipeline.publish.rows import Choice, Row, findings_to_read

NAME = "convening-ledger.xlsx"
TOGETHER = 2000  # findings whose claims are looked up at once
FIXED = datetime(2000, 1, 1)  # the same bytes on any day
SHEETS = ("Read me", "Claims", "Comparisons", "Themes", "Entities", "Posts", "Decisions", "Dictionary")
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
            places = [i for i, name in enumerate(table.names) if name not in HIDDEN.get(table.name, ())]
            self.shown = itemgetter(*places)
            self.sheet.head(self.shown(table.columns))

    def write(self, rows: Sequence[Row]) -> None:
        """Add *rows* to the sheet."""
        if self.table is columns.THEMES:
            self.themes += rows
        elif self.table is columns.THEME_YEARS:
            self.years |= {(theme, year): posts for theme, year, _, posts, *_ in rows}
        elif self.sheet is None:
            return
        elif self.table is not columns.FINDINGS:  # which have an order of their own here
            self.sheet.add([self.shown(row) for row in rows])

    def end(self) -> None:
        """Close the table's sheet."""
        if self.sheet and self.table is columns.FINDINGS:
            for rows in batched(findings_to_read(self.ledger), TOGETHER):
                self.sheet.add(list(self._compared(rows)))
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
        sheet.add([[*row, *(self.years.get((row[0], year), 0) for year in years)] for row in self.themes])
        sheet.finish()

    def _write_dictionary(self) -> None:
        names = ("table", "name", "type", "unit", "description", "allowed")
        sheet = self.sheets["Dictionary"]
        sheet.head([Column(name=name, type=Type.TEXT, description="") for name in names])
        sheet.add(
            [
                [table.name, each.name, each.type.value, each.unit, each.description, ", ".join(each.enum) or None]
                for table in (*columns.ALL, COMPARISONS)
                for each in table.columns
            ]
        )
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
