"""Markdown to the words that a reader sees, with the paragraphs kept exactly.

Headings become paragraphs, list items keep lines of their own, marks of emphasis and the targets of
links go, footnotes' marks go. A line end inside a paragraph becomes a space, a hard break stays.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from pipeline.ingest.trees import html_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

EXTRACTOR = "markdown 1"
NOTE_TEXT = re.compile(r"^[ ]{0,3}\[\^[^\]\s]+\]:[ \t]*", re.MULTILINE)
NOTE_MARK = re.compile(r"(?<!\\)[ ]?(?<!\\)\[\^[^\]\s]+\]")
TEMPLATE = re.compile(r"(?<!\\)(?:\{%-?\s.*?-?%\}|\{\{[<%]?\s.*?[>%]?\}\}|\{:\s?[^}\n]*\})", re.DOTALL)
TIMES = re.compile(r"(?<=\d)\*(?=\d)")  # emphasis to Markdown, but figures would fuse
COMMENT = re.compile(r"(?<!\\)<!--.*?(?:-->|\Z)", re.DOTALL)


def markdown_text(source: str) -> str:
    r"""The words of Markdown *source*, its paragraphs kept apart by blank lines.

    >>> markdown_text("# Who came\n\nMore than **40**[^1] [teams](https://a.org).\n\n- one\n- two\n\n[^1]: Yes.")
    'Who came\n\nMore than 40 teams.\n\n- one\n- two\n\nYes.'
    """
    from markdown_it.tree import SyntaxTreeNode

    source = COMMENT.sub("", TEMPLATE.sub("", source))
    source = NOTE_MARK.sub("", NOTE_TEXT.sub("", source))
    source = TIMES.sub(r"\\*", source)
    root = SyntaxTreeNode(_parser().parse(source))
    return "\n\n".join(_blocks(root.children))


def _blocks(nodes: Iterable[SyntaxTreeNode]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        match node.type:
            case "paragraph" | "heading":
                found.append(_inline(node))
            case "bullet_list" | "ordered_list":
                found += _list(node)
            case "blockquote" | "list_item":
                found += _blocks(node.children)
            case "fence" | "code_block":
                found.append(re.sub(r"\n\s*\n", "\n", node.content.rstrip()))
            case "html_block":
                found.append(html_words(node.content))
            case "table":
                rows = [row for part in node.children for row in part.children]
                found.append("\n".join(" | ".join(filter(None, map(_inline, row.children))) for row in rows))
            case _:
                pass
    return [block for block in found if block.strip()]


def _list(node: SyntaxTreeNode) -> list[str]:
    """The items of a list: lines of one block, or blocks of their own where blank lines keep them apart."""
    items: list[str] = []
    number = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    loose = any(not child.hidden for item in node.children for child in item.children if child.type == "paragraph")
    for item in node.children:
        blocks = _blocks(item.children)
        mark = "-" if number is None else f"{number}."
        if blocks:
            items.append(f"{mark} {('\n\n' if loose else '\n').join(blocks)}")
        number = number + 1 if number is not None else None
    return items if loose else ["\n".join(items)]


def _inline(node: SyntaxTreeNode) -> str:
    """The words of a paragraph, heading or cell."""
    inline = node.children[0] if node.children else None
    if inline is None:
        return ""
    if any(child.type == "html_inline" for child in inline.walk()):
        tokens = inline.to_tokens()
        parser = _parser()
        return html_words(parser.renderer.render(tokens, parser.options, {}))
    words = _words(inline)
    return "\n".join(line.strip(" \t") for line in words.split("\n") if line.strip())


def _words(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline" | "text_special":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "image" | "s":
            return ""
        case _:
            return "".join(map(_words, node.children))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])
