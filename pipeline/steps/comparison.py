"""The fourth step: claims against each other, across posts."""

from __future__ import annotations

from collections import Counter

from pipeline.ledger import review_queue
from pipeline.loading import load_encoder
from pipeline.records import Entity, digest
from pipeline.settings import Settings
from pipeline.steps.run import Progress, open_ledger, silent
from pipeline.versions import outputs_version


def compare_claims(settings: Settings, progress: Progress = silent) -> dict[str, int]:
    """Compare all claims with each other; how many findings of each kind."""
    from datetime import date

    from pipeline.compare.claims import compared_claim, ref_of
    from pipeline.compare.findings import compare

    with open_ledger(settings) as ledger:
        made = digest(outputs_version(settings), ledger.fingerprint())
        if ledger.state("compared") != made.encode():
            progress("comparing claims", 0, 1)
            by_post: dict[str, list[Entity]] = {}
            for post, entity in ledger.entities():
                by_post.setdefault(post, []).append(entity)
            claims = (
                compared_claim(
                    one.claim,
                    post=one.post,
                    date=date.fromisoformat(one.date) if one.date else None,
                    publisher=one.publisher,
                    country=one.country,
                    duplicate_of=one.duplicate_of,
                    entities=by_post.get(one.post, ()),
                )
                for one in ledger.claims()
                if one.status != "rejected"
            )
            named = {ref_of(entity): entity for entities in by_post.values() for entity in entities}
            ledger.keep_findings(compare(claims, entities=named, encode=load_encoder(settings).encode))
            review_queue.refresh(ledger)
            ledger.keep_state("compared", made.encode())
            progress("comparing claims", 1, 1)
        return dict(sorted(Counter(str(finding.kind) for finding in ledger.findings()).items()))
