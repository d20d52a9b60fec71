"""Places and their ISO 3166 codes: countries, subdivisions and larger cities, by any of their names.

The table ``models/gazetteer/places.tsv`` is derived from a maintained package (see the README beside it).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log10
from pathlib import Path

from pipeline.extract.gazetteer import BrokenGazetteerError, key_of

KINDS = ("country", "subdivision", "city")
COLUMNS = ("kind", "iso", "name", "aliases", "population")
# Where "state" or "province" is a name that posts use like a country's; elsewhere subdivisions are rarely meant.
FEDERAL = frozenset({"AR", "AU", "BR", "CA", "DE", "ES", "ID", "IN", "IT", "MX", "NG", "PK", "US", "ZA"})
NATIONS = frozenset({"GB-ENG", "GB-NIR", "GB-SCT", "GB-WLS"})
DRESS = re.compile(
    r"^(?P<kind>state|city|town|republic|province|region|county|commonwealth|kingdom|municipality|government)"
    r" of (?:the )?(?P<name>.+)$"
    r"|^(?P<bare>.+?) (?P<after>state|city|province|region|county)$"
)
MEANT = {"state": "subdivision", "province": "subdivision", "region": "subdivision", "county": "subdivision"} | {
    "city": "city",
    "town": "city",
    "municipality": "city",
    "republic": "country",
    "kingdom": "country",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A country, a subdivision or a city; a city bears the code of the subdivision or country that it lies in."""

    kind: str
    iso: str
    name: str
    aliases: tuple[str, ...] = ()
    population: int = 0

    @property
    def country(self) -> str:
        """The ISO 3166-1 code of the country that it is or lies in."""
        return self.iso[:2]

    @property
    def ref(self) -> str:
        """Its id: the code of a country or subdivision, the code and name of a city."""
        return f"{self.iso}/{key_of(self.name).replace(' ', '-')}" if self.kind == "city" else self.iso

    @property
    def prominence(self) -> float:
        """How likely a bare name means this place, when nothing else is known (0 to 3)."""
        if self.kind == "country":
            return 3.0
        if self.kind == "subdivision":
            return 2.0 if self.country in FEDERAL or self.iso in NATIONS else 0.8
        return max(0.0, log10(max(self.population, 1)) - 4.5)


@dataclass(frozen=True, slots=True)
class Places:
    """The places, to be looked up by name."""

    rows: tuple[Place, ...]
    _by_key: dict[str, list[Place]] = field(default_factory=dict, repr=False)
    _by_iso: dict[str, Place] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for place in self.rows:
            if place.kind != "city":
                self._by_iso[place.iso] = place
            for key in dict.fromkeys(map(_key, (place.name, *place.aliases))):
                self._by_key.setdefault(key, []).append(place)

    def named(self, name: str) -> list[Place]:
        """The places that go by *name*, the most prominent first; "State of", "City" and accents do not matter."""
        key = _key(name)
        found = self._by_key.get(key, [])
        if dressed := DRESS.match(key):
            meant = MEANT.get(dressed["kind"] or dressed["after"])
            inner = self._by_key.get(dressed["name"] or dressed["bare"], [])
            found = found or [place for place in inner if meant in (None, place.kind)]
        return sorted(found, key=lambda place: (-place.prominence, place.iso, place.name))

    def coded(self, iso: str) -> Place | None:
        """The country or subdivision with the code *iso*."""
        return self._by_iso.get(iso)

    def countries(self) -> Iterable[Place]:
        """All countries and territories."""
        return (place for place in self.rows if place.kind == "country")


def _key(name: str) -> str:
    if name.isascii():
        return key_of(name)
    plain = unicodedata.normalize("NFKD", name)
    return key_of("".join(letter for letter in plain if not unicodedata.combining(letter)))


def read(path: Path) -> Places:
    """The places of the table *path*; a row that cannot be used stops with the file and its line."""
    rows: list[Place] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        if tuple(cells) == COLUMNS:
            continue
        if len(cells) != len(COLUMNS):
            raise BrokenGazetteerError(path, number, f"{len(cells)} cells instead of {len(COLUMNS)}, separated by tabs")
        kind, iso, name, aliases, people = cells
        if kind not in KINDS or not iso or not name or not (people or "0").isdecimal():
            raise BrokenGazetteerError(path, number, f"no place: {line!r}")
        others = tuple(filter(None, aliases.split("|")))
        rows.append(Place(kind=kind, iso=iso, name=name, aliases=others, population=int(people or 0)))
    return Places(tuple(rows))
