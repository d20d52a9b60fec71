"""Bytes to documents: what they are is told by what they hold, and no text is changed needlessly."""

from __future__ import annotations

import json
import pickle
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from servers.rows import cases

from pipeline.errors import PipelineError
from pipeline.ingest import UnreadableError, post_of, read_bytes
from pipeline.ingest.characters import clean_text
from pipeline.ingest.dates import parse_day
from pipeline.ingest.identity import canonical_for, url_key
from pipeline.ingest.markdown import markdown_text
from pipeline.ingest.readers import kind_of
from pipeline.ingest.trees import html_words

GOLD = Path(__file__).parents[2] / "shared" / "gold"
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("case", cases("ingest_words"))
def test_html_reads_as_a_person_sees_it(case: dict[str, Any]) -> None:
    """Notes' marks, struck-out and hidden words go, figures stay what they were."""
    assert html_words(case["html"]) == case["text"]


@pytest.mark.parametrize("case", cases("ingest_markdown"))
def test_markdown_reads_as_a_person_sees_it(case: dict[str, Any]) -> None:
    """The marks go, the words, the paragraphs and the lines of lists stay."""
    assert markdown_text(case["source"]) == case["text"]


@pytest.mark.parametrize("case", cases("ingest_days"))
def test_days_are_read_or_left_out(case: dict[str, Any]) -> None:
    """A day that could be two, or can't be, is none."""
    found = parse_day(case["words"], today=TODAY)
    assert (found.isoformat() if found else None) == case["day"]


@pytest.mark.parametrize("case", cases("ingest_keys"))
def test_addresses_of_one_page_have_one_key(case: dict[str, Any]) -> None:
    """Only what never tells pages apart is taken out of an address."""
    assert url_key(case["url"]) == case["key"]
    if case["key"]:
        assert url_key(case["key"]) == case["key"]


def test_a_page_speaks_for_its_own_domain_only() -> None:
    """A canonical link elsewhere, or to a home page, is not believed."""
    page = "https://www.data.gov.au/blog/a"
    assert canonical_for(page, "https://blog.data.gov.au/a") == "https://blog.data.gov.au/a"
    assert canonical_for(page, "https://www.other.gov.au/a") == page
    assert canonical_for(page, "https://www.data.gov.au/") == page
    assert canonical_for(page, "javascript:alert(1)") == page
    assert canonical_for(page, None) == page


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"%PDF-1.4 rest", "a.html", "pdf"),
        (b"<!DOCTYPE html><p>Hi</p>", "a.txt", "html"),
        (b"\xef\xbb\xbf \n<html><body>Hi", "a.md", "html"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body>Hi</body></html>", "a", "html"),
        (b"Hello <b>you</b>", "a.html", "html"),
        (b"Hello <b>you</b>", "a.txt", "text"),
        ("<html><body>Hi there</body></html>".encode("utf-16"), "a.txt", "html"),
        ("Hi there, all of you".encode("utf-16-le"), "a.txt", "text"),
        (b"---\ntitle: x\n---\nHi <html>", "a.md", "text"),
        (b"Hi", "a.pdf", "text"),
    ],
)
def test_the_kind_is_told_by_the_content(data: bytes, name: str, kind: str) -> None:
    """A lying name or type changes nothing."""
    assert kind_of(data, name=name, content_type="application/pdf") == kind


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "picture"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        (b"PK\x03\x04 and no more", "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 100, "save it as .docx"),
        (b"{\\rtf1 hello}", "save it as .docx"),
        (b"\x1f\x8b\x08 abc", "unpack"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", "feed"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>", "feed or sitemap"),
        (b"WARC/1.0\r\n", "warc"),
        (b"---\ntitle: Only this\n---\n", "no text"),
        (b"<html><body></body></html>", "no text"),
        (b"<html><body><div id=app></div><script>start()</script></body></html>", "JavaScript"),
        (b"\xe2\x80\x8b\xe2\x80\x8b", "no text"),
    ],
)
def test_what_is_no_post_says_why(data: bytes, reason: str) -> None:
    """Binary, empty and foreign files are refused in words."""
    with pytest.raises(UnreadableError, match=reason) as caught:
        read_bytes(data, name="thing")
    again = pickle.loads(pickle.dumps(caught.value))
    assert isinstance(again, PipelineError)
    assert str(again) == str(caught.value)
    assert str(again).startswith("thing: ")


@pytest.mark.skipif(not GOLD.exists(), reason="the gold posts are not beside this checkout")
def test_plain_text_is_stored_as_it_is() -> None:
    """In every gold post each annotated quote still stands at its offsets."""
    quotes = 0
    for line in (GOLD / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        file = GOLD / "posts" / f"{row['post']}.txt"
        text = read_bytes(file.read_bytes(), name=file.name).text
        assert text == file.read_text(encoding="utf-8")
        for claim in row["claims"]:
            assert text[claim["start"] : claim["end"]] == claim["quote"]
            quotes += 1
    assert quotes > 100


def test_plain_text_keeps_its_white_space() -> None:
    """Tabs, runs of blank lines, and what looks like Markdown stay."""
    text = "\n\n  # One\n\n\n\n*two*\tthree \n"
    assert read_bytes(text.encode(), name="a.txt").text == text


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("4\u200b0 te\u00adams", "40 teams"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("x\x00y\u202ez\ufeff", "xyz"),
        ("\ud800", "\ufffd"),
        ("e\u0301", "é"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("4\u200d0", "40"),
        ("a" + "\u0301" * 500, "á" + "\u0301" * 7),
        ("40¹ teams", "40¹ teams"),
        ("1\u00a0000", "1\u00a0000"),
    ],
)
def test_invisible_characters_go_before_offsets_are_taken(raw: str, clean: str) -> None:
    """What nobody sees goes; joiners that shape letters and emoji stay."""
    assert clean_text(raw) == clean


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Offsets into clean text stay true when it is read again."""
    assert clean_text(clean_text(text)) == clean_text(text)


@settings(deadline=None)
@given(st.text(min_size=1))
def test_no_text_makes_the_reader_fail_unkindly(text: str) -> None:
    """Any text is a document or an ``UnreadableError``."""
    for name in ("a.txt", "a.md", "a"):
        try:
            document = read_bytes(text.encode("utf-8", "surrogatepass"), name=name)
        except UnreadableError:
            continue
        assert document.text == clean_text(document.text)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail_unkindly(data: bytes) -> None:
    """Any bytes are a document or an ``UnreadableError``."""
    for head in (b"", b"<html>", b"%PDF-1.4\n", b"---\n"):
        try:
            read_bytes(head + data, name="x")
        except UnreadableError:
            continue


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", b""), ("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"")]
)
def test_plain_text_in_any_encoding(encoding: str, mark: bytes) -> None:
    """Marks and NULs tell the encoding."""
    text = "Café für 40 Teams, über alles."
    assert read_bytes(mark + text.encode(encoding), name="a.txt").text == text


def test_windows_text_is_read_and_said() -> None:
    """Bytes that are no UTF-8 are read as Windows-1252, with a warning."""
    document = read_bytes("“Forty” cafés".encode("cp1252"), name="a.txt")
    assert document.text == "“Forty” cafés"
    assert "Windows-1252" in document.warnings[0]


def test_lost_characters_are_flagged() -> None:
    """More than one in a hundred lost is said."""
    document = read_bytes("ok \ufffd\ufffd ok".encode(), name="a.txt")
    assert "could not be decoded" in document.warnings[0]


FRONT = b"""---
title: "Forty teams: a tally"
author: By Ana D\xc3\xadaz and Bo Lee
date: 2019-03-02
country: no
language: en_GB
url: https://example.org/forty
version: 1.10
---
Over **forty** teams.
"""


def test_front_matter_is_taken_as_written() -> None:
    """YAML's own ideas of types change nothing: ``no`` is Norway."""
    document = read_bytes(FRONT, name="a.md")
    assert document.text == "Over forty teams."
    assert (document.title, document.date, document.country) == ("Forty teams: a tally", date(2019, 3, 2), "NO")
    assert document.authors == ("Ana Díaz", "Bo Lee")
    assert document.author_line == "By Ana Díaz and Bo Lee"
    assert document.language == "en-GB"
    assert set(document.sources.values()) == {"front-matter"}


def test_toml_front_matter() -> None:
    """Between plus signs stands TOML."""
    document = read_bytes(b'+++\ntitle = "Forty"\ndate = 2019-03-02\nauthors = ["Ana", "Bo"]\n+++\nText.', name="a.md")
    assert (document.title, document.date, document.authors) == ("Forty", date(2019, 3, 2), ("Ana", "Bo"))


@pytest.mark.parametrize(
    ("block", "warning"),
    [
        (b"title: [open\n", "broken front matter"),
        (b"title: x\ntitle: y: z\n", "broken front matter"),
        (b"a: &a [x]\nb: !!python/object/apply:os.system ['echo']\n", None),
        (b"title: x\nbig: " + b"y" * 70_000 + b"\n", "64 KB"),
    ],
)
def test_broken_front_matter_keeps_the_body(block: bytes, warning: str | None) -> None:
    """The text is never lost for its metadata, and no tag makes an object."""
    document = read_bytes(b"---\n" + block + b"---\nThe body.\n", name="a.md")
    assert document.text == "The body."
    assert (warning is None) == (not document.warnings)
    assert warning is None or warning in document.warnings[0]


def test_alias_bombs_stay_small() -> None:
    """Aliases that would grow a billionfold are not spelled out."""
    block = "a: &a [x,x,x,x,x,x,x,x,x]\n"
    for one, two in zip("abcdefgh", "bcdefghi", strict=True):
        block += f"{two}: &{two} [{','.join([f'*{one}'] * 9)}]\n"
    document = read_bytes(f"---\n{block}authors: *i\n---\nThe body.".encode(), name="a.md")
    assert document.text == "The body."
    assert sum(map(len, document.authors)) < 5_000


def test_an_ambiguous_day_is_kept_raw() -> None:
    """03/05/2022 is no day, but nobody's words are lost."""
    document = read_bytes(b"---\ndate: 03/05/2022\n---\nText.", name="a.md")
    assert (document.date, document.date_line) == (None, "03/05/2022")
    assert "date" not in document.sources


def test_a_rule_is_no_front_matter() -> None:
    """A text that begins with a rule keeps its first paragraph."""
    document = read_bytes(b"---\n\nForty teams came.\n\n---\n\nThen they left.", name="a.md")
    assert document.text == "Forty teams came.\n\nThen they left."


def test_day_from_a_file_name_is_said_to_be() -> None:
    """A day in a name has its source."""
    document = read_bytes(b"Text.", name="2016-12-15-principles.md")
    assert (document.date, document.sources["date"]) == (date(2016, 12, 15), "file-name")


def test_a_post_keeps_its_id_when_it_is_edited() -> None:
    """The id is the address's, the file's own, or the path's, and never the text's if there is another."""
    one, two = read_bytes(FRONT, name="a.md"), read_bytes(FRONT.replace(b"**forty**", b"fifty"), name="b.md")
    assert post_of(one, path="a.md").id == post_of(two, path="b.md").id
    assert post_of(one, path="a.md").revision != post_of(two, path="b.md").revision
    plain = read_bytes(b"Text.", name="a.txt")
    other = read_bytes(b"Other.", name="a.txt")
    assert post_of(plain, path="a.txt").id == post_of(other, path="a.txt").id != post_of(plain, path="b.txt").id
    assert post_of(plain).id != post_of(other).id
    named = read_bytes(b"---\nid: our-post-7\n---\nText.", name="a.txt")
    assert post_of(named, path="x.txt").id == "our-post-7"
    evil = read_bytes(b"---\nid: ../../etc/passwd\n---\nText.", name="a.txt")
    assert ".." not in post_of(evil, path="x.txt").id


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'---\ntitle: "a\\e[31m\\u202e\\0b"\nauthor: "c\\nd\\x07"\n---\nText.', "a.md"),
        (b"<html><title>a&#27;[31m&#x202e;b</title><meta name=author content='c&#10;d&#7;'><body><p>Text.", "a.html"),
        (
            b'<html><script type="application/ld+json">{"@type": "Article", "headline": "a\\u001b[31m\\u202eb", '
            b'"author": "c\\nd\\u0007"}</script><body><p>Text.',
            "b.html",
        ),
    ],
)
def test_fields_hold_no_signs_for_terminals(data: bytes, name: str) -> None:
    """Escapes that a title brings in by a side door are taken out like any other."""
    document = read_bytes(data, name=name)
    assert (document.title, document.authors, document.author_line) == ("a[31mb", ("c d",), "c d")


def test_figures_of_mixed_scripts_are_flagged() -> None:
    """A digit of another script among ours, or a letter that looks like one, is said."""
    for text in ("Over 4٠ teams.", "Over 4О teams."):
        assert "mixed scripts" in read_bytes(text.encode(), name="a.txt").warnings[0]
    assert read_bytes("Over ٤٠ teams of 40, No 4 О.".encode(), name="a.txt").warnings == ()


def test_what_was_fetched_can_not_pose_as_another_post() -> None:
    """Front matter from the web speaks for its own site only, and gives no ids."""
    data = b"---\nid: our-post-7\nurl: https://example.org/famous\n---\nForty teams."
    document = read_bytes(data, name="a.md", url="https://evil.example.net/a.md")
    assert (document.id, document.url, document.sources["url"]) == (None, "https://evil.example.net/a.md", "url")
    own = read_bytes(data, name="a.md", url="https://www.example.org/a.md")
    assert (own.url, own.sources["url"]) == ("https://example.org/famous", "front-matter")
