"""What the program itself remembers about themes between two runs: small plain data, versioned.

What was found about each post lies in a store, row by row; what people decided lies in their decisions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from pipeline.theme_table.rows import ThemeRow, ThemeStateError, ThemeTable, row_from_plain, row_to_plain

VERSION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeState:
    """The themes as the program knows them, before anything that people decided."""

    run: int = 0  # how many runs changed anything
    fingerprint: str = ""  # of the guided themes, what was taught, and the encoder
    table: ThemeTable = field(default_factory=ThemeTable)
    sought: int = 0  # strays among which themes were last looked for

    @property
    def themes(self) -> tuple[ThemeRow, ...]:
        """All rows."""
        return self.table.rows

    def with_table(self, table: ThemeTable) -> ThemeState:
        """The state with other rows."""
        return replace(self, table=table)


def state_to_json(state: ThemeState) -> str:
    """*state* as one JSON text, the same for the same state."""
    plain = {
        "version": VERSION,
        "run": state.run,
        "fingerprint": state.fingerprint,
        "sought": state.sought,
        "themes": [row_to_plain(row) for row in state.themes],
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def state_from_json(text: str) -> ThemeState:
    """The state that `state_to_json` wrote; of version 1, the themes are kept and the posts are read again."""
    try:
        content = json.loads(text)
        if content["version"] not in (1, VERSION):
            raise ThemeStateError(f"themes of version {content['version']} cannot be read", "update the program")
        return ThemeState(
            run=int(content["run"]),
            fingerprint=str(content["fingerprint"]),
            table=ThemeTable(tuple(map(row_from_plain, content["themes"]))),
            sought=int(content["sought"]) if content["version"] == VERSION else 0,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ThemeStateError("the stored themes cannot be read", str(error)) from error
