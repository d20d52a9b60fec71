"""What stands amid the paragraphs of a text, and is judged by its place there and not by its looks alone.

An extractor looks at one element at a time, at its name and at its links. Here a run of paragraphs is found first;
what stands between two of them is part of the text, unless its words say that it is not.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.ingest.characters import UNSPACED
from pipeline.ingest.trees import BLOCKS, ITEMS, LISTS, drop, text_length

if TYPE_CHECKING:
    from lxml.html import HtmlElement

PROSE = 60  # characters that make a paragraph one of a text; signs of scripts without spaces count for three
MOST = 0.5  # share of a page's prose that bears a name which is then no menu's
LONE = frozenset({"div", "section", "span", "figure", "blockquote"})
APART = frozenset({"nav", "footer", "aside", "form", "dialog"})
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
SENTENCE_END = re.compile(r"[.!?…。！？؟:]['”\"»)]*\s*\Z")
CLOCK = re.compile(r"\s*\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?\s*", re.IGNORECASE)
FEWEST_ENTRIES = 3
NEAR = 6  # elements below a heading among which its text begins
AMID = "data-amid"  # an attribute of ours: it stands between two paragraphs of the text
HIGHEST = 4  # levels that a paragraph may stand alone in


@dataclass(slots=True)
class Run:
    """Paragraphs that follow each other in one part of a page: ``seats`` hold one of them each."""

    container: HtmlElement
    seats: list[HtmlElement] = field(default_factory=list)
    prose: int = 0


def settle_amid(tree: HtmlElement, *, host: str = "") -> None:
    """Settle what stands among the paragraphs of *tree*; *host* is the page's own, where it is known.

    Names that an extractor would take for a menu's are taken from what holds most of the page's prose.
    """
    runs, own = _runs(tree), _own_hosts(tree, host)
    _free(tree, runs)
    _settle_clocks(tree)
    _settle_headers(tree)
    for heading in tree.iter(*HEADINGS):
        if next(heading.iter("a"), None) is not None and _leads_out(heading, own) and _has_text_below(heading):
            _unlink(heading)
    for run in runs:
        if len(run.seats) >= 2:
            _settle(run, own)


def _runs(tree: HtmlElement) -> list[Run]:
    """The runs of paragraphs in *tree*, in its order."""
    runs: dict[HtmlElement, Run] = {}
    length = cache(text_length)
    for paragraph in tree.iter("p"):
        if (size := prose_length(paragraph)) < PROSE:
            continue
        seat, parent = paragraph, paragraph.getparent()
        for _ in range(HIGHEST):
            if parent is None or parent.tag not in LONE or length(parent) > length(paragraph) + 2:
                break
            seat, parent = parent, parent.getparent()
        if parent is not None:
            run = runs.setdefault(parent, Run(parent))
            run.seats.append(seat)
            run.prose += size
    for holder in list(runs):  # a run that stands alone in a part of another is one of its paragraphs
        seat, parent = holder, holder.getparent()
        for _ in range(HIGHEST):
            if parent is None or parent in runs or length(parent) > length(holder) + 2:
                break
            seat, parent = parent, parent.getparent()
        if parent is not None and parent in runs and parent is not holder and seat not in runs[parent].seats:
            runs[parent].seats.append(seat)
    return list(runs.values())


def prose_length(element: HtmlElement) -> int:
    """How many characters *element* shows outside of links, those of scripts without spaces counted three times."""
    size = int(text_length(element))
    if size >= PROSE // 3:
        size -= int(sum(text_length(link) for link in element.iter("a")))
        if size < PROSE:
            size += 2 * len(UNSPACED.findall("".join(element.itertext())))
    return size


def _free(tree: HtmlElement, runs: list[Run]) -> None:
    """Take words that extractors know menus by from all names, where half of the page's prose bears them."""
    own = [run for run in runs if not is_apart(run.container)]
    prose = sum(run.prose for run in own)
    borne: Counter[str] = Counter()
    for run in own:
        over = set().union(*map(_lies, [run.container, *run.container.iterancestors()]))
        for seat in run.seats:
            size = prose_length(seat)
            borne.update(dict.fromkeys(over | _lies(seat), size))
    lying = {word for word, size in borne.items() if size >= MOST * prose}
    if not lying:
        return
    for element in tree.iter():
        if isinstance(element.tag, str) and not lying.isdisjoint(_lies(element)) and not _said(element, "apart"):
            for name in ("class", "id", "style", "role"):
                kept = [word for word in element.get(name, "").split() if not _matches("lying", word) & lying]
                if name in element.attrib:
                    element.set(name, " ".join(kept))


def _lies(element: HtmlElement) -> set[str]:
    """The words in an element's names that an extractor knows menus and furniture by."""
    if not element.attrib:
        return set()
    return _matches("lying", " ".join(element.get(name, "") for name in ("class", "id", "style", "role")))


def _matches(kind: str, words: str) -> set[str]:
    return {found.lower() for found in _words(kind).findall(words)}


def _settle_clocks(tree: HtmlElement) -> None:
    """Make lines of the times of day that stand above the entries of a running report."""
    clocks = [one for one in tree.iter("time") if CLOCK.fullmatch("".join(one.itertext())) and not is_apart(one)]
    above = [one for one in clocks if any(prose_length(p) >= PROSE for p in _line(one).getparent().iter("p"))]
    if len(above) >= FEWEST_ENTRIES:
        for clock in above:
            line = _line(clock)
            clock.tag = "p" if clock is line else "span"
            line.attrib.clear()


def _line(element: HtmlElement) -> HtmlElement:
    """The paragraph that *element* stands in, or itself."""
    return next(element.iterancestors("p"), element)


def _settle_headers(tree: HtmlElement) -> None:
    """Let the heads of a text's parts be headings, as a page's own head is none."""
    for header in list(tree.iter("header")):
        inside = next(header.iterancestors("article", "main"), None) is not None
        if inside and next(header.iter("h1", "nav"), None) is None and next(header.iter(*HEADINGS), None) is not None:
            header.tag = "div"


def is_apart(element: HtmlElement) -> bool:
    """Whether *element* is, or lies in, a part of the page whose prose is not the page's own: comments, notices."""
    return any(one.tag in APART or _said(one, "apart") for one in [element, *element.iterancestors()])


def _settle(run: Run, own: frozenset[str]) -> None:
    """Settle the neighbours of a run's paragraphs."""
    children = [child for child in run.container if isinstance(child.tag, str)]
    seats = set(run.seats)
    places = [place for place, child in enumerate(children) if child in seats]
    first, last = places[0], places[-1]
    text = " ".join(" ".join("".join(seat.itertext()).split()) for seat in run.seats)
    for place, child in enumerate(children):
        if child in seats or child.getparent() is None:
            continue
        inside = first < place < last
        if _refers(child) or _repeats(child, text) or (child.tag == "p" and _said(child, "credits")):
            drop(child)
        elif inside or place == last + 1 or place == first - 1:
            _settle_neighbour(child, inside=inside, hosts=own, before=children[place - 1] if place else None)


def _settle_neighbour(child: HtmlElement, *, inside: bool, hosts: frozenset[str], before: HtmlElement | None) -> None:
    """Settle a neighbour of paragraphs, *inside* where they stand on both its sides."""
    if _said(child, "apart"):
        return
    if child.tag == "center":
        child.tag = "div" if _has_blocks(child) else "p"
    _settle_captions(child)
    if not inside:
        if child.tag == "div" and not child.attrib and not _has_blocks(child) and _is_sentence(child):
            child.tag = "p"
        return
    child.set(AMID, "")
    linked = _linked(child)
    if child.tag in LISTS and linked > 0.5:
        own = _is_own_list(child, hosts, before)
    elif child.tag == "p" and linked > 0.7:
        own = _is_sentence(child)
    else:
        own = child.tag in HEADINGS and linked > 0 and _has_text_below(child)
    if own:
        _unlink(child)
    elif child.tag == "aside" and linked < 0.2 and next(child.iter("form", "button", "nav"), None) is None:
        child.tag = "div"


def _settle_captions(child: HtmlElement) -> None:
    """Make paragraphs of the captions in *child* that say something, whatever marks them as captions."""
    for caption in child.xpath(".//*[contains(@class, 'caption') and not(ancestor::p) and not(ancestor::figcaption)]"):
        if len("".join(caption.itertext()).split()) >= 5 and not _words("credits").search(caption.get("class", "")):
            caption.tag = "p" if not _has_blocks(caption) else "div"
            for holder in [caption, *caption.iterancestors()]:
                if holder is child.getparent():
                    break
                holder.attrib.pop("class", None)
                holder.attrib.pop("id", None)
                holder.tag = "div" if holder.tag == "figure" else holder.tag


def _is_own_list(element: HtmlElement, own: frozenset[str], before: HtmlElement | None) -> bool:
    """Whether a list of links is part of the text: it was announced, or leads to other sites."""
    announced = "" if before is None else "".join(before.itertext()).strip()
    if announced.endswith((":", "：")) and not _words("refers").match(announced):
        return True
    if before is not None and before.tag in HEADINGS and _words("refers").match(announced):
        return False
    return len(_hosts(element)) > 0.5 * len(list(element.iter(*ITEMS))) and _leads_out(element, own)


def _leads_out(element: HtmlElement, own: frozenset[str]) -> bool:
    """Whether the links in *element* lead to other sites than the page's."""
    hosts = _hosts(element)
    return bool(hosts) and own.isdisjoint(hosts)


def _own_hosts(tree: HtmlElement, host: str) -> frozenset[str]:
    """The hosts that are the page's own: the one that is known, else those that its menus lead to."""
    if host:
        return frozenset({host})
    return frozenset(one for part in tree.iter("nav", "header", "footer") for one in _hosts(part))


def _refers(element: HtmlElement) -> bool:
    """Whether *element* only sends the reader to another page: “Read more: …”."""
    if element.tag not in {"p", "div", "span", "strong", "h4", "h5", "h6"} or text_length(element) > 300:
        return False
    words = " ".join("".join(element.itertext()).split())
    return _words("refers").match(words) is not None and _linked(element) > 0.4


def _repeats(element: HtmlElement, text: str) -> bool:
    """Whether *element* is a quotation in large letters of words that stand in the text, too."""
    if element.tag not in {"aside", "blockquote", "div", "figure", "section"} or not 20 < text_length(element) < 400:
        return False
    if element.tag in {"div", "figure", "section"} and not _said(element, "pulled"):
        return False
    words = " ".join("".join(element.itertext()).split()).strip(" “”\"'«»‘’.…-–—")
    return len(words) > 20 and words in text


def _is_sentence(element: HtmlElement) -> bool:
    words = "".join(element.itertext()).strip()
    long = len(words.split()) >= 8 or len(UNSPACED.findall(words)) >= 16
    return long and SENTENCE_END.search(words) is not None and not _words("refers").match(words)


def _has_text_below(heading: HtmlElement) -> bool:
    """Whether what follows *heading* is text of some length."""
    below = heading.getnext()
    for _ in range(NEAR):
        passed = below is not None and (
            not isinstance(below.tag, str) or below.tag in {"figure", "img", "div", *HEADINGS}
        )
        if not passed:
            break
        if isinstance(below.tag, str) and any(prose_length(one) >= PROSE for one in below.iter("p")):
            return True
        below = below.getnext()
    return below is not None and below.tag in {"p", "ul", "ol", "table"} and prose_length(below) >= PROSE


def _has_blocks(element: HtmlElement) -> bool:
    return any(child.tag in BLOCKS for child in element.iterdescendants() if isinstance(child.tag, str))


def _unlink(element: HtmlElement) -> None:
    for link in element.iter("a"):
        link.tag = "span"
        link.attrib.clear()


def _linked(element: HtmlElement) -> float:
    """The share of an element's words that are links."""
    whole = text_length(element)
    return sum(text_length(link) for link in element.iter("a")) / whole if whole else 0.0


def _hosts(element: HtmlElement) -> list[str]:
    """The hosts that the links in *element* lead to, of those that name one."""
    links = (link.get("href", "") for link in element.iter("a"))
    return [urlsplit(link).netloc for link in links if link.startswith(("http://", "https://"))]


def _said(element: HtmlElement, kind: str) -> bool:
    """Whether the class or id of *element* has a name of *kind*."""
    names = f"{element.get('class', '')} {element.get('id', '')}"
    return names != " " and _words(kind).search(names) is not None


@cache
def _words(kind: str) -> re.Pattern[str]:
    patterns = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[kind]
    return re.compile("|".join(patterns), re.IGNORECASE)
