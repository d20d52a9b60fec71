"""Layouts by what a text is made of: tables, lists, notes, captions, bad markup, other scripts."""

# ruff: noqa: D103, E501  (a layout's name says what it is, and markup reads best as it stands)

from __future__ import annotations

from random import Random

from layouts.frame import TITLE, doc, layout, ps
from layouts.prose import FOOTER, NEWSLETTER, menu, paragraphs, sentence, teasers


@layout
def table_of_figures(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 4)
    rows = [(f"Town {chr(65 + n)}", f"{rng.randrange(1000, 9999):,}", f"{rng.randrange(10, 99)}%") for n in range(8)]
    cells = "".join(f"<tr><th scope=row>{a}</th><td>{b}</td><td>{c}</td></tr>" for a, b, c in rows)
    table = (
        f"<table class='wikitable'><thead><tr><th>Place</th><th>Forms</th><th>Online</th></tr></thead><tbody>{cells}"
        "</tbody></table>"
    )
    return doc(
        f"<header><nav>{menu(rng)}</nav></header><main><article><h1>{TITLE}</h1>{ps(text[:2])}{table}{ps(text[2:])}</article>"
        f"</main><footer>{FOOTER}</footer>"
    ), [*text[:2], "Place Forms Online", *(" ".join(row) for row in rows), *text[2:]]


@layout
def table_layout_of_1999(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    links = "<br>".join(f'<a href="/{n}.htm"><font size=1>Link {n}</font></a>' for n in range(20))
    body = "".join(f'<p align=justify><font face="Arial" size=2>{one}</font></p>' for one in text)
    return (
        f"<html><head><title>{TITLE}</title></head><body bgcolor=#ffffff><table width=760 border=0 cellpadding=0><tr><td "
        f"colspan=3><img src=banner.gif></td></tr><tr><td width=140 valign=top bgcolor=#eeeeee>{links}</td><td width=480 "
        f"valign=top><b><font size=4>{TITLE}</font></b>{body}</td><td width=140 valign=top><font size=1>Visitors: 0048213"
        f"<br>Best viewed at 800x600</font></td></tr><tr><td colspan=3><font size=1>&copy; 1999 Office</font></td></tr>"
        "</table></body></html>"
    ), text


@layout
def lists_of_deeds(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 2)
    first, second = [sentence(rng) for _ in range(7)], [sentence(rng) for _ in range(5)]
    short = ["40 teams", "12 countries", "3 days", "1 harbour"]
    return doc(
        f'<nav><ul>{menu(rng)}</ul></nav><main id="main"><h1>{TITLE}</h1><p>{text[0]}</p><h2>In short</h2><ul>'
        f"{''.join(f'<li>{one}</li>' for one in short)}</ul><h2>What was done</h2><ol>"
        f"{''.join(f'<li><p>{one}</p></li>' for one in first)}</ol><h2>What comes next</h2><ul>"
        f"{''.join(f'<li>{one}</li>' for one in second)}</ul><p>{text[1]}</p></main><footer>{FOOTER}</footer>"
    ), [text[0], "In short", *short, "What was done", *first, "What comes next", *second, text[1]]


@layout
def definition_list(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 3)
    pairs = [(f"Term {chr(65 + n)}", sentence(rng)) for n in range(6)]
    body = "".join(f"<dt>{term}</dt><dd>{what}</dd>" for term, what in pairs)
    return doc(
        f"<header><nav>{menu(rng)}</nav></header><main><article><h1>{TITLE}</h1>{ps(text)}<dl>{body}</dl></article></main>"
        f"<footer>{FOOTER}</footer>"
    ), [*text, *(f"{term} {what}" for term, what in pairs)]


@layout
def gallery_with_captions(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 4)
    captions = [f"The hall on day {n}, when {rng.randrange(50, 900)} guests had taken their seats" for n in range(1, 5)]
    figures = "".join(
        f'<figure class="gallery-item"><img src="{n}.jpg" alt=""><figcaption>{one}</figcaption></figure>'
        for n, one in enumerate(captions)
    )
    return doc(
        f'<header><nav>{menu(rng)}</nav></header><main><article><h1>{TITLE}</h1>{ps(text[:2])}<div class="gallery">{figures}'
        f"</div>{ps(text[2:])}</article></main><footer>{FOOTER}</footer>"
    ), [*text[:2], *captions, *text[2:]]


@layout
def br_paragraphs(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    return doc(
        f'<div id="nav"><ul>{menu(rng)}</ul></div><div id="main"><h1>{TITLE}</h1><div class="text">{"<br><br>".join(text)}</div>'
        f'</div><div id="foot">{FOOTER}</div>'
    ), text


@layout
def bare_text_in_body(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    return f"<html><title>{TITLE}</title><body><h1>{TITLE}</h1>\n{'<br/><br/>'.join(text)}</body></html>", text


@layout
def bad_html(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    body = "".join(f"<p>{one}<b><i></b></i></div><span></p></span>" for one in text)
    return (
        f"<title>{TITLE}</title><div class=menu><ul>{menu(rng).replace('</li>', '')}<div class=content><h1>{TITLE}</h2>{body}"
        f"<div class=footer>{FOOTER}"
    ), text


@layout
def unclosed_paragraphs(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 8)
    return f"<HTML><HEAD><TITLE>{TITLE}</TITLE></HEAD><BODY><H1>{TITLE}</H1>" + "".join(
        f"<P>{one}\n" for one in text
    ), text


@layout
def divs_only(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    body = "".join(f"<div><div><span>{one}</span></div></div>" for one in text)
    return doc(
        f"<div class='x1'><div class='x2'>{menu(rng)}</div></div><div class='x3'><div class='x4'><div>{TITLE}</div><div "
        f"class='x5'>{body}</div></div></div><div class='x6'>{FOOTER}</div>"
    ), text


@layout
def sections_with_pull_quotes(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    pull = text[1].split(". ")[0]
    heads = [f"Part {n}" for n in ("one", "two", "three")]
    parts = "".join(
        f'<section class="chapter"><h2>{head}</h2>{ps(text[2 * n : 2 * n + 2])}</section>'
        for n, head in enumerate(heads)
    )
    return doc(
        f'<div id="app"><header><nav>{menu(rng)}</nav></header><main><article><h1>{TITLE}</h1>{parts}<aside class="pullquote">'
        f"<p>{pull}</p></aside></article></main><footer>{FOOTER}</footer></div>"
    ), [line for n, head in enumerate(heads) for line in (head, *text[2 * n : 2 * n + 2])]


@layout
def footnotes(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    marked = [
        one.replace(",", f'<sup><a href="#fn{n}" id="ref{n}" class="footnote-ref">{n}</a></sup>,', 1)
        for n, one in enumerate(text, 1)
    ]
    notes = [sentence(rng) for _ in text]
    below = "".join(f'<li id="fn{n}"><p>{one} <a href="#ref{n}">↩</a></p></li>' for n, one in enumerate(notes, 1))
    return doc(
        f"<nav><ul>{menu(rng)}</ul></nav><main><article><h1>{TITLE}</h1>{ps(marked)}<section class='footnotes' role='doc-endnotes'>"
        f"<hr><ol>{below}</ol></section></article></main><footer>{FOOTER}</footer>"
    ), [*text, *notes]


@layout
def struck_hidden_and_raised(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    body = "".join(
        f"<p>{one} Of <del>30</del> <ins>4{n}</ins> rooms each measures 1{n} m<sup>2</sup>.</p><p hidden>Internal note 9{n}8.</p>"
        f'<p style="display:none">Draft of 7{n}7.</p>'
        for n, one in enumerate(text)
    )
    return doc(
        f"<nav><ul>{menu(rng)}</ul></nav><main><article><h1>{TITLE}</h1>{body}</article></main><footer>{FOOTER}</footer>"
    ), [f"{one} Of 4{n} rooms each measures 1{n} m^2." for n, one in enumerate(text)]


@layout
def short_post(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 1, 2)
    return doc(
        f"<header><nav><ul>{menu(rng)}</ul></nav></header><main><article><h1>{TITLE}</h1>{ps(text)}</article><aside><h2>More</h2>"
        f"{teasers(rng, 6)}</aside></main><div>{NEWSLETTER}</div><footer>{FOOTER}</footer>"
    ), text


@layout
def question_and_answer(rng: Random) -> tuple[str, list[str]]:
    asked = [
        f"How did you count the {rng.randrange(20, 90)} doors?",
        "Who paid for the 12 keys?",
        "What comes after 2025?",
    ]
    text = paragraphs(rng, 3)
    body = "".join(
        f'<div class="accordion-item"><h3 class="accordion-header"><button type="button">{q}</button></h3><div '
        f'class="accordion-body"><p>{a}</p></div></div>'
        for q, a in zip(asked, text, strict=True)
    )
    lead = paragraphs(rng, 2)
    return doc(
        f"<header><nav>{menu(rng)}</nav></header><main><article><h1>{TITLE}</h1>{ps(lead)}<div class='accordion'>{body}</div></article>"
        f"</main><footer>{FOOTER}</footer>"
    ), [*lead, *(line for pair in zip(asked, text, strict=True) for line in pair)]


@layout
def details_and_summary(rng: Random) -> tuple[str, list[str]]:
    text, more = paragraphs(rng, 4), paragraphs(rng, 2)
    return doc(
        f"<header><nav>{menu(rng)}</nav></header><main><article><h1>{TITLE}</h1>{ps(text)}<details><summary>The full figures</summary>"
        f"{ps(more)}</details></article></main><footer>{FOOTER}</footer>"
    ), [*text, "The full figures", *more]


@layout
def headline_figures_in_boxes(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    facts = [
        ("4,210", "forms filled in"),
        ("£3.2m", "saved in a year"),
        ("97%", "of users content"),
        ("15", "towns taking part"),
    ]
    boxes = "".join(
        f'<div class="stat-box"><span class="stat-number">{a}</span><span class="stat-label">{b}</span></div>'
        for a, b in facts
    )
    return doc(
        f'<header><nav>{menu(rng)}</nav></header><main><article><h1>{TITLE}</h1>{ps(text[:2])}<div class="stats-row">{boxes}</div>'
        f"{ps(text[2:])}</article></main><footer>{FOOTER}</footer>"
    ), [*text[:2], *(f"{a} {b}" for a, b in facts), *text[2:]]


@layout
def blockquotes_and_tweets(rng: Random) -> tuple[str, list[str]]:
    text, said = paragraphs(rng, 5), sentence(rng)
    tweet = (
        '<blockquote class="twitter-tweet"><p lang="en">So proud of all 300 who came today!</p>&mdash; Ida (@ida) '
        '<a href="https://chirp.example/1">May 4, 2021</a></blockquote>'
    )
    return doc(
        f"<header><nav>{menu(rng)}</nav></header><main><article><h1>{TITLE}</h1>{ps(text[:2])}<blockquote><p>{said}</p><cite>Ida Jo</cite>"
        f"</blockquote>{ps(text[2:4])}{tweet}{ps(text[4:])}</article></main><footer>{FOOTER}</footer>"
    ), [
        *text[:2],
        said,
        "Ida Jo",
        *text[2:4],
        "So proud of all 300 who came today! — Ida (@ida) May 4, 2021",
        *text[4:],
    ]


@layout
def right_to_left(rng: Random) -> tuple[str, list[str]]:
    said = (
        "في عام {y} أطلقت الوزارة {n} خدمة رقمية جديدة للمواطنين في جميع أنحاء البلاد، وشارك في العمل {m} موظفا من مختلف المدن.",
        "بلغت تكلفة المشروع {n} مليون ريال، وهو مبلغ أقل مما كان متوقعا في بداية العام، كما قال مدير البرنامج أمام {m} ضيفا.",
    )
    text = [
        " ".join(
            one.format(y=rng.randrange(2001, 2024), n=rng.randrange(10, 900), m=rng.randrange(10, 900)) for one in said
        )
        for _ in range(6)
    ]
    return doc(
        f'<div dir="rtl"><header><nav><ul><li><a>الرئيسية</a></li><li><a>الأخبار</a></li></ul></nav></header><main><article><h1>{TITLE}'
        f'</h1><div class="entry-content">{ps(text)}</div></article></main><footer><p>© 2022 جميع الحقوق محفوظة</p></footer></div>'
    ), text


@layout
def chinese(rng: Random) -> tuple[str, list[str]]:
    text = [
        f"二〇二〇年以来，该市共开通了{rng.randrange(10, 900)}项在线服务，培训了{rng.randrange(10, 900)}名工作人员。项目总投资为"
        f"{rng.randrange(10, 900)}万元，比去年增加了{rng.randrange(2, 90)}%，市民的满意度也有了明显的提高。"
        for _ in range(7)
    ]
    return doc(
        f'<div class="top"><ul><li><a>首页</a></li><li><a>新闻</a></li></ul></div><div class="main"><h1>{TITLE}</h1><div class="article">'
        f'{ps(text)}</div></div><div class="foot"><p>版权所有 1998-2022</p></div>'
    ), text
