"""The pipeline that finds this field's names: made from gold, measured on posts that it has not seen.

``convening train entities`` calls :func:`train_entities`; the settings are in ``entities.cfg`` beside this module,
in spaCy's own style, and the words for variations of the texts in ``models/entities/augment.toml``.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from pipeline.extract import gazetteer, places
from pipeline.extract.entities import EntityFinder, stock_pipeline
from pipeline.learn.augment import augmenter
from pipeline.learn.evaluate import score, table_of
from pipeline.learn.gold import GoldError, GoldPost, gold_post, numbered_rows
from pipeline.learn.gold_faults import faults_of
from pipeline.model_files.shipped import shipped_models
from pipeline.records import Label

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example

type Marks = list[tuple[int, int, str]]

RECIPE = Path(__file__).with_name("entities.cfg")
NAME, VERSION = "convening_entities", "1.0.0"
BREAK = re.compile(r"\n\s*\n")
STOCK = {"PROGRAM": "LAW", "WORK": "WORK_OF_ART"}  # where en_core_web_md has another name for nearly the same label


def train_entities(
    posts: Sequence[GoldPost],
    out: Path,
    *,
    held: Sequence[GoldPost] = (),
    seed: int,
    models: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Write the pipeline trained on the names of *posts* to *out*; give the figures measured on *held*, if any.

    With *held*, a first pipeline is trained on *posts* alone and measured there; the one that is written is then
    trained on both, in as many updates. The same posts in the same order, settings and seed give the same weights on
    one thread. Words for variations and the extra sentences come from ``entities`` in *models*; what was in *out* is
    replaced only once all is done. Raises ``GoldError`` where no name is marked.
    """
    models = models or shipped_models()
    if not any(post.entities for post in posts):
        raise GoldError("names", "none is marked in these posts")
    base = stock_pipeline()
    figures: list[dict[str, Any]] = []
    if held:
        say(f"training on {len(posts)} posts, to be measured on {len(held)} others")
        unseen = tuple(sorted({post.split for post in held}))
        nlp = trained(base, posts, models, seed=seed, without=unseen, say=say)
        finder = EntityFinder.of(nlp.get_pipe("ner"), models, model=f"{NAME} {VERSION}", without=unseen)
        figures = measured(finder, base, held)
    say(f"training on {len(posts) + len(held)} posts")
    nlp = trained(base, [*posts, *held], models, seed=seed, like=posts, say=say)
    _write(nlp, out)
    if figures:
        (out / "figures.json").write_text(json.dumps(figures, indent=1) + "\n", "utf-8")
    return figures


def extra_sentences(path: Path) -> list[GoldPost]:
    """The sentences in *path* that are there for their names alone: rows of gold that bring their own ``text``.

    Raises ``GoldError`` with the line of one that cannot be used.
    """
    found = []
    for number, row in numbered_rows(path):
        text = str(row.get("text", ""))
        for fault in faults_of(row, text):
            if fault.grave:
                raise GoldError(f"{path}, line {number}", f"{row.get('post')}: {fault.what}")
        found.append(gold_post(row, {}, text, str(row.get("split", ""))))
    return found


def trained(
    base: Language,
    posts: Sequence[GoldPost],
    models: Path,
    *,
    seed: int,
    without: tuple[str, ...] = (),
    like: Sequence[GoldPost] = (),
    say: Callable[[str], None] = lambda _: None,
) -> Language:
    """A pipeline with one component, trained on *posts* and the extra sentences of *models*.

    Its weights are the mean of those of several trainings that differ in the seed alone. Names of the gazetteer and
    extra sentences that came of the splits *without* are not used. The more text there is beyond that of *like*, the
    fewer the rounds over it, so that the number of updates stays the same.
    """
    from spacy.util import load_config

    config = load_config(RECIPE)
    extra = models / "entities" / config["variations"]["extra"]
    written = extra_sentences(extra) if extra.is_file() else []
    read = [*posts, *(post for post in written if post.split not in without)]
    texts = [part for post in read for part in _paragraphs(post)]
    if like:
        more = sum(len(post.post.text) for post in posts) - sum(len(post.post.text) for post in like)
        whole = sum(len(text) for text, _ in texts)
        config["training"]["max_epochs"] = max(1, round(config["training"]["max_epochs"] * (whole - more) / whole))
    made = []
    for each in range(seed, seed + config["variations"]["trainings"]):
        say(f"training with seed {each}")
        made.append(_once(base, texts, config, models, seed=each, without=without, say=say))
    nlp = made[0]
    ner: Any = nlp.get_pipe("ner")
    others: list[Any] = [other.get_pipe("ner") for other in made]
    for nodes in zip(ner.model.walk(), *(other.model.walk() for other in others), strict=True):
        for name in nodes[0].param_names:
            if nodes[0].has_param(name):
                nodes[0].set_param(name, sum(node.get_param(name) for node in nodes[1:]) / len(others))
    return nlp


def _once(
    base: Language,
    texts: Sequence[tuple[str, Marks]],
    config: Any,
    models: Path,
    *,
    seed: int,
    without: tuple[str, ...],
    say: Callable[[str], None],
) -> Language:
    """A pipeline trained on *texts* with one seed."""
    from spacy.util import registry
    from thinc.api import fix_random_seed

    fix_random_seed(seed)
    nlp = _from_stock(base, config)
    recipe, own = config["training"], config["variations"]
    vary = augmenter(
        models / "entities" / own["words"],
        gazetteer.load(models / "gazetteer", without=without),
        places.read(models / "gazetteer" / "places.tsv"),
        rate=own["rate"],
        seed=seed,
    )
    parts = registry.resolve({key: recipe[key] for key in ("batcher", "optimizer")})
    ner: Any = nlp.get_pipe("ner")
    optimizer, order = parts["optimizer"], Random(seed)  # noqa: S311
    for epoch in range(recipe["max_epochs"]):
        examples = [_example(nlp, *vary.swapped(text, spans)) for text, spans in texts]
        order.shuffle(examples)
        losses: dict[str, float] = {}
        for batch in parts["batcher"](examples):
            ner.update(batch, drop=recipe["dropout"], sgd=optimizer, losses=losses)
        say(f"epoch {epoch + 1} of {recipe['max_epochs']}: loss {losses['ner']:.0f}")
    with ner.model.use_params(optimizer.averages):
        weights = ner.model.to_bytes()
    ner.model.from_bytes(weights)
    return nlp


def _from_stock(base: Language, config: Any) -> Language:
    """A new pipeline whose recogniser knows the labels of this field and starts from the weights of *base*'s."""
    from spacy.util import load_model_from_config

    nlp = load_model_from_config({key: config[key] for key in ("nlp", "components")}, vocab=base.vocab, auto_fill=True)
    nlp.config["training"] = {**nlp.config["training"], **config["training"]}
    old: Any = base.get_pipe("ner")
    new: Any = nlp.get_pipe("ner")
    for label in Label:
        new.add_label(label.value)
    new.initialize(lambda: [_example(nlp, "Ana met the GDS.", [(0, 3, "PERSON")])], nlp=nlp)
    for part in ("tok2vec", "lower"):
        for fresh, stock in zip(new.model.get_ref(part).walk(), old.model.get_ref(part).walk(), strict=True):
            for name in stock.param_names:
                if stock.has_param(name):
                    fresh.set_param(name, stock.get_param(name).copy())
    rows = {name: at for at, name in enumerate(old.move_names)}
    fresh, stock = new.model.get_ref("upper"), old.model.get_ref("upper")
    for param in ("W", "b"):
        values = fresh.get_param(param).copy()
        for at, move in enumerate(new.move_names):
            step, _, label = move.partition("-")
            values[at] = stock.get_param(param)[rows[f"{step}-{STOCK.get(label, label)}" if label else step]]
        fresh.set_param(param, values)
    return nlp


def _paragraphs(post: GoldPost) -> Iterator[tuple[str, Marks]]:
    """The paragraphs of *post* with the names that lie in them."""
    at = 0
    text = post.post.text
    for end in [*(found.end() for found in BREAK.finditer(text)), len(text)]:
        if text[at:end].strip():
            inside = (mark for mark in post.entities if at <= mark["start"] and mark["end"] <= end)
            yield text[at:end], [(mark["start"] - at, mark["end"] - at, mark["label"]) for mark in inside]
        at = end


def _example(nlp: Language, text: str, marks: Iterable[tuple[int, int, str]]) -> Example:
    """An example for spaCy; a name that ends inside a token is widened to its end."""
    from spacy.training import Example
    from spacy.util import filter_spans

    reference = nlp.make_doc(text)
    spans = (reference.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in marks)
    reference.set_ents(filter_spans(span for span in spans if span is not None), default="outside")
    return Example(nlp.make_doc(text), reference)


def measured(finder: EntityFinder, base: Language, posts: Sequence[GoldPost]) -> list[dict[str, Any]]:
    """The figures of *finder* on *posts*: exact span and label, in all and by label, with 95 % intervals over posts."""
    docs = [base.make_doc(post.post.text) for post in posts]
    contexts = [
        {"country": post.post.country, "publisher": post.post.publisher, "title": post.post.title} for post in posts
    ]
    rows = {
        post.post.id: {"entities": [{"start": e.start, "end": e.end, "label": e.label.value} for e in found]}
        for post, found in zip(posts, finder.pipe(docs, contexts), strict=True)
    }
    only_names = [GoldPost(post=post.post, split=post.split, entities=post.entities) for post in posts]
    wanted = {"entities", *(label.value for label in Label)}
    return [row for row in table_of(score(only_names, rows)) if row["measure"] in wanted]


def _write(nlp: Language, out: Path) -> None:
    """Put *nlp* at *out* without its vocabulary, keeping the data files that lie there."""
    nlp.meta.update(name=NAME, version=VERSION, license="Apache-2.0", author="", email="", url="")
    nlp.meta["description"] = "Named entities of digital-government posts; needs the vectors of en_core_web_md."
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        nlp.to_disk(Path(folder), exclude=["vocab", "tokenizer"])
        for part in ("config.cfg", "meta.json", "ner"):
            if (out / part).is_dir():
                shutil.rmtree(out / part)
            (Path(folder) / part).replace(out / part)
