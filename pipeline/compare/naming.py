"""The things that claims name: which refs stand for one body, fund or event, and which only for a place or person."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.compare.wording import concepts, lexicon
from pipeline.records import Entity, Label

ISO_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
OF_A_YEAR = re.compile(r"(?<=.)-(?:of-|in-)?(?:19|20)\d\d$|^(?:19|20)\d\d-(?=.)")
WEAK = frozenset({Label.GPE, Label.PERSON})


class Named:
    """A mention for each ref, and what follows from it."""

    def __init__(self, entities: Mapping[str, Entity] | None = None) -> None:
        self.entities = entities or {}
        self._firm: dict[tuple[str, str | None], str | None] = {}

    def firm(self, ref: str, country: str | None) -> str | None:
        """*ref* if it stands for one body, fund, product or event; ``None`` for places and persons.

        A name of nothing but common words ("Digital Marketplace") means another thing in another country, and an
        event named with its year is the event: that year is when, not whose.
        """
        key = ref, country
        if key not in self._firm:
            self._firm[key] = self._judge(ref, country)
        return self._firm[key]

    def _judge(self, ref: str, country: str | None) -> str | None:
        entity = self.entities.get(ref)
        if (entity is not None and entity.label in WEAK) or (entity is None and ISO_CODE.fullmatch(ref)):
            return None
        dated = entity is None or entity.label is Label.EVENT  # the laws and budgets of two years are two things
        name = OF_A_YEAR.sub("", ref) if dated else ref
        if (entity is None or entity.ref is None) and not concepts(name.replace("-", " ")) - lexicon().generic:
            return f"{name} of {country}"
        return name

    def iso(self, ref: str) -> str | None:
        """The ISO code of the place that *ref* is or belongs to."""
        entity = self.entities.get(ref)
        return entity.iso if entity is not None else None

    def label(self, ref: str) -> Label | None:
        """What sort of thing *ref* is."""
        entity = self.entities.get(ref)
        return entity.label if entity is not None else None

    def canonical(self, ref: str) -> str | None:
        """The name by which all mentions of *ref* are known."""
        entity = self.entities.get(ref)
        return entity.canonical if entity is not None else None
