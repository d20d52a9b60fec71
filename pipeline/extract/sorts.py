"""What sort of thing a noun names: a party, a person, an event, an amount and so on, told from a word list."""

from __future__ import annotations

from functools import cache

from pipeline.extract.lexicon import table

ENDINGS = {
    "abstract": ("tion", "sion", "ness", "ity", "ance", "ence", "ism", "ship", "hood", "acy", "dom"),
    "activity": ("ing", "ment"),
    "person": ("ist", "ian", "eer", "ant", "ee", "er", "or"),
}


def sorts_of(lemma: str) -> tuple[str, ...]:
    """The sorts of the noun *lemma*, lower case; an unlisted one's is told from its ending, or is "other".

    >>> sorts_of("ministry"), sorts_of("beekeeper"), sorts_of("cactus")
    (('party',), ('person',), ('other',))
    """
    listed = _listed().get(lemma)
    if listed is not None:
        return listed
    for sort, endings in ENDINGS.items():
        if lemma.endswith(endings) and len(lemma) > 5:
            return (sort,)
    return ("other",)


@cache
def _listed() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for sort, nouns in table("sorts").items():
        for noun in nouns.split():
            found[noun] = (*found.get(noun, ()), sort)
    return found
