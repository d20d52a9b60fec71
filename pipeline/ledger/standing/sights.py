"""What a reviewer saw: the part of a claim that a decision is about, its digest, and whether it is still the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pipeline.ledger import rows
from pipeline.records import Claim, digest

FIELDS = (
    "kind",
    "value",
    "value_max",
    "unit",
    "bound",
    "modality",
    "subject",
    "measure",
    "attributed_to",
    "when",
    "period",
)
CRITICAL_WORD = re.compile(
    r"""\d+(?:[.,\u00a0\u202f ]\d+)*                      # figures, with their separators
      | [$€£¥₹₩₽₦₵₱₪₫₺₴%‰]
      | (?:hundred|thousand|million|billion|trillion|lakh|crore|dozen|bn|tn|mn|[kmb](?=\b))s?
      | (?-i:\b[A-Z]{3}\b)
      | \b(?:not|no|never|none|neither|nor|without|cannot|n't|fail(?:s|ed)?|lacks?)\b | n[’']t\b
      | \b(?:will|would|shall|should|may|might|could|can|must|if|unless|plan(?:s|ned)?|aims?|expect(?:s|ed)?|hopes?
           |target(?:s|ed)?|propos(?:e|es|ed)|intend(?:s|ed)?|estimat(?:e|es|ed))\b
      | \b(?:about|around|nearly|almost|roughly|over|under|above|below|approximately|up\ to|(?:more|less|fewer)\ than
           |at\ (?:least|most))\b
      | \b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen
           |twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|half|halves|third|quarter|first|second|fourth|fifth
           |twice|doubled?|tripled?)\b
      | \b(?:dollars?|euros?|pounds?|yen|francs?|pesos?|rupees?|kron[aeo]r?|reais|reals?)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def normalized(text: str) -> str:
    """*text* with spaces, quotation marks, dashes and Unicode forms made alike.

    >>> normalized("It’s\\u00a0 “new” – here")
    'It\\'s "new" - here'
    """
    text = unicodedata.normalize("NFKC", text).translate(ALIKE)
    return " ".join(text.split())


ALIKE = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}
    | dict.fromkeys("‐‑‒–—−", "-")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\xad")
)


def critical(sentence: str) -> tuple[str, ...]:
    """The tokens of *sentence* that decide what its figures say, in order.

    >>> critical("It will not receive US$ 25 million.")
    ('will', 'not', '$', '25', 'million')
    """
    return tuple(match.group().lower() for match in CRITICAL_WORD.finditer(normalized(sentence)))


def sight(claim: Claim) -> dict[str, Any]:
    """The record of what *claim* says, as plain values: what a decision on it is about."""
    said: dict[str, Any] = {name: _plain(getattr(claim, name)) for name in FIELDS}
    return said | {"quote": claim.quote, "sentence": claim.sentence}


def seen_digest(record: Mapping[str, Any]) -> str:
    """The digest of a record of ``sight``; equal where nothing differs that a decision depends on."""
    parts = [normalized(str(record.get(name) or "")) for name in FIELDS]
    return digest(*parts, *critical(str(record["sentence"])))


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The names of the fields in which two records of ``sight`` differ in what matters."""
    names = [name for name in FIELDS if normalized(str(old.get(name) or "")) != normalized(str(new.get(name) or ""))]
    if critical(str(old["sentence"])) != critical(str(new["sentence"])):
        names.append("sentence")
    return names


def _plain(value: object) -> str | None:
    if isinstance(value, Decimal):
        digits = format(value, "f")  # never rounded, as Decimal.normalize would beyond 28 digits
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    return None if value is None else str(value)


def sight_row(claim: Claim) -> dict[str, str]:
    """The row of ``shown`` for *claim*."""
    record = sight(claim)
    return {"digest": seen_digest(record), "record": rows.packed(record)}
