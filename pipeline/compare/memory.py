"""What a comparison remembers, in one file: arrays and blobs that are mapped, not read, when the next one begins."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

MARK = b"convening-compare-1\n"
ALIGN = 64

type Array = NDArray[Any]


def _numbers() -> Array:
    return np.zeros(0, dtype=np.int64)


def _stamps() -> Array:
    return np.zeros(0, dtype=np.uint64)


def _answers() -> Array:
    return np.zeros(0, dtype=bool)


@dataclass(frozen=True, slots=True)
class Blobs:
    """Many pieces of bytes in one; ``firsts`` has one more entry than there are pieces."""

    data: Any
    firsts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.firsts) - 1

    def __getitem__(self, place: int) -> bytes:
        return bytes(self.data[self.firsts[place] : self.firsts[place + 1]])

    def taken(self, places: Iterable[int]) -> list[bytes]:
        """The pieces at *places*."""
        firsts, data = self.firsts.tolist(), memoryview(self.data)
        return [bytes(data[firsts[place] : firsts[place + 1]]) for place in places]


def blobs(pieces: Sequence[bytes]) -> Blobs:
    """*pieces* in one."""
    firsts = np.zeros(len(pieces) + 1, dtype=np.int64)
    np.cumsum([len(piece) for piece in pieces], out=firsts[1:])
    return Blobs(b"".join(pieces), firsts)


def _pieces() -> Blobs:
    return blobs([])


@dataclass(slots=True, kw_only=True)
class Memory:
    """A comparison as it stood: every post's figures, the pairs that were judged, what each group came to.

    Figures stand by post and place; ``first`` says with which number each post's begin. Pairs of topics are one
    number, the smaller topic times 2**32 plus the larger.
    """

    token: str = ""  # of the state of the ledger that was compared
    made_with: str = ""  # version of the rules and of the encoder
    posts: list[str] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    first: Array = field(default_factory=_numbers)
    doubts: Blobs = field(default_factory=_pieces)  # a post's doubts
    figures: Blobs = field(default_factory=_pieces)
    topic: Array = field(default_factory=_numbers)
    echo: Array = field(default_factory=_numbers)
    stamp: Array = field(default_factory=_stamps)  # of a figure's content
    series: Array = field(default_factory=_numbers)  # which thread it is in; 0 for none
    value_first: Array = field(default_factory=_numbers)
    values: Array = field(default_factory=_numbers)  # under which a figure may coincide with others
    topics: Blobs = field(default_factory=_pieces)
    topic_ids: Array = field(default_factory=_numbers)
    orders: Blobs = field(default_factory=_pieces)  # by which crowded topics stand beside each other
    key_first: Array = field(default_factory=_numbers)
    keys: Array = field(default_factory=_numbers)
    tested: Array = field(default_factory=_numbers)
    alike: Array = field(default_factory=_answers)
    echoes: Array = field(default_factory=_numbers)
    echoing: Array = field(default_factory=_answers)
    groups: Array = field(default_factory=_stamps)
    group_findings: Blobs = field(default_factory=_pieces)
    coincidences: Array = field(default_factory=_stamps)
    coincidence_pairs: Blobs = field(default_factory=_pieces)
    coincided: dict[str, Any] = field(default_factory=dict)  # findings of pairs that are in no thread together

    def save(self, path: Path) -> None:
        """Write it to *path*, whole or not at all."""
        head: dict[str, Any] = {}
        parts: list[Any] = []
        place = 0

        def put(data: Any, **about: Any) -> dict[str, Any]:
            nonlocal place
            size = data.nbytes if isinstance(data, np.ndarray) else len(data)
            parts.append((place, data))
            told = about | {"at": place, "size": size}
            place += -(-size // ALIGN) * ALIGN
            return told

        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, Blobs):
                head[one.name] = {"blobs": put(value.data), "firsts": put(value.firsts)}
            elif isinstance(value, np.ndarray):
                head[one.name] = {"array": put(np.ascontiguousarray(value), type=value.dtype.str)}
            else:
                head[one.name] = {"json": value}
        told = orjson.dumps(head)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        begin = -(-(len(MARK) + 8 + len(told)) // ALIGN) * ALIGN
        with part.open("wb") as file:
            file.write(MARK + len(told).to_bytes(8, "little") + told)
            for at, data in parts:
                file.seek(begin + at)
                file.write(memoryview(data).cast("B") if isinstance(data, np.ndarray) else data)
            file.truncate(begin + place)
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> Memory | None:
        """What was saved at *path*; ``None`` where there is nothing that can be read."""
        try:
            with path.open("rb") as file:
                held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            return None
        if held[: len(MARK)] != MARK:
            return None
        try:
            size = int.from_bytes(held[len(MARK) : len(MARK) + 8], "little")
            head = orjson.loads(held[len(MARK) + 8 : len(MARK) + 8 + size])
            begin = -(-(len(MARK) + 8 + size) // ALIGN) * ALIGN
            view = memoryview(held)

            def get(told: dict[str, Any]) -> memoryview:
                return view[begin + told["at"] : begin + told["at"] + told["size"]]

            found: dict[str, Any] = {}
            for name, told in head.items():
                if "json" in told:
                    found[name] = told["json"]
                elif "array" in told:
                    found[name] = np.frombuffer(get(told["array"]), dtype=told["array"]["type"])
                else:
                    firsts = np.frombuffer(get(told["firsts"]), dtype=np.int64)
                    found[name] = Blobs(get(told["blobs"]), firsts)
            return cls(**found)
        except (ValueError, KeyError, TypeError):
            return None
