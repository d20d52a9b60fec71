"""What a layout is: a function that gives a page and the blocks of words that are its post."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

TITLE = "What we learned from the year of open doors"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A page, and the words of its post; the title may stand among the words or not."""

    name: str
    html: str
    text: str
    title: str = TITLE


LAYOUTS: dict[str, Callable[[Random], tuple[str, list[str]]]] = {}


def layout(make: Callable[[Random], tuple[str, list[str]]]) -> Callable[[Random], tuple[str, list[str]]]:
    """Enter a layout by its function's name."""
    LAYOUTS[make.__name__] = make
    return make


def ps(texts: list[str], cls: str = "") -> str:
    """Paragraphs as paragraphs."""
    mark = f' class="{cls}"' if cls else ""
    return "".join(f"<p{mark}>{text}</p>\n" for text in texts)


def doc(body: str, head: str = "", site: str = "Office of Examples") -> str:
    """A whole page."""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE} | {site}</title>{head}'
        f"<style>.a{{color:red}}</style><script>var n = 12345;</script></head><body>{body}"
        "<script>window.x = {y: 678}</script></body></html>"
    )
