"""Teaching the quick encoder: a vector for each word piece, such that their mean is near to MiniLM's vector of a text.

Each piece starts from what MiniLM makes of it alone, turned by one matrix for all pieces, and moves from there
by what the texts say (ridge regression, both solved together by conjugate gradients).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.themes.encoders import WORDPIECES, Encoder, MiniLMEncoder, Vectors
from pipeline.themes.quick import PIECES, Pieces, QuickEncoder, load_quick, save_quick

NUMBERS = 192  # of a vector: the main directions of MiniLM's 384
TURN, MOVE = 1.0, 3.0  # how dear it is to turn all pieces together, and to move one
STEPS = 30
FIRST_WORD = 1_996  # the pieces before are signs, single letters and what is never used
FIRST_READ = 999
RAREST = 7.0  # a piece rarer than one text in e^7 weighs no more
UNSEEN = 0.9  # the weight of a piece that no text has

type Floats = NDArray[np.float32]


def train_quick(texts: Sequence[str], vectors: Vectors, weights: Floats, pieces: Vectors, out: Path) -> QuickEncoder:
    """Teach the encoder what *vectors* MiniLM has for *texts*, each as dear as its weight, and write it to *out*."""
    counts = _counts(texts)
    weight = _weights(counts)
    inputs = _unit(counts.multiply(weight[None]).tocsr())
    middle = np.average(vectors, axis=0, weights=weights)
    main = _main_directions((vectors - middle) * np.sqrt(weights)[:, None])
    targets = ((vectors - middle) @ main).astype(np.float32)
    start = (pieces - pieces[FIRST_WORD:].mean(axis=0)).astype(np.float32)
    rows = _fitted(inputs, start, targets, np.sqrt(weights).astype(np.float32))
    out.mkdir(parents=True, exist_ok=True)
    save_quick(out, rows * (weight > 0)[:, None], weight, np.zeros(NUMBERS))
    return load_quick(out)


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


def main(say: Callable[[str], None] = print) -> None:
    """Teach from files of texts, one text a line; for ``python -m pipeline.learn.train_quick OUT FILE…``.

    The first file has the texts of one's own field, which count four times.
    """
    import sys

    out, *files = map(Path, sys.argv[1:])
    groups = [file.read_text(encoding="utf-8").splitlines() for file in files]
    texts = [text for group in groups for text in group if text.strip()]
    weights = np.array([4.0 if n == 0 else 1.0 for n, group in enumerate(groups) for t in group if t.strip()])
    teacher = MiniLMEncoder()
    say(f"reading {len(texts)} texts with {teacher.name} and its vocabulary in {WORDPIECES.name}")
    taught = train_quick(texts, teacher.encode(texts), weights.astype(np.float32), piece_vectors(teacher), out)
    say(json.dumps({"encoder": taught.digest, "texts": len(texts)}))


if __name__ == "__main__":
    main()
