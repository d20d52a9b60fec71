"""Pages in a web archive (WARC): each answer with status 200 that holds a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.ingest.fields import web_address

MOST_BYTES = 10_000_000
PAGES = ("text/html", "application/xhtml", "application/pdf", "text/markdown", "text/plain")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """A page as the archive holds it."""

    url: str
    body: bytes
    content_type: str | None


def read_archive(file: Path) -> Iterator[ArchivedPage | str]:
    """Yield the pages in *file*, packed or not, and a reason for each record that could not be read.

    A file that breaks off gives what comes before the break. Of one address, each capture is given.
    """
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    with file.open("rb") as stream:
        if stream.read(2) == b"\x1f\x8b" or _begins_as_archive(file):
            stream.seek(0)
        else:
            yield "no web archive"
            return
        try:
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True):
                page = _page(record)
                if page is not None:
                    yield page
        except Exception as error:  # the library raises what its stream raises
            yield f"the archive breaks off ({type(error).__name__})"


def _page(record: object) -> ArchivedPage | str | None:
    http = getattr(record, "http_headers", None)
    url = web_address(getattr(record, "headers", {}).get("WARC-Target-URI", "").strip("<>"))
    if http is None or http.status_code != 200 or url is None or urlsplit(url).path == "/robots.txt":
        return None
    kind = (http.get("Content-Type") or "").lower()
    if not kind.startswith(PAGES):
        return None
    reader = getattr(record, "reader")  # noqa: B009
    body = reader.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return f"{url}: too large"
    packed = (http.get("Content-Encoding") or "").lower().strip()
    if packed in {"gzip", "x-gzip", "deflate"}:
        body = _unpacked(body)
        if body is None:
            return f"{url}: damaged or too large when unpacked"
    return ArchivedPage(url=url, body=body, content_type=http.get("Content-Type"))


def _unpacked(body: bytes) -> bytes | None:
    import zlib

    for bits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        unpacker = zlib.decompressobj(bits)
        try:
            found = unpacker.decompress(body, MOST_BYTES + 1)
        except zlib.error:  # the other way of packing; where neither fits, the caller says so
            continue
        return found if len(found) <= MOST_BYTES else None
    return None


def _begins_as_archive(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(5) == b"WARC/"
