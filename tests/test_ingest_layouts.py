"""Main texts of pages in many layouts: the post's words and figures, and nobody else's."""

from __future__ import annotations

import pytest
from bench.main_text import ours, score
from layouts.frame import Layout
from layouts.pages import layouts

from pipeline.ingest import main_text


@pytest.mark.parametrize("page", [pytest.param(one, id=one.name) for one in layouts(seed=11)])
def test_the_posts_words_and_no_others(page: Layout) -> None:
    """Precision and recall of the words, and of the figures, by layout."""
    precision, recall, kept, foreign = score(page, ours(page))
    assert min(precision, recall) >= 0.97
    assert kept >= 0.96
    assert foreign <= 0.04


def test_over_all_layouts() -> None:
    """The whole set stays far above what is asked for."""
    found = [score(page, ours(page)) for page in layouts(seed=12)]
    assert len(found) >= 65
    precision, recall, kept, foreign = (sum(row[place] for row in found) / len(found) for place in range(4))
    assert 2 * precision * recall / (precision + recall) >= 0.985
    assert kept >= 0.97
    assert foreign <= 0.01


def text_of(body: str) -> str:
    """The main text of an article with *body* between two long paragraphs."""
    prose = "<p>It was a long day in the hall by the river, and nobody left before the lamps were lit again.</p>"
    page = f"<html><body><main><article>{prose * 3}{body}{prose}</article></main></body></html>"
    return main_text(page.encode(), name="x").text


def test_figures_in_boxes_are_read_apart() -> None:
    """A number and its label in neighbouring spans are two words, not one."""
    text = text_of("<div class='row'><div class='fact'><span>97%</span><span>of guests</span></div></div>")
    assert "97% of guests" in text


@pytest.mark.parametrize("name", ["signup-card", "cta", "newsletter-form", "ad ad-2", "share-bar"])
def test_calls_and_adverts_between_paragraphs_are_left_out(name: str) -> None:
    """What asks to subscribe or to buy is no part of the text, though it stands in its middle."""
    assert "501" not in text_of(f"<div class='{name}'><span>Become member 501 today and save.</span></div>")


def test_a_post_about_subscriptions_stays() -> None:
    """A part that only has such a name and holds a text is kept."""
    prose = " ".join(["In May the library had 4,210 subscribers who came on foot."] * 20)
    assert "4,210" in text_of(f"<div class='signup'><p>{prose}</p></div>")


def test_code_is_no_box() -> None:
    """Signs that stand in spans of their own are not pulled apart."""
    assert '{"n": 1}' in text_of(
        '<div class="highlight"><pre><span>{</span><span>"n"</span>: <span>1</span>}</pre></div>'
    )


def test_a_day_that_stands_alone_is_no_text() -> None:
    """The day above a post is left out, a time within a sentence stays."""
    body = "<time>2 January 1822</time><p>The doors opened at <time>10:30</time> and closed when the sun went down.</p>"
    assert "1822" not in text_of(body)
    assert "at 10:30 and" in text_of(body)
