"""Doubts about scale: million for billion between posts, and a sum far from all others of its thread."""

from __future__ import annotations

from statistics import median

from pipeline.compare.doubts.registry import Doubt, of_thread
from pipeline.compare.figures import Figure
from pipeline.compare.threads import Thread
from pipeline.records import Kind

SCALED = (Kind.MONEY, Kind.COUNT, Kind.MEASURE)
STEPS = (1e3, 1e6, 1e9)
FAR = 1000
FEW = 3


@of_thread
def scale_changed(thread: Thread) -> Doubt | None:
    """The same digits with another scale word: "million" in one place and "billion" in the other."""
    if not thread.figures or thread.figures[0].kind not in SCALED:
        return None
    ordered = sorted((figure for figure in thread.figures if figure.stated > 0), key=lambda figure: figure.stated)
    for small in ordered:
        for large in reversed(ordered):
            times = float(large.stated / small.stated)
            if times < STEPS[0] * 0.98:
                break
            if any(abs(times / step - 1) < 0.02 for step in STEPS) and _digits(small) == _digits(large):
                first, second = sorted((small, large), key=lambda figure: figure.place)
                reason = (
                    f"“{first.quote}” ({_posted(first)}) and “{second.quote}” ({_posted(second)}) have the "
                    f"same digits, but one is {times:,.0f} times the other."
                )
                return Doubt((first.id, second.id), reason, 0.7)
    return None


@of_thread
def far_from_its_thread(thread: Thread) -> Doubt | None:
    """A figure a thousand times as large, or as small, as the middle one of its thread."""
    figures = [figure for figure in thread.figures if figure.stated > 0 and figure.kind in SCALED]
    if len(figures) < FEW or scale_changed(thread) is not None:
        return None
    middle = float(median(figure.stated for figure in figures))
    far = [figure for figure in figures if not middle / FAR < float(figure.stated) < middle * FAR]
    if len(far) != 1:
        return None
    times = float(far[0].stated) / middle
    size = f"{times:,.0f} times" if times > 1 else f"one {1 / times:,.0f}th of"
    reason = f"“{far[0].quote}” ({_posted(far[0])}) is {size} the middle of its thread of {len(figures)} figures."
    return Doubt((far[0].id,), reason, 0.7)


def _digits(figure: Figure) -> tuple[int, ...]:
    return figure.stated.normalize().as_tuple().digits[:3]


def _posted(figure: Figure) -> str:
    return f"post of {figure.posted.isoformat()}" if figure.posted else "post without a date"
