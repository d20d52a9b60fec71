"""Every error of an evaluation as one page to browse: the sentence with its words marked, what was wanted and given.

The page needs nothing but itself: no script, no picture, no address. All that comes from posts is escaped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

from pipeline.learn.comparing import Change, Difference
from pipeline.learn.tallies import Miss, Score, confusion_of, table_of

LONGEST = 600  # characters of a sentence or passage that are shown
STYLE = """
:root{color-scheme:light dark;--line:#8886;--mark:#fd86;--good:#2a7;--bad:#c43}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;margin:1rem 0;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.2rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
td.n{text-align:right}mark{background:var(--mark);color:inherit;padding:0 .1em}
article{border-top:1px solid var(--line);padding:.6rem 0}article p{margin:.2rem 0}
.where{opacity:.75;font-size:.9em}summary{cursor:pointer;font-weight:600;padding:.4rem 0}
.gained{color:var(--good)}.lost{color:var(--bad)}nav ul{columns:3 14rem}
@media print{details{display:block}}
"""


def write_page(
    path: Path,
    result: Score,
    titles: Mapping[str, str],
    *,
    about: str = "",
    compared: Sequence[Difference] = (),
    changed: Iterable[Change] = (),
) -> None:
    """Write the page of *result* to *path*; *titles* are those of posts, *about* a sentence on what was measured."""
    by_field: dict[str, list[Miss]] = defaultdict(list)
    for miss in result.misses:
        by_field[miss.field].append(miss)
    order = sorted(by_field, key=lambda name: (-len(by_field[name]), name))
    contents = "".join(
        f'<li><a href="#f{n}">{escape(name)}</a> ({len(by_field[name])})</li>' for n, name in enumerate(order)
    )
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>",
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>What was read wrong</title><style>{STYLE}</style>",
        f"<h1>What was read wrong</h1><p>{escape(about)} {len(result.by_post)} posts, {len(result.misses)} errors.</p>",
        f"<nav aria-label='Kinds of error'><ul>{contents}</ul></nav>",
        _measures(result),
        _confusion(result),
        _compared(compared, list(changed), titles) if compared else "",
    ]
    for n, name in enumerate(order):
        parts.append(f'<details id="f{n}" open><summary>{escape(name)}: {len(by_field[name])} errors</summary>')
        parts += [_article(miss, titles.get(miss.post, "")) for miss in by_field[name]]
        parts.append("</details>")
    path.write_bytes("\n".join(part for part in parts if part).encode("utf-8", "xmlcharrefreplace"))


def _measures(result: Score) -> str:
    rows = [*table_of(result), *table_of(result, kinds=True)]
    heads = ("measure", "precision", "recall", "f1", "low", "high", "right", "given", "wanted")
    return _table("How much was right; low and high bound F1’s 95 % interval over posts", heads, [
        [f"{cell:.3f}" if isinstance(cell, float) else cell for cell in row.values()] for row in rows
    ])  # fmt: skip


def _confusion(result: Score) -> str:
    rows = [list(row.values()) for row in confusion_of(result)]
    return _table("Kinds of claim", ("wanted", "given", "claims"), rows)


def _compared(found: Sequence[Difference], changed: Sequence[Change], titles: Mapping[str, str]) -> str:
    heads = ("measure", "before", "after", "change", "low", "high", "gained", "lost")
    rows = [
        [
            one.measure,
            *(f"{x:+.3f}" if n > 1 else f"{x:.3f}" for n, x in enumerate(_figures(one))),
            one.gained,
            one.lost,
        ]
        for one in found
    ]
    cases = "".join(
        f'<li class="{"gained" if one.gained else "lost"}">{"gained" if one.gained else "lost"}: '
        f"{escape(one.measure)} at {escape(one.mark)} in {escape(titles.get(one.post) or one.post)}</li>"
        for one in changed
    )
    return (
        _table("Against the other: F1 before and after, the interval of the change over the same posts", heads, rows)
        + f"<details><summary>{len(changed)} cases that only one of the two has right</summary>"
        f"<ul>{cases}</ul></details>"
    )


def _figures(one: Difference) -> tuple[float, ...]:
    return (one.before, one.after, one.change, one.low, one.high)


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    top = "".join(f"<th scope=col>{escape(head)}</th>" for head in heads)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=n' if n and not isinstance(c, str) else ''}>{escape(str(c))}</td>" for n, c in enumerate(r)
        )
        + "</tr>"
        for r in rows
    )
    return f"<details><summary>{escape(title)}</summary><table><tr>{top}</tr>{body}</table></details>"


def _article(miss: Miss, title: str) -> str:
    at, end = miss.start - miss.sentence_start, miss.end - miss.sentence_start
    text = miss.sentence
    shown = f"{escape(text[:at])}<mark>{escape(text[at:end])}</mark>{escape(text[end:])}"
    if len(text) > LONGEST:
        before, after = text[max(0, at - LONGEST // 3) : at], text[end : end + LONGEST // 3]
        shown = f"…{escape(before)}<mark>{escape(text[at:end][:LONGEST])}</mark>{escape(after)}…"
    return (
        f"<article><p>{shown}</p><p>wanted <b>{_said(miss.wanted)}</b>, given <b>{_said(miss.given)}</b></p>"
        f"<p class=where>{escape(title or miss.post)}, {escape(miss.post)} at {miss.start}</p></article>"
    )


def _said(value: object) -> str:
    return "nothing" if value is None else escape(str(value)[:LONGEST])
