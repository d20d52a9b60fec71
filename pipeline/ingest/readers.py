"""Files and bytes to documents, told by what they hold and not by what they are called."""

from __future__ import annotations

import os
import re
import stat
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any, cast

from pipeline.ingest.characters import clean_text, odd_digits
from pipeline.ingest.decoding import decode_text
from pipeline.ingest.documents import Document, UnreadableError, raw_digest
from pipeline.ingest.fields import fields_of, guessed
from pipeline.ingest.front_matter import split_front_matter, words_of
from pipeline.ingest.identity import canonical_for

MAX_BYTES = 50_000_000
TEXT_EXTRACTOR = "text 1"
FOREIGN = (  # first bytes → what it is, in words
    (b"\xd0\xcf\x11\xe0", "an old Office file (.doc): save it as .docx"),
    (b"{\\rtf", "a rich text file: save it as .docx"),
    (b"\x1f\x8b", "a compressed file: unpack it first"),
    (b"BZh", "a compressed file: unpack it first"),
    (b"\xfd7zXZ", "a compressed file: unpack it first"),
    (b"7z\xbc\xaf", "a compressed file: unpack it first"),
    (b"Rar!", "a compressed file: unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"SQLite format 3", "a database"),
    (b"WARC/", "a web archive: add it as a source of kind warc"),
)
HTML_HEAD = re.compile(
    rb"\s*(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body|article|main|title|meta|link|h[1-6]|div|p|section|table|ul|ol)\b",
    re.IGNORECASE | re.DOTALL,
)
HTML_INSIDE = re.compile(rb"<(?:html|body)[\s>]", re.IGNORECASE)
FEED = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x0b\x1b")  # which no text holds
MARKDOWN_NAMES = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mdx", ".qmd"})
MARKDOWN_SIGNS = re.compile(
    r"^#{1,6} \S|^(?:```|~~~)|\]\((?:https?:|/|#)|^\[\^[^\]]+\]:|^\[[^\]]+\]:\s*https?:|\*\*\w", re.MULTILINE
)


def outdated(reader: str | None) -> bool:
    """Whether *reader*, the name and version of what read some bytes, would read them in another way today.

    >>> outdated("page 0, trafilatura 1.0"), outdated(TEXT_EXTRACTOR), outdated("a feed 7"), outdated(None)
    (True, False, False, False)
    """
    return bool(reader) and reader not in _current().values() and str(reader).split()[0] in _current()


def reader_of_today(reader: str) -> str:
    """The name and version that *reader* has today.

    >>> reader_of_today("text 0") == TEXT_EXTRACTOR
    True
    """
    return _current().get(reader.split()[0], reader)


@cache
def _current() -> dict[str, str]:
    """The readers of today by the first word of their names."""
    from pipeline.ingest import docx, exports, markdown, pages, pdf

    names = (
        pages.extractor(), docx.extractor(), pdf.extractor(), markdown.EXTRACTOR, exports.EXTRACTOR, TEXT_EXTRACTOR
    )  # fmt: skip
    return {name.split()[0]: name for name in names}


def read_file(path: Path, *, root: Path | None = None) -> Document:
    """The document in the file at *path*; its name is the path below *root*, where that is given.

    Raises ``UnreadableError`` for what is no regular file, leads out of *root*, or is no readable post.
    """
    data = file_bytes(path, root=root)
    name = path.relative_to(root).as_posix() if root and path.is_relative_to(root) else path.name
    return read_bytes(data, name=name)


def file_bytes(path: Path, *, root: Path | None = None, limit: int = MAX_BYTES) -> bytes:
    """The bytes of a regular file, whole and unchanged while it was read."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableError(ascii(str(path)), "its name is not UTF-8") from error
    try:
        if root is not None and not _lies_in(path, root):
            raise UnreadableError(path, "a link that leads out of the folder")
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with open(handle, "rb") as file:
            before = os.fstat(handle)
            if not stat.S_ISREG(before.st_mode):
                raise UnreadableError(path, "not a regular file")
            if before.st_size > limit:
                raise UnreadableError(
                    path, f"too large ({before.st_size // 1_000_000} MB, at most {limit // 1_000_000})"
                )
            data = file.read(limit + 1)
            after = os.fstat(handle)
    except IsADirectoryError as error:
        raise UnreadableError(path, "a folder, not a file") from error
    except (OSError, RuntimeError) as error:
        raise UnreadableError(path, (getattr(error, "strerror", None) or str(error)).lower()) from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise UnreadableError(path, "it changed while it was read: try again")
    return data


def _lies_in(path: Path, root: Path) -> bool:
    """Whether the file that *path* leads to lies in the folder that *root* leads to."""
    there, here = os.path.realpath(path, strict=True), os.path.realpath(root, strict=True)
    return there == here or there.startswith(here.rstrip(os.sep) + os.sep)


def read_bytes(data: bytes, *, name: str, url: str | None = None, content_type: str | None = None) -> Document:
    """The document that *data* holds, whatever *name* and *content_type* say.

    >>> read_bytes(b"# Who came\\n\\n*Forty* teams.", name="a.md").text
    'Who came\\n\\nForty teams.'
    >>> read_bytes(b"<p>Forty teams came to the convening in Lisbon.</p>", name="a.txt").kind
    'html'
    """
    match kind_of(data, name=name, content_type=content_type):
        case "pdf":
            from pipeline.ingest.pdf import pdf_text

            return _placed(pdf_text(data, name=name), url)
        case "docx":
            from pipeline.ingest.docx import docx_text

            return _placed(docx_text(data, name=name), url)
        case "html":
            from pipeline.ingest.pages import main_text

            return main_text(data, name=name, url=url, content_type=content_type)
        case _:
            return _plain(data, name, url, content_type)


def kind_of(data: bytes, *, name: str = "-", content_type: str | None = None) -> str:
    """What *data* holds: ``pdf``, ``docx``, ``html`` or ``text`` (Markdown too).

    Raises ``UnreadableError`` for what is none of them, with what it seems to be.

    >>> kind_of(b"%PDF-1.7 ..."), kind_of(b"<!DOCTYPE html><p>Hi"), kind_of(b"Hi")
    ('pdf', 'html', 'text')
    """
    if not data.strip():
        raise UnreadableError(name, "empty")
    if b"%PDF-" in data[:1024] and data.lstrip()[:1] != b"<":
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        from pipeline.ingest.docx import is_docx

        if is_docx(data):
            return "docx"
        raise UnreadableError(name, "a ZIP or Office file, but no Word document")
    for magic, what in FOREIGN:
        if data.startswith(magic):
            raise UnreadableError(name, f"no post but {what}")
    head = data[3:].lstrip() if data.startswith(b"\xef\xbb\xbf") else data.lstrip()
    wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"} or _is_wide(data)
    if wide:
        head = decode_text(data).text[:20_000].lstrip().encode()
    elif _is_binary(data):
        raise UnreadableError(name, "no post but a binary file")
    if FEED.match(head):
        raise UnreadableError(name, "no post but a feed or sitemap: add it as a source")
    said_html = (content_type or "").split(";")[0].strip().lower() in {"text/html", "application/xhtml+xml"}
    if HTML_HEAD.match(head) or (head.startswith(b"<?xml") and HTML_INSIDE.search(head[:4000])):
        return "html"
    if head.startswith((b"---", b"+++")):
        return "text"
    named_html = PurePosixPath(name).suffix.lower() in {".html", ".htm", ".xhtml"}
    if HTML_INSIDE.search(head[:4000]) or (
        (said_html or named_html) and re.search(rb"<[a-z!/][^>]{0,500}>", head[:20_000], re.I)
    ):
        return "html"
    return "text"


def _plain(data: bytes, name: str, url: str | None, content_type: str | None) -> Document:
    """Markdown or plain text, with or without front matter."""
    charset = re.search(r"charset=[\"']?([\w-]+)", content_type or "")
    decoded = decode_text(data, charset=charset[1] if charset else None)
    front = split_front_matter(decoded.text)
    if _is_markdown(front.body, name, content_type, found=front.found):
        from pipeline.ingest.markdown import EXTRACTOR, markdown_text

        text, kind, extractor = clean_text(markdown_text(front.body)), "markdown", EXTRACTOR
    else:
        text, kind, extractor = front.body, "text", TEXT_EXTRACTOR
    if not text.strip():
        raise UnreadableError(name, "no text" + (" after the front matter" if front.found else ""))
    fields, sources = fields_of(front.fields, "front-matter")
    stated = front.fields.get("stated")
    if isinstance(stated, dict):  # written by us: where each field came from at first
        sources |= {field: source for field in sources if (source := words_of(stated.get(field)))}
    if url:  # it came from there: it may speak for its own site, and be no other post than its address's
        address = canonical_for(url, cast("str | None", fields.get("url")))
        sources["url"] = "url" if address == url else sources["url"]
        fields["url"] = address
        fields.pop("id", None)
    more, more_sources = guessed(cast("str | None", fields.get("url")), PurePosixPath(name).name, fields)
    return Document(
        text=text,
        name=name,
        kind=kind,
        extractor=extractor,
        raw=raw_digest(data),
        sources=sources | more_sources,
        warnings=(*decoded.warnings, *front.warnings, *odd_digits(text)),
        **cast("dict[str, Any]", fields | more),
    )


def _is_markdown(body: str, name: str, content_type: str | None, *, found: bool) -> bool:
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in MARKDOWN_NAMES or "markdown" in (content_type or ""):
        return True
    if suffix in {".txt", ".text"} or (content_type or "").startswith("text/plain"):
        return False
    return found or MARKDOWN_SIGNS.search(body) is not None


def _placed(document: Document, url: str | None) -> Document:
    """*document* with the address that it came from, and what the address tells."""
    from dataclasses import replace

    known = {"date": document.date if document.sources.get("date") != "guess" else None, "country": document.country}
    more, sources = guessed(url, PurePosixPath(document.name).name, known)
    if url:
        more["url"], sources["url"] = url, "url"
    warnings = (*document.warnings, *odd_digits(document.text))
    sources = {**document.sources, **sources}
    return replace(document, sources=sources, warnings=warnings, **cast("dict[str, Any]", more))


def _is_wide(data: bytes) -> bool:
    head = data[:400]
    return len(head) >= 8 and b"\0" in head and max(head[0::2].count(0), head[1::2].count(0)) > len(head) * 0.35


def _is_binary(data: bytes) -> bool:
    head = data[:8192]
    odd = len(head) - len(head.translate(None, CONTROLS))
    return head.count(0) > 2 or odd > len(head) * 0.05
