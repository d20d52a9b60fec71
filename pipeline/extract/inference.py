"""What the layers of a trained spaCy pipeline say, several times faster than they say it themselves.

Only for predicting, and only for the layers of ``en_core_web_md`` and of pipelines trained like it. The vectors of
words are made once for each word and kept, and large products are left to numpy's BLAS, which is faster than the one
that spaCy brings. The numbers are those of spaCy's own code but for the last digits of a float.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from thinc.api import Model

type Floats = NDArray[np.float32]

KEPT = 20_000  # words whose vectors are held; some 8 MB
BLOCK = 384  # rows that are multiplied at once: they stay in the processor's cache
STEP = 12  # every text begins at a multiple of so many rows, see ``Rows``
MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio, as in Fibonacci hashing


class UnlikeError(Exception):
    """A model is built in another way than the one known here."""


def hasten(part: Any) -> bool:
    """Let the model of the spaCy component *part* predict faster, and tell whether that can be done.

    A model that is built in another way stays as it was.
    """
    model = getattr(part, "model", None)
    names = getattr(model, "ref_names", ())
    try:
        if "lower" in names and "tok2vec" in names:
            _hasten_transitions(model)
        elif "embed" in names and "encode" in names:
            _hasten_vectors(model)
        else:
            return False
    except UnlikeError:
        return False
    return True


def _hasten_vectors(model: Any) -> None:
    """Replace the layers of a token-to-vector *model* by one that does the same."""
    words, context = Words(model.get_ref("embed")), Context(model.get_ref("encode"))

    def vectors(docs: Sequence[Doc]) -> list[Floats]:
        rows = Rows([len(doc) for doc in docs])
        return rows.parted(context(rows.spread(words(docs))))

    model.layers[:] = [_layer("quick_vectors", vectors, model.layers)]


def _hasten_transitions(model: Any) -> None:
    """Let a parser's or recogniser's *model* make its tables faster, and its vectors where they are its own."""
    vectors, lower = model.get_ref("tok2vec"), model.get_ref("lower")
    if lower.name != "precomputable_affine" or len(vectors.layers) != 3 or vectors.layers[1].name != "list2array":
        raise UnlikeError(lower.name)
    inner = vectors.layers[0]
    if {"embed", "encode"} <= set(inner.ref_names):
        _hasten_vectors(inner)
    table = Table(lower)
    known: list[Rows] = []  # of the texts whose table is asked for next

    def narrow(docs: Sequence[Doc]) -> Any:
        known[:] = [Rows([len(doc) for doc in docs])]
        return vectors.predict(docs)

    model.layers[0] = _layer("quick_tok2vec", narrow, [vectors], nO=vectors.maybe_get_dim("nO"))
    quick = _layer("quick_table", lambda found: table(known.pop(), found), [lower])
    for name in ("nF", "nO", "nP", "nI"):
        quick._dims[name] = lower.get_dim(name)
    for name in ("W", "b", "pad"):
        quick.set_param(name, lower.get_param(name))
    model.layers[1] = quick


def _layer(name: str, predict: Callable[[Any], Any], layers: Sequence[Any], **dims: int | None) -> Any:
    """A layer that predicts by *predict*; it cannot learn."""
    from thinc.api import Model

    def forward(_: Model[Any, Any], given: Any, is_train: bool) -> tuple[Any, Callable[[Any], Any]]:
        if is_train:
            raise NotImplementedError("a hastened model does not learn; load it anew to train it")
        return predict(given), lambda gradient: gradient

    return Model(name, forward, dims=dims)


class Words:
    """The vectors that the words of texts have before their neighbours are looked at."""

    def __init__(self, embed: Any) -> None:
        if [layer.name for layer in embed.layers[2:]] != ["ragged2list"] or len(embed.layers[0].layers) != 2:
            raise UnlikeError(embed.name)
        features, static = embed.layers[0].layers
        if static.name != "static_vectors" or features.layers[0].name != "extract_features":
            raise UnlikeError(embed.name)
        self._columns = ["ORTH", *features.layers[0].attrs["columns"]]
        self._hashed, self._mixed, self._static = features.layers[2], embed.layers[1], static
        self._rows: dict[int, int] = {}
        self._table = np.zeros((0, embed.get_dim("nO")), dtype=np.float32)

    def __call__(self, docs: Sequence[Doc]) -> Floats:
        """A row for each token of *docs*."""
        features = np.concatenate([doc.to_array(self._columns).reshape(-1, len(self._columns)) for doc in docs])
        keys = features[:, 0].copy()
        for column in features.T[1:]:
            keys *= MIX
            keys ^= column
        kinds, first, which = np.unique(keys, return_index=True, return_inverse=True)
        rows = self._rows
        at = np.fromiter((rows.get(kind, -1) for kind in kinds.tolist()), dtype=np.intp, count=len(kinds))
        new = np.flatnonzero(at < 0)
        if not len(new):
            return self._table[at[which]]
        made = self._made(features[first[new]], docs[0].vocab.vectors)
        if len(rows) + len(new) > KEPT:
            known = self._table[np.maximum(at, 0)]
            known[new] = made
            rows.clear()
            self._table = self._table[:0]
            return known[which]
        at[new] = range(len(rows), len(rows) + len(new))
        rows.update(zip(kinds[new].tolist(), at[new].tolist(), strict=True))
        self._table = np.concatenate([self._table, made])
        return self._table[at[which]]

    def _made(self, features: Any, vectors: Any) -> Floats:
        """The vectors of the words with these *features*, by spaCy's own layers."""
        from thinc.api import Ragged

        ops, weights = self._static.ops, self._static.get_param("W")
        lengths = ops.asarray1i([len(features)])
        words: Any = np.ascontiguousarray(features[:, 1:])
        hashed: Any = self._hashed.predict(Ragged(words, lengths)).data
        rows = vectors.find(keys=features[:, 0])
        static = ops.gemm(np.ascontiguousarray(vectors.data[rows]), weights, trans2=True)
        static[rows < 0] = 0
        both: Any = np.hstack([hashed, static])
        made: Floats = self._mixed.predict(Ragged(both, lengths)).data
        return made


class Rows:
    """Where the tokens of texts stand in one tall array, each text apart from the next by rows of zeros.

    A text begins at a multiple of ``STEP`` rows: how a BLAS rounds may depend on where a row stands in its block, and
    what is found in a text must not depend on the texts that are read with it.
    """

    def __init__(self, lengths: Sequence[int], *, apart: int = 4) -> None:
        self.starts = []
        place = STEP
        for length in lengths:
            self.starts.append(place)
            place += -(-(length + apart) // STEP) * STEP
        self.lengths = lengths
        self.size = place
        every = [np.arange(start, start + length) for start, length in zip(self.starts, lengths, strict=True)]
        self.index = np.concatenate(every) if every else np.zeros(0, dtype=np.intp)

    def spread(self, values: Floats) -> Floats:
        """*values*, a row for each token, in the tall array."""
        tall = np.zeros((self.size, values.shape[1]), dtype=np.float32)
        tall[self.index] = values
        return tall

    def parted(self, tall: Floats) -> list[Floats]:
        """The rows of each text in the array *tall*."""
        return [tall[start : start + length] for start, length in zip(self.starts, self.lengths, strict=True)]


class Context:
    """What a token's neighbours make of its vector: convolutions with maxout, each added to what it was given."""

    def __init__(self, encode: Any) -> None:
        if not encode.name.startswith("with_array(residual(expand_window>>maxout>>layernorm"):
            raise UnlikeError(encode.name)
        self._layers = [self._layer(residual) for residual in encode.layers[0].layers]
        if encode.attrs["pad"] != len(self._layers):
            raise UnlikeError(encode.name)

    @staticmethod
    def _layer(residual: Any) -> tuple[Floats, Floats, Floats, Floats]:
        by_name = {node.name: node for node in residual.walk()}
        maxout, norm, window = by_name["maxout"], by_name["layernorm"], by_name["expand_window"]
        weights, bias = maxout.get_param("W"), maxout.get_param("b")
        if weights.shape[1] != 3 or weights.shape[2] != 3 * weights.shape[0] or window.attrs["window_size"] != 1:
            raise UnlikeError(residual.name)
        # Pieces first: the three numbers of which the largest counts then stand in three arrays, not side by side.
        by_piece = weights.transpose(1, 0, 2).reshape(-1, weights.shape[2])
        return np.ascontiguousarray(by_piece.T), bias.T.reshape(-1).copy(), norm.get_param("G"), norm.get_param("b")

    def __call__(self, tall: Floats) -> Floats:
        """*tall*, as ``Rows`` spread it, after all layers."""
        size, width = tall.shape
        window = np.zeros((BLOCK, 3 * width), dtype=np.float32)
        product = np.empty((BLOCK, 3 * width), dtype=np.float32)
        given, made = tall, np.empty_like(tall)
        for weights, bias, scale, shift in self._layers:
            for start in range(0, size, BLOCK):
                end = min(start + BLOCK, size)
                near, best = window[: end - start], product[: end - start]
                near[:, width : 2 * width] = given[start:end]
                near[1:, :width] = given[start : end - 1]
                near[0, :width] = given[start - 1] if start else 0
                near[:-1, 2 * width :] = given[start + 1 : end]
                near[-1, 2 * width :] = given[end] if end < size else 0
                np.matmul(near, weights, out=best)
                best += bias
                left = best[:, :width]
                np.maximum(left, best[:, width : 2 * width], out=left)
                np.maximum(left, best[:, 2 * width :], out=left)
                left -= left.mean(axis=1, keepdims=True)
                spread = np.einsum("ij,ij->i", left, left) / np.float32(width)
                left *= ((spread + np.float32(1e-8)) ** np.float32(-0.5))[:, None]
                left *= scale
                left += shift
                np.add(left, given[start:end], out=made[start:end])
            given, made = made, (np.empty_like(tall) if given is tall else given)
        return given


class Table:
    """What each token says in each place of a parser's state, made for all tokens before the first step."""

    def __init__(self, lower: Any) -> None:
        weights = lower.get_param("W")
        self._shape = weights.shape[:3]
        self._weights = np.ascontiguousarray(weights.reshape(-1, weights.shape[3]).T)
        self._pad = lower.get_param("pad")[0].reshape(-1)

    def __call__(self, rows: Rows, found: Floats) -> Floats:
        """The table for the tokens of *rows*, whose vectors are *found*; its first row is for no token."""
        tall = rows.spread(found)
        table = np.empty((len(found) + 1, self._weights.shape[1]), dtype=np.float32)
        table[0] = self._pad
        product = np.empty((BLOCK, self._weights.shape[1]), dtype=np.float32)
        done = 0
        for start in range(0, rows.size, BLOCK):
            end = min(start + BLOCK, rows.size)
            np.matmul(tall[start:end], self._weights, out=product[: end - start])
            upto = int(np.searchsorted(rows.index, end))
            np.take(product, rows.index[done:upto] - start, axis=0, out=table[done + 1 : upto + 1])
            done = upto
        return table.reshape(-1, *self._shape)
