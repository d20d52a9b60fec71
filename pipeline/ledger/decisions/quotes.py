"""Where the words of a claim stand in another text: exactly, but for typography, or, as a hint only, nearly."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.ledger.standing.sights import normalized
from pipeline.records import Claim

BREAK = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9$€£¥])|\n+")
WORD = re.compile(r"\w+")
ALIKE_ENOUGH = 0.3  # the share of words in common (Dice) below which nothing is suggested
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\xad"
VARIANTS = {"'": f"[{UNSEEN}]*['‘’‚]", '"': f'[{UNSEEN}]*["“”„«»]', "-": f"[{UNSEEN}]*[-‐‑‒–—−]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A claim's sentence and quote as a text has them: ``text[start:start + len(quote)] == quote``."""

    sentence_start: int
    sentence: str
    start: int
    quote: str


def stands(text: str, claim: Claim) -> Words | None:
    """Where *claim* stands in *text*: at its place, or its sentence just once, spaces and quotation marks aside."""
    end = claim.sentence_start + len(claim.sentence)
    if text[claim.sentence_start : end] == claim.sentence:
        first, sentence = claim.sentence_start, claim.sentence
    elif text.count(claim.sentence) == 1:
        first, sentence = text.index(claim.sentence), claim.sentence
    else:
        found = list(_loosely(claim.sentence).finditer(text))
        if len(found) != 1:
            return None
        first, sentence = found[0].start(), found[0].group()
    loose = _loosely(claim.quote)
    before = claim.sentence[: claim.start - claim.sentence_start]
    matches = list(loose.finditer(sentence))
    which = sum(1 for _ in loose.finditer(before))
    if which >= len(matches):
        return None
    chosen = matches[which]
    return Words(sentence_start=first, sentence=sentence, start=first + chosen.start(), quote=chosen.group())


def _loosely(words: str) -> re.Pattern[str]:
    """A pattern of *words* whatever their spaces, quotation marks and dashes."""
    made = ["".join(VARIANTS.get(char, re.escape(char)) for char in word) for word in normalized(words).split(" ")]
    return re.compile(f"[\\s{UNSEEN}]+".join(made))


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield the sentences of *text*, roughly, each with its place."""
    start = 0
    for match in [*BREAK.finditer(text), None]:
        end = len(text) if match is None else match.start()
        said = text[start:end].rstrip()
        if said.strip():
            yield start + len(said) - len(said.lstrip()), said.lstrip()
        start = len(text) if match is None else match.end()


def nearest(text: str, sentence: str) -> tuple[int, str] | None:
    """The sentence of *text* that has most words in common with *sentence*, with its place; a hint, no answer.

    None where no sentence is like it at all.
    """
    sought = Counter(WORD.findall(sentence.casefold()))
    best: tuple[float, int, str] | None = None
    for start, said in sentences(text):
        words = Counter(WORD.findall(said.casefold()))
        share = 2 * (sought & words).total() / max(1, sought.total() + words.total())
        if share >= ALIKE_ENOUGH and (best is None or share > best[0]):
            best = (share, start, said)
    return best and (best[1], best[2])
