"""Layouts of further publishing systems, of pages made by scripts, and of other languages."""

# ruff: noqa: D103, E501  (a layout's name says what it is, and markup reads best as it stands)

from __future__ import annotations

import json
from random import Random

from layouts.frame import TITLE, doc, layout, ps
from layouts.prose import COOKIES, FOOTER, NEWSLETTER, SHARE, comments, menu, paragraphs, sentence, teasers
from layouts.scripts import foreign


@layout
def gutenberg_in_full(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 7)
    caption, inside, listed = sentence(rng), sentence(rng), [sentence(rng) for _ in range(3)]
    rows = [(f"Town {chr(65 + n)}", f"{rng.randrange(1000, 9999):,}") for n in range(4)]
    cells = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows)
    pulled = text[1].split(". ")[0] + "."
    body = (
        f'<p class="has-drop-cap">{text[0]}</p><figure class="wp-block-image size-large"><img src="a.jpg"><figcaption '
        f'class="wp-element-caption">{caption}</figcaption></figure>{ps(text[1:3])}<figure class="wp-block-pullquote">'
        f'<blockquote><p>{pulled}</p></blockquote></figure><div class="wp-block-group has-border-color" style="border-width:1px">'
        f'<div class="wp-block-group__inner-container"><p>{inside}</p></div></div><div class="wp-block-columns"><div '
        f'class="wp-block-column"><p>{text[3]}</p></div><div class="wp-block-column"><p>{text[4]}</p></div></div>'
        f'<figure class="wp-block-table"><table><tbody>{cells}</tbody></table></figure><ul class="wp-block-list">'
        f'{"".join(f"<li>{one}</li>" for one in listed)}</ul><div class="wp-block-buttons"><div class="wp-block-button"><a '
        f'class="wp-block-button__link" href="/go">Get the guide of 1999</a></div></div>{ps(text[5:])}<ul '
        f'class="wp-block-latest-posts"><li><a href="/1">The 88 best windows</a></li><li><a href="/2">77 sunsets</a></li></ul>'
    )
    return doc(
        f'<div class="wp-site-blocks"><header><nav><ul>{menu(rng)}</ul></nav></header><main class="wp-block-group"><h1 '
        f'class="wp-block-post-title">{TITLE}</h1><div class="wp-block-post-date"><time datetime="2023-05-06">May 6, 2023</time>'
        f'</div><div class="entry-content wp-block-post-content is-layout-constrained">{body}</div></main><footer>{FOOTER}'
        f"</footer></div>"
    ), [text[0], caption, *text[1:3], inside, *text[3:5], *(f"{a} {b}" for a, b in rows), *listed, *text[5:]]


@layout
def wix(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    body = "".join(
        f'<div type="paragraph" data-hook="rcv-block{n}"><p class="_1j-51 iWv3d" dir="auto"><span class="_2PHJq"><span '
        f'style="font-size:17px">{one}</span></span></p></div><div type="empty-line"><p><span><br role="presentation"></span></p></div>'
        for n, one in enumerate(text)
    )
    return doc(
        f'<div id="SITE_CONTAINER"><div id="site-root"><header id="SITE_HEADER"><nav aria-label="Site">{menu(rng)}</nav></header>'
        f'<main id="PAGES_CONTAINER"><div id="comp-k1" class="blog-post-page-font"><article class="lyd6fK blog-post"><div '
        f'data-hook="post"><ul><li><span data-hook="user-name">Ivy Jay</span></li><li>Mar 3, 2022</li><li>4 min read</li></ul>'
        f'<h1 data-hook="post-title"><span>{TITLE}</span></h1><section data-hook="post-description"><div class="kXBQa"><div '
        f'data-rce-version="9.1.0"><div class="rich-content-viewer" dir="ltr">{body}</div></div></div></section><div '
        f'data-hook="post-main-actions"><span>213 views</span><span>0 comments</span></div></div></article></div><div '
        f'data-hook="recent-posts"><h2>Recent Posts</h2>{teasers(rng)}</div></main><footer id="SITE_FOOTER">{FOOTER}</footer>'
        f"</div></div>"
    ), text


@layout
def blogger(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    body = "<br />\n<br />\n".join(text[:3]) + "".join(f"<div><br /></div><div>{one}</div>" for one in text[3:])
    archive = "".join(
        f"<li><a href='/{y}'>{y}</a> <span class='post-count'>({y % 50})</span></li>" for y in range(2005, 2016)
    )
    return doc(
        f'<div class="content"><div class="header-outer"><h1 class="title"><a href="/">Doors and more</a></h1></div><div '
        f'class="main-outer"><div class="column-center-outer"><div class="main section" id="main"><div class="widget Blog" id="Blog1">'
        f'<div class="blog-posts hfeed"><div class="date-outer"><h2 class="date-header"><span>Tuesday, 4 March 2014</span></h2><div '
        f'class="post-outer"><div class="post hentry"><h3 class="post-title entry-title">{TITLE}</h3><div class="post-body '
        f'entry-content" id="post-body-4711">{body}<div style="clear: both;"></div></div><div class="post-footer">Posted by <span>Kim '
        f'</span> at <a href="/x"><abbr title="2014-03-04T10:11:00">10:11</abbr></a></div></div></div></div></div><div class="comments" '
        f'id="comments"><h4>3 comments:</h4>{comments(rng)}</div></div></div></div><div class="column-right-outer"><div class="widget '
        f'BlogArchive"><h2>Blog Archive</h2><ul>{archive}</ul></div><div class="widget Profile"><h2>About me</h2><p>I have 14 cats and '
        f"write about all of them, one after the other, in the evenings.</p></div></div></div></div><footer>{FOOTER}</footer>"
    ), text


@layout
def live_report_with_key_events(rng: Random) -> tuple[str, list[str]]:
    lead = sentence(rng)
    entries = [(f"1{9 - n}:0{n}", f"Part {chr(65 + n)}", paragraphs(rng, 2, 2)) for n in range(6)]
    blocks = "".join(
        f'<div id="block-{n}" class="block live-block"><p class="block-time published-time"><time datetime="2022-03-04T1{9 - n}:0{n}">'
        f'{clock}</time></p><h2 class="block-title">{head}</h2><div class="block-elements">{ps(both)}</div><div class="block-share">'
        f'<a href="#s">Share</a></div></div>'
        for n, (clock, head, both) in enumerate(entries)
    )
    events = "".join(f'<li><a href="#block-{n}">{clock} {head}</a></li>' for n, (clock, head, _) in enumerate(entries))
    return doc(
        f'<header><nav><ul>{menu(rng)}</ul></nav></header><article class="content--liveblog"><header><h1>{TITLE}</h1><div '
        f'class="content__standfirst"><p>{lead}</p></div></header><div class="key-events"><h2>Key events</h2><ul>{events}</ul></div>'
        f'<div class="live-blog" itemprop="articleBody">{blocks}</div></article><section class="most-viewed"><h2>Most viewed</h2>'
        f"{teasers(rng, 8)}</section><footer>{FOOTER}</footer>"
    ), [words for clock, head, both in entries for words in (clock, head, *both)]


@layout
def text_in_script_state_only(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    blocks = [{"_type": "block", "children": [{"_type": "span", "text": one}], "style": "normal"} for one in text]
    others = [{"title": f"Another story of {1900 + n}", "excerpt": sentence(rng)} for n in range(4)]
    state = {
        "props": {"pageProps": {"post": {"title": TITLE, "date": "2024-02-03", "views": 4242, "body": blocks}, "related": others}},
        "buildId": "k3j4h5", "query": {"slug": "doors"},
    }  # fmt: skip
    return doc(
        f'<div id="__next"><div class="loading">Loading…</div></div><script id="__NEXT_DATA__" type="application/json">'
        f"{json.dumps(state)}</script><noscript>You need to enable JavaScript to run this app.</noscript>"
    ), text


@layout
def html_in_script_state_only(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    state = {
        "article": {"id": 7711, "headline": TITLE, "bodyHtml": ps(text)},
        "menu": [{"label": f"Item {n}"} for n in range(30)],
    }
    return doc(
        f'<div id="app"></div><script>window.__INITIAL_STATE__ = {json.dumps(state)};</script><script src="/app.js"></script>'
    ), text


@layout
def text_in_json_ld_only(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    node = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, "datePublished": "2021-07-08T09:10:11Z",
        "author": [{"@type": "Person", "name": "Lou May"}], "articleBody": "\n\n".join(text),
    }  # fmt: skip
    return doc(
        f'<div id="root"></div><footer>{FOOTER}</footer>',
        head=f'<script type="application/ld+json">{json.dumps(node)}</script>',
    ), text


@layout
def paywalled(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 2)
    offer = (
        '<div class="paywall-overlay"><h2>Subscribe to read on</h2><p>Get 12 weeks for £6, then £15 a month. Cancel anytime.</p>'
        "<button>Subscribe</button><p>Already one of our 90,000 readers? <a>Log in</a></p></div>"
    )
    return doc(
        f'<header><nav><ul>{menu(rng)}</ul></nav></header><main><article class="story"><h1>{TITLE}</h1><div class="byline">By Max '
        f'Nye</div><div class="article-body">{ps(text)}{offer}</div></article><section class="more"><h2>More stories</h2>'
        f"{teasers(rng, 5)}</section></main><footer>{FOOTER}</footer>"
    ), text


@layout
def endless_scroll(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    more = "".join(
        f'<article class="post infinite-item" data-url="/{n}"><header><h1>Other story {chr(65 + n)}</h1></header><div class="entry-content">'
        f"{ps(paragraphs(rng, 5))}</div></article>"
        for n in range(2)
    )
    return doc(
        f'<header><nav><ul>{menu(rng)}</ul></nav></header><main id="main"><article class="post" data-url="/this"><header><h1>{TITLE}</h1>'
        f'</header><div class="entry-content">{ps(text)}</div></article>{more}</main><footer>{FOOTER}</footer>'
    ), text


@layout
def table_layout_of_2005(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 7, 2)
    links = "".join(f'<tr><td class="nav"><a href="/{n}.asp">Section {n}</a></td></tr>' for n in range(12))
    quick = "".join(
        f'<tr><td><font size="1"><a href="/q{n}">Quick link number {n} of the year</a></font></td></tr>'
        for n in range(8)
    )
    return (
        f'<html><head><title>{TITLE}</title></head><body topmargin="0"><table width="100%"><tr><td><table width="780" align="center">'
        f'<tr><td colspan="3" class="top"><img src="logo.gif"> <font size="1">Saturday, 5 March 2005</font></td></tr><tr><td width="150" '
        f'valign="top"><table class="navtable">{links}</table></td><td width="480" valign="top"><table><tr><td class="headline">{TITLE}</td>'
        f'</tr><tr><td class="bodytext">{"<br><br>".join(text)}</td></tr></table></td><td width="150" valign="top"><table>{quick}</table>'
        f'</td></tr><tr><td colspan="3" class="bottom"><font size="1">Copyright 2005 The Office. Page 1 of 1. Call 555-0199.</font></td></tr>'
        f"</table></td></tr></table></body></html>"
    ), text


@layout
def text_for_browsers_without_scripts(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    return doc(
        f'<div id="app"><div class="spinner"></div></div><noscript><h1>{TITLE}</h1>{ps(text)}</noscript><script src="/bundle.js"></script>'
    ), text


@layout
def pictures_that_load_late(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    captions = [f"Guests {n * 11 + 7} of them, in the hall before the lamps were lit" for n in range(1, 3)]
    figures = [
        f'<figure class="lazy"><div class="placeholder" style="padding-bottom:66%"><img data-src="{n}.jpg" src="data:image/gif;base64,R0l">'
        f'<noscript><img src="{n}.jpg" alt="Picture 9{n}9"></noscript></div><figcaption><span class="caption-text">{one}</span> <span '
        f'class="credit">Photo: Agency 20{n}4</span></figcaption></figure>'
        for n, one in enumerate(captions)
    ]
    return doc(
        f'<header><nav><ul>{menu(rng)}</ul></nav></header><main><article><h1>{TITLE}</h1><div class="c-article__body">{ps(text[:2])}'
        f"{figures[0]}{ps(text[2:4])}{figures[1]}{ps(text[4:])}</div></article></main><footer>{FOOTER}</footer>"
    ), [*text[:2], captions[0], *text[2:4], captions[1], *text[4:]]


def _foreign(rng: Random, language: str, direction: str = "ltr") -> tuple[str, list[str]]:
    text = foreign(rng, language, 7)
    more = foreign(rng, language, 4)
    cards = "".join(f'<div class="card"><h3><a href="/{n}">{one[:24]}</a></h3></div>' for n, one in enumerate(more))
    return (
        f'<!doctype html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8"><title>{TITLE}</title></head><body><header>'
        f'<nav><ul>{menu(rng)}</ul></nav></header><main><article class="news"><h1>{TITLE}</h1><div class="news-text">{ps(text)}</div>'
        f'</article><div class="related-news">{cards}</div></main><footer>{FOOTER}</footer></body></html>'
    ), text


@layout
def arabic(rng: Random) -> tuple[str, list[str]]:
    return _foreign(rng, "ar", "rtl")


@layout
def chinese(rng: Random) -> tuple[str, list[str]]:
    return _foreign(rng, "zh")


@layout
def japanese(rng: Random) -> tuple[str, list[str]]:
    return _foreign(rng, "ja")


@layout
def portuguese(rng: Random) -> tuple[str, list[str]]:
    return _foreign(rng, "pt")


@layout
def russian(rng: Random) -> tuple[str, list[str]]:
    return _foreign(rng, "ru")


@layout
def chinese_portal_of_brs(rng: Random) -> tuple[str, list[str]]:
    text = foreign(rng, "zh", 7)
    body = "<br/><br/>　　".join(text)
    links = "".join(
        f'<li><a href="/{n}.htm">{one[:18]}</a> <span>03-1{n}</span></li>'
        for n, one in enumerate(foreign(rng, "zh", 8))
    )
    return (
        f'<html><head><meta charset="utf-8"><title>{TITLE}</title></head><body><div class="top"><ul>{menu(rng)}</ul></div><div class="w980">'
        f'<div class="left"><h1>{TITLE}</h1><div class="info">2020-03-04 10:11 来源：办公室 浏览：4711次</div><div id="zoom" class="TRS_Editor">'
        f'　　{body}</div></div><div class="right"><h3>热点新闻</h3><ul>{links}</ul></div></div><div class="footer">{FOOTER}</div></body></html>'
    ), text


@layout
def countdown_of_slides(rng: Random) -> tuple[str, list[str]]:
    lead, text = paragraphs(rng, 2), paragraphs(rng, 7, 2)
    slides = "".join(
        f'<div class="slide listicle-slide"><h2><span class="slide-number">{n}.</span> <a href="https://shop.example/{n}">The door of place '
        f'{chr(64 + n)}</a></h2><div class="slide-image"><img src="{n}.jpg"></div><p>{one}</p></div>'
        for n, one in enumerate(text, 1)
    )
    return doc(
        f'<header><nav><ul>{menu(rng)}</ul></nav></header><main><article><h1>{TITLE}</h1>{ps(lead)}<div class="slides">{slides}</div></article>'
        f'<aside class="sidebar">{teasers(rng)}</aside></main><footer>{FOOTER}</footer>'
    ), [*lead, *(f"{n}. The door of place {chr(64 + n)} {one}" for n, one in enumerate(text, 1))]


@layout
def interview(rng: Random) -> tuple[str, list[str]]:
    lead, text = paragraph_of(rng), paragraphs(rng, 6, 2)
    asked = [f"What came of the {rng.randrange(12, 99)} doors in year {chr(65 + n)}?" for n in range(6)]
    body = "".join(f"<p><strong>{q}</strong></p><p>{a}</p>" for q, a in zip(asked, text, strict=True))
    return doc(
        f'<header><nav><ul>{menu(rng)}</ul></nav></header><main><div class="post"><h1>{TITLE}</h1><div class="post-content"><p>{lead}</p>{body}'
        f"</div></div></main><footer>{FOOTER}</footer>"
    ), [lead, *(one for both in zip(asked, text, strict=True) for one in both)]


def paragraph_of(rng: Random) -> str:
    """One paragraph."""
    return paragraphs(rng, 1)[0]


@layout
def press_release(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    listed = [sentence(rng) for _ in range(4)]
    about = paragraph_of(rng)
    return doc(
        f'<header><nav><ul>{menu(rng)}</ul></nav></header><main><article class="news-release static-hero-release"><header class="container '
        f'release-header"><h1>{TITLE}</h1><p class="meta">News provided by <a><strong>Office</strong></a></p><p class="mb-no">May 04, 2021, '
        f'09:00 ET</p><p>Share this article</p>{SHARE}</header><section class="release-body container"><div class="row"><div class="col-lg-10">'
        f'{ps(text[:3])}<ul type="disc">{"".join(f"<li>{one}</li>" for one in listed)}</ul>{ps(text[3:])}<p><b>About the Office</b><br/>{about}'
        f'</p></div></div></section></article><section class="release-more-from-source"><h2>Also from this source</h2>{teasers(rng)}</section>'
        f"</main><footer>{FOOTER}</footer>"
    ), [*text[:3], *listed, *text[3:], "About the Office", about]


@layout
def elementor(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    heads = ["How it began", "What it gave"]
    widgets = "".join(
        f'<div class="elementor-element elementor-widget elementor-widget-text-editor" data-widget_type="text-editor.default"><div '
        f'class="elementor-widget-container"><p>{one}</p></div></div>'
        for one in text[:3]
    )
    head = '<div class="elementor-element elementor-widget elementor-widget-heading"><div class="elementor-widget-container"><h2>{}</h2></div></div>'
    last = (
        f'<div class="elementor-element elementor-widget elementor-widget-text-editor"><div class="elementor-widget-container">{ps(text[3:])}'
        f"</div></div>"
    )
    return doc(
        f'<div data-elementor-type="header" class="elementor-location-header"><nav class="elementor-nav-menu">{menu(rng)}</nav></div><div '
        f'data-elementor-type="single-post" class="elementor elementor-location-single post type-post"><section class="elementor-section"><div '
        f'class="elementor-container"><div class="elementor-column"><div class="elementor-widget-wrap"><div class="elementor-widget '
        f'elementor-widget-theme-post-title"><h1>{TITLE}</h1></div>{head.format(heads[0])}{widgets}{head.format(heads[1])}{last}<div '
        f'class="elementor-widget elementor-share-buttons">{SHARE}</div></div></div></div></section></div><div '
        f'data-elementor-type="footer" class="elementor-location-footer">{NEWSLETTER}{FOOTER}</div>'
    ), [heads[0], *text[:3], heads[1], *text[3:]]


@layout
def agency_report_with_furniture(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 9, 2)
    more = '<p><strong>READ MORE: <a href="/r1">The 41 best windows of the coast</a></strong></p>'
    related = '<p>Related: <a href="/r2">Who paid for the 17 keys?</a></p>'
    bio = '<div class="author-box"><p>Ned Ott has written 212 reports for us since he came, most of them about harbours and the sea.</p></div>'
    return doc(
        f"<header><nav><ul>{menu(rng)}</ul></nav></header><main><article><h1>{TITLE}</h1><p>By NED OTT</p><p>Published 10:15 am, 4 March 2021</p>"
        f'<div class="RichTextStoryBody">{ps(text[:3])}{more}{ps(text[3:6])}<p class="advert">Advertisement</p>{related}{ps(text[6:])}'
        f'<p class="copyright">Copyright 2021 The Agency. All rights reserved. This material may not be broadcast or rewritten.</p></div>{bio}'
        f'<div class="tags"><ul><li><a href="/t/1">Doors</a></li><li><a href="/t/2">2021</a></li></ul></div></article></main><footer>{FOOTER}'
        f"</footer>"
    ), text


@layout
def names_that_mislead(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    return doc(
        f'<div class="site-nav"><ul>{menu(rng)}</ul></div><div id="premium-wrapper" class="page-with-sidebar menu-open viewport"><div '
        f'class="flying-panel embed-free" style="border: 1px solid #ccc"><h1>{TITLE}</h1><div class="barcelona-theme__copy expandable">'
        f'{ps(text[:3], "bottom-space next-line")}<p style="border-left: 2px solid red">{text[3]}</p>{ps(text[4:])}</div></div></div>'
        f"<footer>{FOOTER}</footer>"
    ), text


@layout
def rows_and_columns(rng: Random) -> tuple[str, list[str]]:
    text, facts = (
        paragraphs(rng, 6),
        [("4,200", "towns that wrote to us"), ("97%", "of forms online"), ("£3.5m", "spent on keys")],
    )
    rows = "".join(f'<div class="row"><div class="col-md-8 offset-md-2"><p>{one}</p></div></div>' for one in text[:4])
    numbers = "".join(
        f'<div class="col-4 stat"><div class="num">{a}</div><div class="label">{b}</div></div>' for a, b in facts
    )
    return doc(
        f'<header><nav><ul>{menu(rng)}</ul></nav></header><main class="container"><div class="row"><div class="col"><h1>{TITLE}</h1></div></div>'
        f'{rows}<div class="row stats">{numbers}</div><div class="row"><div class="col-md-8 offset-md-2">{ps(text[4:])}</div></div></main>'
        f"<footer>{FOOTER}</footer>"
    ), [*text[:4], *(f"{a} {b}" for a, b in facts), *text[4:]]


@layout
def long_notices_below(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 3, 2)
    notice = "".join(
        f"<p>The Office of Examples is registered under number {n}00{n} and answers to the council of {n + 3} towns. Nothing on this page is an "
        f"offer, and values of {n * 7} days ago may have changed since. Past weather tells nothing of the weather to come.</p>"
        for n in range(1, 9)
    )
    return doc(
        f'<div class="cookie-bar">{COOKIES}</div><header><nav><ul>{menu(rng)}</ul></nav></header><main><div class="text"><h1>{TITLE}</h1>'
        f'{ps(text)}</div></main><footer><div class="disclaimer">{notice}</div>{FOOTER}</footer>'
    ), text


@layout
def bare_words_between_breaks(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    advert = '<div class="ad-unit"><ins class="adsbygoogle" data-ad-slot="12345"></ins></div>'
    return doc(
        f'<div id="header"><ul>{menu(rng)}</ul></div><div id="content"><h1>{TITLE}</h1><p class="posted">Posted 4 May 2011</p><div '
        f'class="storytext">{text[0]}<br><br>{text[1]}{advert}{text[2]}<br><br><b>{text[3]}</b><br><br>{text[4]}<p>{text[5]}</p></div></div><div '
        f'id="footer">{FOOTER}</div>'
    ), text
