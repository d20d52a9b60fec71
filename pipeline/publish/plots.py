"""The pictures of the report. Each is drawn twice: wide for a desk, narrow for a hand."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor, log10
from typing import Any

from pipeline.publish.figures import short
from pipeline.publish.series import Series
from pipeline.publish.sheet import GRID, INK, MAIN, MUTED, Sheet, Side

WIDE, NARROW = 760, 340  # pixels
TEXT, SMALL = 12.5, 11
DOTS = 40  # of a small panel; more would hide its line


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One plot in both widths."""

    wide: str
    narrow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """One sum in the picture of the largest: what it is called, how large, and whether somebody checked it."""

    label: str
    where: str  # country and year, as far as they are known
    value: Decimal
    shown: str
    checked: bool


def largest_sums(groups: Sequence[tuple[str, Sequence[Sum]]]) -> Picture | None:
    """A dot for each sum, a panel with its own logarithmic scale for each currency."""
    groups = [(name, sums) for name, sums in groups if sums]
    return _picture(lambda sheet: _draw_sums(sheet, groups)) if groups else None


def by_year(counts: Mapping[int, int]) -> Picture | None:
    """A bar for each year, gaps shown as gaps."""
    if len(counts) < 2:
        return None
    years = range(min(counts), max(counts) + 1)
    return _picture(lambda sheet: _draw_years(sheet, years, counts))


def themes_by_year(themes: Sequence[tuple[str, Mapping[int, float]]], years: Sequence[int]) -> Picture | None:
    """A small panel for each theme: the share of each year's posts that speak of it, all on one scale."""
    if not themes or len(years) < 2:
        return None
    return _picture(lambda sheet: _draw_themes(sheet, themes, years))


def threads(series: Sequence[Series]) -> Picture | None:
    """A small panel for each series, each on its own scale from zero."""
    return _picture(lambda sheet: _draw_threads(sheet, series)) if series else None


def _picture(draw: Callable[[Sheet], None]) -> Picture:
    wide, narrow = Sheet(WIDE), Sheet(NARROW)
    for sheet in (wide, narrow):
        draw(sheet)
    return Picture(wide=wide.done(), narrow=narrow.done())


def _draw_sums(sheet: Sheet, groups: Sequence[tuple[str, Sequence[Sum]]]) -> None:
    row, head, foot = (40, 26, 34) if sheet.narrow else (25, 26, 34)
    longest = max(len(item.label) + len(item.where) + 3 for _, sums in groups for item in sums)
    labels = 4 if sheet.narrow else min(290, 24 + 7 * longest)
    left, right = labels + 6.0, sheet.width - 98.0
    room = 46 if sheet.narrow else 44
    top = 0.0
    for name, sums in groups:
        first = floor(log10(min(float(item.value) for item in sums)))
        last = floor(log10(max(float(item.value) for item in sums))) + 1
        begin = first + log10(0.85)
        bottom = top + head + row * len(sums)

        def across(power: float, begin: float = begin, last: int = last) -> float:
            return left + (right - left) * (power - begin) / (last - begin)

        powers = range(first, last + 1)
        for power in powers[:: max(1, -(-len(powers) // (3 if sheet.narrow else 6)))]:
            sheet.line([(across(power), top + head), (across(power), bottom)], GRID, 1)
            at_edge = sheet.narrow and power == first  # centred there, it would be cut
            sheet.text(left if at_edge else across(power), bottom + 4, _tick(power), MUTED, SMALL,
                       "left" if at_edge else "center", "top")  # fmt: skip
        sheet.line([(left, bottom), (right, bottom)], GRID, 0.8)
        sheet.text(left if sheet.narrow else 6, top + head - 10, name, INK, TEXT, "left", "bottom", bold=True)
        for place, item in enumerate(sums):
            middle = top + head + row * (place + 0.5)
            point = middle + row * 0.22 if sheet.narrow else middle
            sheet.dot(across(log10(float(item.value))), point, 4, 2, filled=item.checked)
            label = (
                f"{_cut(item.label, room - 3 - len(item.where))} · {item.where}"
                if item.where
                else _cut(item.label, room)
            )
            if sheet.narrow:
                sheet.text(left, middle - row * 0.2, label, INK, SMALL)
            else:
                sheet.text(left - 0.02 * (right - left), middle, label, INK, SMALL + 0.5, "right")
            sheet.text(right + 0.03 * (right - left), point, _clean(item.shown), INK, SMALL + 0.5)
        top = bottom + foot
    sheet.height = top


def _draw_years(sheet: Sheet, years: Sequence[int], counts: Mapping[int, int]) -> None:
    left, top, width, height = 6.0, 18.0, sheet.width - 12.0, 88.0
    sheet.height = 130
    step = width / (len(years) + 0.4)
    highest = max(counts.values()) * 1.05
    each = max(1, -(-len(years) // (6 if sheet.narrow else 16)))
    for place, year in enumerate(years):
        middle, number = left + step * (place + 0.7), counts.get(year, 0)
        tall = height * number / highest
        sheet.bar(middle - 0.36 * step, top + height - tall, 0.72 * step, tall)
        if len(years) <= (9 if sheet.narrow else 24):
            sheet.text(middle, top + height - tall - 1, f"{number:,}", MUTED, SMALL, "center", "bottom")
        if place % each == 0:
            sheet.text(middle, top + height + 4, str(year), MUTED, SMALL, "center", "top")
    sheet.line([(left, top + height), (left + width, top + height)], GRID, 0.8)


def _draw_themes(sheet: Sheet, themes: Sequence[tuple[str, Mapping[int, float]]], years: Sequence[int]) -> None:
    across = 2 if sheet.narrow else 4
    cell, height = sheet.width / across, 124.0
    sheet.height = height * -(-len(themes) // across)
    highest = (max((share for _, shares in themes for share in shares.values()), default=1.0) or 1.0) * 1.1
    for place, (name, shares) in enumerate(themes):
        left, bottom, width = place % across * cell + 6, place // across * height + 94, cell - 24
        step = width / (years[-1] - years[0] + 1.2)
        best = max(shares.items(), key=lambda item: (item[1], item[0]), default=None)
        for year in years:
            middle, tall = left + step * (year - years[0] + 0.6), 54 * shares.get(year, 0) / highest
            if tall:
                sheet.bar(middle - 0.4 * step, bottom - tall, 0.8 * step, tall)
            if best and best[0] == year:
                sheet.text(middle, bottom - tall - 1, f"{best[1]:.0%}", MUTED, SMALL, "center", "bottom")
            if year in (years[0], years[-1]):
                sheet.text(middle, bottom + 4, str(year), MUTED, SMALL, "center", "top")
        sheet.line([(left, bottom), (left + width, bottom)], GRID, 0.8)
        sheet.text(left, bottom - 70, _cut(name, 20 if sheet.narrow else 24), INK, TEXT, "left", "bottom")


def _draw_threads(sheet: Sheet, series: Sequence[Series]) -> None:
    across = 1 if sheet.narrow else 3
    cell, height = sheet.width / across, 150.0
    sheet.height = height * -(-len(series) // across)
    for place, thread in enumerate(series):
        left, bottom, width = place % across * cell + 22, place // across * height + 100, cell - 62
        days = [_year(day) for day, _ in thread.points]
        values = [float(claim["value"]) for _, claim in thread.points]
        begin, long = days[0] - 0.08 * (days[-1] - days[0]), 1.16 * (days[-1] - days[0])
        highest = max(values) * 1.05 or 1
        points = [
            (left + width * (day - begin) / long, bottom - 66 * value / highest)
            for day, value in zip(days, values, strict=True)
        ]
        sheet.line(points, MAIN, 1.8)
        sheet.line([(left, bottom), (left + width, bottom)], GRID, 0.8)
        for point, (_, claim) in zip(points, thread.points, strict=True):
            checked = claim["status"] in ("accepted", "corrected", "added")
            if checked or len(points) <= DOTS or point in (points[0], points[-1]):
                sheet.dot(*point, 3.5, 1.8, filled=checked)
        first, last = thread.points[0], thread.points[-1]
        form = "%Y" if first[0].year != last[0].year else "%b %Y" if first[0].month != last[0].month else "%d %b %Y"
        ends: tuple[tuple[tuple[date, Mapping[str, Any]], float, Side], ...]
        ends = ((first, left, "left"), (last, left + width, "right"))
        for (day, claim), edge, side in ends:
            # below, where no line can cross them
            sheet.text(edge, bottom + 6, f"{day:{form}}", MUTED, SMALL, side, "top")
            sheet.text(edge, bottom + 22, _clean(short(claim["value"])), INK, SMALL, side, "top")
        name = _cut(thread.name, 40 if sheet.narrow else 32)
        sheet.text(left - 0.06 * width, bottom - 78, name, INK, TEXT, "left", "bottom")


def _year(day: date) -> float:
    return day.year + (day.timetuple().tm_yday - 1) / 366


def _tick(power: int) -> str:
    return short(Decimal(10) ** power)


def _cut(text: str, letters: int) -> str:
    text = _clean(text)
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def _clean(text: str) -> str:
    """*text* on one line, without what an SVG cannot hold."""
    return "".join(c for c in " ".join(text.split()) if unicodedata.category(c)[0] != "C" or c == "\u200d")
