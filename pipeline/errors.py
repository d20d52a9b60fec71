"""The errors that a person reads: each names the thing and says what to do."""

from __future__ import annotations


class PipelineError(Exception):
    """Something that a user can mend; its message is the arguments joined by a colon."""

    def __str__(self) -> str:
        return ": ".join(str(arg) for arg in self.args)
