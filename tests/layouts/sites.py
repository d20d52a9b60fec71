"""Layouts of publishing systems and of kinds of site."""

# ruff: noqa: D103, E501  (a layout's name says what it is, and markup reads best as it stands)

from __future__ import annotations

from random import Random

from layouts.frame import TITLE, doc, layout, ps
from layouts.prose import COOKIES, FOOTER, NEWSLETTER, SHARE, comments, menu, paragraphs, sentence, teasers


@layout
def wordpress_classic(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    return doc(
        f'<div id="page" class="hfeed site"><header id="masthead"><h1 class="site-title"><a href="/">The blog</a></h1>'
        f'<nav id="site-navigation" class="main-navigation"><ul>{menu(rng)}</ul></nav></header><div id="content"><div '
        f'id="primary" class="content-area"><main class="site-main"><article id="post-731" class="post-731 post hentry">'
        f'<header class="entry-header"><h1 class="entry-title">{TITLE}</h1><div class="entry-meta">Posted on <time '
        f'class="entry-date published" datetime="2021-03-04">March 4, 2021</time> by <span class="author vcard">Ann Lee'
        f'</span></div></header><div class="entry-content">{ps(text)}<div class="sharedaddy sd-sharing-enabled"><h3>'
        f'Share this:</h3>{SHARE}</div><div id="jp-relatedposts" class="jp-relatedposts"><h3>Related</h3>'
        f'{teasers(rng)}</div></div><footer class="entry-footer">Tagged <a href="/t/2">2020</a></footer></article>'
        f'<nav class="post-navigation"><a rel="prev">12 things from last year</a></nav><div id="comments" '
        f'class="comments-area"><h2>3 thoughts on this</h2><ol class="comment-list">{comments(rng)}</ol></div></main>'
        f'</div><aside id="secondary" class="widget-area"><section class="widget"><h2>Archives</h2><ul><li><a>May 2019'
        f"</a> (14)</li><li><a>June 2019</a> (9)</li></ul></section></aside></div><footer>{FOOTER}</footer></div>"
    ), text


@layout
def wordpress_blocks(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    heads = ["Where it began", "What it cost"]
    quote = sentence(rng)
    body = (
        f'<p class="has-large-font-size">{text[0]}</p><h2 class="wp-block-heading">{heads[0]}</h2>{ps(text[1:3])}'
        f'<blockquote class="wp-block-quote"><p>{quote}</p></blockquote><div class="wp-block-spacer"></div>'
        f'<h2 class="wp-block-heading">{heads[1]}</h2>{ps(text[3:])}'
    )
    return doc(
        f'<div class="wp-site-blocks"><header class="wp-block-template-part"><nav class="wp-block-navigation"><ul>'
        f'{menu(rng)}</ul></nav></header><main class="wp-block-group"><h1 class="wp-block-post-title">{TITLE}</h1>'
        f'<div class="entry-content wp-block-post-content">{body}</div><div class="wp-block-comments"><h2>2 responses</h2>'
        f'<ol class="wp-block-comment-template">{comments(rng, 2)}</ol></div></main><footer '
        f'class="wp-block-template-part">{FOOTER}</footer></div>'
    ), [text[0], heads[0], *text[1:3], quote, heads[1], *text[3:]]


@layout
def medium(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 7, 2)
    body = "".join(f'<p id="a{n}" class="pw-post-body-paragraph iq ir fm">{one}</p>' for n, one in enumerate(text))
    return doc(
        f'<div id="root"><div class="a b c"><div class="d e"><a href="/signin">Sign in</a><a>Open in app</a></div><article>'
        f'<div class="l"><div class="l"><header class="pw-post-byline-header"><div><h1 class="pw-post-title">{TITLE}</h1>'
        f'<div class="ab"><a rel="author">Bo Ray</a><span>Follow</span><span>7 min read</span><span>Mar 3, 2020</span>'
        f'</div><div class="speechify">Listen</div><p>1.2K</p><p>14</p></div></header><section><div class="ij">{body}'
        f'</div></section></div></div></article><footer><div>1.2K claps</div><div class="by"><h2>Written by Bo Ray</h2>'
        f"<p>3.4K Followers</p><p>I write about doors.</p></div></footer><div><h2>More from Bo Ray</h2>{teasers(rng)}"
        f"</div><div><h2>Recommended from Medium</h2>{teasers(rng, 6)}</div></div></div>"
    ), text


@layout
def substack(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    widget = (
        '<div class="subscription-widget-wrap"><div class="subscription-widget show-subscribe"><div class="preamble"><p>'
        "Doors Weekly is a reader-supported publication. Join 4,100 others.</p></div></div></div>"
    )
    return doc(
        f'<div id="entry"><div id="main" class="main typography"><div class="main-menu"><div class="topbar">Subscribe Sign '
        f'in</div></div><div class="single-post-container"><div class="container"><div class="single-post"><article class='
        f'"typography newsletter-post post"><div class="post-header"><h1 class="post-title">{TITLE}</h1><h3 class='
        f'"subtitle">The long version</h3><div>Cy Orr</div><div>Apr 02, 2022</div><a>24</a><a>Share</a></div><div><div '
        f'class="available-content"><div class="body markup">{ps(text[:3])}{widget}{ps(text[3:])}</div></div></div>'
        f'<div class="post-footer"><a>24 Likes</a></div></article></div></div></div><div class="comments-page"><h4>'
        f'Discussion about this post</h4><div class="comment"><p>Thanks, all 17 of you.</p></div></div><div '
        f'class="footer">© 2022 Cy Orr <a>Privacy</a> ∙ <a>Terms</a></div></div></div>'
    ), text


@layout
def gov_uk_blog(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    items = [sentence(rng) for _ in range(4)]
    bullets = "".join(f"<li>{item}</li>" for item in items)
    return doc(
        f'<div id="skiplink-container"><a href="#main">Skip to main content</a></div><div id="global-cookie-message">'
        f'{COOKIES}</div><header role="banner" id="global-header"><div class="header-global"><a href="/">GOV</a></div>'
        f'</header><div class="phase-banner"><p>This part of the site is a BETA.</p></div><div class="header-wrapper">'
        f'<div class="blog-title"><span>Blog</span> <a>Office of Examples</a></div></div><main id="content" role="main">'
        f'<article class="post hentry"><header><h1 class="entry-title">{TITLE}</h1><div class="meta"><span>Posted by: </span>'
        f'<a rel="author">Di Poe</a>, <span>Posted on: </span><time datetime="2019-05-06">6 May 2019</time> - <span>'
        f'Categories: </span><a>Design</a></div></header><div class="entry-content">{ps(text[:4])}<ul>{bullets}</ul>'
        f'{ps(text[4:])}<p><em><a href="/subscribe">Sign up for emails from this blog</a>.</em></p></div><footer>'
        f'<h2>Sharing and comments</h2><h3>Share this page</h3>{SHARE}</footer></article><div class="comments"><h3>3 '
        f'comments</h3><ol>{comments(rng)}</ol></div></main><aside class="sidebar"><h3>Related content and links</h3>'
        f'<section class="widget"><h3>Office of Examples</h3><p>We write here about 25 services.</p></section></aside>'
        f'<footer id="footer">{FOOTER}</footer>'
    ), [*text[:4], *items, *text[4:]]


@layout
def gov_uk_news(rng: Random) -> tuple[str, list[str]]:
    lead, text = sentence(rng), paragraphs(rng, 6)
    return doc(
        f'<div class="gem-c-cookie-banner" data-nosnippet>{COOKIES}</div><header class="gem-c-layout-super-navigation-header"'
        f'><nav><ul>{menu(rng)}</ul></nav></header><div class="govuk-width-container"><div class="gem-c-breadcrumbs"><ol>'
        f'<li><a>Home</a></li><li><a>Government</a></li></ol></div><main id="content" class="govuk-main-wrapper"><div '
        f'class="govuk-grid-row"><div class="govuk-grid-column-two-thirds"><span>Press release</span><h1 '
        f'class="gem-c-heading__text">{TITLE}</h1><p class="gem-c-lead-paragraph">{lead}</p></div></div><div '
        f'class="gem-c-metadata"><dl><dt>From:</dt><dd><a>Office of Examples</a></dd><dt>Published</dt><dd>7 June 2021</dd>'
        f'</dl></div><div class="govuk-grid-row"><div class="govuk-grid-column-two-thirds"><div '
        f'class="gem-c-govspeak govuk-govspeak"><div class="govspeak">{ps(text)}</div></div></div></div><div '
        f'class="gem-c-share-links"><h2>Share this page</h2><ul><li><a>Share on Chirp</a></li></ul></div></main></div>'
        f'<div class="gem-c-feedback"><h2>Is this page useful?</h2><button>Yes</button><p>It will take only 2 minutes to '
        f"fill in.</p></div><footer>{FOOTER}</footer>"
    ), [lead, *text]


@layout
def drupal(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    return doc(
        f'<div class="dialog-off-canvas-main-canvas"><div class="layout-container"><header role="banner"><div '
        f'class="region region-primary-menu"><nav class="block block-menu"><ul class="menu">{menu(rng)}</ul></nav></div>'
        f'</header><main role="main"><div class="layout-content"><div class="region region-content"><div '
        f'class="block block-system block-system-main-block"><article class="node node--type-news node--view-mode-full">'
        f'<h2><span class="field field--name-title">{TITLE}</span></h2><footer class="node__meta"><div '
        f'class="node__submitted">Submitted by <span>admin</span> on <span>Tue, 03/08/2021 - 10:14</span></div></footer>'
        f'<div class="node__content"><div class="clearfix text-formatted field field--name-body field--type-text-with-'
        f'summary field--label-hidden field__item">{ps(text)}</div><div class="field field--name-field-tags"><div '
        f'class="field__label">Tags</div><div class="field__items"><a>Digital 2030</a></div></div></div></article></div>'
        f'<div class="views-element-container block"><h2>Latest news</h2>{teasers(rng, name="views-row")}</div></div>'
        f'</div><aside class="layout-sidebar-second">{NEWSLETTER}</aside></main><footer>{FOOTER}</footer></div></div>'
    ), text


@layout
def squarespace(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    blocks = "".join(
        f'<div class="sqs-block html-block sqs-block-html"><div class="sqs-block-content"><div class="sqs-html-content"><p '
        f'class="" style="white-space:pre-wrap;">{one}</p></div></div></div><div class="sqs-block spacer-block"></div>'
        for one in text
    )
    return doc(
        f'<div id="siteWrapper"><header id="header"><nav class="header-nav">{menu(rng)}</nav></header><main id="page"><article '
        f'class="sections"><section class="page-section content-collection"><div class="blog-item-wrapper"><article '
        f'class="entry hentry"><div class="blog-item-title"><h1 class="entry-title">{TITLE}</h1></div><div '
        f'class="blog-item-content e-content"><div class="sqs-layout sqs-grid-12 columns-12"><div class="row sqs-row"><div '
        f'class="col sqs-col-12 span-12">{blocks}</div></div></div></div></article><section id="itemPagination"><a><h2>'
        f"Next: 40 lessons</h2></a></section></div></section></article></main><footer>{FOOTER}</footer></div>"
    ), text


@layout
def news_with_related_links(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 9, 2)
    related = (
        '<aside class="related"><h4>Related</h4><ul><li><a href="/1">Council of 40 towns votes again</a></li>'
        '<li><a href="/2">The 7 best doors of 2016</a></li></ul></aside>'
    )
    advert = '<div class="ad-slot" id="ad-300x250"><span>Advertisement</span><p>Save 70% on windows today.</p></div>'
    return doc(
        f'<header><nav><ul>{menu(rng)}</ul></nav></header><main><article class="story"><h1>{TITLE}</h1><p class="byline">By '
        f'<a>Ed Fox</a></p><time datetime="2022-01-02T08:00">2 January 2022</time><figure><img src="a.jpg"><figcaption>Photo: '
        f'Agency 2022</figcaption></figure><div class="story-body">{ps(text[:3])}{advert}{ps(text[3:5])}{related}'
        f'{ps(text[5:7])}{advert}{ps(text[7:])}</div></article><section class="most-read"><h2>Most read</h2>'
        f"{teasers(rng, 6)}</section></main><footer>{FOOTER}</footer>"
    ), text


@layout
def cookie_wall(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 4)
    long = "".join(
        f"<p>We use cookies of category {n} to remember {n * 12} settings, to count visits and to show content that "
        f"fits you. These are kept for {n * 30} days and passed to {n * 7} vendors under their own terms.</p>"
        for n in range(1, 9)
    )
    return doc(
        f'<div id="onetrust-consent-sdk"><div class="onetrust-pc-dark-filter"></div><div id="onetrust-banner-sdk" role='
        f'"dialog" aria-label="Cookie banner">{COOKIES}</div><div id="onetrust-pc-sdk" class="otPcCenter ot-hide" '
        f'role="dialog"><h2>Privacy Preference Center</h2>{long}</div></div><header><nav>{menu(rng)}</nav></header><main><div '
        f'class="article"><h1>{TITLE}</h1><div class="article__content">{ps(text)}</div></div></main><footer>{FOOTER}</footer>'
    ), text


@layout
def more_comments_than_text(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 3)
    many = "".join(
        f'<div class="comment depth-1" id="comment-{n}"><div class="comment-author">Reader {n}</div><div class="comment-body">'
        f"<p>I have worked in {n + 30} of these offices and never saw so much said about so little. In 19{50 + n} we had "
        f"a door and that was it. People today count everything, down to the last of {n * 13} hinges.</p></div></div>"
        for n in range(1, 25)
    )
    return doc(
        f'<header><nav>{menu(rng)}</nav></header><div class="content"><div class="post"><h2 class="post-title">{TITLE}</h2>'
        f'<div class="post-body">{ps(text)}</div></div><div id="comments" class="comments"><h3>24 comments</h3>{many}</div>'
        f"</div><footer>{FOOTER}</footer>"
    ), text


@layout
def wiki_with_infobox(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 7)
    facts = [("Founded", "1974"), ("Staff", "2,310"), ("Budget", "£41.5 million")]
    box = "".join(f"<tr><th>{a}</th><td>{b}</td></tr>" for a, b in facts)
    cited = [
        one.replace(",", '<sup id="cite_ref-1" class="reference"><a href="#cite_note-1">[1]</a></sup>,', 1)
        for one in text
    ]
    return doc(
        f'<div id="mw-page-base"></div><div id="content" class="mw-body"><h1 id="firstHeading">{TITLE}</h1><div id="bodyContent">'
        f'<div id="siteSub">From the wiki</div><div id="mw-content-text"><div class="mw-parser-output"><table class="infobox '
        f'vcard"><tbody>{box}</tbody></table>{ps(cited[:3])}<h2><span class="mw-headline">History</span><span '
        f'class="mw-editsection">[<a>edit</a>]</span></h2>{ps(cited[3:])}<div class="navbox"><ul>{menu(rng)}</ul></div>'
        f'</div></div></div></div><div id="mw-navigation"><ul>{menu(rng)}</ul></div><div id="footer">{FOOTER}</div>'
    ), [*(f"{a} {b}" for a, b in facts), *text[:3], "History", *text[3:]]


@layout
def email_newsletter(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    rows = "".join(
        f'<table border="0" cellpadding="0" cellspacing="0" width="100%" class="mcnTextBlock"><tbody><tr><td valign="top" '
        f'class="mcnTextBlockInner"><table align="left"><tbody><tr><td class="mcnTextContent"><h2>Item {chr(65 + n)}</h2>'
        f"<p>{one}</p></td></tr></tbody></table></td></tr></tbody></table>"
        for n, one in enumerate(text)
    )
    return doc(
        f'<center><table id="bodyTable" width="100%"><tr><td align="center" id="bodyCell"><table class="templateContainer"><tr>'
        f'<td id="templatePreheader"><a>View this email in your browser</a></td></tr><tr><td id="templateHeader"><h1>{TITLE}</h1>'
        f'</td></tr><tr><td id="templateBody">{rows}</td></tr><tr><td id="templateFooter">Copyright © 2021 Office. <a>Unsubscribe'
        f"</a> from this list. Our address is 12 Long Street.</td></tr></table></td></tr></table></center>"
    ), [word for n, one in enumerate(text) for word in (f"Item {chr(65 + n)}", one)]


@layout
def amp(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    return (
        f'<!doctype html><html amp lang="en"><head><meta charset="utf-8"><title>{TITLE}</title><script async '
        f'src="https://cdn.example/v0.js"></script></head><body><amp-sidebar id="s" layout="nodisplay"><ul>{menu(rng)}</ul>'
        f'</amp-sidebar><header><a>Office</a></header><article class="amp-wp-article"><header class="amp-wp-article-header"><h1 '
        f'class="amp-wp-title">{TITLE}</h1><div class="amp-wp-meta"><span class="amp-wp-author">Gus Hill</span><time '
        f'datetime="2020-02-02">2 years ago</time></div></header><div class="amp-wp-article-content">{ps(text[:3])}<amp-ad '
        f'width=300 height=250></amp-ad>{ps(text[3:])}</div><footer class="amp-wp-article-footer"><div>Categories: <a>Doors'
        f'</a></div></footer></article><amp-consent id="c"><div>{COOKIES}</div></amp-consent><footer>{FOOTER}</footer></body></html>'
    ), text


@layout
def two_articles(rng: Random) -> tuple[str, list[str]]:
    text, rest = paragraphs(rng, 6), paragraphs(rng, 1)
    more = "".join(
        f'<article class="card"><h3><a href="/{n}">Other story {n}</a></h3><p>{sentence(rng)}</p></article>'
        for n in range(4)
    )
    return doc(
        f'<header><nav>{menu(rng)}</nav></header><main><article class="article-full"><h1>{TITLE}</h1><div class="body">{ps(text)}'
        f'{ps(rest)}</div></article><section class="recommended"><h2>You may also like</h2>{more}</section></main><footer>'
        f"{FOOTER}</footer>"
    ), [*text, *rest]


@layout
def live_blog(rng: Random) -> tuple[str, list[str]]:
    lead, text = paragraphs(rng, 2), paragraphs(rng, 8, 2)
    posts = "".join(
        f'<article class="live-post" id="p{n}"><time datetime="2021-05-04T1{n}:15">1{n}:15</time><h2>Update {chr(65 + n)}</h2>'
        f"<p>{one}</p></article>"
        for n, one in enumerate(text)
    )
    return doc(
        f'<header><nav>{menu(rng)}</nav></header><main><article itemtype="https://schema.org/LiveBlogPosting"><h1>{TITLE}</h1>'
        f'{ps(lead)}<div class="live-posts">{posts}</div></article></main><footer>{FOOTER}</footer>'
    ), [*lead, *(f"1{n}:15 Update {chr(65 + n)} {one}" for n, one in enumerate(text))]


@layout
def ghost(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    call = '<div class="kg-card kg-signup-card"><h3>Get 10% off</h3><p>Become member 501 today.</p></div>'
    card = f'<div class="kg-card kg-callout-card"><div class="kg-callout-text">{sentence(rng)}</div></div>'
    inner = card.split('text">')[1].split("</div>")[0]
    return doc(
        f'<div class="gh-viewport"><header class="gh-navigation"><nav>{menu(rng)}</nav></header><main class="gh-main"><article class='
        f'"gh-article post"><header class="gh-article-header"><h1 class="gh-article-title">{TITLE}</h1><div class="gh-article-meta">'
        f'<h4>Hal Ives</h4><time>Jul 9, 2023</time> — 4 min read</div></header><section class="gh-content gh-canvas">{ps(text[:3])}'
        f'{card}{ps(text[3:])}{call}</section></article><section class="gh-container"><h2>Read more</h2>{teasers(rng, tag="article")}'
        f"</section></main><footer>{FOOTER}</footer></div>"
    ), [*text[:3], inner, *text[3:]]


@layout
def sharepoint_page(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    body = "".join(f'<div>\u200b<span style="font-size:14px">{one}</span><br></div><div><br></div>' for one in text)
    return doc(
        f'<form method="post" action="page.aspx" id="aspnetForm"><input type="hidden" name="__VIEWSTATE" value="/wEPDw123456789">'
        f'<div id="s4-workspace"><div id="s4-bodyContainer"><div class="nav">{menu(rng)}</div><div id="contentBox"><div '
        f'id="DeltaPlaceHolderMain"><div class="article article-body"><h1>{TITLE}</h1><div class="ms-rtestate-field" '
        f'style="display:inline">{body}</div></div></div></div></div></div></form><footer>{FOOTER}</footer>'
    ), text


@layout
def javascript_state_beside_text(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 5)
    state = '{"props":{"pageProps":{"post":{"likes":4242,"body":"<p>Something else with 31337 signs.</p>"}}}}'
    return doc(
        f'<div id="__next"><div class="css-1x"><nav class="css-2y">{menu(rng)}</nav><main class="css-3z"><h1 class="css-4a">{TITLE}'
        f'</h1><div class="css-5b">{ps(text, "css-6c")}</div></main></div></div><script id="__NEXT_DATA__" type="application/json">'
        f"{state}</script><noscript>Turn on JavaScript, version 1.5 or later.</noscript>"
    ), text


@layout
def sidebar_before_text(rng: Random) -> tuple[str, list[str]]:
    text = paragraphs(rng, 6)
    about = (
        "<p>This site is kept by the Office of Examples, founded in 1974 by 11 people who liked doors. It has grown since "
        "then to a library of 3,000 entries, read in 90 lands, and it is free of charge for all who come.</p>"
    )
    return doc(
        f'<div class="wrapper"><div class="sidebar" id="sidebar"><div class="widget"><h3>About</h3>{about}</div><div class="widget">'
        f'<h3>Archive</h3><ul>{menu(rng)}</ul></div><div class="widget">{NEWSLETTER}</div></div><div class="content-main"><div '
        f'class="entry"><h2>{TITLE}</h2>{ps(text)}</div></div></div><div class="footer">{FOOTER}</div>'
    ), text
