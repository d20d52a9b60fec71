"""The hastened layers of a pipeline say what spaCy's own say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import spacy
from spacy.tokens import Doc

from pipeline.extract.forms import Forms, with_forms
from pipeline.extract.inference import KEPT, hasten
from pipeline.extract.model import load_model

TEXTS = (
    "The Ministry of Health trained 1,200 nurses in Lisbon, and 40 of them stayed for more than three years.",
    "There are 40 clinics.",
    "I'm gonna say y'all got 5 prizes;  let's see whether they're the best in the U.K.",
    "Zq xxyzzy 4711 éàü — “quoted” (and bracketed) [twice] http://example.org/a?b=c",
    "7",
    "",
    "A long sentence, " + "which goes on and on, " * 40 + "ends.",
    "- Grants worth $2.5m were paid to 17 towns\n- The others waited\n\n",
)  # fmt: skip


def same(one: Doc, other: Doc) -> bool:
    """Whether all that a pipeline says of two documents is equal."""
    return [(t.tag, t.pos, str(t.morph), t.lemma, t.dep, t.head.i, t.ent_iob, t.ent_type) for t in one] == [
        (t.tag, t.pos, str(t.morph), t.lemma, t.dep, t.head.i, t.ent_iob, t.ent_type) for t in other
    ]


def test_a_quick_pipeline_says_what_the_slow_one_says() -> None:
    """Tags, forms and parse are equal, text by text; names are found by a finder of our own."""
    with load_model().select_pipes(disable="ner") as slower:
        assert slower == ["ner"]
        for slow, quick in zip(load_model().pipe(TEXTS), load_model(quick=True).pipe(TEXTS), strict=True):
            assert same(slow, quick)


def test_a_quick_pipeline_knows_the_words_it_needs() -> None:
    """Every vector is there, and every label can be told in words, though the list of words is left out."""
    slow, quick = load_model(), load_model(quick=True)
    assert quick.vocab.vectors.shape == slow.vocab.vectors.shape
    assert len(quick.vocab.strings) < len(slow.vocab.strings) / 10
    for part in ("tagger", "parser"):
        assert {quick.vocab.strings[quick.vocab.strings[label]] for label in slow.get_pipe(part).labels} == set(
            slow.get_pipe(part).labels
        )


def test_vectors_are_the_same_but_for_rounding() -> None:
    """The numbers before any decision differ in their last digits only."""
    slow, quick = load_model(), load_model(quick=True)
    texts = [text for text in TEXTS if text]
    theirs = slow.get_pipe("tok2vec").predict([slow.make_doc(text) for text in texts])
    ours = quick.get_pipe("tok2vec").predict([quick.make_doc(text) for text in texts])
    for one, other in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


def test_a_text_is_read_alike_in_any_company() -> None:
    """What is said of a text does not depend on the texts around it, nor on the words met before."""
    quick = load_model(quick=True)
    together = list(quick.pipe(TEXTS))
    assert all(same(quick(text), doc) for text, doc in zip(reversed(TEXTS), reversed(together), strict=True))


def test_words_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few words are held, the vectors are the same."""
    quick = load_model(quick=True)
    docs = [quick.make_doc(text) for text in TEXTS if text]
    before = quick.get_pipe("tok2vec").predict(docs)
    assert KEPT > 10
    monkeypatch.setattr("pipeline.extract.inference.KEPT", 10)
    for _ in range(2):
        after = quick.get_pipe("tok2vec").predict(docs)
        assert all((one == other).all() for one, other in zip(before, after, strict=True))


def test_another_model_stays_as_it_was() -> None:
    """A pipeline that is built in another way is left alone, and still predicts and learns."""
    nlp = spacy.blank("en")
    part: Any = nlp.add_pipe("tagger")
    part.add_label("NN")
    nlp.initialize()
    assert not hasten(part)
    assert nlp("Two words")[0].tag_ == "NN"


def test_a_quick_model_refuses_to_learn() -> None:
    """Learning with hastened layers says so at once."""
    quick = load_model(quick=True)
    with pytest.raises(NotImplementedError, match="does not learn"):
        quick.get_pipe("tok2vec").model.begin_update([quick.make_doc("Two words")])


def test_forms_are_those_of_the_ruler_and_the_lemmatizer() -> None:
    """Part of speech, morphology and lemma of each word are spaCy's own, first time and second."""
    nlp = load_model()
    parts = [(name, part) for name, part in nlp.pipeline if name != "ner"]
    quick = with_forms(parts, nlp.vocab)
    assert isinstance(quick[-1], Forms)
    for text in (*TEXTS, *TEXTS):
        slow, doc = nlp.make_doc(text), nlp.make_doc(text)
        for _, part in parts:
            slow = part(slow)
        for part in quick:
            doc = part(doc)
        assert same(slow, doc)


def test_other_rules_for_forms_are_left_to_spacy() -> None:
    """A ruler with a rule of another sort is run as it is."""
    nlp = spacy.blank("en")
    ruler: Any = nlp.add_pipe("attribute_ruler")
    ruler.add([[{"SHAPE": "Xx"}]], {"POS": "NOUN"})
    lemmatizer = load_model().get_pipe("lemmatizer")
    parts = [("attribute_ruler", ruler), ("lemmatizer", lemmatizer)]
    assert with_forms(parts, nlp.vocab) == [ruler, lemmatizer]
