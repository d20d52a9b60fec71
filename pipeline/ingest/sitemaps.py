"""Sitemaps to the pages they list, within limits and on the same site only."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.ingest.fields import web_address
from pipeline.ingest.identity import registrable

MOST_BYTES, MOST_URLS, DEEPEST = 50_000_000, 50_000, 3


class BadSitemapError(ValueError):
    """The bytes are no sitemap that we read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """The pages that a sitemap lists, with when each changed, and the further sitemaps."""

    pages: tuple[tuple[str, str | None], ...] = ()
    sitemaps: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_sitemap(data: bytes, *, url: str) -> Sitemap:
    """The sitemap in *data*: XML, packed with gzip or not, or a plain list of addresses.

    >>> read_sitemap(b"<urlset><url><loc>https://a.org/x</loc></url></urlset>", url="https://a.org/s.xml").pages
    (('https://a.org/x', None),)
    """
    from lxml import etree

    if data[:2] == b"\x1f\x8b":
        data = _unpacked(data)
    head = data[:2000].lstrip()
    if not head.startswith((b"<", b"\xef\xbb\xbf<")):
        lines = (line.strip() for line in data.decode("utf-8-sig", "replace").splitlines())
        return _kept([(line, None) for line in lines if web_address(line)], [], url, [])
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", data[:100_000], re.IGNORECASE):
        raise BadSitemapError("refused: it declares a DTD")
    pages: list[tuple[str, str | None]] = []
    further: list[str] = []
    warnings: list[str] = []
    place: dict[str, str] = {}
    seen_root = ""
    try:
        for _, element in etree.iterparse(
            io.BytesIO(data), resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False
        ):
            name = _local(element.tag)
            if name in {"loc", "lastmod"}:
                parent = element.getparent()
                if parent is not None and _local(parent.tag) in {"url", "sitemap"}:
                    place[name] = (element.text or "").strip()
            elif name in {"url", "sitemap"}:
                if address := web_address(place.get("loc")):
                    if name == "url":
                        pages.append((address, place.get("lastmod") or None))
                    else:
                        further.append(address)
                place = {}
                element.clear()
            elif name in {"urlset", "sitemapindex"}:
                seen_root = name
            if len(pages) > MOST_URLS:
                break
    except (etree.XMLSyntaxError, ValueError) as error:  # a name that is no UTF-8 is a ValueError
        if not pages and not further:
            raise BadSitemapError("no XML that can be read") from error
        warnings.append("broken in places")
    if not pages and not further and not seen_root:
        raise BadSitemapError("no sitemap")
    return _kept(pages, further, url, warnings)


def _kept(pages: list[tuple[str, str | None]], further: list[str], url: str, warnings: list[str]) -> Sitemap:
    """What lies on the same site, each address once."""
    site = registrable(urlsplit(url).hostname or "")
    mine = {page: when for page, when in pages if registrable(urlsplit(page).hostname or "") == site}
    nested = [one for one in dict.fromkeys(further) if registrable(urlsplit(one).hostname or "") == site]
    foreign = len(dict(pages)) - len(mine) + len(set(further)) - len(nested)
    if foreign:
        warnings.append(f"{foreign} addresses of other sites left out")
    if len(mine) > MOST_URLS:
        warnings.append(f"only the first {MOST_URLS} addresses were read")
    return Sitemap(pages=tuple(list(mine.items())[:MOST_URLS]), sitemaps=tuple(nested), warnings=tuple(warnings))


def _local(tag: object) -> str:
    """An element's name without its namespace; comments have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        found = unpacker.decompress(data, MOST_BYTES + 1)
    except zlib.error as error:
        raise BadSitemapError("damaged gzip") from error
    if len(found) > MOST_BYTES:
        raise BadSitemapError("too large when unpacked")
    return found
