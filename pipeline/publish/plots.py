"""The pictures of the report. Each is drawn twice: wide for a desk, narrow for a hand."""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import floor, log10
from typing import TYPE_CHECKING

from pipeline.publish.figures import short
from pipeline.publish.series import Series
from pipeline.publish.svg import GRID, INK, MAIN, MUTED, PAPER, SETTINGS, inline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DOT = 72  # an SVG point of matplotlib is a pixel of ours
WIDE, NARROW = 760, 340
TEXT, SMALL = 12.5, 11


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
    return _picture("sums", lambda figure, width: _draw_sums(figure, width, groups)) if groups else None


def by_year(counts: Mapping[int, int], name: str) -> Picture | None:
    """A bar for each year, gaps shown as gaps."""
    if len(counts) < 2:
        return None
    years = range(min(counts), max(counts) + 1)
    return _picture(name, lambda figure, width: _draw_years(figure, width, years, counts))


def themes_by_year(themes: Sequence[tuple[str, Mapping[int, float]]], years: Sequence[int]) -> Picture | None:
    """A small panel for each theme: the share of each year's posts that speak of it, all on one scale."""
    if not themes or len(years) < 2:
        return None
    return _picture("themes", lambda figure, width: _draw_themes(figure, width, themes, years))


def threads(series: Sequence[Series]) -> Picture | None:
    """A small panel for each series, each on its own scale from zero."""
    return _picture("threads", lambda figure, width: _draw_threads(figure, width, series)) if series else None


def _picture(name: str, draw: Callable[[Figure, int], None]) -> Picture:
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    drawn = []
    for size, width in (("wide", WIDE), ("narrow", NARROW)):
        with mpl.rc_context(SETTINGS), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of letters that the font for measuring lacks
            figure = Figure()
            FigureCanvasSVG(figure)
            draw(figure, width)
            drawn.append(inline(figure, f"{name}-{size}"))
    return Picture(wide=drawn[0], narrow=drawn[1])


def _size(figure: Figure, width: int, height: float) -> None:
    figure.set_size_inches(width / DOT, height / DOT)
    figure.set_dpi(DOT)


def _panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes with their place given in pixels from the upper left."""
    whole_width, whole_height = (side * DOT for side in figure.get_size_inches())
    axes = figure.add_axes(
        (left / whole_width, 1 - (top + height) / whole_height, width / whole_width, height / whole_height)
    )
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.patch.set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL)
    return axes


def _draw_sums(figure: Figure, width: int, groups: Sequence[tuple[str, Sequence[Sum]]]) -> None:
    narrow = width == NARROW
    row, head, foot = (40, 26, 34) if narrow else (25, 26, 34)
    longest = max(len(item.label) + len(item.where) + 3 for _, sums in groups for item in sums)
    labels = 4 if narrow else min(290, 24 + 7 * longest)
    values = 92
    _size(figure, width, sum(head + row * len(sums) + foot for _, sums in groups))
    top = 0.0
    for name, sums in groups:
        height = row * len(sums)
        axes = _panel(figure, labels + 6, top + head, width - labels - values - 12, height)
        low = min(float(item.value) for item in sums)
        high = max(float(item.value) for item in sums)
        first, last = floor(log10(low)), floor(log10(high)) + 1
        axes.set_xscale("log")
        axes.set_xlim(10.0**first * 0.85, 10.0**last)
        axes.set_ylim(len(sums) - 0.5, -0.5)
        axes.set_yticks([])
        powers = range(first, last + 1)
        step = max(1, -(-len(powers) // (3 if narrow else 6)))
        axes.set_xticks([10.0**p for p in powers[::step]], [_tick(p) for p in powers[::step]])
        axes.set_xticks([], minor=True)
        axes.grid(axis="x", color=GRID, linewidth=1)
        axes.set_axisbelow(True)
        across = axes.get_yaxis_transform()
        axes.text(
            0 if narrow else -labels / (width - labels - values - 12),
            -0.5 - 10 / row,
            name,
            transform=across,
            fontsize=TEXT,
            fontweight="bold",
            color=INK,
            ha="left",
            va="bottom",
        )
        for place, item in enumerate(sums):
            point = place + (0.22 if narrow else 0)
            axes.plot(
                [float(item.value)],
                [point],
                color=MAIN,
                linestyle="none",
                marker="o",
                markersize=8,
                markerfacecolor=MAIN if item.checked else PAPER,
                markeredgecolor=MAIN,
                markeredgewidth=2,
                clip_on=False,
                zorder=3,
            )
            room = 46 if narrow else 44
            label = (
                f"{_cut(item.label, room - 3 - len(item.where))} · {item.where}"
                if item.where
                else _cut(item.label, room)
            )
            if narrow:
                axes.text(0, place - 0.2, label, transform=across, fontsize=SMALL, color=INK, va="center")
            else:
                axes.text(
                    -0.02, place, label, transform=across, fontsize=SMALL + 0.5, color=INK, ha="right", va="center"
                )
            axes.text(1.03, point, _clean(item.shown), transform=across, fontsize=SMALL + 0.5, color=INK, va="center")
        top += head + height + foot


def _draw_years(figure: Figure, width: int, years: Sequence[int], counts: Mapping[int, int]) -> None:
    _size(figure, width, 130)
    axes = _panel(figure, 6, 18, width - 12, 88)
    axes.bar(list(years), [counts.get(year, 0) for year in years], width=0.72, color=MAIN)
    axes.set_yticks([])
    step = max(1, -(-len(years) // (6 if width == NARROW else 16)))
    axes.set_xticks(list(years)[::step], [str(year) for year in list(years)[::step]])
    if len(years) <= (9 if width == NARROW else 24):
        for year in years:
            axes.text(
                year,
                counts.get(year, 0),
                f"{counts.get(year, 0):,}",
                fontsize=SMALL,
                color=MUTED,
                ha="center",
                va="bottom",
            )


def _draw_themes(
    figure: Figure, width: int, themes: Sequence[tuple[str, Mapping[int, float]]], years: Sequence[int]
) -> None:
    across = 2 if width == NARROW else 4
    cell, height = width / across, 124.0
    _size(figure, width, height * -(-len(themes) // across))
    highest = max((share for _, shares in themes for share in shares.values()), default=1.0) or 1.0
    for place, (name, shares) in enumerate(themes):
        axes = _panel(figure, place % across * cell + 6, place // across * height + 40, cell - 24, 54)
        axes.bar(list(years), [shares.get(year, 0) for year in years], width=0.8, color=MAIN)
        axes.set_ylim(0, highest * 1.1)
        axes.set_xlim(years[0] - 0.6, years[-1] + 0.6)
        axes.set_yticks([])
        axes.set_xticks([years[0], years[-1]], [str(years[0]), str(years[-1])])
        axes.set_title(_cut(name, 20 if width == NARROW else 24), fontsize=TEXT, color=INK, loc="left", pad=16)
        best = max(shares.items(), key=lambda item: (item[1], item[0]), default=None)
        if best:
            axes.text(best[0], best[1], f"{best[1]:.0%}", fontsize=SMALL, color=MUTED, ha="center", va="bottom")


def _draw_threads(figure: Figure, width: int, series: Sequence[Series]) -> None:
    across = 1 if width == NARROW else 3
    cell, height = width / across, 158.0
    _size(figure, width, height * -(-len(series) // across))
    for place, thread in enumerate(series):
        axes = _panel(figure, place % across * cell + 22, place // across * height + 48, cell - 62, 72)
        days = [_year(day) for day, _ in thread.points]
        values = [float(claim["value"]) for _, claim in thread.points]
        axes.plot(days, values, color=MAIN, linewidth=1.8, zorder=2)
        for day, value, (_, claim) in zip(days, values, thread.points, strict=True):
            checked = claim["status"] in ("accepted", "corrected", "added")
            axes.plot(
                [day],
                [value],
                color=MAIN,
                linestyle="none",
                marker="o",
                markersize=7,
                markeredgecolor=MAIN,
                markeredgewidth=1.8,
                markerfacecolor=MAIN if checked else PAPER,
                clip_on=False,
                zorder=3,
            )
        axes.set_ylim(0, max(values) * 1.05 or 1)
        axes.set_yticks([])
        for end in sorted({0, len(values) - 1}):
            shown = _clean(short(thread.points[end][1]["value"]))
            axes.annotate(
                shown,
                (days[end], values[end]),
                (0, 8),
                textcoords="offset points",
                fontsize=SMALL,
                color=INK,
                ha="center",
                va="bottom",
            )
        ends = sorted({floor(days[0]), floor(days[-1])})
        axes.set_xlim(days[0] - 0.08 * (days[-1] - days[0]), days[-1] + 0.08 * (days[-1] - days[0]))
        axes.set_xticks([days[0], days[-1]] if len(ends) > 1 else [days[0]], [str(end) for end in ends])
        axes.set_title(
            _cut(thread.name, 40 if width == NARROW else 32), fontsize=TEXT, color=INK, loc="left", pad=24, x=-0.06
        )


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
