"""The JSON-LD files as another program reads them: through a processor of JSON-LD, with contexts of our own writing.

The contexts say of the terms that we use what the published ones say of them; no network is asked.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from ledgers import small_ledger
from rdflib import Graph, URIRef

from pipeline.publish import publish

OA, VOCABULARY = "http://www.w3.org/ns/oa#", "urn:convening-ledger:"
LINK, WORD, NUMBER = "@id", "@vocab", "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"
TERMS: dict[str, tuple[str, str | None]] = {
    "body": (OA + "hasBody", LINK),
    "target": (OA + "hasTarget", LINK),
    "source": (OA + "hasSource", LINK),
    "selector": (OA + "hasSelector", LINK),
    "motivation": (OA + "motivatedBy", WORD),
    "purpose": (OA + "hasPurpose", WORD),
    "exact": (OA + "exact", None),
    "prefix": (OA + "prefix", None),
    "suffix": (OA + "suffix", None),
    "start": (OA + "start", NUMBER),
    "end": (OA + "end", NUMBER),
    "value": ("http://www.w3.org/1999/02/22-rdf-syntax-ns#value", None),
    "format": ("http://purl.org/dc/elements/1.1/format", None),
}
CLASSES = ("Annotation", "TextualBody", "TextQuoteSelector", "TextPositionSelector", "assessing", "describing")
ANNOTATION: dict[str, Any] = {
    "id": "@id",
    "type": "@type",
    "AnnotationPage": "http://www.w3.org/ns/activitystreams#OrderedCollectionPage",
    "items": {"@id": "http://www.w3.org/ns/activitystreams#items", "@type": "@id", "@container": "@list"},
    **{name: OA + name for name in CLASSES},
    **{name: {"@id": iri, **({"@type": kind} if kind else {})} for name, (iri, kind) in TERMS.items()},
}
SCHEMA: dict[str, Any] = {
    "@vocab": "https://schema.org/",
    "url": {"@type": "@id"},
}
CONTEXTS = {"http://www.w3.org/ns/anno.jsonld": ANNOTATION, "https://schema.org/": SCHEMA}


def with_our_contexts(document: dict[str, Any]) -> dict[str, Any]:
    """*document* with our contexts in place of the addresses of the published ones."""
    named = document["@context"]
    listed = named if isinstance(named, list) else [named]
    return document | {"@context": [CONTEXTS[one] if isinstance(one, str) else one for one in listed]}


@pytest.fixture(scope="module")
def graphs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Graph]:
    """The triples of each file."""
    folder = tmp_path_factory.mktemp("jsonld")
    with small_ledger(folder / "ledger.db") as ledger:
        publish(ledger, folder / "outputs", formats=("annotations", "schema-org"))
    found = {}
    for name in ("annotations.jsonld", "claims.jsonld"):
        document = json.loads((folder / "outputs" / name).read_text("utf-8"))
        found[name] = Graph().parse(data=json.dumps(with_our_contexts(document)), format="json-ld")
    return found


def said(graph: Graph, what: str) -> list[tuple[str, str]]:
    """Subject and object of the triples with that predicate."""
    return [(str(one), str(other)) for one, other in graph.subject_objects(URIRef(what))]


def test_each_annotation_has_a_body_a_target_and_two_selectors(graphs: dict[str, Graph]) -> None:
    """A reader of Web Annotations finds all of each annotation, and no word of it falls out."""
    graph = graphs["annotations.jsonld"]
    kinds = Counter(kind for _, kind in said(graph, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"))
    assert kinds[OA + "Annotation"] == 24
    assert kinds[OA + "TextQuoteSelector"] == kinds[OA + "TextPositionSelector"] == kinds[OA + "TextualBody"] == 24
    for what in ("hasBody", "hasTarget", "motivatedBy"):
        assert len({subject for subject, _ in said(graph, OA + what)}) == 24
    assert set(Counter(subject for subject, _ in said(graph, OA + "hasSelector")).values()) == {2}
    assert {motive for _, motive in said(graph, OA + "motivatedBy")} == {OA + "assessing"}
    assert all(source.startswith("http") for _, source in said(graph, OA + "hasSource"))
    assert len(said(graph, VOCABULARY + "status")) == 24
    assert all(int(end) > 0 for _, end in said(graph, OA + "end"))


def test_each_claim_of_schema_org_says_where_it_appears(graphs: dict[str, Graph]) -> None:
    """A reader of schema.org finds the claims, their words and their posts."""
    graph = graphs["claims.jsonld"]
    claims = {
        s for s, kind in said(graph, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type") if kind.endswith("/Claim")
    }
    assert len(claims) == 23
    for what in ("text", "appearance", "creativeWorkStatus"):
        assert {subject for subject, _ in said(graph, f"https://schema.org/{what}")} >= claims
