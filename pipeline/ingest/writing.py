"""A post as a readable file of the corpus: front matter, then the text as Markdown.

What is written is read back before it counts: where Markdown can't hold the text exactly, the file
is plain text with the same front matter.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

from pipeline.ingest.documents import Document, post_of
from pipeline.ingest.readers import read_bytes
from pipeline.ingest.whole_files import put_whole

ALWAYS = re.compile(r"[\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|~(?=~)|\{(?=[%{:])|!(?=\[)|\|")
LINE_START = re.compile(r"^(#|>|\+|=|~|-(?=-|\s*$)|\t| +)", re.MULTILINE)
EVERY = re.compile(r"[!-/:-@\[-`{-~]")
ITEM = re.compile(r"(?:-|\d{1,9}\.) \S")


def write_post(folder: Path, document: Document, *, path: Path | None = None) -> Path:
    """Write *document* into *folder*, whole or not at all, and give the file's path.

    The name is made here, from the day, the title's plain letters and the post's id, unless *path*
    says which file of the folder holds the post already. Reading the file gives the same text.
    """
    identity = post_of(document).id
    data, suffix = encoded_post(document, identity, suffix=path.suffix if path else None)
    target = folder / (path or file_name(document, identity, suffix))
    return put_file(folder, target, data)


def put_file(folder: Path, target: Path, data: bytes) -> Path:
    """Put *data* into the file *target* of *folder*, whole or not at all. Raises ``ValueError`` outside of it."""
    if not target.resolve().is_relative_to(folder.resolve()):
        raise ValueError(target)
    return put_whole(target, data)


def encoded_post(document: Document, identity: str, *, suffix: str | None = None) -> tuple[bytes, str]:
    """The bytes and the suffix of the file that holds *document*, in the most readable form that gives it back.

    Where the file is there already, *suffix* is its own, and stays.
    """
    front = _front_matter(document, identity)
    if suffix in {None, ".md"}:
        for every in (False, True):
            data = (front + "\n" + as_markdown(document.text, every=every)).encode("utf-8", "replace")
            if _reads_back(data, document.text, "post.md"):
                return data, ".md"
    return (front + document.text).encode("utf-8", "replace"), suffix or ".txt"


def file_name(document: Document, identity: str, suffix: str) -> str:
    """A name for the post's file: its day, its title's plain letters and its id."""
    plain = unicodedata.normalize("NFKD", document.title or "").encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain)[:60].strip("-")
    day = document.date.isoformat() if document.date and document.sources.get("date") != "guess" else ""
    return "-".join(part for part in (day or "post", slug, identity[:8]) if part) + suffix


def as_markdown(text: str, *, every: bool = False) -> str:
    r"""*text* as Markdown that reads as the same words; with *every*, each sign is escaped.

    >>> as_markdown("Over 40 teams*\nin 3 rooms\n\n- one\n- two\n\n# 5")
    'Over 40 teams\\*\\\nin 3 rooms\n\n- one\n- two\n\n\\# 5\n'
    """
    blocks = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        escaped = [_escaped(line, every=every) for line in lines]
        out = escaped[0]
        for line, kept in zip(lines[1:], escaped[1:], strict=True):
            out += ("\n" if ITEM.match(line) and not every else "\\\n") + kept
        blocks.append(out)
    return "\n\n".join(blocks) + "\n"


def _escaped(line: str, *, every: bool) -> str:
    if every:
        return re.sub(r"^(\d+)(?=[.)])", r"\1", EVERY.sub(r"\\\g<0>", line))
    return LINE_START.sub(r"\\\1", ALWAYS.sub(r"\\\g<0>", line))


def _reads_back(data: bytes, text: str, name: str) -> bool:
    from pipeline.ingest.documents import UnreadableError

    try:
        return read_bytes(data, name=name).text == text
    except UnreadableError:
        return False


def _front_matter(document: Document, identity: str) -> str:
    import yaml

    fields: dict[str, object] = {
        "id": identity,
        "title": document.title,
        "url": document.url,
        "authors": list(document.authors) or None,
        "date": document.date.isoformat() if document.date else document.date_line,
        "publisher": document.publisher,
        "country": document.country,
        "language": document.language,
        "stated": {name: source for name, source in sorted(document.sources.items()) if source != "front-matter"}
        or None,
    }
    kept = {name: value for name, value in fields.items() if value}
    return f"---\n{yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=10_000)}---\n"
