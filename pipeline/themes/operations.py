"""What takes a look at passages before people change themes: the themes of the file and by command, and splitting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from pipeline.theme_table.rows import ThemeRow, ThemeStateError, ThemeTable
from pipeline.themes.clusters import fit_centers
from pipeline.themes.encoders import Encoder, unit_rows
from pipeline.themes.guided import GuidedTheme
from pipeline.themes.labels import label_groups
from pipeline.themes.store import Place


def guided_with(table: ThemeTable | None, guided: Sequence[GuidedTheme]) -> tuple[GuidedTheme, ...]:
    """The themes of the file together with those that people added.

    Merged and retired ones are among them: their passages are still found, and then follow the theme or are left out.
    """
    if table is None:
        return tuple(guided)
    known = {theme.slug for theme in guided}
    added = (
        GuidedTheme(slug=row.slug, name=row.name, description=row.description, keywords=row.keywords)
        for row in sorted(table.rows, key=lambda row: row.number)
        if row.added_by_user and row.slug not in known
    )
    return (*guided, *added)


def split_rows(
    table: ThemeTable, slug: str, texts: Mapping[Place, str], encoder: Encoder, *, parts: int = 2, seed: int = 0
) -> tuple[ThemeRow, ...]:
    """The rows of the *parts* of a theme whose passages are *texts*: the largest keeps the slug, the others are new.

    Raises ``ThemeStateError`` where there are too few passages.
    """
    row = table.open_row(slug)
    places = sorted(texts)
    if len(places) < 2 * parts:
        raise ThemeStateError(f"{slug!r} has {len(places)} passages", f"too few to split into {parts}")
    rows = encoder.encode([texts[place] for place in places])
    shifted = unit_rows(rows - rows.mean(axis=0))
    centers = fit_centers(shifted, np.ones(len(rows)), parts, seed=seed)
    nearest = (shifted @ centers.T).argmax(axis=1)
    groups = sorted((np.flatnonzero(nearest == part) for part in range(len(centers))), key=lambda own: -len(own))
    groups = [own for own in groups if len(own)]
    if len(groups) < 2:
        raise ThemeStateError(f"{slug!r} cannot be split", "its passages are all alike")
    labels = label_groups([[texts[places[n]] for n in own] for own in groups])
    middles = [tuple(round(float(x), 5) for x in unit_rows(rows[own].mean(axis=0)[None])[0]) for own in groups]
    made = [replace(row, part=middles[0])]
    for label, middle in zip(labels[1:], middles[1:], strict=True):
        taken = table.with_rows(made)
        new = ThemeRow(
            slug=taken.free_slug(label.name),
            number=taken.next_number(),
            name=label.name,
            keywords=label.words,
            origin="discovered",
            status=row.status,
            split_from=slug,
            part=middle,
        )
        made.append(new)
    return tuple(made)


def nearest_part(parts: Sequence[ThemeRow], vector: np.ndarray[tuple[int], np.dtype[np.float32]]) -> ThemeRow:
    """The one of *parts* whose middle is nearest to a passage's vector."""
    likeness = [
        float(np.array(part.part, dtype=np.float32) @ vector) if len(part.part) == len(vector) else -1.0
        for part in parts
    ]
    return parts[int(np.argmax(likeness))]
