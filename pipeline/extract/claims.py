"""From a figure in its parsed sentence to a claim, with every role and its words."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.extract.ahead import invites, stands_ahead
from pipeline.extract.attribution import source_of
from pipeline.extract.confidence import UNKNOWN, signs_of
from pipeline.extract.counting import unit_of
from pipeline.extract.currency_choice import ResolvedCurrency, resolve_currency
from pipeline.extract.discourse import FAR, LONGEST_NAME, Discourse, paragraph_start, within
from pipeline.extract.figure import Figure
from pipeline.extract.flags import flags_of
from pipeline.extract.identity import claim_ids
from pipeline.extract.learnt import Learnt
from pipeline.extract.learnt_modality import modality_signs
from pipeline.extract.modality import Around, modality_of
from pipeline.extract.quantity import Quantity
from pipeline.extract.roles import Span, roles_of
from pipeline.extract.supposing import NARRATED, SUPPOSED, goes_on
from pipeline.extract.when import Time, ago_of, apart, period_of, times_in, when_of
from pipeline.records import Claim, Entity, Kind, Label, Modality, Post

if TYPE_CHECKING:
    from spacy.tokens import Doc


LABEL = re.compile(r"[\W_]{0,6}[^\W\d_][^:\n]{1,68}: ?[\W_]{0,3}$")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What is known of a post beside its figures when they are read."""

    post: Post
    entities: tuple[Entity, ...] = ()
    before: Mapping[int, tuple[Doc, int]] = field(default_factory=dict)  # see ``Discourse``
    learnt: Learnt = field(default_factory=Learnt)
    currency: str | None = None  # what a bare sign means where the post says nothing
    extractor: str | None = None

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The codes of the post's places and bodies, in reading order."""
        return tuple(e.iso for e in self.entities if e.iso is not None)

    @cached_property
    def publisher(self) -> str | None:
        """The code of whoever publishes the post, if its text names them."""
        name = (self.post.publisher or "").casefold()
        named = (e for e in self.entities if name in {e.quote.casefold(), (e.canonical or "").casefold()})
        return next((e.iso for e in named if e.iso is not None), None)


def claims_of(figures: Sequence[Figure], reading: Reading) -> Iterator[Claim]:
    """Yield a claim for each of *figures* that states something, in reading order."""
    text = reading.post.text
    discourse = Discourse(reading.post, reading.entities, reading.before)
    together: dict[int, list[Quantity]] = defaultdict(list)
    for figure in figures:
        together[figure.sentence.start].append(figure.quantity)
    times: dict[int, list[Time]] = {}
    quotes = ((text[f.sentence.start : f.sentence.end], text[f.quantity.start : f.quantity.end]) for f in figures)
    claimhood = reading.learnt.claimhood
    for figure, claim_id in zip(figures, claim_ids(reading.post.id, quotes), strict=True):
        if _says_nothing(figure) or (claimhood is not None and not claimhood.holds(figure)):
            continue
        here = together[figure.sentence.start]
        if figure.sentence.start not in times:
            named = times_in(text, figure.sentence.start, figure.sentence.end, reading.post.date)
            times[figure.sentence.start] = [*apart(named, here), *ago_of(here, text, reading.post.date)]
        claim = _claim(figure, claim_id, reading, discourse, here, times[figure.sentence.start])
        discourse.claims.append(claim)
        yield claim


def _claim(
    figure: Figure,
    claim_id: str,
    reading: Reading,
    discourse: Discourse,
    together: Sequence[Quantity],
    times: Sequence[Time],
) -> Claim:
    quantity, text = figure.quantity, reading.post.text
    sentence = (figure.sentence.start, figure.sentence.end)
    when, period = when_of(quantity, times, text), period_of(quantity, text, together, sentence)
    spans = _spans(figure, reading, discourse, {"when": when, "period": period})
    unit, currency = unit_of(figure, discourse.claims), _currency(figure, spans, reading)
    if currency is not None:
        unit = currency.code
    flags = [*flags_of(figure, spans, unit, text), *(currency.flags if currency is not None else ())]
    return Claim(
        id=claim_id,
        start=quantity.start,
        end=quantity.end,
        quote=text[quantity.start : quantity.end],
        sentence=text[slice(*sentence)],
        sentence_start=figure.sentence.start,
        kind=quantity.kind,
        value=quantity.value,
        value_max=quantity.value_max,
        unit=unit,
        bound=quantity.bound,
        subject=_words(spans.get("subject"), text),
        measure=_words(spans.get("measure"), text),
        predicate=_words(spans.get("predicate"), text),
        when=when.iso if when is not None else None,
        period=period.iso if period is not None else None,
        modality=_modality(figure, reading, discourse.claims, when),
        attributed_to=_words(spans.get("attributed_to"), text),
        confidence=_confidence(figure, unit, flags, reading),
        flags=tuple(dict.fromkeys(flags)),
        currency_evidence=currency.evidence if currency is not None else None,
        currency_candidates=currency.candidates if currency is not None else (),
        spans=spans,
        extractor=reading.extractor,
    )


def _spans(figure: Figure, reading: Reading, discourse: Discourse, times: Mapping[str, Time | None]) -> dict[str, Span]:
    """Where the words of each field stand that has words of its own."""
    spans = roles_of(figure, discourse, reading.learnt.rankers)
    if _elides(figure) and discourse.claims and "measure" in discourse.claims[-1].spans:
        spans["measure"] = discourse.claims[-1].spans["measure"]
    source = source_of(figure, reading.post.text, reading.entities, discourse.claims)
    if source is not None:
        spans["attributed_to"] = source
    return spans | {name: (time.start, time.end) for name, time in times.items() if time is not None}


def _modality(figure: Figure, reading: Reading, claims: Sequence[Claim], when: Time | None) -> Modality:
    text, here = reading.post.text, figure.sentence.start
    begin = paragraph_start(text, here, far=FAR)
    last = next((claim.modality for claim in reversed(claims[-4:]) if begin <= claim.sentence_start < here), None)
    if _supposed_before(figure.quantity, text, claims) or goes_on(figure, text, begin, last):
        return Modality.CONDITIONAL
    posted = reading.post.date
    around = Around(
        later=posted is not None and when is not None and when.first is not None and when.first > posted,
        ahead=stands_ahead(text, here),
        invites=invites(text, here, figure.sentence.end),
        narrated=NARRATED.search(text, begin, here) is not None,
    )
    ruled, learnt = modality_of(figure, around), reading.learnt.modality
    return ruled if learnt is None else learnt.choose(ruled, modality_signs(figure, ruled))


def _says_nothing(figure: Figure) -> bool:
    """Whether the figure is a bare number: nothing is counted, and neither verb nor label says anything of it."""
    return _elides(figure) and figure.clause is None and not figure.quantity.elided and not _labelled(figure)


def _labelled(figure: Figure) -> bool:
    """Whether the line is a label and the figure: ``gov.br: 140 million``."""
    return LABEL.match(figure.span.doc.text[: figure.quantity.start - figure.offset]) is not None


def _supposed_before(quantity: Quantity, text: str, claims: Sequence[Claim]) -> bool:
    """Whether the figure is one that the same paragraph only supposed: ``Let's say it pays $9. The $9 goes…``."""
    for claim in reversed(claims[-4:]):
        if "\n\n" in text[claim.start : quantity.start]:
            return False
        if claim.kind is quantity.kind and claim.value == quantity.value:
            if claim.modality is not Modality.CONDITIONAL:
                return False
            if SUPPOSED.search(claim.sentence):
                return True
    return False


def _elides(figure: Figure) -> bool:
    """Whether the noun that is counted is left out: ``under 2 million were registered``."""
    quantity = figure.quantity
    return quantity.kind is Kind.COUNT and quantity.unit is None and figure.noun is None


def _currency(figure: Figure, spans: Mapping[str, Span], reading: Reading) -> ResolvedCurrency | None:
    """Which currency a sum is in, from its subject, its sentence, its post and whoever publishes that."""
    quantity = figure.quantity
    if quantity.kind is not Kind.MONEY:
        return None
    candidates = quantity.candidates or ((quantity.unit,) if quantity.unit else ())
    if not candidates:
        return None
    subject = spans.get("subject", (0, 0))
    sentence = (figure.sentence.start, figure.sentence.end)
    return resolve_currency(
        candidates,
        subject=_isos(reading, subject),
        sentence=_isos(reading, sentence),
        post=reading.places,
        country=reading.post.country,
        publisher=reading.publisher,
        default=reading.currency,
    )


def _isos(reading: Reading, span: Span) -> list[str]:
    """The codes of the entities that *span* meets.

    Many countries have a "Digital Strategy": the name of a programme or paper does not tell against the post's country.
    """
    near = within(reading.entities, span[0] - LONGEST_NAME, span[1])
    country = reading.post.country
    return [
        e.iso
        for e in near
        if e.iso is not None
        and span[0] < e.end
        and (country is None or e.iso == country or e.label not in {Label.PROGRAM, Label.WORK})
    ]


def _confidence(figure: Figure, unit: str | None, flags: Sequence[str], reading: Reading) -> float:
    calibration = reading.learnt.calibration
    return UNKNOWN if calibration is None else calibration.confidence(signs_of(figure, unit, flags))


def _words(span: Span | None, text: str) -> str | None:
    return text[slice(*span)] if span is not None else None
