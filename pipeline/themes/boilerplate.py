"""What in a post is no passage at all: bylines, addresses, menus, captions, footers."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

SHORTEST = 40  # characters of a passage; below are headings and noise, which only give context

PATTERNS = tuple(
    (row["reason"], re.compile(row["pattern"], re.IGNORECASE))
    for row in tomllib.loads(Path(__file__).with_name("boilerplate.toml").read_text(encoding="utf-8"))["kind"]
)
STREET = re.compile(
    r"\b\d+[\w-]* (?:\w+ ){1,3}(?:street|road|lane|avenue|square|drive|court|way|place|st|rd|ave)\b", re.IGNORECASE
)
SENTENCE_END = re.compile(r"[.!?:;…][\"'”’)\]]*$")
COMMENTS = re.compile(r"(?:no|\d+) (?:comments?|replies)(?: yet| so far)?\W*$", re.IGNORECASE)
LETTERS = re.compile(r"[^\W\d_]")


def boilerplate_reason(text: str) -> str | None:
    """Why *text* is no passage that could have a theme; `None` where it is one.

    >>> boilerplate_reason("Photo courtesy of the Ministry of Works, taken in May")
    'caption'
    >>> boilerplate_reason("The ministry of works has hired forty engineers since May.") is None
    True
    """
    stripped = " ".join(text.split())
    if not stripped:
        return "empty"
    if len(text) < SHORTEST:
        return "short"
    if len(LETTERS.findall(stripped[:2000])) < 0.4 * min(len(stripped), 2000):
        return "no words"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(stripped) < 400 and STREET.search(stripped) and (len(lines) > 2 or not SENTENCE_END.search(stripped)):
        return "address"
    if (
        len(lines) > 2
        and sum(len(line.split()) for line in lines) / len(lines) < 4
        and not SENTENCE_END.search(lines[-1])
    ):
        return "menu"
    return next((reason for reason, pattern in PATTERNS if pattern.match(stripped)), None)


def boilerplate_of(texts: Sequence[str]) -> tuple[str | None, ...]:
    """The reason for each passage of a post in order; what follows the end of the post is its footer.

    The end is the last address or comment line, if only little text follows it.
    """
    reasons = [boilerplate_reason(text) for text in texts]
    for place in range(len(texts) // 2, len(texts)):
        ends = reasons[place] == "address" or COMMENTS.match(texts[place].strip())
        if ends and sum(len(text) for text in texts[place + 1 :]) < 0.15 * sum(map(len, texts)):
            for later in range(place + 1, len(texts)):
                reasons[later] = reasons[later] if reasons[later] not in (None, "short") else "footer"
            break
    return tuple(reasons)
