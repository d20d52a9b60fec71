"""The grammar of numbers in words: which words go on from which, made from a table of number words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from pipeline.extract.lexicon import alternation, cased, table

SPACES = " \u00a0\u2009\u202f"
FRACTION_SIGNS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"


@dataclass(frozen=True, slots=True)
class Grammar:
    """The regular expressions and values that number words are read with."""

    start: re.Pattern[str]
    word: re.Pattern[str]
    scale: re.Pattern[str]
    letter: re.Pattern[str]
    row: re.Pattern[str]
    half_of: re.Pattern[str]
    denominator: re.Pattern[str]
    fold: re.Pattern[str]
    units: dict[str, int]
    tens: dict[str, int]
    scales: dict[str, int]
    ordinals: dict[str, int]
    denominators: dict[str, int]
    multiples: dict[str, Decimal]
    letters: dict[str, int]


@cache
def number_grammar() -> Grammar:
    """The grammar of English numbers, made once from the table of number words."""
    data = table("numbers")
    units, tens, scales, ordinals = data["units"], data["tens"], data["scales"], data["ordinals"]
    abbreviations = data["abbreviations"]
    denominators = {word: value for word, value in ordinals.items() if value > 2}
    denominators |= {f"{word}s": value for word, value in denominators.items()} | data["denominators"]
    starts = [*units, *tens, *scales, *ordinals, *data["multiples"], "half", "quarter"]
    timed = alternation(data["timed"].split())
    cardinals = alternation(cased([*units, *tens, *scales, *ordinals]))
    scale_words = alternation(cased([*scales, *(f"{word}s" for word in scales), *abbreviations]))
    return Grammar(
        start=re.compile(
            rf"\d|[{FRACTION_SIGNS}]|\b(?:{alternation(cased(starts))}(?![^\W_])|[Aa]n? (?={timed}(?![^\W_])))"
        ),
        word=re.compile(rf"(?:[{SPACES}]|-|[ ]?-[ ]?)(and[ -])?({cardinals})(?![^\W_])"),
        scale=re.compile(
            rf"\+?[{SPACES}-]?({scale_words})(?![^\W_])"
            r"(?:(?<=[iIoOnNlLrRdD])\.(?= [a-z€$£]| Euro| [A-Z]{3}(?![^\W_])))?"
        ),
        letter=re.compile(rf"[{SPACES}]?({alternation(data['letters'])})(?![^\W_]|/)"),
        row=re.compile(rf"{cardinals}(?:[, \n-]{{1,2}}(?:and )?{cardinals}){{40,}}(?![^\W_])"),
        half_of=re.compile(
            rf"half[ -](?:an?[ -])?({alternation(scales)})(?![^\W_])|half[ -]an?[ -](?=[^\W\d_])", re.IGNORECASE
        ),
        denominator=re.compile(rf"[ -]({alternation(cased(denominators))})(?![^\W_])"),
        fold=re.compile(r"[ -]?fold(?![^\W_])", re.IGNORECASE),
        units=units,
        tens=tens,
        scales=scales | {f"{word}s": value for word, value in scales.items()} | abbreviations,
        ordinals=ordinals,
        denominators=denominators,
        multiples={word: Decimal(value) for word, value in data["multiples"].items()},
        letters=data["letters"],
    )
