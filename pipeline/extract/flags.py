"""The words that a claim's ``flags`` are made of: what a reviewer should look at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.extract.figure import Figure
from pipeline.extract.scripts import MIXED, is_mixed
from pipeline.records import Kind

FLAGS: dict[str, str] = {
    "ambiguous-currency": "the sign may mean several currencies, and little decides",
    "unlikely-currency": "the currency as written is unlikely for the subject",
    "no-unit": "nothing says what is counted, or which currency is meant",
    "elided-unit": "the counted noun was left out and taken from an earlier figure",
    "conflicting-bound": "words around the figure say different bounds",
    "no-subject": "the post does not say whose figure it is, or not nearby",
    "vague-subject": "the subject is we or I",
    "far-subject": "the subject was carried over from another sentence",
    "fragment": "the words around the figure form no sentence",
    "mixed-script": "digits or letters of several scripts stand in the figure",
}
FIRST_PERSON = {"we", "us", "our", "i", "me", "my"}


def flags_of(figure: Figure, spans: Mapping[str, tuple[int, int]], unit: str | None, text: str) -> Iterator[str]:
    """Yield what a reviewer of *figure* should look at, beside what its quantity says."""
    yield from figure.quantity.flags
    if unit is None:
        yield "no-unit"
    elif figure.quantity.kind is Kind.COUNT and figure.quantity.unit is None and figure.noun is None:
        yield "elided-unit"
    subject = spans.get("subject")
    if subject is None:
        yield "no-subject"
    elif text[slice(*subject)].lower() in FIRST_PERSON:
        yield "vague-subject"
    elif not figure.sentence.start <= subject[0] < figure.sentence.end:
        yield "far-subject"
    if figure.clause is None:
        yield "fragment"
    if is_mixed(figure.quantity.quote):
        yield MIXED
