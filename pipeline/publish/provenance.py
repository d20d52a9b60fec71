"""Where the claims come from, as PROV-JSON: which text, what read it, who reviewed it and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from pipeline.publish import columns
from pipeline.publish.columns import Table
from pipeline.publish.datapackage import write_json
from pipeline.publish.formats import Edition, Writer
from pipeline.publish.rows import Row

NAME = "prov.json"


class Provenance(Writer):
    """``prov.json``: the edition, the posts' revisions it rests on, the extractors and the reviewers."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.posts: dict[str, tuple[str, str | None]] = {}
        self.extractors: set[str] = set()
        self.reviews: dict[str, tuple[Any, Any, int]] = {}

    def begin(self, table: Table) -> None:
        """A table begins."""
        self.table = table

    def write(self, rows: Sequence[Row]) -> None:
        """Remember what *rows* say of their making."""
        if self.table is columns.POSTS:
            for post, revision, url in self._of(rows, "id", "revision", "url"):
                self.posts[post] = (revision, url)
        elif self.table is columns.CLAIMS:
            self.extractors.update(name for (name,) in self._of(rows, "extractor") if name)
        elif self.table is columns.DECISIONS:
            for reviewer, at in self._of(rows, "reviewer", "at"):
                first, last, count = self.reviews.get(reviewer, (at, at, 0))
                self.reviews[reviewer] = (min(first, at), max(last, at), count + 1)

    def _of(self, rows: Sequence[Row], *names: str) -> Iterator[tuple[Any, ...]]:
        """The columns *names* of *rows* of the table that is being written."""
        places = [self.table.names.index(name) for name in names]
        return (tuple(row[place] for place in places) for row in rows)

    def close(self, edition: Edition) -> None:
        """Write the document."""
        whole = f"ledger:edition/{edition.id}"
        agents: dict[str, Any] = {
            f"ledger:extractor/{name}": {"prov:type": "prov:SoftwareAgent", "prov:label": name}
            for name in sorted(self.extractors)
        }
        activities: dict[str, Any] = {}
        associated: dict[str, Any] = {}
        for number, (reviewer, (first, last, count)) in enumerate(sorted(self.reviews.items()), 1):
            agents[f"ledger:reviewer/{number}"] = {"prov:type": "prov:Person", "prov:label": reviewer}
            activities[f"ledger:review/{number}"] = {
                "prov:startTime": first.isoformat(),
                "prov:endTime": last.isoformat(),
                "ledger:decisions": count,
            }
            associated[f"_:a{number}"] = {
                "prov:activity": f"ledger:review/{number}",
                "prov:agent": f"ledger:reviewer/{number}",
            }
        entities: dict[str, Any] = {
            f"ledger:post/{post}/{revision}": {"ledger:url": url} if url else {}
            for post, (revision, url) in sorted(self.posts.items())
        }
        document = {
            "prefix": {"ledger": "urn:convening-ledger:", "prov": "http://www.w3.org/ns/prov#"},
            "entity": {
                whole: {"ledger:claims": edition.rows.get("claims", 0), "ledger:filter": edition.filter},
                **entities,
            },
            "agent": agents,
            "activity": activities,
            "wasAssociatedWith": associated,
            "wasGeneratedBy": {
                f"_:g{n}": {"prov:entity": whole, "prov:activity": name} for n, name in enumerate(activities, 1)
            },
            "wasDerivedFrom": {
                f"_:d{n}": {"prov:generatedEntity": whole, "prov:usedEntity": name}
                for n, name in enumerate(entities, 1)
            },
            "wasAttributedTo": {
                f"_:t{n}": {"prov:entity": whole, "prov:agent": f"ledger:extractor/{name}"}
                for n, name in enumerate(sorted(self.extractors), 1)
            },
        }
        write_json(self.path, {name: part for name, part in document.items() if part})
