"""A passage where it stands: its heading, its post's title, its neighbours, and whether it is prose at all."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import Passage, Post
from pipeline.themes.boilerplate import SHORTEST, boilerplate_of

LONGEST_HEADING = 90
MARKS = re.compile(r"^\s*(?:#{1,6}\s+|\*{1,2}|\d+[.)]\s+)|\s*(?:-{3,}|={3,}|\*{1,2}|#+)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class InContext:
    """One passage of a post, with the words around it; *reason* says why it can have no theme."""

    index: int
    text: str
    heading: str
    title: str
    reason: str | None


def heading_of(text: str) -> str | None:
    """*text* without its marks if it reads as a heading: one short line that is no sentence.

    >>> heading_of("## Building teams"), heading_of("It ended in May.")
    ('Building teams', None)
    """
    line = text.strip()
    marked = bool(re.match(r"#{1,6}\s", line)) or bool(re.search(r"(?:-{3,}|={3,})$", line))
    line = MARKS.sub("", line).strip()
    if not line or len(line) > LONGEST_HEADING or "\n" in line or not any(map(str.isalpha, line)):
        return None
    return line if marked or line[-1] not in ".,:;!…" else None


def _same_words(one: str, other: str) -> bool:
    return re.findall(r"\w+", one.casefold()) == re.findall(r"\w+", other.casefold())


def in_context(post: Post, passages: Sequence[Passage]) -> tuple[InContext, ...]:
    """Every passage of *post*, in order, with its heading and why it may have no theme."""
    reasons = boilerplate_of([passage.text for passage in passages])
    found: list[InContext] = []
    heading, title = "", post.title or ""
    for passage, why in zip(passages, reasons, strict=True):
        reason = "title" if why is None and passage.index < 3 and _same_words(passage.text, title) else why
        found.append(InContext(index=passage.index, text=passage.text, heading=heading, title=title, reason=reason))
        if reason in (None, "short", "no words") and len(passage.text.strip()) >= 3:
            candidate = heading_of(passage.text)
            ends = candidate is None and len(passage.text) < SHORTEST
            heading = candidate if candidate is not None else ("" if ends and reason == "footer" else heading)
        elif reason in ("address", "footer", "menu"):
            heading = ""
    return tuple(found)
