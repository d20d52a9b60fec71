"""A claim that the extractor missed, made of the words that a reader marked and the form beside them."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from sqlalchemy import Connection, select

from pipeline.ledger import schema
from pipeline.ledger.decisions import added_claims
from pipeline.ledger.standing.appending import BY_HAND
from pipeline.records import Bound, Claim, Kind, Modality, digest
from pipeline.review import forms
from pipeline.review.desk import Desk
from pipeline.review.posts import post_and_text

SENTENCE_END = re.compile(r"(?<=[.!?])[\"'”’)]*\s+(?=[\"'“‘(]?[A-Z0-9$€£¥])")


def add_missed(desk: Desk, reviewer: str, form: dict[str, str], post_id: str) -> Claim:
    """Make and keep the claim that *form* tells of."""
    with desk.ledger.reading() as connection:
        post, text = post_and_text(connection, post_id)
        start, end = _where(form, text)
        begin, sentence = sentence_around(text, start, end)
        claim = _claim(connection, form, post_id, text, (start, end), (begin, sentence))
    added_claims.add_claim(
        desk.ledger,
        claim,
        act=form.get("act", ""),
        reviewer=reviewer,
        post=post_id,
        revision=form.get("revision", post["revision"]),
    )
    return claim


def _where(form: dict[str, str], text: str) -> tuple[int, int]:
    start, end = form.get("start", ""), form.get("end", "")
    quote = form.get("quote", "").strip()
    if start.isdecimal() and end.isdecimal() and 0 <= int(start) < int(end) <= len(text):
        if int(end) - int(start) > forms.LONGEST:
            raise forms.BadInputError("words", "are too many; mark only the figure with its sign, scale and unit")
        if not quote or text[int(start) : int(end)] == quote:
            return int(start), int(end)
    if not quote:
        raise forms.BadInputError("words", "select the figure in the text, or type it just as it stands there")
    times = text.count(quote)
    if times == 0:
        raise forms.BadInputError("words", f"“{quote[:80]}” does not stand in the post")
    if times > 1:
        raise forms.BadInputError("words", f"“{quote[:80]}” stands {times} times in the post; type more of it")
    return text.index(quote), text.index(quote) + len(quote)


def sentence_around(text: str, start: int, end: int) -> tuple[int, str]:
    """The sentence that holds ``text[start:end]``, and where it begins.

    >>> sentence_around("One came. Two went home. Three stayed.", 10, 13)
    (10, 'Two went home.')
    """
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    for match in SENTENCE_END.finditer(text, first, last):
        if match.end() <= start:
            first = match.end()
        elif match.start() >= end:
            last = match.start()
            break
    return first, text[first:last].rstrip()


def _claim(
    connection: Connection,
    form: dict[str, str],
    post_id: str,
    text: str,
    place: tuple[int, int],
    sentence: tuple[int, str],
) -> Claim:
    quote = text[place[0] : place[1]]
    held = schema.claims.c
    met: Counter[tuple[str, str]] = Counter()
    query = select(held.sentence, held.quote).where(held.post == post_id, held.start < place[0], held.live == 1)
    for row in connection.execute(query):
        met[_plain(row[0]), _plain(row[1])] += 1
    key = (_plain(sentence[1]), _plain(quote))
    for name, choices in (("kind", Kind), ("bound", Bound), ("modality", Modality)):
        if form.get(name) and form[name] not in set(choices):
            raise forms.BadInputError(name, f"is one of {', '.join(choices)}")
    blank = Claim(
        id=digest("claim", post_id, *key, str(met[key])),
        start=place[0],
        end=place[1],
        quote=quote,
        sentence=sentence[1],
        sentence_start=sentence[0],
        kind=Kind(form.get("kind") or Kind.COUNT),
        value=forms.number("value", form.get("value", "")),
        value_max=forms.number("value_max", form["value_max"]) if form.get("value_max") else None,
        unit=(form.get("unit") or "").strip()[: forms.LONGEST] or None,
        bound=Bound(form.get("bound") or Bound.EXACT),
        modality=Modality(form.get("modality") or Modality.ACTUAL),
        subject=(form.get("subject") or "").strip()[: forms.LONGEST] or None,
        measure=(form.get("measure") or "").strip()[: forms.LONGEST] or None,
        confidence=1.0,
        extractor=BY_HAND,
    )
    forms.agree({}, blank)
    return blank


def _plain(text: str) -> str:
    """*text* as claims' ids see it (``extract.identity``), so that the extractor's own find has the same id."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
