"""Annotations of others in their own formats: spaCy's DocBin and the JSON lines that Prodigy writes.

What we write comes back as it was; of what others wrote, the text, the names and the figures with their labels are
read. A figure that brings no value is read anew from its words.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.learn.gold import GoldError, GoldPost, gold_post, numbered_rows, row_of, split_of
from pipeline.learn.gold_faults import NAME, faults_of
from pipeline.records import Kind, Label, digest

LARGEST = 500_000_000  # bytes of a DocBin once it is unpacked
CLAIMS = "claims"  # the key of the claims among a Doc's spans
META = ("publisher", "country", "title", "date", "url")
FORMATS = ("docbin", "prodigy", "gold")


def read_prodigy(path: Path) -> Iterator[GoldPost]:
    """Yield the accepted examples of the JSON lines *path*; those rejected or ignored are left out.

    Raises ``GoldError`` with the line of an example that cannot be used.
    """
    for number, row in numbered_rows(path):
        if row.get("answer", "accept") != "accept":
            continue
        where, text = f"{path}, line {number}", row.get("text")
        if not isinstance(text, str):
            raise GoldError(where, "has no text")
        spans = row.get("spans", [])
        if not isinstance(spans, list) or not all(isinstance(span, Mapping) for span in spans):
            raise GoldError(where, "spans are no list of objects")
        meta = row.get("meta") if isinstance(row.get("meta"), Mapping) else {}
        made = dict(row["gold"]) if isinstance(row.get("gold"), Mapping) else _sections(spans, text, where)
        yield _post(made, meta or {}, text, where)


def write_prodigy(posts: Iterable[GoldPost], path: Path) -> int:
    """Write *posts* to *path*, an example a line; how many there were."""
    lines = []
    for one in posts:
        row = row_of(one)
        spans = [_span(mark, mark["label"]) for mark in row.get("entities", ())]
        spans += [_span(mark, mark["kind"]) for mark in row.get("claims", ())]
        spans.sort(key=lambda span: (span["start"], span["end"]))
        example = {"text": one.post.text, "meta": _meta(one), "spans": spans, "answer": "accept", "gold": row}
        lines.append(json.dumps(example, ensure_ascii=False) + "\n")
    path.write_bytes("".join(lines).encode("utf-8", "backslashreplace"))
    return len(lines)


def read_docbin(path: Path) -> Iterator[GoldPost]:
    """Yield the documents of the DocBin *path*. Raises ``GoldError`` for a file that is none."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    try:
        data = path.read_bytes()
    except OSError as error:
        raise GoldError(path, f"cannot be read ({error.strerror})") from error
    _check_size(path, data)
    try:
        docs = list(DocBin(store_user_data=True).from_bytes(data).get_docs(Vocab()))
    except Exception as error:  # whatever msgpack, NumPy or spaCy make of bytes that are no DocBin
        raise GoldError(path, f"is no DocBin that spaCy can read ({type(error).__name__})") from error
    for number, doc in enumerate(docs, 1):
        where = f"{path}, document {number}"
        kept = doc.user_data.get("gold")
        try:
            told = json.loads(kept) if isinstance(kept, str) else {}
        except ValueError as error:
            raise GoldError(where, "brings annotations that are not JSON") from error
        if isinstance(told, dict) and isinstance(told.get("row"), dict):
            yield _post(told["row"], told.get("meta") or {}, doc.text, where)
            continue
        spans = [{"start": e.start_char, "end": e.end_char, "label": e.label_} for e in doc.ents]
        spans += [{"start": s.start_char, "end": s.end_char, "label": s.label_} for s in doc.spans.get(CLAIMS, ())]
        yield _post(_sections(spans, doc.text, where), {}, doc.text, where)


def write_docbin(posts: Iterable[GoldPost], path: Path) -> int:
    """Write *posts* to *path*: names as a Doc's ``ents``, claims in ``spans["claims"]``; how many there were.

    A span that ends inside a token is widened to its end for spaCy; what we read back is exact.
    """
    import spacy
    from spacy.tokens import DocBin
    from spacy.util import filter_spans

    nlp, docs, count = spacy.blank("en"), DocBin(store_user_data=True), 0
    nlp.max_length = 10**9
    for one in posts:
        doc, row = nlp.make_doc(one.post.text), row_of(one)
        spans = {
            name: [
                doc.char_span(mark["start"], mark["end"], label=mark[label], alignment_mode="expand")
                for mark in row.get(name, ())
            ]
            for name, label in (("entities", "label"), ("claims", "kind"))
        }
        default = "outside" if "entities" not in one.covered else "missing"
        doc.set_ents(filter_spans(span for span in spans["entities"] if span is not None), default=default)
        doc.spans[CLAIMS] = [span for span in spans["claims"] if span is not None]
        doc.user_data["gold"] = json.dumps({"row": row, "meta": _meta(one)}, ensure_ascii=False)
        docs.add(doc)
        count += 1
    docs.to_disk(path)
    return count


def _check_size(path: Path, data: bytes) -> None:
    try:
        unpacked = zlib.decompressobj()
        unpacked.decompress(data, LARGEST)
    except zlib.error as error:
        raise GoldError(path, "is no DocBin; expected what spaCy's DocBin.to_disk writes") from error
    if unpacked.unconsumed_tail:
        raise GoldError(path, f"is larger than {LARGEST // 1_000_000} megabytes once unpacked")


def _sections(spans: Iterable[Mapping[str, Any]], text: str, where: str) -> dict[str, Any]:
    """Spans with labels as annotations: our labels are names, our kinds are claims; any other stops it."""
    claims: list[dict[str, Any]] = []
    entities: list[dict[str, Any]] = []
    for span in spans:
        label, start, end = span.get("label"), span.get("start"), span.get("end")
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(text):
            raise GoldError(where, f"the span {start}-{end} lies outside the text")
        mark = {"quote": text[start:end], "start": start, "end": end}
        if label in set(Label):
            entities.append(mark | {"label": label})
        elif label in set(Kind):
            claims.append(_claim(span, mark, where))
        else:
            known = ", ".join([*Label, *Kind])
            raise GoldError(where, f"label {str(label)[:40]!r} of {text[start:end][:40]!r} is none of {known}")
    made: dict[str, Any] = {}
    if entities or not claims:
        made["entities"] = entities
    if claims:
        made["claims"] = claims
    return made


def _claim(span: Mapping[str, Any], mark: dict[str, Any], where: str) -> dict[str, Any]:
    from pipeline.extract.quantities import find_quantities

    names = ("value", "value_max", "unit", "bound", "subject", "measure", "modality", "attributed_to")
    made = mark | {"kind": span["label"]} | {name: span[name] for name in names if name in span}
    if "value" not in made:
        read = [q for q in find_quantities(mark["quote"]) if q.kind == span["label"]]
        if len(read) != 1:
            raise GoldError(where, f"{mark['quote'][:60]!r} brings no value, and its words are not one figure")
        upper = read[0].value_max
        made |= {
            "value": float(read[0].value),
            "value_max": None if upper is None else float(upper),
            "bound": str(read[0].bound),
        }
        made.setdefault("unit", read[0].unit)
    return made


def _post(row: dict[str, Any], meta: Mapping[str, Any], text: str, where: str) -> GoldPost:
    name = str(row.get("post") or meta.get("post") or meta.get("id") or digest(text))
    if not NAME.fullmatch(name):
        raise GoldError(where, f"{name[:40]!r} is no name of a post")
    for fault in faults_of(row, text):
        if fault.grave:
            raise GoldError(where, f"post {name}: {fault.what}")
    split = str(row.get("split") or meta.get("split") or split_of(name))
    try:
        return gold_post(row | {"post": name}, meta, text, split)
    except ValueError as error:
        raise GoldError(where, f"post {name}: date {meta.get('date')!r} is no day") from error


def _span(mark: Mapping[str, Any], label: str) -> dict[str, Any]:
    beside = {name: value for name, value in mark.items() if name not in ("quote", "kind", "label")}
    return {"start": mark["start"], "end": mark["end"], "label": label} | beside


def _meta(one: GoldPost) -> dict[str, Any]:
    post = one.post
    made = {name: getattr(post, name) for name in META} | {"post": post.id, "split": one.split}
    return {name: str(value) for name, value in made.items() if value is not None}
