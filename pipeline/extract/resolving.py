"""Which mentions a text has: what the model found, the gazetteer and the shapes of names, brought together."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.extract.acronyms import introduced, terms
from pipeline.extract.gazetteer import Gazetteer
from pipeline.extract.headings import without_headings
from pipeline.extract.mentions import Mention
from pipeline.extract.name_bounds import around_brackets, joined, parted, split_at_and, trimmed, without_overlaps
from pipeline.extract.name_context import (
    after_noun,
    alike,
    as_places,
    away,
    beside_noun,
    datelines,
    explained,
    grown,
    in_use,
    of_places,
)
from pipeline.extract.name_labels import agreed, relabelled
from pipeline.extract.name_repeats import repeated
from pipeline.extract.people import introducing, office_bearer, whole_names, without_portfolios
from pipeline.extract.places import Places
from pipeline.extract.shapes import shaped, whole_bodies
from pipeline.extract.titles import by_setting, cited, supported, titled
from pipeline.records import Label

LONGEST = 300  # characters; nothing has a longer name
WORDS = re.compile(r"[\w&]+")
LINKS = frozenset({"and", "for", "in", "of", "on", "the", "to", "&"})
BEFORE_PLACES = frozenset({"across", "around", "at", "from", "in", "near", "of", "outside", "throughout", "to"})
AFTER_PLACES = re.compile(r", (?:and )?[A-Z]")
POSSESSED = re.compile(r"['’]s (?P<name>[A-Z][\w-]*(?: [A-Z][\w-]*){0,3})")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the tables know of names: the gazetteer's and the places."""

    names: Gazetteer
    where: Places

    def prominence(self, name: str) -> float:
        """How prominent a place of that *name* is (0 to 3); 0 where none is known."""
        rows = self.names.named(name)
        if rows and all(row.label is Label.GPE for row in rows):
            return 2.0
        return next((place.prominence for place in self.where.named(name)), 0.0)

    def named(self, name: str) -> bool:
        """Whether *name* is one that the gazetteer has, or that of a large place."""
        return bool(self.names.named(name)) or self.prominence(name) >= 2


def resolved(text: str, found: Sequence[Mention], names: Gazetteer, where: Places) -> list[Mention]:
    """The mentions of *text* that the model's *found*, the gazetteer *names* and the shapes of names agree on.

    A firm name of the gazetteer beats the model, unless it is part of a longer name that the model found; words that
    name nothing and places that nobody knows are dropped; shapes fill gaps; acronyms in brackets take the label of
    their long form; a name found once is found everywhere.
    """
    known = _Known(names, where)
    listed = [Mention(match.start, match.end, match.rows[0].label, "gazetteer") for match in names.find(text)]
    tidy = _labelled(text, _bounded(text, found), known)
    tidy = [part for mention in tidy for part in split_at_and(text, mention, listed)]
    merged = _merged(text, tidy, listed, known)
    merged = _spelt_out(text, grown(text, around_brackets(text, merged)))
    return without_overlaps([*merged, *repeated(text, merged)])


def _bounded(text: str, found: Sequence[Mention]) -> Iterator[Mention]:
    """Yield what the model *found* with the boundaries of the guidelines, each name by itself."""
    short = (mention for mention in joined(text, found) if mention.end - mention.start <= LONGEST)
    apart = (part for mention in short for part in office_bearer(text, mention))
    whole = (part for mention in apart if (kept := trimmed(text, mention)) for part in parted(text, kept))
    yield from (kept for mention in whole if (kept := relabelled(text, mention)))


def _labelled(text: str, mentions: Iterable[Mention], known: _Known) -> list[Mention]:
    """*mentions* with the labels that the words and names around them tell, those left out that name nothing."""
    unnamed = terms(text)
    tidy = [m for m in mentions if m.label is not Label.GPE or _is_place(text, m, known.names, known.where)]
    tidy = [part for mention in tidy for part in of_places(text, mention, known.prominence, known.named)]
    tidy = [
        by_setting(text, beside_noun(text, in_use(text, mention)))
        for mention in tidy
        if text[mention.start : mention.end] not in unnamed
    ]
    tidy = [mention for mention in tidy if mention.label is not Label.WORK or _is_work(text, mention, known.names)]
    placed = as_places(text, after_noun(text, tidy), known.prominence)
    tidy = agreed(text, alike(text, placed, known.prominence))
    return without_portfolios(text, whole_names(text, without_headings(text, tidy)))


def _merged(text: str, tidy: Sequence[Mention], listed: Sequence[Mention], known: _Known) -> list[Mention]:
    """The model's *tidy* mentions with the *listed* names and what settings and shapes give away; the surest win."""
    over = _Over(tidy)
    firm = [name for name in listed if not any(_names_more(text, mention, name) for mention in over.around(name))]
    sure = [
        *datelines(text, known.prominence),
        *titled(text),
        *cited(text, known.named),
        *whole_bodies(text, known.named),
    ]
    merged = without_overlaps([*sure, *introducing(text), *firm, *_possessed(text, firm, known.names), *tidy])
    shapes = (kept for mention in (*shaped(text), *explained(text)) if (kept := trimmed(text, mention)))
    merged = without_overlaps([*merged, *shapes])
    return without_overlaps([*merged, *away(text, known.prominence)])


def _spelt_out(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions* with the acronyms that brackets introduce, which take the label of their long form everywhere."""
    spelt = [mention for mention, *_ in introduced(text, mentions)]
    labels = {text[mention.start : mention.end]: mention.label for mention in spelt}
    told = [
        replace(mention, label=labels.get(text[mention.start : mention.end], mention.label))
        if mention.source not in ("gazetteer", "pattern")
        else mention
        for mention in mentions
    ]
    return without_overlaps([*spelt, *told])


def _possessed(text: str, firm: Sequence[Mention], names: Gazetteer) -> Iterator[Mention]:
    """The second halves of known names that a possessive parts: "Notify" in "GOV.UK's Notify"."""
    for owner in firm:
        if after := POSSESSED.match(text, owner.end):
            words = after["name"].split()
            for size in range(len(words), 0, -1):
                part = " ".join(words[:size])
                rows = names.named(f"{text[owner.start : owner.end]} {part}")
                if rows:
                    yield Mention(after.start("name"), after.start("name") + len(part), rows[0].label, "gazetteer")
                    break


def _is_place(text: str, mention: Mention, names: Gazetteer, where: Places) -> bool:
    """Whether a place that the model found is known, or stands where only places do."""
    quote = text[mention.start : mention.end]
    if where.named(quote) or names.named(quote):
        return True
    before = text[max(0, mention.start - 12) : mention.start].split()
    return quote[0].isupper() and (
        (bool(before) and before[-1] in BEFORE_PLACES) or AFTER_PLACES.match(text, mention.end) is not None
    )


def _is_work(text: str, mention: Mention, names: Gazetteer) -> bool:
    """Whether a title that the model found is known, or has something beside the model to speak for it."""
    return bool(names.named(text[mention.start : mention.end])) or supported(text, mention)


class _Over:
    """Finds the mentions that stand around a place without a look at all of them."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        self._mentions = sorted(mentions, key=lambda mention: mention.start)
        self._starts = [mention.start for mention in self._mentions]
        self._longest = max((mention.end - mention.start for mention in self._mentions), default=0)

    def around(self, name: Mention) -> Iterator[Mention]:
        """The mentions that hold all of *name*."""
        low = bisect_left(self._starts, name.end - self._longest)
        for mention in self._mentions[low : bisect_right(self._starts, name.start)]:
            if mention.end >= name.end:
                yield mention


def _names_more(text: str, mention: Mention, name: Mention) -> bool:
    """Whether *mention* is a longer name around *name*: "GDS Academy" around "GDS"."""
    if not (
        mention.start <= name.start and name.end <= mention.end and mention.end - mention.start > name.end - name.start
    ):
        return False
    around = WORDS.findall(f"{text[mention.start : name.start]} {text[name.end : mention.end]}")
    return all(word[0].isupper() or word[0].isdigit() or word in LINKS for word in around)
