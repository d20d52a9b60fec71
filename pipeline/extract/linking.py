"""Which thing a name stands for: one canonical name and id for all its mentions, and where it is.

Within a post, acronyms take the long form that the post gives them, short forms the one longer name that holds them,
and names of several places are decided by the other places, bodies and metadata of the post.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.extract.acronyms import introduced
from pipeline.extract.gazetteer import Gazetteer, Row, key_of, slug
from pipeline.extract.mentions import Mention
from pipeline.extract.places import Place, Places
from pipeline.records import Entity, Label

ACRONYM = re.compile(r"[A-Z][A-Z0-9&.-]{1,7}s?")
SMALL = frozenset(
    {"a", "an", "and", "at", "by", "de", "des", "do", "for", "from", "in", "la", "le", "of", "on", "the", "to"}
)
GENERIC = re.compile(  # words that name a sort of thing, so that alone they are no short form of it
    "academy|act|agency|alliance|authority|board|bureau|cent(?:er|re)|commission|committee|congress|council|department"
    "|digital|directorate|division|foundation|framework|fund|government|group|institute|lab|ministry|office|platform"
    "|policy|program|programme|project|report|school|secretariat|services?|standard|strategy|summit|system|team|university"
)
NAMESAKE = 2.0  # what a known body named after a place adds to that place's score
BODIES = (Label.ORG, Label.PROGRAM, Label.PRODUCT, Label.EVENT)


@dataclass(frozen=True, slots=True)
class Link:
    """What a name stands for."""

    canonical: str
    ref: str
    iso: str | None = None


@dataclass(slots=True)
class Clues:
    """What a post says about where it is: countries and subdivisions, each with a weight."""

    weights: Counter[str] = field(default_factory=Counter)

    def add(self, iso: str | None, weight: float, *, cap: float) -> None:
        """Let *iso* and its country count *weight* more, up to *cap*."""
        for code in {iso, iso[:2]} if iso else ():
            self.weights[code] = min(self.weights[code] + weight, max(cap, self.weights[code]))  # type: ignore[assignment]

    def of(self, iso: str | None) -> float:
        """How much speaks for *iso*: its own weight and its country's."""
        if not iso:
            return 0.0
        return self.weights[iso[:2]] + (0.7 * self.weights[iso] if len(iso) > 2 else 0.0)


class Linker:
    """Links the mentions of a post to rows of the gazetteer, to places, and to each other."""

    def __init__(self, names: Gazetteer, places: Places) -> None:
        self.names = names
        self.places = places

    def link(
        self,
        text: str,
        mentions: Sequence[Mention],
        *,
        country: str | None = None,
        publisher: str | None = None,
        title: str | None = None,
    ) -> list[Entity]:
        """The entities that *mentions* of *text* are, with canonical name, id and ISO code."""
        clues = self._clues(text, mentions, country=country, publisher=publisher, title=title)
        quotes = [text[mention.start : mention.end] for mention in mentions]
        forms = {short: long for _, long, short in introduced(text, mentions)}
        labels: dict[str, Label] = dict(zip(quotes, (mention.label for mention in mentions), strict=True))
        links: dict[tuple[str, Label], Link] = {}
        for mention, quote in zip(mentions, quotes, strict=True):
            if mention.label is not Label.GPE and (quote, mention.label) not in links:
                known = self._known(forms.get(quote, quote), mention.label, text, clues)
                links[quote, mention.label] = known or self._own(forms.get(quote, quote), mention.label)
        self._short_forms(links, labels)
        placed = self._placed(text, mentions, clues)
        return [
            Entity(
                start=mention.start,
                end=mention.end,
                quote=quote,
                label=mention.label,
                canonical=link.canonical,
                ref=link.ref,
                iso=link.iso,
                model=mention.source,
            )
            for at, (mention, quote) in enumerate(zip(mentions, quotes, strict=True))
            for link in [placed[at] if mention.label is Label.GPE else links[quote, mention.label]]
        ]

    def _clues(
        self, text: str, mentions: Sequence[Mention], *, country: str | None, publisher: str | None, title: str | None
    ) -> Clues:
        clues = Clues()
        clues.add(country, 1.2, cap=1.2)
        for row in self.names.named(publisher or ""):
            clues.add(row.iso, 0.6, cap=1.8)
        for match in self.names.find(title or ""):
            clues.add(match.rows[0].iso if len(match.rows) == 1 else None, 0.5, cap=2.3)
        seen = dict.fromkeys((text[mention.start : mention.end], mention.label) for mention in mentions)
        for quote, label in seen:
            if label is Label.GPE:
                candidates = self._candidates(quote)
                if len(candidates) == 1 or (len(candidates) > 1 and _apart(candidates) > 1.2):
                    clues.add(candidates[0].iso, 1.0, cap=4.0)
            elif label in BODIES:
                rows = self.names.named(quote)
                if len(rows) == 1 and quote not in rows[0].doubtful:
                    clues.add(rows[0].iso, 0.5, cap=2.8)
                elif place := self._place_within(quote):
                    clues.add(place.iso, 0.5, cap=2.8)
        return clues

    def _known(self, name: str, label: Label, text: str, clues: Clues) -> Link | None:
        rows = [row for row in self.names.named(name) if row.label is label] or [
            row
            for row in self.names.named(name)
            if Label.PERSON not in (label, row.label) and Label.GPE is not row.label
        ]
        scored = sorted(((self._fit(row, name, text, clues), -at, row) for at, row in enumerate(rows)), reverse=True)
        if not scored or scored[0][0] <= 0:
            return None
        row = scored[0][2]
        return Link(row.name, row.id, row.iso)

    def _fit(self, row: Row, name: str, text: str, clues: Clues) -> float:
        """How well *row* fits; an acronym that stands for several things needs evidence, a word does not."""
        fit = 1.0 if not any(each in row.doubtful and key_of(each) == key_of(name) for each in row.names) else 0.0
        if not fit and not ACRONYM.fullmatch(name):
            fit = 0.5
        fit += min(clues.of(row.iso), 3.0)
        return fit + 3.0 * any(len(each) > len(name) and each in text for each in row.names)

    def _own(self, name: str, label: Label) -> Link:
        place = self._place_within(name) if label in BODIES else None
        return Link(name, slug(name) or name, place.iso if place else None)

    def _place_within(self, name: str) -> Place | None:
        """The one place whose name stands in a body's name: "Government of Alberta", "Queensland Health"."""
        words = name.split()
        for size in (3, 2, 1):
            for at in range(len(words) - size + 1):
                part = " ".join(words[at : at + size])
                if len(part) < 2 or not part[0].isupper() or part == name:
                    continue
                found = self._candidates(part.removesuffix("'s").removesuffix("’s"))
                if found and (found[0].kind != "city" or found[0].population > 400_000) and found[0].prominence >= 1:
                    return found[0]
        return None

    def _short_forms(self, links: dict[tuple[str, Label], Link], labels: dict[str, Label]) -> None:
        """Give each short form the link of the one longer name of the post that holds it."""
        for (quote, label), link in list(links.items()):
            if any(row.id == link.ref and quote not in row.doubtful for row in self.names.named(quote)):
                continue
            longer = {
                other_link.ref: other_link
                for (other, other_label), other_link in links.items()
                if other_label is label and len(other) > len(quote) and shortens(quote, other, label)
            }
            if len(longer) == 1:
                links[quote, label] = next(iter(longer.values()))

    def _candidates(self, name: str) -> list[Place]:
        rows = [row for row in self.names.named(name) if row.label is Label.GPE and row.iso]
        found = [place for row in rows if (place := self.places.coded(row.iso or ""))]
        return [*found, *(place for place in self.places.named(name) if place not in found)]

    def _placed(self, text: str, mentions: Sequence[Mention], clues: Clues) -> dict[int, Link]:
        """The links of the names of places, each decided where it stands and then by its mentions' majority."""
        votes: dict[str, Counter[Place]] = {}
        after: dict[str, frozenset[str]] = {}
        for at, mention in enumerate(mentions):
            if mention.label is Label.GPE:
                quote = text[mention.start : mention.end]
                if quote not in after:
                    after[quote] = self._named_after(quote, text, mentions)
                within = after[quote]
                scored = [
                    (
                        place.prominence
                        + clues.of(place.iso)
                        + self._beside(text, mentions, at, place)
                        + NAMESAKE * (place.iso in within),
                        -rank,
                        place,
                    )
                    for rank, place in enumerate(self._candidates(quote))
                ]
                if scored:
                    best = max(scored, key=lambda entry: entry[:2])
                    votes.setdefault(quote, Counter())[best[2]] += 1 + best[0] / 100  # type: ignore[assignment]
        links: dict[int, Link] = {}
        for at, mention in enumerate(mentions):
            if mention.label is Label.GPE:
                quote = text[mention.start : mention.end]
                found = votes[quote].most_common(1)[0][0] if quote in votes else None
                links[at] = self._place_link(quote, found)
        return links

    def _named_after(self, quote: str, text: str, mentions: Sequence[Mention]) -> frozenset[str]:
        """The codes of the known bodies of the post whose names hold *quote*: "Georgia Technology Authority"."""
        bodies = {text[mention.start : mention.end] for mention in mentions if mention.label in BODIES}
        rows = (row for name in bodies if re.search(rf"\b{re.escape(quote)}\b", name) for row in self.names.named(name))
        return frozenset(row.iso for row in rows if row.iso)

    def _place_link(self, quote: str, place: Place | None) -> Link:
        if place is None:
            rows = [row for row in self.names.named(quote) if row.label is Label.GPE]
            return Link(rows[0].name, rows[0].id, rows[0].iso) if rows else Link(quote, slug(quote) or quote)
        row = next((row for row in self.names.named(quote) if row.label is Label.GPE and row.iso == place.iso), None)
        if row is not None:
            return Link(row.name, row.iso if row.kind != "city" else place.ref, row.iso)  # type: ignore[arg-type]
        namesakes = self.places.named(place.name)
        plain = not namesakes or namesakes[0] == place
        return Link(place.name if plain else f"{place.name} ({place.iso})", place.ref, place.iso)

    def _beside(self, text: str, mentions: Sequence[Mention], at: int, place: Place) -> float:
        """What the places written beside a mention say: "Cambridge, Massachusetts", "Georgia and Ukraine"."""
        score = 0.0
        for other, step in ((at - 1, -1), (at + 1, 1)):
            if not 0 <= other < len(mentions) or mentions[other].label is not Label.GPE:
                continue
            left, right = (mentions[other], mentions[at]) if step < 0 else (mentions[at], mentions[other])
            between = text[left.end : right.start]
            near = self._candidates(text[mentions[other].start : mentions[other].end])
            if not near or not re.fullmatch(r"\s*,?\s*(?:and|or|&)?\s*|\s*\(\s*", between):
                continue
            if between.strip() in (",", "("):
                held = (
                    (_holds(outer, place) for outer in near) if step > 0 else (_holds(place, inner) for inner in near)
                )
                score += 4.0 * any(held)
            if near[0].kind == place.kind and _apart(near) > 0.5:
                score += 1.0
        return score


def _holds(outer: Place, inner: Place) -> bool:
    """Whether *inner* lies in *outer*."""
    return outer.kind != "city" and outer != inner and (inner.iso == outer.iso or inner.iso.startswith(f"{outer.iso}-"))


def _apart(places: Sequence[Place]) -> float:
    """How much more prominent the first of *places* is than the second."""
    return places[0].prominence - places[1].prominence if len(places) > 1 else 9.0


def shortens(short: str, long: str, label: Label) -> bool:
    """Whether *short* can be the short form of *long* within a post.

    >>> shortens("Gustafson", "Aaron Gustafson", Label.PERSON)
    True
    >>> shortens("Treasury", "Department of the Treasury", Label.ORG)
    True
    >>> shortens("DCO", "Digital Corps Office", Label.ORG), shortens("Office", "Digital Corps Office", Label.ORG)
    (True, False)
    """
    words, parts = _words(long), _words(short)
    if label is Label.PERSON:
        return len(parts) < len(words) and set(parts) <= set(words)
    if ACRONYM.fullmatch(short):
        return initials(long) == short.rstrip("s").replace(".", "").casefold()
    if len(parts) == 1 and (GENERIC.fullmatch(parts[0]) or len(parts[0]) < 4):
        return False
    return any(words[at : at + len(parts)] == parts for at in range(len(words) - len(parts) + 1))


def initials(name: str) -> str:
    """The first letters of the words of *name* that are not small ones.

    >>> initials("Department of the Prime Minister and Cabinet")
    'dpmc'
    """
    return "".join(word[0] for word in _words(name) if word not in SMALL)


def _words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())
