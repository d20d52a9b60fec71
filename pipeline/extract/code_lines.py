"""Numbers in code and settings: "num_threads: 4", "if y > 3:", "width: 100%;", what stands between backticks."""

from __future__ import annotations

import re

FAR = 160  # characters of a line that are looked over on either side
_SITE = r"(?:com|org|net|int|edu|gov|eu|info|io|[a-z]{2})"  # "gov.br: 140" counts what a site has
_KEY = (
    rf"[\"']?(?:(?![a-z\d.]+\.{_SITE}\b)[a-z][a-z\d]*(?:[_.][A-Za-z\d]+)+|[a-z]{{3,}}(?:[A-Z][a-z\d]+)+"
    r"|[A-Z]{2,}(?:_[A-Z\d]+)+|--?[a-z][\w-]*)[\"']?"
)
_SETTING = re.compile(
    rf"(?:^|\n)[ \t>*•-]*`?(?:export |const |let |var |set )?{_KEY}[ \t]*(?::|=|:=|=>)[ \t]*[\"']?-?$"
)
_STYLE = re.compile(r"(?:(?:^|\n)[ \t]*|[{;][ \t]*)[a-z]+(?:-[a-z]+)*: ?(?:[\w#%().,-]+ ){0,4}$")
_STYLE_ENDS = re.compile(r"(?: [\w#%().,-]+){0,4};(?:\s*(?:\}|$|\n|[a-z]+(?:-[a-z]+)*: ?\S)|$)")
_LINE_ENDS = re.compile(r"[\"']?[,;]?[ \t]*`?(?:(?:#|//)[^\n]*)?(?:\n|$)")
_QUOTED_KEY = re.compile(r"(?:^|[\n{,])[ \t]*\"[\w.-]+\"[ \t]*:[ \t]*(?:\[[^\]\n]{0,80})?$")
_COMPARED = re.compile(
    r"(?:(?<![^\W_])(?:if|elif|while|assert|return|and|or|when|where|&&|\|\|) [(!]{0,2}"
    r"(?:[a-z]\w*(?:[._]\w+)*(?:\(\w*\))?|\w+\[\w*\])"
    r"|(?<!\S)[(]?(?:[a-zA-Z]\w*_\w+|[a-zA-Z]\w*\.[a-z]\w*|\w+\(\w*\)))"
    r"\s?$"
)
_IN_PROSE = re.compile(r"(?<![^\W_])(?:if|while|assert|return|and|or|when|where) [(!]{0,2}[a-z]+\s?$")
_CODE_AFTER = re.compile(r"\s*(?:[:;){]|&&|\|\||$|and [a-z]\w*\s?[<>=]|or [a-z]\w*\s?[<>=])")
_COMPARED_BEFORE = re.compile(r"[<>≤≥]=?\s?$")


def in_backticks(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` stands between the backticks of its line."""
    close = text.find("`", end, end + FAR)
    if close < 0 or "\n" in text[end:close]:
        return False
    low = max(0, start - FAR)
    return text.count("`", max(low, text.rfind("\n", low, start)), start) % 2 == 1


def in_code(text: str, start: int, end: int) -> bool:
    """Whether the quantity ``text[start:end]`` is part of a program or of settings, and says nothing of the world.

    >>> text = "max_retries: 5"
    >>> in_code(text, 13, 14)
    True
    """
    low = max(0, start - FAR)
    line = max(low, text.rfind("\n", low, start))
    before = text[line:start]
    if in_backticks(text, start, end):
        return True
    if text[start] in "<>≤≥":
        return _compared(text, before, end)
    if before[-3:].strip()[-1:] in ("<", ">", "=") and _COMPARED_BEFORE.search(before):
        return _compared(text, _COMPARED_BEFORE.sub("", before), end)
    if ":" not in before and "=" not in before:
        return False
    if _SETTING.search(before) and _LINE_ENDS.match(text, end):
        return True
    if _QUOTED_KEY.search(before) and text[end : end + 1] in (",", "}", "]", "\n", ""):
        return True
    return _STYLE.search(before) is not None and _STYLE_ENDS.match(text, end) is not None


def _compared(text: str, before: str, end: int) -> bool:
    """Whether *before* ends in what a program compares; plain words may, "when users > 500", where code goes on."""
    if _COMPARED.search(before) is None:
        return False
    return _IN_PROSE.search(before) is None or _CODE_AFTER.match(text, end) is not None
