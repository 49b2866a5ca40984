"""Guidance texts of routines, from Markdown to HTML.

Enters: the text a process owner wrote. Leaves: markup that holds only paragraphs, lists, emphasis, headings and links to http(s) or this
site; any HTML in the text is shown as text.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup


def _leads(address: str) -> bool:
    """Whether a link goes to http(s), or stays on this site: `//host` and `/\\host` look as if they stayed, and do not."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if parts.scheme in ("http", "https"):
        return bool(parts.hostname)
    inside = address.replace("\\", "/").replace("%5C", "/").replace("%5c", "/")
    return not parts.scheme and not parts.netloc and not inside.startswith("//")


class _Reader(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: N802  the library's name
        return _leads(url)


_READER = _Reader("zero", {"html": False, "linkify": False, "breaks": True}).enable(
    ["paragraph", "list", "heading", "emphasis", "strikethrough", "link", "newline", "escape", "blockquote"],
    ignoreInvalid=True,
)


@lru_cache(maxsize=2_000)
def html(text: str, top: int = 3) -> Markup:
    """The text as markup. Headings begin at level 3, since the page and its sections have 1 and 2; or at `top`."""
    tokens = _READER.parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, max(top, int(token.tag[1]) + top - 2))}"
    return Markup(_READER.renderer.render(tokens, _READER.options, {}))  # noqa: S704 - rendered without raw HTML
