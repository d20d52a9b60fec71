"""Which currency a sum is in: what its sign may mean, weighed by whose sum it is and who writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.extract.currencies import currencies_of

AMBIGUOUS = "ambiguous-currency"
UNLIKELY = "unlikely-currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedCurrency:
    """The currency of a sum, which evidence decided it, and what else it could have been."""

    code: str | None
    evidence: str  # sign, subject, sentence, country, publisher, post, default or none
    candidates: tuple[str, ...]  # the decided one first
    flags: tuple[str, ...] = ()


def resolve_currency(
    candidates: Sequence[str],
    *,
    subject: Iterable[str] = (),
    sentence: Iterable[str] = (),
    post: Iterable[str] = (),
    country: str | None = None,
    publisher: str | None = None,
    default: str | None = None,
) -> ResolvedCurrency:
    """The currency that *candidates*, as ``Quantity.candidates`` gives them, come down to.

    The places are ISO 3166 codes, of countries or of their parts ("AU-NSW"): those of the sentence's own subject,
    those of the other bodies and places in the sentence, the post's country and its publisher's, and those in the whole
    post, where most of them are one country. *default* is the corpus' currency, tried when nothing else decides.

    >>> resolve_currency(("USD", "AUD", "CAD"), subject=["AU-NSW"], country="GB").code
    'AUD'
    >>> resolve_currency(("GBP", "EGP"), subject=["US"], country="GB").flags
    ('unlikely-currency',)
    """
    codes = tuple(dict.fromkeys(candidates))
    subject = tuple(subject)
    if not codes:
        return ResolvedCurrency(code=None, evidence="none", candidates=(), flags=(AMBIGUOUS,))
    unlikely = (UNLIKELY,) if _is_unlikely(codes, subject) else ()
    if len(codes) == 1:
        return ResolvedCurrency(code=codes[0], evidence="sign", candidates=codes, flags=unlikely)
    tiers: tuple[tuple[str, Iterable[str]], ...] = (
        ("subject", subject),
        ("sentence", sentence),
        ("country", (country,) if country else ()),
        ("publisher", (publisher,) if publisher else ()),
        ("post", _mostly(post)),
    )
    for evidence, places in tiers:
        found = _fitting(codes, places)
        if found:
            several = (AMBIGUOUS,) if len(found) > 1 and evidence != "post" else ()
            return _decided(found[0], evidence, (*found, *codes), unlikely + several)
    if default in codes:
        return _decided(str(default), "default", codes, (*unlikely, AMBIGUOUS))
    return _decided(codes[0], "default", codes, (*unlikely, AMBIGUOUS))


def _decided(code: str, evidence: str, codes: Iterable[str], flags: tuple[str, ...]) -> ResolvedCurrency:
    ordered = tuple(dict.fromkeys((code, *codes)))
    return ResolvedCurrency(code=code, evidence=evidence, candidates=ordered, flags=flags)


def _fitting(codes: Sequence[str], places: Iterable[str]) -> tuple[str, ...]:
    """The candidates that are money in *places*, in the order of the places."""
    found = (code for place in places for code in currencies_of(place) if code in codes)
    return tuple(dict.fromkeys(found))


def _mostly(places: Iterable[str]) -> list[str]:
    """The country that more than half of *places* lie in: one of many that a post names decides nothing."""
    counts = Counter(place.partition("-")[0].upper() for place in places)
    return [place for place, count in counts.items() if 2 * count > counts.total()]


def _is_unlikely(codes: Sequence[str], subject: Sequence[str]) -> bool:
    """Whether the subject's country pays in something else: pounds for a law of the United States.

    Dollars and euros are lent and given all over the world, so a sum in them surprises only where
    the country has a dollar, or is in the euro, of its own.
    """
    own = {code for place in subject for code in currencies_of(place)}
    if not own or own & set(codes):
        return False
    if codes[0] in ("USD", "EUR"):
        return len(codes) == 1 and any(code in _DOLLARS for code in own) and codes[0] == "EUR"
    return True


_DOLLARS = frozenset({"USD", "AUD", "CAD", "NZD", "SGD", "HKD"})
