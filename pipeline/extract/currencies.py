"""Currencies: how they are written before and behind a number, and which ones a bare sign may mean."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pipeline.extract.lexicon import alternation, table


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencyWords:
    """A sign, code or name, where it stands, and the ISO 4217 codes it may mean, likeliest first."""

    candidates: tuple[str, ...]
    start: int
    end: int
    minor: bool = False  # a hundredth: cents, pence
    careful: bool = False  # also an ordinary word: believe it only with an amount that looks like money


@dataclass(frozen=True, slots=True)
class _Tables:
    before: re.Pattern[str]  # read backwards
    last: frozenset[str]  # the last characters of what may stand before a number
    signs: dict[str, tuple[str, ...]]
    after: re.Pattern[str]
    names: dict[str, tuple[str, ...]]
    minor: dict[str, tuple[str, ...]]
    firsts: frozenset[str]  # the first words of all names, for a quick no


@cache
def current_codes() -> frozenset[str]:
    """The ISO 4217 codes that are legal tender somewhere today."""
    from babel.core import get_global

    every = get_global("territory_currencies").values()
    return frozenset(code for entries in every for code, _, until, tender in entries if until is None and tender)


@cache
def currencies_of(country: str) -> tuple[str, ...]:
    """The currencies in use today in the country (or its part, "AU-NSW") of that ISO 3166 code."""
    from babel.core import get_global

    entries = get_global("territory_currencies").get(country.partition("-")[0].upper(), ())
    return tuple(code for code, _, until, tender in entries if until is None and tender)


@cache
def _tables() -> _Tables:
    from babel import Locale

    data = table("currencies")
    locale = Locale("en")
    names: dict[str, tuple[str, ...]] = {}
    plurals = locale._data["currency_names_plural"]
    for code in sorted(locale.currencies, key=lambda code: (code not in current_codes(), code)):
        if code == "XXX":
            continue
        for name in {locale.currencies[code], *plurals.get(code, {}).values()}:
            plain = name.split(" (")[0].lower().replace("-", " ")
            if " " in plain or code in current_codes():
                names.setdefault(plain, (code,))
    names |= {name: tuple(codes.split()) for name, codes in data["names"].items()}
    for word in ("zimbabwean gold", "gold"):
        names.pop(word, None)
    signs: dict[str, tuple[str, ...]] = {code: (code,) for code in sorted(locale.currencies) if code != "XXX"}
    for code, symbol in locale.currency_symbols.items():
        if code != "XXX" and len(symbol) > 1:
            signs.setdefault(symbol, (code,))
    signs |= {sign: tuple(codes.split()) for sign, codes in data["signs"].items()}
    after = frozenset(data["after"]["signs"].split())
    codes = sorted(locale.currencies)
    return _Tables(
        before=re.compile(rf"[ \u00a0\u202f]?({alternation(sign[::-1] for sign in signs)})"),
        last=frozenset(sign.rstrip()[-1] for sign in signs),
        signs=signs,
        after=re.compile(rf"[ \u00a0\u202f]?({alternation([*after, *codes])})(?![^\W_])"),
        names=names,
        minor={name: tuple(codes.split()) for name, codes in data["minor"].items()},
        firsts=frozenset(name.split()[0].rstrip(".") for name in [*names, *data["minor"]]),
    )


@cache
def _careful() -> tuple[frozenset[str], frozenset[str]]:
    data = table("currencies")["careful"]
    return frozenset(data["codes"].split()), frozenset(data["names"].split())


_WIDEST_SIGN = 9
_NAME = re.compile(r"[ \u00a0\u202f-]?([^\W\d_]+\.?(?:[^\W\d_]\.)?)((?:(?: & |[ -])[^\W\d_]+){0,4})")
_SMALL = re.compile(r"(?<![\w.,-])(?:[1-9]\d?|\d{1,2}\.\d{1,2})$")
_PRICED = re.compile(r"p (?:each|(?:a|per) (?:share|litre|unit|pint|kilo|mile))(?![^\W_])")
_NEXT_WORD = re.compile(r"(?: & |[ -])[^\W\d_]+")


def currency_before(text: str, start: int) -> CurrencyWords | None:
    """The currency sign, prefix or code right before *start*.

    >>> currency_before("NZ$5", 3).candidates
    ('NZD',)
    """
    before = text[max(0, start - _WIDEST_SIGN) : start]
    stripped = before.rstrip(" \u00a0\u202f")
    tables = _tables()
    if not stripped or stripped[-1] not in tables.last or len(before) - len(stripped) > 1:
        return None
    found = tables.before.match(before[::-1])
    while found is not None:
        sign = found[1][::-1]
        begin = start - found.end()
        if not (sign[0].isalnum() and begin and (text[begin - 1].isalnum() or text[begin - 1] in "-_&.")):
            careful = sign in _careful()[0]
            return CurrencyWords(candidates=tables.signs[sign], start=begin, end=start, careful=careful)
        if sign[-1].isalpha() or sign in ("$", "£", "€"):
            return None
        found = re.compile(rf"[ \u00a0\u202f]?({re.escape(sign[-1])})").match(before[::-1])
        if found is not None and found[1] not in tables.signs:
            return None
        if found is not None:
            return CurrencyWords(candidates=tables.signs[found[1]], start=start - found.end(), end=start)
    return None


def currency_after(text: str, end: int) -> CurrencyWords | None:
    """The currency sign, code or name right behind *end*.

    >>> currency_after("20 million euros", 10).candidates
    ('EUR',)
    """
    if end >= len(text) or text[end] in ',;:!?)]"\n':
        return None
    tables = _tables()
    found = tables.after.match(text, end)
    if found is not None and (longer := _named(text, end)) is not None and longer.end > found.end():
        return longer
    if found is not None:
        careful = found[1] in _careful()[0]
        return CurrencyWords(
            candidates=tables.signs.get(found[1], ()), start=found.start(1), end=found.end(), careful=careful
        )
    if (
        text[end] in "pc"
        and not text[end + 1 : end + 2].isalnum()
        and (_SMALL.search(text, max(0, end - 6), end) or _PRICED.match(text, end))
    ):
        return CurrencyWords(
            candidates=tables.minor["pence" if text[end] == "p" else "cents"], start=end, end=end + 1, minor=True
        )
    if text[end] == "¢":
        return CurrencyWords(candidates=tables.minor["¢"], start=end, end=end + 1, minor=True)
    return _named(text, end)


def _named(text: str, end: int) -> CurrencyWords | None:
    """The currency called by its name, or its hundredth's, right behind *end*."""
    tables = _tables()
    name = _NAME.match(text, end)
    if name is None:
        return None
    if name[1].lower().rstrip(".") not in tables.firsts:
        return None
    stops = [stop.end() for stop in _NEXT_WORD.finditer(name[2])]
    for stop in [*reversed(stops), 0]:
        form = (name[1] + name[2][:stop]).lower().replace("-", " ").rstrip("." if not stop else "")
        for minor, names in ((False, tables.names), (True, tables.minor)):
            if form in names:
                begin = name.start(1)
                careful = form in _careful()[1]
                length = len(name[1].rstrip(".")) if not stop else len(name[1]) + stop
                return CurrencyWords(
                    candidates=names[form], start=begin, end=begin + length, minor=minor, careful=careful
                )
    return None
