"""Units of time and measure: how they are written, and what they are called here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pipeline.extract.lexicon import rows
from pipeline.records import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit by its plain singular name; ``factor`` of it make one of what is written ("decade": 10 years)."""

    name: str
    kind: Kind
    factor: Decimal = Decimal(1)
    symbol: bool = False  # written as a symbol or letter, not as a word
    glued: bool = False  # too short to be believed unless it touches the number


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitWords:
    """A unit and where it stands."""

    unit: Unit
    start: int
    end: int


_PREFIXES = {
    "yotta": "Y", "zetta": "Z", "exa": "E", "peta": "P", "tera": "T", "giga": "G", "mega": "M", "kilo": "k",
    "hecto": "h", "deci": "d", "centi": "c", "milli": "m", "micro": "µ", "nano": "n", "pico": "p", "femto": "f",
}  # fmt: skip
_NO_PREFIXED_SYMBOL = frozenset({"byte", "bit"})
_LONGEST = 4  # words


@cache
def unit_table() -> dict[str, Unit]:
    """Every written form of every unit; names in lower case, symbols as they are."""
    table: dict[str, Unit] = {}
    for row in rows("units"):
        name, kind, factor, prefixes, names, symbols = (row + [""] * 6)[:6]
        for form in filter(None, names.split("|")):
            table.setdefault(form, Unit(name=name, kind=Kind(kind), factor=Decimal(factor)))
        for form in filter(None, symbols.split("|")):
            glued = form.startswith("~")
            table.setdefault(
                form.lstrip("~"), Unit(name=name, kind=Kind(kind), factor=Decimal(factor), symbol=True, glued=glued)
            )
        for prefix in prefixes.split():
            unit = Unit(name=prefix + name, kind=Kind(kind), factor=Decimal(factor))
            for form in filter(None, names.split("|")):
                table.setdefault(prefix + form, unit)
            if name in _NO_PREFIXED_SYMBOL:
                continue
            symbol = Unit(name=prefix + name, kind=Kind(kind), factor=Decimal(factor), symbol=True)
            for form in filter(None, symbols.split("|")):
                table.setdefault(_PREFIXES[prefix] + form.lstrip("~"), symbol)
                if prefix == "micro":
                    table.setdefault("μ" + form.lstrip("~"), symbol)
    return table


@cache
def _first_words() -> frozenset[str]:
    """The first words of all forms, for a quick no."""
    return frozenset(word for form in unit_table() for word in (form.split()[0], form.split("-")[0]))


_SEPARATOR = r"[ \u00a0\u2009\u202f]?[-‐‑]?[ ]?"
_NAME = re.compile(
    rf"({_SEPARATOR})"
    r"((?:[^\W\d_]|[°º℃℉Ω%‰٪％µ])(?:[^\W\d_]|[²³])*(?:(?:\^?[23](?![\d.,]\d))|[²³])?(?:/[^\W\d_]+(?:\^?[23]|[²³])?)?)"
    r"((?:[ \u00a0-][^\W\d_]+[²³]?){0,3})"
)
_SIGN = re.compile(r"[ \u00a0\u2009\u202f]?[%‰٪％]|['′’\"″”](?![^\W\d_])")
_INCH_CONTEXT = re.compile(r" (?:thick|wide|long|tall|deep|high|in diameter|in length|by|x|screen|display|pipe)\b")
_METRE_CONTEXT = re.compile(
    r" (?:tall|long|wide|high|deep|above|below|away|from|in length|in height|race|sprint|pool|x|by|thick)\b"
)
_WARMTH = re.compile(
    r"temperature|degrees\b|°|[℃℉]|\b(?:oven|thermostat|fever|freezing|boiling|melts|weather|forecast)",
    re.IGNORECASE,
)


def unit_after(text: str, end: int) -> UnitWords | None:
    """The unit written right behind *end*, the longest name that fits.

    >>> unit_after("5 square miles of land", 1).unit.name
    'square mile'
    """
    sign = _SIGN.match(text, end)
    if sign is not None:
        unit = unit_table().get(sign.group().strip())
        if unit is None or (unit.kind is Kind.MEASURE and not _is_length(text, end, sign.end(), unit)):
            return None
        return UnitWords(unit=unit, start=sign.end() - 1, end=sign.end())
    found = _NAME.match(text, end)
    if found is None:
        return None
    table = unit_table()
    first, rest = found[2], found[3]
    if "/" not in first and first not in _first_words() and first.lower() not in _first_words():
        return None
    stops = [m.end() for m in re.finditer(r"[ \u00a0-][^\W\d_]+[²³]?", rest)]
    begin = found.start(2)
    for stop in [*reversed(stops), 0]:
        form = first + rest[:stop]
        plain = form.replace("\u00a0", " ")
        unit = table.get(plain) or table.get(plain.lower()) or table.get(plain.lower().replace("-", " "))
        if unit is None and not stop and "/" in form:
            form = form.partition("/")[0]
            unit = table.get(form) or table.get(form.lower())
        if unit is None:
            continue
        if form.endswith(" of"):
            form = form[:-3]
        if unit.symbol and stop == 0 and not _is_believable(text, form, unit, found, end):
            continue
        if unit.symbol and plain not in table and len(plain) < 3:
            continue
        return UnitWords(unit=unit, start=begin, end=begin + len(form))
    return None


def _is_length(text: str, start: int, end: int, unit: Unit) -> bool:
    """Whether a quotation mark behind a number means feet or inches: 5' 4\", 13\" screen."""
    if unit.name == "foot":
        return _INCHES.match(text, end) is not None
    if unit.name == "inch":
        return _FEET.search(text, max(0, start - 12), start) is not None or _INCH_CONTEXT.match(text, end) is not None
    return True


_INCHES = re.compile(r"\s?\d{1,2}(?:\.\d+)?\s?(?:[\"″”]|''|in\b)|\s?(?:tall|high|wide|long|x)\b")
_FEET = re.compile(r"\d['′’]\s?[\d.]*$")


def _is_believable(text: str, form: str, unit: Unit, found: re.Match[str], end: int) -> bool:
    """Whether a letter or two behind a number are a unit and no word: "5 m tall", "3in.", not "5 in"."""
    glued = found.start(2) == end
    after = found.end(2)
    if form == "in":
        return _INCH_CONTEXT.match(text, after) is not None or (glued and text[after : after + 1] != " ")
    if form == "Mt":
        return glued or _MEGATONNES.match(text, after) is not None
    if form.lower() in _WORDS:
        return glued
    if unit.name in ("degree celsius", "degree fahrenheit") and len(form) == 1:
        return glued and _WARMTH.search(text, max(0, end - 80), end + 40) is not None
    if unit.glued:
        return glued
    if len(form) == 1 and found[1].strip():
        return False  # "5-a", "2 - d"
    return not (len(form) == 1 and form in "yd" and not glued)


_MEGATONNES = re.compile(r"(?: (?:of|and|or|a|per|in|from|by)(?![^\W_])| ?CO|[.,;:)]|\s*$)")  # not "2 Mt Everests"
_WORDS = frozenset(["mo", "us", "mt", "pa", "bar", "cal", "ac", "pc", "pt", "ct", "kt"])  # symbols that are also words


def is_long(text: str, end: int) -> bool:
    """Whether what follows a bare "m" makes it metres: "50m tall"."""
    return _METRE_CONTEXT.match(text, end) is not None
