"""What the report promises: it asks for nothing, escapes everything, and says what it does not know."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import WRITTEN, by_quote, keep_findings, keep_posts, small_ledger

from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.draws import TENTH, chance
from pipeline.publish import publish, tally
from pipeline.publish.figures import short
from pipeline.publish.report import marked
from pipeline.publish.series import chains, day_of
from pipeline.publish.tally import Tally
from pipeline.publish.trust import precision
from pipeline.records import Decision, Extraction, Verdict, passages_of

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u2028{{ 7*7 }}$a^2$"


class Page(HTMLParser):
    """A page taken apart: its tags with attributes, and its words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.parts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep the words."""
        self.parts.append(data)

    @property
    def words(self) -> str:
        """The words, blanks made one."""
        return " ".join("".join(self.parts).split())


def report(ledger: Ledger, folder: Path, **more: Any) -> str:
    """The report of *ledger* as text."""
    publish(ledger, folder, formats=("report",), **more)
    return (folder / "report" / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A small ledger with decisions."""
    with small_ledger(tmp_path_factory.mktemp("ledger") / "ledger.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def text(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Its report."""
    return report(ledger, tmp_path_factory.mktemp("report"))


def test_page_asks_for_nothing(text: str) -> None:
    """No script, no picture or style from elsewhere, no style attribute: only links to follow."""
    tags = Page(text).tags
    assert not {tag for tag, _ in tags} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "image",
    }
    assert not [attrs for _, attrs in tags if any(name.startswith("on") or name in ("style", "src") for name in attrs)]
    assert "@import" not in text
    assert "url(" not in re.sub(r"url\(#[\w-]+\)", "", text)


def test_policy_allows_only_the_pages_own_style(text: str) -> None:
    """The policy names the digest of the one style element, and nothing else may load or run."""
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    policy = next(a["content"] for t, a in Page(text).tags if a.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert text.count("<style") == 1


def test_every_figure_stands_with_its_sentence_and_a_link(text: str) -> None:
    """Each claim that was not rejected is marked in its sentence, named in words, and linked to the post."""
    page = Page(text)
    links = [attrs["href"] or "" for tag, attrs in page.tags if tag == "a"]
    for claim in by_quote().values():
        if claim.quote != "£900 million":
            assert str(marked([_fields(claim)])).split("<mark>")[1].split("</mark>")[0] in text
            assert f'id="c-{claim.id}"' in text
    assert sum("#:~:text=" in link for link in links) >= 23
    assert all(link.startswith(("https://example.org/", "#", "../")) for link in links)


def _fields(claim: Any) -> dict[str, Any]:
    names = ("sentence", "sentence_start", "start", "end", "quote")
    return {name: getattr(claim, name) for name in names}


def test_page_says_what_was_read_and_decided(text: str) -> None:
    """Posts, publishers, countries, years and the state of review are told in words."""
    words = Page(text).words
    assert "rests on 11 posts by 5 publishers in 4 countries, published from 2018 to 2023" in words
    assert "People have decided on 5 of 24 figures (21%)" in words
    assert "1 post has no date" in words
    assert "17 not reviewed, 3 accepted, 1 corrected, 1 rejected, 1 flagged, 1 disputed" in words


def test_contradictions_show_both_sentences(text: str) -> None:
    """The two sentences of a contradiction stand in one block, with the reason in words."""
    block = next(part for part in text.split("<article") if "yet 2,900 by September" in part)
    assert "at least 3,500 people</mark>" in block
    assert "2,900 people</mark>" in block


def test_sums_keep_their_currency_and_are_never_added(text: str) -> None:
    """No number on the page is a sum of the sums; each currency is named."""
    words = Page(text).words
    assert "AUD 1.6 billion" in words
    assert "sums are never added up" in words
    assert "1.7 billion" not in words


def test_each_picture_has_a_text_and_a_table(text: str) -> None:
    """Whoever cannot see a picture finds what it shows in words and in a table."""
    tags = Page(text).tags
    pictures = [attrs for tag, attrs in tags if attrs.get("role") == "img"]
    assert len(pictures) == 8  # four plots, each wide and narrow
    assert all(attrs.get("aria-label") for attrs in pictures)
    assert [tag for tag, _ in tags].count("table") >= 4


def test_pictures_take_their_colours_from_the_page(text: str) -> None:
    """No plot has a colour of its own, so dark pages and print are legible; ids are unique."""
    for svg in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        assert not re.search(r"#[0-9a-f]{6}\b", svg)
        assert "font-family" not in svg
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))


def test_converted_sums_stand_beside_the_original(ledger: Ledger, tmp_path: Path) -> None:
    """With a currency, rate and day are told, and a missing rate, too."""
    words = Page(report(ledger, tmp_path, currency="EUR")).words
    assert re.search(r"JPY 120 million · portal: grant · EUR 844,238\.07 at 0\.00703531729 on 2023-02-14", words)
    assert "not converted: no reference rate for FJD on 2023-02-14" in words
    assert "2 sums have no rate and are left out here" in words


def test_nothing_reviewed_is_said_plainly(tmp_path: Path) -> None:
    """Without a decision the reader is warned, and no precision is claimed."""
    with small_ledger(tmp_path / "ledger.db", reviewed=False) as ledger:
        words = Page(report(ledger, tmp_path)).words
    assert "Nothing here has been checked by a person." in words
    assert "95 %" not in words


def test_precision_counts_only_the_random_tenth(tmp_path: Path) -> None:
    """Decisions on claims that a queue chose say nothing of the others; those on drawn ones do."""
    with Ledger(tmp_path / "ledger.db") as ledger:
        written = WRITTEN[0]
        first = next(written.claims())
        claims = tuple(replace(first, id=f"claim {n}") for n in range(300))
        keep_posts(ledger, [written.post])
        passages = tuple(passages_of(written.text))
        ledger.keep_extractions(
            [(written.post, Extraction(claims=claims, entities=(), passages=passages))], extractor="x"
        )
        drawn = [claim.id for claim in claims if chance("draw", claim.id) < TENTH]
        ledger.record(
            Decision(
                id=f"d {claim.id}",
                target=claim.id,
                post=written.post.id,
                revision=written.post.revision,
                seen="x",
                verdict=Verdict.REJECT if claim.id == drawn[0] else Verdict.ACCEPT,
                reviewer="ada",
                at=datetime(2024, 1, 1, tzinfo=UTC),
            )
            for claim in claims[:200]
        )
        words = Page(report(ledger, tmp_path)).words
    judged = sum(chance("draw", claim.id) < TENTH for claim in claims[:200])
    found = precision(judged - 1, judged)
    assert found is not None
    assert f"{judged} were judged, and {judged - 1} had been read rightly: {found.share:.0%}" in words
    assert f"between {found.low:.0%} and {found.high:.0%}" in words
    assert "too few to rely on" in words


def test_attacks_are_shown_as_text(tmp_path: Path) -> None:
    """Script in title, publisher, sentence, subject, theme or reason is text, in the plots as well."""
    from ledgers import THEMES, findings

    with small_ledger(tmp_path / "ledger.db") as ledger:
        for written in WRITTEN:
            post = replace(written.post, title=ATTACK, publisher=ATTACK, country="GB")
            claims = tuple(
                replace(c, subject=ATTACK, measure=ATTACK, sentence=ATTACK + c.sentence) for c in written.claims()
            )
            keep_posts(ledger, [post])
            passages = tuple(passages_of(written.text))
            extraction = Extraction(claims=claims, entities=tuple(written.entities()), passages=passages)
            ledger.keep_extractions([(post, extraction)], extractor="x")
        ledger.keep_themes([replace(theme, name=ATTACK) for theme in THEMES], {})
        keep_findings(ledger, (replace(finding, reason=ATTACK) for finding in findings()))
        text = report(ledger, tmp_path)
    page = Page(text)
    assert {tag for tag, _ in page.tags} & {"script", "img"} == set()
    assert "<script>alert(1)</script>" in page.words
    assert "{{ 7*7 }}" in page.words


def test_empty_ledger_has_a_report(tmp_path: Path) -> None:
    """Nothing read is said, and what to do."""
    with Ledger(tmp_path / "ledger.db") as ledger:
        words = Page(report(ledger, tmp_path)).words
    assert "No posts have been read yet" in words
    assert "No figures were found." in words


def test_long_list_is_cut_and_the_cut_is_said(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the cap, the newest posts are listed, and the rest is one link away."""
    monkeypatch.setattr(tally, "LISTED", 5)
    monkeypatch.setattr("pipeline.publish.report.LISTED", 5)
    text = report(ledger, tmp_path)
    assert "lists 5 of 23 figures, those of the newest posts" in Page(text).words
    assert text.count('<p class="source" id="c-') == 5
    assert 'href="../claims.csv"' in text


def test_tally_keeps_little_of_many_claims() -> None:
    """What is kept of a large ledger does not grow with it."""
    from pipeline.publish.columns import CLAIMS

    whole, kept = Tally(), Tally()
    blank = dict.fromkeys(CLAIMS.names) | {"status": "proposed", "kind": "money", "unit": "EUR", "modality": "actual"}
    for number in range(20_000):
        day = date(2000 + number // 7 % 20, 1, 1)
        row = blank | {"id": str(number), "value": Decimal(number + 1), "post": str(number // 7), "date": day}
        kept.take(CLAIMS, [tuple(row[name] for name in CLAIMS.names)])
        if number % 7_000 == 6_999:  # posts in parts, added up
            whole.add(json.loads(json.dumps(kept.packed)))
            kept = Tally()
    whole.add(kept.packed)
    assert whole.claims == whole.sums["EUR"] == 20_000
    assert whole.largest_sums("EUR")[:2] == ["19999", "19998"]
    assert sum(map(len, whole.largest.values())) < 8 * tally.KEPT_SUMS
    newest = whole.newest_posts()
    assert tally.LISTED <= sum(whole.newest[post][1] for post in newest) < tally.LISTED + 7
    assert {whole.newest[post][0][:4] for post in newest} == {"2018", "2019"}  # 143 posts a year


def test_chains_join_what_findings_link() -> None:
    """Three claims linked two by two are one series; agreement alone is none."""
    rows = [
        ("update", ["a", "b"]),
        ("agreement", ["b", "c"]),
        ("agreement", ["x", "y"]),
        ("contradiction", ["a", "z"]),
    ]
    assert chains(rows) == [["a", "b", "c"]]


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2021", date(2021, 1, 1)),
        ("2021-06/2022", date(2021, 6, 1)),
        ("soon", date(2020, 5, 5)),
        (None, date(2020, 5, 5)),
    ],
)
def test_a_figures_own_time_comes_before_its_posts(when: str | None, day: date) -> None:
    """The day of a point is the claim's own where it has one that can be read."""
    assert day_of({"when": when, "date": date(2020, 5, 5)}) == day


@given(st.decimals(min_value=0, max_value=10**40, allow_nan=False, places=4))
def test_short_figures_are_never_rounded(value: Decimal) -> None:
    """What a reader sees is the figure itself."""
    scale = {"trillion": 12, "billion": 9, "million": 6}
    number, _, word = short(value).partition(" ")
    assert Context(prec=99).scaleb(Decimal(number.replace(",", "")), scale.get(word, 0)) == value


@given(right=st.integers(0, 500), wrong=st.integers(0, 500))
def test_interval_holds_the_share(right: int, wrong: int) -> None:
    """The interval lies within 0 and 1 and around the share; without judgements there is none."""
    found = precision(right, right + wrong)
    if right + wrong == 0:
        assert found is None
    else:
        assert found is not None
        assert 0 <= found.low <= found.share + 1e-9
        assert found.share - 1e-9 <= found.high <= 1


@pytest.mark.parametrize("values", [("0.01", "0.02"), ("7", "7"), ("1", "1e29"), ("5",)])
def test_sums_of_any_size_can_be_drawn(values: tuple[str, ...]) -> None:
    """Cents, equal sums and absurd ones give a picture in both widths; a label never hides its year."""
    from pipeline.publish.plots import Sum, largest_sums

    sums = [Sum(label="x" * 90, where="NZ 2021", value=Decimal(v), shown=v, checked=False) for v in values]
    picture = largest_sums([("NZD", sums)])
    assert picture is not None
    for svg in (picture.wide, picture.narrow):
        assert svg.count("… · NZ 2021") == len(values)
