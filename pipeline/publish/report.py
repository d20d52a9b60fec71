"""The report: one page that holds all it shows, for reading and printing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader

from pipeline.ledger.ledger import Ledger
from pipeline.publish import columns
from pipeline.publish.columns import Table
from pipeline.publish.formats import Edition
from pipeline.publish.rows import Choice, Row


class Report:
    """``report/index.html``, made from the rows as they pass."""

    def __init__(self, ledger: Ledger, folder: Path, choice: Choice) -> None:
        self.ledger, self.choice = ledger, choice
        self.folder = folder / "report"
        self.claims: list[dict[str, Any]] = []

    def begin(self, table: Table) -> None:
        """A table begins."""
        self.table = table

    def write(self, rows: Sequence[Row]) -> None:
        """Take in *rows*."""
        if self.table is columns.CLAIMS and len(self.claims) < 500:
            self.claims += [dict(zip(self.table.names, row, strict=True)) for row in rows]

    def end(self) -> None:
        """Nothing to close."""

    def close(self, edition: Edition) -> None:
        """Write the page."""
        self.folder.mkdir()
        environment = Environment(loader=PackageLoader("pipeline.publish"), autoescape=True)
        page = environment.get_template("report.html").render(edition=edition, claims=self.claims)
        (self.folder / "index.html").write_text(page, encoding="utf-8")
