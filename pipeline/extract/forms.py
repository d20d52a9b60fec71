"""Parts of speech and lemmas as spaCy's rules for English give them, made once for each word in each use.

The rules look at one word with its tag and its dependency, nearly all of them; so what they came to for it is kept.
Where a rule looks at two words, or at white space, the text goes through spaCy's own components.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

KEPT = 50_000  # words in one use that are held; some 15 MB
READ = frozenset({"TAG", "LOWER", "DEP", "IS_SPACE"})  # what a rule may look at
SET = frozenset({"POS", "MORPH", "LEMMA"})  # what a rule may set


def with_forms(parts: Sequence[tuple[str, Any]], vocab: Vocab) -> list[Any]:
    """The components *parts*, by name, with one in the place of the two that give forms, if that can be done."""
    names = [name for name, _ in parts]
    by_name = dict(parts)
    if names[-2:] == ["attribute_ruler", "lemmatizer"] and "morphologizer" not in names:
        ruler, lemmatizer = by_name["attribute_ruler"], by_name["lemmatizer"]
        if lemmatizer.mode == "rule" and not lemmatizer.overwrite and _known(ruler.patterns):
            return [*(part for _, part in parts[:-2]), Forms(ruler, lemmatizer, vocab)]
    return [part for _, part in parts]


def _known(patterns: Iterable[dict[str, Any]]) -> bool:
    """Whether all *patterns* that look at one word look at its form, tag or dependency, and set what is known here."""
    return all(
        set(token) <= READ and (_spaced(words) or len(words) > 1 or set(rule["attrs"]) <= SET)
        for rule in patterns
        for words in rule["patterns"]
        for token in words
    )


def _spaced(words: Sequence[dict[str, Any]]) -> bool:
    return any("IS_SPACE" in token and token["IS_SPACE"] for token in words)


class Forms:
    """Does what an attribute ruler and a lemmatizer do one after the other."""

    def __init__(self, ruler: Any, lemmatizer: Any, vocab: Vocab) -> None:
        from spacy.matcher import Matcher

        self._ruler, self._lemmatizer, self._vocab = ruler, lemmatizer, vocab
        self._columns: list[int | str] = ["TAG", "ORTH", "DEP"]
        self._apart = Matcher(vocab)
        self._apart.add("white space", [[{"IS_SPACE": True}]])
        for number, rule in enumerate(ruler.patterns):
            if several := [words for words in rule["patterns"] if len(words) > 1]:
                self._apart.add(str(number), several)
        self._forms: dict[tuple[int, ...], tuple[int, Any, int]] = {}

    def pipe(self, docs: Iterable[Doc], *, batch_size: int = 0) -> Iterator[Doc]:
        """Yield each of *docs* with its forms; they need tags and dependencies."""
        return map(self, docs)

    def __call__(self, doc: Doc) -> Doc:
        """*doc* with part of speech, morphology and lemma of each token."""
        if self._apart(doc, allow_missing=True):
            given: Doc = self._lemmatizer(self._ruler(doc))
            return given
        forms = self._forms
        for token, key in zip(doc, map(tuple, doc.to_array(self._columns).tolist()), strict=True):
            form = forms.get(key)
            if form is None:
                if len(forms) >= KEPT:
                    forms.clear()
                form = forms[key] = self._form(*key)
            pos, morph, lemma = form
            token.pos = pos
            if morph is not None:
                token.morph = morph
            token.lemma = lemma
        return doc

    def _form(self, tag: int, orth: int, dep: int) -> tuple[int, Any, int]:
        from spacy.tokens import Doc

        alone = Doc(self._vocab, words=[self._vocab.strings[orth]])
        alone[0].tag, alone[0].dep = tag, dep
        token = self._lemmatizer(self._ruler(alone))[0]
        return token.pos, token.morph if token.has_morph() else None, token.lemma
