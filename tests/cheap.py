"""An extractor without a model, for tests and benches of all that is around extraction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from pipeline.records import Claim, Entity, Extraction, Kind, Label, Post, digest, passages_of

SENTENCE = re.compile(r"[^.\n]+\.?")
NUMBER, NAME, WORD = re.compile(r"\d[\d,]*"), re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)*"), re.compile(r"[a-z]{4,}")


class Cheap:
    """Each number is a count of the word behind it, said of the name before it; each word with a capital is a name."""

    def extract_many(self, posts: Iterable[Post]) -> Iterator[tuple[Post, Extraction]]:
        """Yield each post with what was found."""
        for post in posts:
            yield post, self.extract(post)

    def extract(self, post: Post) -> Extraction:
        """What was found in one post."""
        claims, entities = [], []
        for sentence in SENTENCE.finditer(post.text):
            names = list(NAME.finditer(post.text, sentence.start(), sentence.end()))
            entities += [
                Entity(start=n.start(), end=n.end(), quote=n[0], label=Label.ORG, canonical=n[0], ref=f"post:{n[0]}")
                for n in names
            ]
            for found in NUMBER.finditer(post.text, sentence.start(), sentence.end()):
                unit = WORD.search(post.text, found.end(), sentence.end())
                claims.append(
                    Claim(
                        id=digest(post.id, str(found.start())),
                        start=found.start(),
                        end=found.end(),
                        quote=found[0],
                        sentence=sentence[0],
                        sentence_start=sentence.start(),
                        kind=Kind.COUNT,
                        value=Decimal(found[0].replace(",", "")),
                        unit=unit[0] if unit else None,
                        subject=names[0][0] if names else None,
                        measure=post.text[found.end() : sentence.end()].strip(" .") or None,
                        confidence=0.5,
                    )
                )
        passages = tuple(passages_of(post.text))
        return Extraction(claims=tuple(claims), entities=tuple(entities), passages=passages)
