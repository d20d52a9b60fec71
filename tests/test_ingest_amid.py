"""What stands amid the paragraphs of a text: which of it is text, and which is not, by its place and its words."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from layouts.prose import FOOTER, menu, paragraphs

from pipeline.ingest import main_text

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "ingest_amid.jsonl").read_text(encoding="utf-8").splitlines()
]
PLACES = {"start": 0, "amid": 3, "end": 6}


def page(markup: str, place: int, name: str) -> tuple[str, list[str]]:
    """A page with *markup* at a place among six paragraphs, and the paragraphs."""
    rng = Random(name)
    prose = [re.sub(r"\d[\d,.]*\d|\d", "9", one) for one in paragraphs(rng, 6)]
    body = [f"<p>{one}</p>" for one in prose]
    body.insert(place, markup)
    links = "<link rel=canonical href='https://office.example/posts/doors'>"
    return (
        f"<!doctype html><html><head><title>Open doors</title>{links}</head><body><nav><ul>{menu(rng)}</ul></nav><main>"
        f"<article><h1>Open doors</h1><div class=entry>{''.join(body)}</div></article></main><footer>{FOOTER}</footer>"
        "</body></html>"
    ), prose


@pytest.mark.parametrize(
    ("row", "place"),
    [pytest.param(row, place, id=f"{row['id']} {place}") for row in ROWS for place in row.get("at", PLACES)],
)
def test_what_is_text_and_what_is_not(row: dict[str, Any], place: str) -> None:
    """The figures that are text are found, those that are not are left out, and no paragraph is lost."""
    html, prose = page(row["html"], PLACES[place], row["id"])
    text = main_text(html.encode()).text
    found = set(re.findall(r"\d{3}", text))
    assert set(row.get("text", [])) <= found
    assert found.isdisjoint(row.get("apart", []))
    assert [one for one in prose if one not in text] == []
