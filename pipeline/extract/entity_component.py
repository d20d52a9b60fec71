"""The entity finder as a spaCy component, ``nlp.add_pipe("convening_entities")``."""

from __future__ import annotations

from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans
from spacy.vocab import Vocab

from pipeline.extract.entities import EntityFinder, stock_pipeline


class EntityComponent:
    """Sets ``doc.ents`` to what the finder finds, each with the id of its thing and its ISO code, if known.

    What is known of the post stands in ``doc.user_data["post"]``, a mapping with any of ``country``, ``publisher``
    and ``title``.
    """

    def __init__(self, finder: EntityFinder, vocab: Vocab) -> None:
        self.finder = finder
        self.vocab = vocab

    def __call__(self, doc: Doc) -> Doc:
        """*doc* with its named entities: ``ent.ent_id_`` is the thing's id, ``ent.kb_id_`` its ISO 3166 code."""
        known = doc.user_data.get("post", {})
        context = {key: known.get(key) for key in ("country", "publisher", "title")}
        found = (
            doc.char_span(
                entity.start,
                entity.end,
                label=entity.label.value,
                kb_id=entity.iso or "",
                span_id=entity.ref or "",
                alignment_mode="expand",
            )
            for entity in self.finder.find(self._with_vectors(doc), **context)
        )
        doc.set_ents(filter_spans(span for span in found if span is not None), default="outside")
        return doc

    def _with_vectors(self, doc: Doc) -> Doc:
        """*doc* itself, or its like with the vocabulary that has the vectors which the model reads."""
        if doc.vocab is self.vocab:
            return doc
        spaces = [bool(token.whitespace_) for token in doc]
        return Doc(self.vocab, words=[token.text for token in doc], spaces=spaces)


@Language.factory("convening_entities", assigns=["doc.ents"], default_config={"models": None})
def make_entity_component(nlp: Language, name: str, models: str | None) -> EntityComponent:
    """The component for any English pipeline; *models* is a folder with the trained pipeline and the gazetteer."""
    stock = stock_pipeline(ner=False).vocab
    vocab = nlp.vocab if nlp.vocab.vectors.shape == stock.vectors.shape else stock
    return EntityComponent(EntityFinder.load(Path(models) if models else None, vocab=vocab), vocab)
