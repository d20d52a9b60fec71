"""The plural of a counted noun, for sentences about figures."""

from __future__ import annotations

SAME = frozenset({"series", "species", "staff", "personnel", "data", "faculty", "aircraft", "percent"})
SIGNS = frozenset({"mph", "kph", "bps", "kbps", "mbps", "gbps", "kwh", "mwh", "gwh", "tco2e", "ppm"})
IRREGULAR = {"child": "children", "man": "men", "woman": "women", "crisis": "crises", "analysis": "analyses"}


def plural_of(noun: str) -> str:
    """The plural of *noun*, of which only the last word changes; people are no persons.

    >>> [plural_of(noun) for noun in ("country", "day", "agency", "focus", "team", "person", "series", "")]
    ['countries', 'days', 'agencies', 'focuses', 'teams', 'people', 'series', '']
    >>> plural_of("public servant"), plural_of("woman"), plural_of("km")
    ('public servants', 'women', 'km')
    """
    before, blank, last = noun.rpartition(" ")
    if last in SAME or last.casefold() in SIGNS or len(last) < 3 or last.isupper():  # signs have no plural
        return noun
    if last in IRREGULAR:
        return before + blank + IRREGULAR[last]
    if last.endswith("person"):
        return f"{noun.removesuffix('person')}people"
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    if last.endswith(("us", "ss", "sh", "ch", "x", "z")):
        return f"{noun}es"
    return noun if last.endswith("s") else f"{noun}s"
