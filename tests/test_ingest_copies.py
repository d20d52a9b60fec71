"""Copies of posts: found whatever surrounds them, linked to the earliest, and nothing else called one."""

from __future__ import annotations

import random

from servers.site import words

from pipeline.ingest import Copy, earliest_of, find_copies, sketch
from pipeline.ingest.duplicates import containment, shingles


def text(seed: int, number: int = 300) -> str:
    """A text of random words."""
    rng = random.Random(seed)
    return " ".join(f"word{rng.randrange(5_000)}" for _ in range(number))


def copies(texts: dict[str, str], **options: object) -> list[tuple[str, str]]:
    """The pairs that are found among *texts*."""
    sketches = {name: sketch(body) for name, body in texts.items()}
    return [(copy.one, copy.other) for copy in find_copies(sketches, texts.__getitem__, **options)]  # type: ignore[arg-type]


def test_syndicated_copies_are_found() -> None:
    """With another introduction, other quotation marks and capitals, a copy is a copy."""
    body = text(1)
    texts = {
        "a": body,
        "b": f"This was first published elsewhere. {body.upper()}. Share this post with your friends.",
        "c": text(2),
    }
    assert copies(texts) == [("a", "b")]


def test_a_copy_in_a_long_page_is_found() -> None:
    """The shorter one's words count, not the share of both."""
    assert copies({"short": text(1, 120), "long": f"{text(3, 2_000)} {text(1, 120)} {text(4, 2_000)}"}) == [
        ("long", "short")
    ]


def test_common_words_make_no_copies() -> None:
    """Posts that share half their words, or a boilerplate, are not copies."""
    half = text(1, 150)
    foot = text(9, 40)
    assert copies({"a": f"{half} {text(2, 150)} {foot}", "b": f"{half} {text(3, 150)} {foot}"}) == []


def test_short_texts_tell_nothing() -> None:
    """Under 50 words no copy is claimed."""
    assert copies({"a": text(1, 30), "b": text(1, 30)}) == []


def test_only_the_new_ones_are_asked() -> None:
    """Among old posts nothing is compared again."""
    texts = {"a": text(1), "b": text(1), "c": text(1)}
    assert copies(texts, among=["c"]) == [("a", "c"), ("b", "c")]


def test_the_earliest_leads_its_group() -> None:
    """All copies point to one, and it to none; ties are broken by id."""
    pairs = [
        Copy(one="a", other="b", share_one=1, share_other=1),
        Copy(one="b", other="c", share_one=1, share_other=1),
        Copy(one="x", other="y", share_one=1, share_other=1),
    ]
    order = {"a": 3, "b": 2, "c": 1, "x": 5, "y": 5}
    assert earliest_of(pairs, order.__getitem__) == {"a": "c", "b": "c", "y": "x"}


def test_a_digest_does_not_repeat_what_it_quotes() -> None:
    """A long post that has a short one among much else has words of its own; the short one, if later, has none."""
    pair = Copy(one="digest", other="short", share_one=0.1, share_other=1)
    assert earliest_of([pair], {"short": 1, "digest": 2}.__getitem__) == {}
    assert earliest_of([pair], {"short": 2, "digest": 1}.__getitem__) == {"short": "digest"}


def test_peoples_rulings_stay() -> None:
    """What a person decided counts whatever the words say, and a circle of rulings is no trap."""
    pair = [Copy(one="a", other="b", share_one=1, share_other=1)]
    order = {"a": 1, "b": 2, "c": 3}
    assert earliest_of(pair, order.__getitem__, rulings={"b": None}) == {}
    assert earliest_of(pair, order.__getitem__, rulings={"c": "b"}) == {"b": "a", "c": "a"}
    assert earliest_of([], order.__getitem__, rulings={"a": "b", "b": "a", "c": "b"}) == {"b": "a", "c": "a"}


def test_copies_among_thousands_of_posts() -> None:
    """Of 2,000 posts and 20 copies exactly these are found."""
    texts = {f"p{n:04}": text(n, 150) for n in range(2_000)}
    for n in range(20):
        texts[f"q{n:04}"] = texts[f"p{n:04}"] + " and so on"
    assert copies(texts, among=[f"q{n:04}" for n in range(20)]) == [(f"p{n:04}", f"q{n:04}") for n in range(20)]


def test_shingles_do_not_depend_on_spelling() -> None:
    """Full-width letters, ligatures and case are one."""
    assert shingles("The ﬁve ＴＥＡＭＳ met in town") == shingles("the five teams met in town")
    assert containment(shingles(" ".join(words(2))), shingles("")) == 0
