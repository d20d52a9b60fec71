"""The folder of posts: what changed is told cheaply, and what is written reads back the same."""

from __future__ import annotations

import os
import socket
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.ingest import Document, Unreadable, UnreadableError, post_of, read_corpus, read_file, scan, write_post

DOCUMENT = Document(text="Forty teams came.\n\nThen they left.", name="-", kind="text", extractor="text 1", raw="")


def put(folder: Path, **files: str) -> None:
    """Write files, ``a_md`` for ``a.md``."""
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")


def test_a_second_look_opens_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unchanged files are told by their size and time alone."""
    put(tmp_path, a_md="One.", b_txt="Two.")
    first = scan(tmp_path, {})
    assert (first.new, first.changed, first.gone) == (("a.md", "b.txt"), (), ())
    monkeypatch.setattr("pipeline.ingest.corpus.file_bytes", lambda *_, **__: pytest.fail("it was opened"))
    second = scan(tmp_path, first.files)
    assert (second.new, second.changed, second.unchanged) == ((), (), ("a.md", "b.txt"))


def test_changes_are_told_by_content(tmp_path: Path) -> None:
    """Edited, touched, removed, moved and new files are told apart."""
    put(tmp_path, edited_md="One.", touched_md="Two.", removed_md="Three.", moved_md="Four.")
    known = scan(tmp_path, {}).files
    put(tmp_path, edited_md="Uno.", added_md="Five.")
    os.utime(tmp_path / "touched.md", ns=(1, 1))
    (tmp_path / "removed.md").unlink()
    (tmp_path / "sub").mkdir()
    (tmp_path / "moved.md").rename(tmp_path / "sub" / "new.md")
    found = scan(tmp_path, known)
    assert found.changed == ("edited.md",)
    assert found.unchanged == ("touched.md",)
    assert found.gone == ("removed.md",)
    assert found.new == ("added.md",)
    assert found.moved == {"sub/new.md": "moved.md"}
    assert found.files["touched.md"].mtime_ns == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
def test_what_is_no_plain_file_is_skipped_with_a_reason(tmp_path: Path) -> None:
    """Links out, pipes, sockets, folders called x.html, twins and unreadable names end nothing."""
    outside = tmp_path / "secret.md"
    outside.write_text("Secret.", encoding="utf-8")
    folder = tmp_path / "corpus"
    folder.mkdir()
    put(folder, a_md="One.", z_md="One.")
    (folder / "out.md").symlink_to(outside)
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "inside.md").symlink_to("a.md")
    os.link(folder / "a.md", folder / "hard.md")
    os.mkfifo(folder / "pipe.md")
    (folder / "page.html").mkdir()
    (folder / "up").symlink_to(tmp_path)
    (folder / ".hidden.md").write_text("Hidden.", encoding="utf-8")
    (folder / "sources.toml").write_text("", encoding="utf-8")
    with open(os.fsencode(folder) + b"/bad\xff.md", "wb") as file:
        file.write(b"Bad.")
    begun = time.monotonic()
    rows = list(read_corpus(folder))
    assert time.monotonic() - begun < 5
    reasons = {row.path: row.reason for row in rows if isinstance(row, Unreadable)}
    assert [row.text for row in rows if isinstance(row, Document)] == ["One."]
    assert "out of the folder" in reasons["out.md"]
    assert "loop.md" in reasons
    assert reasons["hard.md"] == "the same file as a.md"
    assert reasons["inside.md"] == "the same file as a.md"
    assert reasons["z.md"] == "the same bytes as a.md"
    assert reasons["pipe.md"] == "not a regular file"
    assert reasons["page.html"] == "a folder, not a file"
    assert reasons["up"].startswith("a link")
    assert any("not UTF-8" in reason for reason in reasons.values())
    assert ".hidden.md" not in reasons
    assert "sources.toml" not in reasons


def test_single_files_are_guarded_too(tmp_path: Path) -> None:
    """Reading one file heeds the same rules."""
    (tmp_path / "in").mkdir()
    put(tmp_path, secret_md="Secret.")
    (tmp_path / "in" / "out.md").symlink_to(tmp_path / "secret.md")
    with pytest.raises(UnreadableError, match="out of the folder"):
        read_file(tmp_path / "in" / "out.md", root=tmp_path / "in")
    with pytest.raises(UnreadableError, match="no such file"):
        read_file(tmp_path / "none.md")
    with pytest.raises(UnreadableError):
        read_file(tmp_path / "in")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnreadableError, match="regular"):
        read_file(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(tmp_path / "door"))
        with pytest.raises(UnreadableError):
            read_file(tmp_path / "door")


def test_a_file_that_changes_while_it_is_read_is_left_for_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half an old text and half a new one is none."""
    put(tmp_path, a_md="One.")
    states = [os.stat(tmp_path / "a.md")]
    put(tmp_path, a_md="Another.")
    states.append(os.stat(tmp_path / "a.md"))
    monkeypatch.setattr("pipeline.ingest.readers.os.fstat", lambda _: states.pop(0) if len(states) > 1 else states[0])
    with pytest.raises(UnreadableError, match="changed while it was read"):
        read_file(tmp_path / "a.md")


def test_large_files_are_not_read(tmp_path: Path) -> None:
    """Over 50 MB is too large."""
    with (tmp_path / "big.txt").open("wb") as file:
        file.truncate(60_000_000)
    with pytest.raises(UnreadableError, match="too large"):
        read_file(tmp_path / "big.txt")


def test_unchanged_files_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second look at a large corpus reads no file."""
    for part in range(20):
        folder = tmp_path / f"{part:02}"
        folder.mkdir()
        for number in range(100):
            (folder / f"{number:02}.txt").write_text(f"Post {part} {number}", encoding="utf-8")
    known = scan(tmp_path, {}).files
    monkeypatch.setattr("pipeline.ingest.corpus.file_bytes", None)
    assert len(scan(tmp_path, known).unchanged) == 2_000


def test_a_written_post_is_readable_and_reads_back(tmp_path: Path) -> None:
    """Front matter, then plain paragraphs; every field comes back with its source."""
    document = replace(
        DOCUMENT, title='Forty: "teams" # 1', authors=("Ana: Díaz", "no"), date=date(2019, 3, 2), country="NO",
        url="https://example.org/a", publisher="Office | One", language="en-GB",
        sources={"title": "json-ld", "date": "guess", "url": "url"},
    )  # fmt: skip
    path = write_post(tmp_path, document)
    assert path.read_text(encoding="utf-8").endswith("---\n\nForty teams came.\n\nThen they left.\n")
    back = read_file(path, root=tmp_path)
    for name in ("text", "title", "authors", "date", "country", "url", "publisher", "language"):
        assert getattr(back, name) == getattr(document, name)
    assert back.sources["date"] == "guess"
    assert back.sources["title"] == "json-ld"
    assert post_of(back, path=path.name).id == post_of(document).id
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(
    "text",
    [
        "# no heading", "1. one\n2. two", "- one\n- two", "- one\n\n- two", "* star", "a\nb\nc", "40*1",
        "_a_ *b* `c` [d](e)",
        "a | b\n--- | ---", "<b>&amp; &lt;", "{% x %}", "[^1] note", "<!-- x -->", "```\ncode", "    four spaces",
        "---", "+++", "===\n---", "trailing  \nspaces", "x\n\n\n\ny", " a", "a ", "~~no~~", "![x](y)", "http://a.org/_b_",
        "\\", "a\\\nb", "&#35;", "5\\. five", "1) x", "+ x", "> x", "\tx", "x\n===", "| a |\n|---|\n| b |", "[a]: http://b",
    ],
)  # fmt: skip
def test_any_text_reads_back(tmp_path: Path, text: str) -> None:
    """Signs that mean something to Markdown are words like any other."""
    path = write_post(tmp_path, replace(DOCUMENT, text=text))
    assert read_file(path, root=tmp_path).text == text


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text(st.sampled_from("ab1 .*_-#>[]()!`~|\\\n&;{%}<:=+\té40"), min_size=1, max_size=60))
def test_whatever_is_written_reads_back(tmp_path: Path, text: str) -> None:
    """The law: writing then reading gives the same text."""
    if text.strip():
        path = write_post(tmp_path, replace(DOCUMENT, text=text))
        assert read_file(path, root=tmp_path).text == text
        path.unlink()


@pytest.mark.parametrize("title", ["../../etc/passwd", "a\x00b", "CON", "x" * 500, "‮evil", "--help", "日本", ""])
def test_names_are_ours(tmp_path: Path, title: str) -> None:
    """A title never becomes a path: small letters, digits, hyphens, and the post's id."""
    path = write_post(tmp_path, replace(DOCUMENT, title=title))
    assert path.parent == tmp_path
    assert len(path.name) < 100
    assert set(path.stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert path.name.startswith("post-")


def test_a_post_stays_in_its_file(tmp_path: Path) -> None:
    """A new revision is written over the old one; a path out of the folder is a bug."""
    path = write_post(tmp_path, DOCUMENT)
    again = write_post(tmp_path, replace(DOCUMENT, text="Fifty teams came.", title="New"), path=Path(path.name))
    assert again == path
    with pytest.raises(ValueError, match="out"):
        write_post(tmp_path, DOCUMENT, path=Path("../out.md"))


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Old or new, never half, and nothing left lying about."""
    path = write_post(tmp_path, DOCUMENT)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_post(tmp_path, replace(DOCUMENT, text="Other."), path=Path(path.name))
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
