"""The spaCy component ``convening_claims``: claims from a ``Doc`` that somebody else's pipeline has parsed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.extract.claims import Reading, claims_of
from pipeline.extract.entities import MAPPED
from pipeline.extract.known import post_of
from pipeline.extract.layout import Layout
from pipeline.extract.learnt import Learnt
from pipeline.extract.model import ModelError, model_name
from pipeline.extract.quantities import find_quantities
from pipeline.extract.sentences import Sentence
from pipeline.records import Entity, Label

ISO = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")  # what another linker writes, "Q30" for one, is none

if not Doc.has_extension("claims"):
    Doc.set_extension("claims", default=())


@Language.factory(
    "convening_claims",
    requires=["token.dep", "token.head", "token.pos"],
    assigns=["doc._.claims"],
    default_config={"models": None, "currency": None},
)
def make_claims_marker(nlp: Language, name: str, models: str | None, currency: str | None) -> ClaimsMarker:
    """The component; *models* is a folder with rankers and calibration, *currency* what a bare sign means."""
    return ClaimsMarker(nlp, models=Path(models) if models else None, currency=currency)


class ClaimsMarker:
    """Sets ``doc._.claims`` to the claims of a parsed ``Doc``.

    What is known of the post stands in ``doc.user_data["post"]``, a mapping with any of
    ``id``, ``date``, ``country``, ``publisher`` and ``title``. Entities that ``convening_entities`` has linked
    bring their ISO codes, which help to tell currencies.
    """

    def __init__(self, nlp: Language, *, models: Path | None = None, currency: str | None = None) -> None:
        self.learnt = Learnt.of(models)
        self.currency = currency
        self.name = model_name(nlp)

    def __call__(self, doc: Doc) -> Doc:
        """Mark the claims of *doc*. Raises ``ModelError`` if nobody has parsed it."""
        if len(doc) and not doc.has_annotation("DEP"):
            raise ModelError(self.name, "the Doc has no parse; add convening_claims after a parser")
        layout = Layout.of(doc.text, find_quantities(doc.text))
        parses = [(part, sentence) for sentence in layout.parsed for part in _part(doc, sentence)]
        reading = Reading(
            post=post_of(doc.text, doc.user_data.get("post", {})),
            entities=tuple(_entities(doc)),
            before=layout.before(parses),
            learnt=self.learnt,
            currency=self.currency,
            extractor=self.name,
        )
        doc._.claims = tuple(claims_of(list(layout.figures(parses)), reading))
        return doc


def _part(doc: Doc, sentence: Sentence) -> Iterator[Doc]:
    span = doc.char_span(sentence.start, sentence.end, alignment_mode="expand")
    if span is not None:
        part = span.as_doc()
        part.user_data["shift"] = sentence.start - span.start_char
        yield part


def _entities(doc: Doc) -> Iterator[Entity]:
    for span in doc.ents:
        label = Label(span.label_) if span.label_ in set(Label) else MAPPED.get(span.label_)
        if label is not None:
            yield Entity(
                start=span.start_char,
                end=span.end_char,
                quote=span.text,
                label=label,
                ref=span.ent_id_ or None,
                iso=span.kb_id_ if ISO.fullmatch(span.kb_id_) else None,
            )
