"""Teaching the quick encoder: a vector for each word piece, such that their mean is near to MiniLM's vector of a text.

Each piece starts from what MiniLM makes of it alone, turned by one matrix for all pieces, and moves from there
by what the texts say (ridge regression, both solved together by conjugate gradients).
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.learn.gold import GoldPost, read_gold
from pipeline.learn.train_themes import train_themes
from pipeline.records import passages_of
from pipeline.themes.encoders import Encoder, MiniLMEncoder, Vectors
from pipeline.themes.quick import PIECES, Pieces, QuickEncoder, in_bytes, load_quick, save_quick

NUMBERS = 192  # of a vector: the main directions of MiniLM's 384
TURN, MOVE = 1.0, 3.0  # how dear it is to turn all pieces together, and to move one
STEPS = 30
FIRST_WORD = 1_996  # the pieces before are signs, single letters and what is never used
FIRST_READ = 999
RAREST = 7.0  # a piece rarer than one text in e^7 weighs no more
UNSEEN = 0.9  # the weight of a piece that no text has

OWN_FIELD = 4.0  # how much dearer a text of the field is than any other
WINDOWS = 4_000  # runs of words that are read beside whole texts
PARTS = 3  # of the labelled posts, each read by an encoder that never saw it
SENTENCES = re.compile(r"(?<=[.!?])\s+|\n+")

type Floats = NDArray[np.float32]


def train_quick(
    texts: Sequence[str],
    vectors: Vectors,
    weights: Floats,
    pieces: Vectors,
    out: Path,
    *,
    leave_out: Sequence[NDArray[np.bool_]] = (),
) -> list[QuickEncoder]:
    """Teach the encoder what *vectors* MiniLM has for *texts*, each as dear as its weight, and write it to *out*.

    It comes first in the answer. After it, for each part of the texts in *leave_out*, one that never saw that
    part, in the same space: what is taught on labelled texts must be taught on vectors as new texts get them.
    """
    counts = _counts(texts)
    weight = _weights(counts)
    inputs = _unit(counts.multiply(weight[None]).tocsr())
    middle = np.average(vectors, axis=0, weights=weights)
    main = _main_directions((vectors - middle) * np.sqrt(weights)[:, None])
    targets = ((vectors - middle) @ main).astype(np.float32)
    start = (pieces - pieces[FIRST_WORD:].mean(axis=0)).astype(np.float32)
    used = (weight > 0)[:, None]
    nothing = np.zeros(NUMBERS)
    out.mkdir(parents=True, exist_ok=True)
    save_quick(out, _fitted(inputs, start, targets, np.sqrt(weights)) * used, weight, nothing)
    others = []
    for number, part in enumerate(leave_out):
        rows = _fitted(inputs, start, targets, np.sqrt(weights * ~part)) * used
        others.append(QuickEncoder(*in_bytes(rows), nothing, weight=weight, mark=f"without part {number}"))
    return [load_quick(out), *others]


def piece_vectors(encoder: MiniLMEncoder) -> Vectors:
    """What MiniLM makes of each piece of its vocabulary, read alone."""
    return encoder.encode_pieces([[piece] for piece in range(PIECES)])


def _counts(texts: Sequence[str]) -> Any:
    pieces = Pieces()
    read = [pieces.of(text) for text in texts]
    starts = np.concatenate([[0], np.cumsum([len(each) for each in read])])
    columns = np.concatenate(read)
    matrix = sparse.csr_matrix((np.ones(len(columns), np.float32), columns, starts), shape=(len(texts), PIECES))
    matrix.sum_duplicates()
    return matrix


def _weights(counts: Any) -> Floats:
    """The rarer a piece, the more it says."""
    texts_with = np.asarray((counts > 0).sum(axis=0)).ravel()
    rarity = np.minimum(np.log((1 + counts.shape[0]) / (1 + texts_with)), RAREST) / RAREST
    weight = np.where(texts_with == 0, UNSEEN, rarity)
    weight[:FIRST_READ] = 0
    return np.asarray(weight, dtype=np.float32)


def _unit(matrix: Any) -> Any:
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.diags((1 / np.maximum(length, 1e-9)).astype(np.float32)).dot(matrix).tocsr()


def _main_directions(rows: NDArray[Any]) -> NDArray[np.float64]:
    _, directions = np.linalg.eigh(rows.T.astype(np.float64) @ rows)
    return np.asarray(directions[:, ::-1][:, :NUMBERS], dtype=np.float64)


def _fitted(inputs: Any, start: Floats, targets: Floats, weights: Floats) -> NDArray[np.float64]:
    """The vectors of all pieces: *start* turned, and each moved by what the texts say."""
    together = (inputs @ start) * weights[:, None]
    apart = sparse.diags(weights).dot(inputs).tocsr()
    back = apart.T.tocsr()
    wanted = targets * weights[:, None]
    turn, move = np.zeros((start.shape[1], NUMBERS), np.float32), np.zeros((PIECES, NUMBERS), np.float32)
    left_turn, left_move = together.T @ wanted, back @ wanted
    way_turn, way_move = left_turn.copy(), left_move.copy()
    size = (left_turn**2).sum(axis=0) + (left_move**2).sum(axis=0)
    for _ in range(STEPS):
        seen = together @ way_turn + apart @ way_move
        turned, moved = together.T @ seen + TURN * way_turn, back @ seen + MOVE * way_move
        step = size / ((way_turn * turned).sum(axis=0) + (way_move * moved).sum(axis=0) + 1e-12)
        turn, move = turn + step * way_turn, move + step * way_move
        left_turn, left_move = left_turn - step * turned, left_move - step * moved
        before, size = size, (left_turn**2).sum(axis=0) + (left_move**2).sum(axis=0)
        way_turn, way_move = left_turn + size / before * way_turn, left_move + size / before * way_move
    return np.asarray(start @ turn + move, dtype=np.float64)


def likeness(encoder: Encoder, texts: Sequence[str], vectors: Vectors) -> float:
    """How well *encoder* orders pairs of *texts* as their *vectors* do: the correlation of all pairs' cosines."""
    own = encoder.encode(texts)
    centred = vectors - vectors.mean(axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    above = np.triu_indices(len(texts), 1)
    return float(np.corrcoef((own @ own.T)[above], (centred @ centred.T)[above])[0, 1])


def domain_texts(posts: Iterable[GoldPost]) -> dict[str, list[str]]:
    """The passages and sentences of each post, by its id."""
    found: dict[str, list[str]] = {}
    for each in posts:
        own = found.setdefault(each.post.id, [])
        for passage in passages_of(each.post.text):
            own += [passage.text] if len(passage.text) >= 40 else []
            own += [sentence for sentence in SENTENCES.split(passage.text) if len(sentence) > 30]
    return found


def windows(texts: Sequence[str], *, count: int, seed: int = 0) -> list[tuple[int, str]]:
    """Runs of a few words out of *texts*, each with the number of its text, which tell what single words add."""
    chance = random.Random(seed)  # noqa: S311
    words = [text.split() for text in texts]
    found = []
    for _ in range(count):
        number = chance.randrange(len(texts))
        size = chance.randint(4, 14)
        start = chance.randrange(max(1, len(words[number]) - size))
        found.append((number, " ".join(words[number][start : start + size])))
    return found


def teach_all(gold: Path, out: Path, files: Sequence[Path], teacher: Encoder, pieces: Vectors) -> dict[str, Any]:
    """Teach the encoder on the posts of split ``train`` and on *files* of texts, then the themes; their figures.

    A file has one text a line; texts of the first file are of the posts' field, those of the others of any.
    """
    posts = list(read_gold(gold, splits=("train",)))
    by_post = domain_texts(posts)
    rows = [(text, post, OWN_FIELD) for post, own in by_post.items() for text in own]
    for number, file in enumerate(files):
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        rows += [(line, "", OWN_FIELD if number == 0 else 1.0) for line in lines]
    own_field = [row for row in rows if row[2] == OWN_FIELD]
    cut = windows([text for text, _, _ in own_field], count=WINDOWS)
    rows += [(text, own_field[number][1], 1.0) for number, text in cut]
    texts = [text for text, _, _ in rows]
    order = np.random.RandomState(0).permutation(sorted(by_post)).tolist()
    parts = [set(order[part::PARTS]) for part in range(PARTS)]
    masks = [np.array([post in part for _, post, _ in rows]) for part in parts]
    weights = np.array([weight for _, _, weight in rows], dtype=np.float32)
    made = train_quick(texts, teacher.encode(texts), weights, pieces, out, leave_out=masks)
    unseen = {post: encoder for part, encoder in zip(parts, made[1:], strict=True) for post in part}
    return train_themes(gold, None, None, out, encoder=made[0], unseen=unseen)


def main() -> None:
    """Teach encoder and themes; for ``python -m pipeline.learn.train_quick GOLD OUT FILE…``."""
    import sys

    gold, out, *files = map(Path, sys.argv[1:])
    teacher = MiniLMEncoder()
    print(json.dumps(teach_all(gold, out, files, teacher, piece_vectors(teacher)), indent=2))


if __name__ == "__main__":
    main()
