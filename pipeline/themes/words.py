"""Words as themes see them: lower case, cut to a stem, stop words told apart."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
ENDINGS = (
    *("izations", "isations", "ization", "isation", "fulness", "ations", "iously", "ation", "ities", "ments", "ingly"),
    *("ness", "ment", "ings", "ions", "ally", "able", "ing", "ion", "ies", "ity", "ers", "ors", "est", "ed", "er"),
    *("or", "es", "ly", "al", "'s", "’s", "s", "e", "y"),
)
STOP_WORDS = frozenset(Path(__file__).with_name("stop_words.txt").read_text(encoding="utf-8").split())


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """What is common to the forms of *word*: crude, quick and the same for all texts.

    >>> [stem(word) for word in ("funding", "funded", "funds", "services", "service", "agencies", "agency")]
    ['fund', 'fund', 'fund', 'servic', 'servic', 'agenc', 'agenc']
    """
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            cut = word[: -len(ending)]
            if len(ending) > 1 and len(cut) > 3 and cut[-1] == cut[-2] and cut[-1] not in "ls":
                return cut[:-1]  # planned, plan
            return cut if len(ending) == 1 or len(cut) < 5 else stem_once_more(cut)
    return word


def stem_once_more(cut: str) -> str:
    """*cut* without a silent last vowel, so that "services" and "service" meet."""
    return cut[:-1] if cut[-1] in "ey" else cut


def stems(text: str) -> list[str]:
    """The stems of all words of *text*, in reading order."""
    return [stem(word) for word in WORD.findall(text.lower())]


STOP_STEMS = frozenset(STOP_WORDS) | frozenset(stem for word in STOP_WORDS for stem in stems(word))


def is_telling(word: str) -> bool:
    """Whether a stem says anything: it is no stop word, no number and no single letter."""
    return len(word) > 1 and word not in STOP_STEMS and not word.isdigit()


def grams(words: list[str], *, longest: int = 3) -> set[tuple[str, ...]]:
    """All runs of one to *longest* words.

    >>> sorted(grams(["a", "b"]))
    [('a',), ('a', 'b'), ('b',)]
    """
    return {
        tuple(words[start : start + size]) for size in range(1, longest + 1) for start in range(len(words) - size + 1)
    }
