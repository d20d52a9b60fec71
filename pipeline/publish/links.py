"""Links into posts: a text fragment after the address, so that a browser scrolls to the words and marks them."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

WHOLE = 120  # a longer sentence is named by its first and last words, as browsers advise
WORDS = 5
LONGEST = 1_500  # letters of a fragment; spreadsheets open no address of more than 2,079
BEGINS_A_CELL = re.compile(r"[;,](?=[=+\-@])")  # for a spreadsheet that splits at another mark than ours

# A dash, a comma and an ampersand mean something in a text fragment, so they are never left as they are.
ENCODED = {code: quote(chr(code), safe="").replace("-", "%2D") for code in range(128)}


@lru_cache(maxsize=64)  # several claims share a sentence
def text_link(url: str | None, words: str) -> str | None:
    """The address of *words* on the page at *url*; ``None`` where there is no web address.

    Words that would make the address too long to open are left out of it.

    >>> text_link("https://example.org/a", "Pay $5, now")
    'https://example.org/a#:~:text=Pay%20%245%2C%20now'
    >>> text_link("https://example.org/a#b", "well-known")
    'https://example.org/a#b:~:text=well%2Dknown'
    >>> text_link("javascript:alert(1)", "x") is None
    True
    """
    base = web_address(url)
    if base is None:
        return None
    parts = words.split()
    if not parts:
        return base
    if len(words) <= WHOLE and "\n" not in words:
        directive = _encoded(" ".join(parts))
    elif len(parts) > 2 * WORDS:
        directive = f"{_encoded(' '.join(parts[:WORDS]))},{_encoded(' '.join(parts[-WORDS:]))}"
    else:
        directive = _encoded(" ".join(parts))
    joint = ":~:text=" if "#" in base else "#:~:text="
    return f"{base}{joint}{directive}" if len(directive) <= LONGEST else base


@lru_cache(maxsize=4096)
def web_address(url: str | None) -> str | None:
    """*url* if it is one of the web, safe to stand in a link; else ``None``.

    >>> web_address("https://example.org/ä b"), web_address("data:text/html,x")
    ('https://example.org/%C3%A4%20b', None)
    """
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return None
    base = url.strip().split(":~:", 1)[0].rstrip("#")
    return BEGINS_A_CELL.sub(lambda mark: quote(mark[0]), quote(base, safe="%/:=&?~#+!$,;'@()*[]-._"))


def _encoded(words: str) -> str:
    if words.isascii():
        return words.translate(ENCODED)  # many times quicker than quote
    return quote(words, safe="").replace("-", "%2D")
