"""Topics and figures as bytes and back, so that a comparison can be remembered from one run to the next."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import Any

import orjson

from pipeline.compare.figures import Figure
from pipeline.compare.topics import Topic
from pipeline.days import iso_day
from pipeline.records import Bound, Finding, FindingKind, Kind

TOPIC = tuple(field.name for field in fields(Topic))
SETS = frozenset(field.name for field in fields(Topic) if str(field.type).startswith("frozenset"))


def dumped(value: Any) -> bytes:
    """*value* as JSON in no more bytes than it has: what orjson hands out keeps its whole buffer of some kilobytes."""
    return bytes(memoryview(orjson.dumps(value)))


def packed_topic(topic: Topic) -> bytes:
    """*topic* as JSON; equal topics are equal bytes."""
    row = (getattr(topic, name) for name in TOPIC)
    return dumped([sorted(value) if type(value) is frozenset else value for value in row])


def topic_of(packed: bytes) -> Topic:
    """The topic that was packed."""
    row: dict[str, Any] = dict(zip(TOPIC, orjson.loads(packed), strict=True))
    return Topic(**row | {name: frozenset(row[name]) for name in SETS})


def packed_figure(figure: Figure) -> bytes:
    """*figure* as JSON, without its topic, which many share."""
    return dumped(
        (
            *(figure.id, figure.post, figure.posted, figure.copy_of, figure.start, figure.quote),
            *(figure.sentence_start, sorted(figure.words), figure.subject, figure.known_as, figure.measure),
            *(figure.kind, figure.unit, str(figure.stated), None if figure.top is None else str(figure.top)),
            *(figure.bound, figure.planned, figure.echo, figure.carried, figure.when),
        )
    )


def figure_of_packed(packed: bytes, topic: Topic) -> Figure:
    """The figure that was packed, about *topic*."""
    (id_, post, posted, copy_of, start, quote, sentence_start, words, *row) = orjson.loads(packed)
    (subject, known_as, measure, kind, unit, stated, top, bound, planned, echo, carried, when) = row
    return Figure(
        id=id_,
        post=post,
        posted=iso_day(posted),
        copy_of=copy_of,
        start=start,
        quote=quote,
        sentence_start=sentence_start,
        words=frozenset(words),
        subject=subject,
        known_as=known_as,
        measure=measure,
        kind=Kind(kind),
        unit=unit,
        stated=Decimal(stated),
        top=None if top is None else Decimal(top),
        bound=Bound(bound),
        planned=planned,
        echo=echo,
        carried=carried,
        when=when,
        topic=topic,
    )


def packed_finding(finding: Finding) -> list[Any]:
    """*finding* as a list that JSON can hold."""
    return [finding.id, finding.kind, finding.rule, finding.claims, finding.reason, finding.confidence]


def finding_of_packed(row: list[Any]) -> Finding:
    """The finding that was packed."""
    id_, kind, rule, claims, reason, confidence = row
    return Finding(
        id=id_, kind=FindingKind(kind), rule=rule, claims=tuple(claims), reason=reason, confidence=confidence
    )
