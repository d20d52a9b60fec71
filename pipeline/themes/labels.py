"""Names for discovered themes: the one to three words that a person would give."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from pipeline.themes.words import STOP_WORDS, WORD, stem

LONGEST = 3  # words in a phrase
PHRASES = (1.0, 1.6, 1.7)  # how much better a name of one, two, three words is
READ = 400  # passages of a theme that are read for its name


@dataclass(frozen=True, slots=True)
class Label:
    """A name and the words that tell the theme from the others, the most telling first."""

    name: str
    words: tuple[str, ...]


def label_groups(texts: Sequence[Sequence[str]], *, most: int = 8) -> tuple[Label, ...]:
    """A label for each group of *texts*, by what its texts say and the other groups' do not.

    >>> [label.name for label in label_groups([["Sea fishing boats", "Fishing at sea"], ["School meals"]])]
    ['Sea fishing boats', 'School meals']
    """
    counts = [_phrases(group[:READ]) for group in texts]
    spoken: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    everywhere: Counter[tuple[str, ...]] = Counter()
    for found in counts:
        for key, forms in found.items():
            spoken[key].update(forms)
            everywhere[key] += sum(forms.values())
    labels: list[Label] = []
    taken: set[str] = set()
    for group, found in zip(texts, counts, strict=True):
        words = _telling(found, everywhere, len(group[:READ]), len(texts), most=most)
        names = [spoken[key].most_common(1)[0][0] for key in words]
        name = _name(words, names, taken)
        taken.add(name.casefold())
        labels.append(Label(name, tuple(names)))
    return tuple(labels)


def _phrases(texts: Sequence[str]) -> dict[tuple[str, ...], Counter[str]]:
    """Stems of each phrase of one to three content words → its forms, counted once a text."""
    found: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for text in texts:
        words = WORD.findall(text)
        keys: dict[tuple[str, ...], str] = {}
        for size in range(1, LONGEST + 1):
            for start in range(len(words) - size + 1):
                phrase = words[start : start + size]
                if all(_is_content(word) for word in phrase):
                    key = tuple(stem(word.lower()) for word in phrase)
                    if len(set(key)) == size:
                        keys.setdefault(key, " ".join(_plain(word) for word in phrase))
        for key, form in keys.items():
            found[key][form] += 1
    return found


def _is_content(word: str) -> bool:
    return len(word) > 2 and word.lower() not in STOP_WORDS and not any(map(str.isdigit, word))


def _plain(word: str) -> str:
    """*word* in lower case, unless it is an abbreviation."""
    return word if word.isupper() and len(word) < 6 else word.lower()


def _telling(
    found: dict[tuple[str, ...], Counter[str]],
    everywhere: Counter[tuple[str, ...]],
    size: int,
    groups: int,
    *,
    most: int,
) -> list[tuple[str, ...]]:
    """The keys that tell a group from the others, no two of which share a stem."""
    scores: dict[tuple[str, ...], float] = {}
    often = size > 3 and any(sum(forms.values()) > 1 for forms in found.values())
    for key, forms in found.items():
        count = sum(forms.values())
        if count < 2 and often:
            continue
        share = count / max(size, 1)
        rarity = np.log1p(groups * count / everywhere[key])
        # Words that stand together by chance are no name: a phrase counts as far as its rarest word is found in it.
        rarest = min(sum(found[word,].values()) for word in key)
        scores[key] = share**0.75 * rarity * PHRASES[len(key) - 1] * sqrt(count / max(rarest, count))
    chosen: list[tuple[str, ...]] = []
    used: set[str] = set()
    for key in sorted(scores, key=lambda key: (-scores[key], key)):
        if used.isdisjoint(key):
            chosen.append(key)
            used.update(key)
        if len(chosen) == most:
            break
    return chosen


def _name(words: Sequence[tuple[str, ...]], names: Sequence[str], taken: set[str]) -> str:
    """The first telling phrase; a word that another theme has, or that stands alone, gets a second beside it."""
    if not words:
        return "Unnamed"
    pairs = [
        f"{names[0]}, {other}"
        for key, other in zip(words[1:], names[1:], strict=True)
        if len(words[0]) + len(key) <= LONGEST
    ]
    candidates = [*pairs[:1], names[0], *pairs] if len(words[0]) == 1 else [names[0], *pairs]
    free = next((name for name in candidates if name.casefold() not in taken), None)
    if free is None:
        free = next(name for n in range(2, len(taken) + 3) if (name := f"{names[0]} {n}").casefold() not in taken)
    return free[:1].upper() + free[1:]
