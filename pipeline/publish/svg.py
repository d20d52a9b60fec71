"""Plots as inline SVG that takes its colours from the page, so that light, dark and print all fit."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Colours that matplotlib draws with, and the names by which the page's style gives them their real ones.
INK, MUTED, GRID, MAIN, SECOND, PAPER = "#010101", "#020202", "#030303", "#040404", "#050505", "#060606"
NAMES = {INK: "ink", MUTED: "muted", GRID: "grid", MAIN: "main", SECOND: "second", PAPER: "paper"}
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # words stay words
    "svg.hashsalt": "convening-ledger",  # the same ids in every run
    "font.family": "DejaVu Sans",  # ships with the library, so widths are the same on every machine
    "text.parse_math": False,  # a dollar is a dollar
    "text.color": INK,
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "axes.unicode_minus": False,
}


def inline(figure: Figure, name: str) -> str:
    """*figure* as an SVG element without style, script, date or address; its ids begin with *name*."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    root = ElementTree.fromstring(file.getvalue())  # noqa: S314  # our own
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag not in KEPT:
                parent.remove(child)
    for element in root.iter():
        _theme(element, name)
    for place in ("width", "height", "version"):
        root.attrib.pop(place, None)
    root.set("aria-hidden", "true")  # the figure around it says what it shows, and a table has the values
    root.set("focusable", "false")
    text = ElementTree.tostring(root, encoding="unicode")
    text = re.sub(r"<(/?)ns\d+:", r"<\1", text)
    text = re.sub(r"\sxmlns:ns(\d+)=\"http://www\.w3\.org/(?:2000/svg|1999/xlink)\"", "", text)
    return re.sub(r"\bns\d+:href=", "href=", text)


KEPT = {SVG + tag for tag in ("svg", "g", "path", "text", "tspan", "use", "defs", "clipPath", "rect")}
ADDRESS = re.compile(r"url\(#([^)]+)\)")
SIZE = re.compile(r"([\d.]+)px")


def _theme(element: ElementTree.Element, name: str) -> None:
    rules = (rule.partition(":") for rule in element.attrib.pop("style", "").split(";"))
    style = {key.strip(): value.strip() for key, colon, value in rules if colon}
    for attribute in ("fill", "stroke"):
        if attribute in element.attrib:
            style.setdefault(attribute, element.attrib.pop(attribute))
    classes = []
    if element.tag == SVG + "text" and "fill" not in style:
        style["fill"] = INK
    for key, value in style.items():
        if key in ("fill", "stroke") and value in NAMES:
            classes.append(f"{key[0]}-{NAMES[value]}")
        elif key == "font":
            size = SIZE.search(value)
            if size:
                element.set("font-size", size[1])
            if "bold" in value or re.search(r"\b[67]00\b", value):
                element.set("font-weight", "600")
        elif key not in ("font-family", "white-space"):
            element.set(key, value)
    if classes:
        element.set("class", " ".join(classes))
    if "id" in element.attrib:
        element.set("id", f"{name}-{element.get('id')}")
    for key in ("clip-path", XLINK + "href", "href"):
        target = element.get(key)
        if target and target.startswith("#"):
            element.set(key, f"#{name}-{target[1:]}")
        elif target:
            element.set(key, ADDRESS.sub(rf"url(#{name}-\1)", target))
