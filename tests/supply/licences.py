"""The licence of every dependency, and whether it may be in the tree: ``python -m tests.supply.licences``."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

RULES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
OURS = "convening-ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """An installed package, the licences it may be used under, and why it may be here, if it may."""

    name: str
    version: str
    licence: str
    allowed: bool
    note: str = ""


def dependencies() -> list[Dependency]:
    """Every installed package but ours, by name."""
    found = {found.metadata["Name"]: found for found in distributions() if found.metadata["Name"] != OURS}
    return [judged(found[name]) for name in sorted(found, key=str.lower)]


def judged(found: Distribution) -> Dependency:
    """What *found* says of its licence, and whether that is enough."""
    name, said = found.metadata["Name"], " AND ".join(sorted(set(_said(found)))) or "not said"
    note = RULES["looked_at"].get(name, "")
    return Dependency(name=name, version=found.version, licence=said, allowed=bool(note) or permissive(said), note=note)


def permissive(expression: str) -> bool:
    """Whether an SPDX expression leaves us a permissive way to use the package.

    >>> permissive("MPL-2.0 AND (Apache-2.0 OR MIT)"), permissive("GPL-2.0-only OR MIT")
    (False, True)
    """
    try:
        whole = canonicalize_license_expression(expression)
    except InvalidLicenseExpression:
        return False
    words = whole.replace("(", " ( ").replace(")", " ) ").split()
    known = {"(": "(", ")": ")", "AND": "and", "OR": "or"}
    return bool(eval(" ".join(known.get(word, str(word in RULES["permissive"])) for word in words)))


def _said(found: Distribution) -> Iterator[str]:
    about = found.metadata
    if about.get("License-Expression"):
        yield about["License-Expression"]
        return
    classified = [line.rsplit(" :: ", 1)[-1] for line in about.get_all("Classifier") or [] if line[:10] == "License ::"]
    short = (about.get("License") or "").strip()
    for word in classified or ([short] if short and "\n" not in short else []):
        yield RULES["words"].get(word, word)


def main() -> None:
    """Print every dependency with its licence; exit code 1 where one may not be here."""
    rows = dependencies()
    width = max(len(row.name) for row in rows)
    for row in rows:
        mark = " " if row.allowed else "!"
        print(f"{mark} {row.name:{width}}  {row.version:12} {row.licence}{'  # ' + row.note if row.note else ''}")
    wrong = [row.name for row in rows if not row.allowed]
    if wrong:
        sys.exit(
            f"not known to be permissive: {', '.join(wrong)}; look at each, and say in licences.toml what you found"
        )


if __name__ == "__main__":
    main()
