"""All the names that one thing goes by, as the gazetteer and the table of places know them."""

from __future__ import annotations

from pathlib import Path

from pipeline.extract import gazetteer, places


def names_of(name: str, models: Path) -> tuple[str, ...]:
    """The other names of what *name* stands for, by the tables of the folder *models*; none where it is unknown.

    A name of several places gives the names of the most prominent one. Missing tables are empty ones; a broken row
    raises ``BrokenGazetteerError``.
    """
    folder = models / "gazetteer"
    if not folder.is_dir():
        return ()
    rows = gazetteer.load(folder).named(name)
    found = [other for row in rows for other in row.names]
    if not rows and (folder / "places.tsv").is_file():
        found += [other for place in places.read(folder / "places.tsv").named(name)[:1] for other in _of(place)]
    return tuple(dict.fromkeys(other for other in found if other.casefold() != name.casefold()))


def _of(place: places.Place) -> tuple[str, ...]:
    return (place.name, *place.aliases)
