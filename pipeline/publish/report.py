"""The report: one page that holds all it shows, for reading and for printing. It asks nothing of the network."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from pipeline.ledger.ledger import Ledger
from pipeline.publish import plots, tally, wording
from pipeline.publish.columns import CLAIMS, OUT, Table
from pipeline.publish.figures import short
from pipeline.publish.formats import BY_PART, Edition, Writer
from pipeline.publish.lookups import claims_by_id, countries_of_subjects, findings_by_id
from pipeline.publish.parts import Part
from pipeline.publish.rows import Choice, Row, claim_rows
from pipeline.publish.series import Fields, Series, chains, series_of
from pipeline.publish.tally import LISTED, SUMS, Tally

if TYPE_CHECKING:
    from jinja2 import Template

CURRENCIES, THEMES, THREADS = 5, 12, 12
VALUES = 60  # of a thread; the page is for reading
DRAWABLE = Decimal(10) ** 30
LISTED_ITEM = re.compile(r"\s*[-*•–]\s+")
CHECKED = frozenset({"accepted", "corrected", "added"})


class Report(Writer):
    """``report/index.html``, made from the rows as they pass."""

    files = ()

    def __init__(self, ledger: Ledger, folder: Path, choice: Choice) -> None:
        self.ledger, self.choice = ledger, choice
        self.folder = folder / "report"
        self.tally = Tally()

    def begin(self, table: Table) -> None:
        """A table begins."""
        self.table = table

    def write(self, rows: Sequence[Row]) -> None:
        """Take in the *rows* of the tables that speak of the whole; of posts and claims the parts have counted."""
        if self.table.name not in BY_PART:
            self.tally.take(self.table, rows)

    def reuse(self, part: Part) -> None:
        """Nothing: what the part came to is added whole."""

    def count(self, part: Part) -> None:
        """Add what a part came to."""
        self.tally.add(part.sums["tally"])

    def close(self, edition: Edition) -> None:
        """Write the page."""
        self.folder.mkdir()
        facts = Facts(self.tally, self.ledger, self.choice)
        (self.folder / "index.html").write_text(page(facts, edition), encoding="utf-8", newline="\n")


class Facts:
    """What the page says, worked out from the tally; claims that findings speak of come from the ledger."""

    def __init__(self, counted: Tally, ledger: Ledger, choice: Choice) -> None:
        self.tally, self.ledger, self.choice = counted, ledger, choice

    @cached_property
    def sums(self) -> list[tuple[str, list[Fields]]]:
        """The largest sums by currency, the currencies with most sums first; in one if one was asked for."""
        if self.choice.currency:
            return [(f"in {self.choice.currency}", _drawable(self._largest("converted", 2 * SUMS), "converted_value"))]
        ordered = sorted((unit for unit in self.tally.sums if unit), key=lambda unit: (-self.tally.sums[unit], unit))
        groups = ((unit, _drawable(self._largest(unit, SUMS), "value")) for unit in ordered[:CURRENCIES])
        return [(unit, claims) for unit, claims in groups if claims]

    def _largest(self, unit: str, number: int) -> list[Fields]:
        """The *number* largest sums in *unit*, the largest first, one for each sum of a subject."""
        ids = self.tally.largest_sums(unit)
        claims = claims_by_id(self.ledger, ids, self.choice)
        found: dict[tuple[Any, ...], Fields] = {}
        for claim in (claims[id_] for id_ in ids if id_ in claims):
            found.setdefault((claim["value"], claim["unit"], claim["subject"]), claim)
        return list(found.values())[:number]

    def listed(self) -> list[list[Fields]]:
        """The figures of the newest posts, a list for each post, at most ``LISTED`` figures in all."""
        posts = self.tally.newest_posts()
        by_post: dict[str, list[Fields]] = {post: [] for post in posts}
        for row in claim_rows(self.ledger, self.choice, posts):
            claim = dict(zip(CLAIMS.names, row, strict=True))
            if claim["status"] not in OUT:
                by_post[claim["post"]].append(claim)
        groups, room = [], tally.LISTED
        for claims in by_post.values():
            if claims[:room]:
                groups.append(claims[:room])
                room -= len(groups[-1])
        return groups

    @property
    def single_sums(self) -> list[Fields]:
        """The sums that are the only ones of their currency."""
        return [claims[0] for _, claims in self.sums if len(claims) == 1]

    @cached_property
    def years(self) -> list[int]:
        """Every year from the first post to the last."""
        found = self.tally.years
        return list(range(min(found), max(found) + 1)) if found else []

    @cached_property
    def themes(self) -> list[Fields]:
        """The themes that most posts speak of."""
        used = (theme for theme in self.tally.themes if theme["posts"])
        return sorted(used, key=lambda theme: (-theme["posts"], theme["number"]))[:THEMES]

    @cached_property
    def _looked_up(self) -> dict[str, Fields]:
        wanted = {claim for found in (*self.contradictions, *self.doubts) for claim in found["claims"]}
        return dict(claims_by_id(self.ledger, wanted, self.choice))

    @cached_property
    def series(self) -> list[Series]:
        """Measures with values at several times, those with most values first."""
        found: list[Series] = []
        for some in batched(chains(self.tally.links)[: THREADS * 3], THREADS):
            kept = [ids[:VALUES] for ids in some]
            claims = claims_by_id(self.ledger, {claim for ids in kept for claim in ids}, self.choice)
            made = (series_of(ids, claims, known=len(whole)) for ids, whole in zip(kept, some, strict=True))
            found += (thread for thread in made if thread and _sizes(thread))
            if len(found) >= THREADS:
                break
        return found[:THREADS]

    @cached_property
    def contradictions(self) -> list[Fields]:
        """The contradictions that are most likely right."""
        return self._surest("contradiction")

    @cached_property
    def doubts(self) -> list[Fields]:
        """The doubts that are most likely right."""
        return self._surest("doubt")

    def claims_of(self, finding: Fields) -> list[Fields]:
        """The claims that *finding* speaks of, as far as they are still in the ledger."""
        return [self._looked_up[claim] for claim in finding["claims"] if claim in self._looked_up]

    def _surest(self, kind: str) -> list[Fields]:
        ids = self.tally.surest_findings(kind)
        found = findings_by_id(self.ledger, ids)
        return [found[id_] for id_ in ids]

    def pictures(self) -> dict[str, Any]:
        """The plots by name; ``None`` where there is too little to draw."""
        field = "converted_value" if self.choice.currency else "value"
        # One sum alone is no comparison: the page says it in words.
        shown = [(unit, claims) for unit, claims in self.sums if len(claims) > 1]
        places = countries_of_subjects(self.ledger, [claim for _, claims in shown for claim in claims])
        groups = [(unit, [_sum(claim, field, places.get(claim["id"])) for claim in claims]) for unit, claims in shown]
        shares = {
            theme["slug"]: {
                year: self.tally.theme_years[theme["slug"], year][2]
                for year in self.years
                if (theme["slug"], year) in self.tally.theme_years
            }
            for theme in self.themes
        }
        return {
            "sums": plots.largest_sums(groups),
            "years": plots.by_year(self.tally.years),
            "themes": plots.themes_by_year([(t["name"], shares[t["slug"]]) for t in self.themes], self.years),
            "threads": plots.threads(self.series),
        }

    def theme_table(self) -> list[tuple[Fields, list[tuple[int, int, int]]]]:
        """Each theme with (claims, posts, shade from 0 to 5) for every year."""
        found = self.tally.theme_years
        highest = max((found[key][0] for key in found), default=0) or 1
        rows = []
        for theme in self.themes:
            cells = []
            for year in self.years:
                claims, posts, _ = found.get((theme["slug"], year), (0, 0, 0.0))
                cells.append((claims, posts, -(-claims * 5 // highest)))
            rows.append((theme, cells))
        return rows


def page(facts: Facts, edition: Edition) -> str:
    """The report as HTML, everything from the posts escaped."""
    style = (files("pipeline.publish") / "templates" / "report.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return template().render(
        facts=facts,
        tally=facts.tally,
        edition=edition,
        precision=facts.tally.precision(),
        pictures=facts.pictures(),
        listed=facts.listed(),
        most_listed=LISTED,
        style=Markup(style),  # our own file  # noqa: S704
        style_digest=digest,
        words=wording,
    )


@cache
def template() -> Template:
    """The page's template, compiled once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipeline.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "short": short,
        "marked": marked,
        "said": wording.said,
        "of_what": wording.of_what,
        "svg": Markup,  # ours: labels were escaped when it was drawn
        "day": wording.day,
        "country": wording.country,
        "sentences": sentences,
    }
    return environment.get_template("report.html")


def marked(claims: Sequence[Fields]) -> Markup:
    """The sentence that *claims* share, their figures in ``<mark>``; the bullet of an item of a list is left out.

    >>> marked([{"sentence": "Pay <5>.", "sentence_start": 0, "start": 5, "end": 6, "quote": "5"}])
    Markup('Pay &lt;<mark>5</mark>&gt;.')
    >>> marked([{"sentence": "- Pay 5.", "sentence_start": 0, "start": 6, "end": 7, "quote": "5"}])
    Markup('Pay <mark>5</mark>.')
    """
    sentence = claims[0]["sentence"]
    spans = sorted({span for claim in claims if (span := _span(claim, sentence)) is not None})
    item = LISTED_ITEM.match(sentence)
    place = item.end() if item and all(start >= item.end() for start, _ in spans) else 0
    parts = []
    for start, end in spans:
        if start >= place:
            parts.append(Markup("{}<mark>{}</mark>").format(sentence[place:start], sentence[start:end]))
            place = end
    parts.append(Markup("{}").format(sentence[place:]))
    return Markup("").join(parts)


def sentences(claims: Iterable[Fields]) -> Iterator[list[Fields]]:
    """Yield the claims of each sentence together."""
    together: dict[tuple[int, str], list[Fields]] = {}
    for claim in claims:
        together.setdefault((claim["sentence_start"], claim["sentence"]), []).append(claim)
    yield from together.values()


def _span(claim: Fields, sentence: str) -> tuple[int, int] | None:
    start = claim["start"] - claim["sentence_start"]
    if sentence[max(start, 0) : start + len(claim["quote"])] != claim["quote"]:
        start = sentence.find(claim["quote"])
    return (start, start + len(claim["quote"])) if start >= 0 and claim["quote"] else None


def _drawable(claims: Sequence[Fields], field: str) -> list[Fields]:
    return [claim for claim in claims if 0 < claim[field] < DRAWABLE]


def _sizes(thread: Series) -> bool:
    return all(0 <= claim["value"] < DRAWABLE for _, claim in thread.points)


def _sum(claim: Fields, field: str, country: str | None) -> plots.Sum:
    unit = "" if field == "value" else f"{claim['unit']} "
    shown = wording.BOUND_SIGNS.get(claim["bound"], "") + unit + short(claim["value"])
    about = wording.of_what(claim) or claim["title"] or claim["quote"]
    where = " ".join(str(part) for part in (country, wording.year_of(claim)) if part)
    return plots.Sum(
        label=about,
        where=where,
        value=claim[field],
        shown=shown,
        checked=claim["status"] in CHECKED,
    )
