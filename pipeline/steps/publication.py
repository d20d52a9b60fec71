"""The last step: what the ledger holds, as files to read."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pipeline.settings import Settings
from pipeline.steps.holding import open_ledger
from pipeline.steps.looking import published
from pipeline.steps.progress import Progress, silent

SELECTION = "selection"


def publish_outputs(settings: Settings, progress: Progress = silent) -> Path:
    """Write what the ledger holds to the outputs, where they are not of this state already; where they lie."""
    from pipeline.publish import publish

    with open_ledger(settings) as ledger:
        progress("publishing", 0, 1)
        result = publish(ledger, settings.outputs, currency=settings.currency or None)
        ledger.keep_state("published", published(settings, ledger, result.edition))
        progress("publishing", 1, 1)
    return settings.outputs


def export(
    settings: Settings, formats: Collection[str], where: str = "", *, own_folder: bool = False
) -> tuple[Path, str]:
    """Write the claims that *where* asks for (``filter_of``) in *formats*; where they lie, and what is left out.

    With *own_folder* a selection lies in ``selection`` below the outputs, which stay whole.
    """
    from pipeline.ledger.asking import ask, filter_of
    from pipeline.publish import publish
    from pipeline.publish.rates import rate_of

    with open_ledger(settings) as ledger:
        only, said, unrated = None, "", ""
        folder = settings.outputs
        if where.strip():
            wanted = filter_of(where)
            answer = ask(ledger, wanted, aliases=aliases_of(settings, wanted.subject), rate=rate_of)
            only, said, unrated = [one.claim.id for one in answer], str(wanted), answer.said
            folder = folder / SELECTION if own_folder else folder
        done = publish(
            ledger, folder, formats=formats or None, currency=settings.currency or None, only=only, said=said
        )
    return folder, "\n".join([*filter(None, [unrated]), *(f"{name}: {why}" for name, why in done.left_out.items())])


def aliases_of(settings: Settings, subject: str | None) -> Collection[str]:
    """Further names of *subject* that the gazetteer knows."""
    from pipeline.extract.aliases import names_of

    return names_of(subject, settings.models) if subject else ()
