"""Headings: lines of their own whose capitals are those of a heading and make no name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.mentions import Mention
from pipeline.records import Label


def without_headings(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """*mentions* without the headings of common words: lines of their own whose words the text has in lower case too.

    >>> text = "Engaged Citizens\\n\\nMore citizens are engaged than before."
    >>> without_headings(text, [Mention(0, 16, Label.PRODUCT, "")])
    []
    """
    plain = frozenset(re.findall(r"\b[a-z]+\b", text))
    return [mention for mention in mentions if not _is_heading(text, mention, plain)]


def _is_heading(text: str, mention: Mention, plain: frozenset[str]) -> bool:
    if mention.label in (Label.PERSON, Label.GPE):
        return False
    start, end = text.rfind("\n", 0, mention.start) + 1, text.find("\n", mention.end)
    alone = not text[start : mention.start].strip("#* ") and not text[mention.end : end if end >= 0 else None].strip(
        "#* :"
    )
    words = re.findall(r"[A-Za-z]+", text[mention.start : mention.end].lower())
    return alone and len(words) > 1 and text.count("\n", 0, mention.start) + (end >= 0) > 0 and plain.issuperset(words)
