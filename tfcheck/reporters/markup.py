"""Text from outside -> Markdown that shows it as it is, on one line, in a table's cell or anywhere else.

Characters that mean something inside a line become numeric references, which CommonMark never takes for markup; nothing
here begins a line. What GitHub makes links of by itself (mentions, issues, URLs) is broken by what nobody sees.
"""

from __future__ import annotations

import re

from tfcheck.messages import clean

_MAX_LENGTH = 1000
# Underscores between letters or digits mean nothing.
_SPECIAL = re.compile(r"[\\`*\[\]<>!|&~$]|(?<![^\W_])_|_(?![^\W_])")
_LINKED = re.compile(r"(?<=@)(?=\w)|(?<=#)(?=\d)|(?<=GH-)(?=\d)|(?<=:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
# A quotation, but no apostrophe.
_QUOTED = re.compile(r"(?<!\w)'([^']+)'(?!\w)")
# Where a line of code may break: before a step into something.
_BREAK = re.compile(r"(?<=[\w\]\"])(?=[.\[])")
_LINK_MARK, _BREAK_MARK = "\0", "\1"


def escape(text: str) -> str:
    """As it is, in the font of the text around it."""
    return _escaped(_marked(text)).replace(_LINK_MARK, "&#8203;")


def code(text: str) -> str:
    """As code, which breaks where its lines get too long, and can be copied out as it was."""
    escaped = _escaped(_BREAK.sub(_BREAK_MARK, _marked(text)))
    return f"<code>{escaped.replace(_LINK_MARK, '<!-- -->').replace(_BREAK_MARK, '<wbr>')}</code>"


def prose(text: str) -> str:
    """A message: what it quotes is code."""
    pieces = _QUOTED.split(_short(text))
    return "".join(code(piece) if place % 2 else escape(piece) for place, piece in enumerate(pieces))


def _short(text: str) -> str:
    cleaned = clean(text)
    return f"{cleaned[: _MAX_LENGTH - 1]}…" if len(cleaned) > _MAX_LENGTH else cleaned


def _marked(text: str) -> str:
    return _LINKED.sub(_LINK_MARK, _short(text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda one: f"&#{ord(one[0])};", text)
