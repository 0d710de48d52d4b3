"""python-hcl2's grammar with its corrections, and the parser made of it.

Building the LALR tables takes seconds, so they are shipped as package data (`tables.bin`, zlib over JSON: plain data,
nothing in it can run), keyed by the corrected grammar and by lark's major and minor version. Where the key differs,
they are built in memory, which is said once. Nothing is ever written.
"""

from __future__ import annotations

import hashlib
import json
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lark
from lark.grammar import Rule
from lark.lexer import Lexer, LexerState, LexerThread, LineCounter, TerminalDef

from tfcheck.errors import TfcheckError
from tfcheck.terraform.hcl.syntax_tree import SyntaxFault

STARTS = ("body", "expression", "string_part")
TABLES = "tables.bin"

Callbacks = Mapping[str, Callable[[list[Any]], object]]


@dataclass(frozen=True, slots=True)
class Correction:
    """A passage of the shipped grammar, what has to stand there, and why."""

    shipped: str
    corrected: str
    reason: str


CORRECTIONS = (
    Correction(
        r"NL_OR_COMMENT: /\n[ \t]*/ | /#.*\n/ | /\/\/.*\n/ | /\/\*(.|\n)*?(\*\/)/",
        r"""NL_OR_COMMENT: /\n[ \t\r\n]*/
COMMENT: /(?:#|\/\/)[^\n]*|\/\*[^*]*+\*++(?:[^*\/][^*]*+\*++)*+\//
%ignore COMMENT""",
        "a comment may stand wherever a blank may: in `${}`, between labels, after `=`",
    ),
    Correction(
        "NAME : /[a-zA-Z_][a-zA-Z0-9_-]*/",
        r"NAME : /[^\W\d][\w-]*/",
        "identifiers are not only ASCII",
    ),
    Correction(
        r"ESCAPED_INTERPOLATION.2: /\$\$\{[^}]*\}/",
        r"ESCAPED_INTERPOLATION.2: /\$\$\{/",
        "`$${` alone is the escape: what follows it is text, and may hold interpolations",
    ),
    Correction(
        r"ESCAPED_DIRECTIVE.2: /%%\{[^}]*\}/",
        r"ESCAPED_DIRECTIVE.2: /%%\{/",
        "as for ESCAPED_INTERPOLATION",
    ),
    Correction(
        r"""STRING_CHARS.1: /(?:(?!\$\$\{)(?!\$\{)(?!%%\{)(?!%\{)[^"\\]|\\.|(?:\$(?!\$?\{))|(?:%(?!%?\{)))+/""",
        r"""STRING_CHARS.1: /(?:[^"\\$%]++|\\.|\$(?!\$?\{)|%(?!%?\{))++/""",
        "the same, several times as fast",
    ),
    Correction(
        "INT_LITERAL: NEGATIVE_DECIMAL? DECIMAL+",
        "INT_LITERAL: DECIMAL+",
        "`5 -12` is a subtraction",
    ),
    Correction(
        """FLOAT_LITERAL: (NEGATIVE_DECIMAL? DECIMAL+ | NEGATIVE_DECIMAL+) "." DECIMAL+ (EXP_MARK)?
               | (NEGATIVE_DECIMAL? DECIMAL+ | NEGATIVE_DECIMAL+) (EXP_MARK)""",
        """FLOAT_LITERAL: DECIMAL+ "." DECIMAL+ (EXP_MARK)?
               | DECIMAL+ (EXP_MARK)""",
        "as for INT_LITERAL",
    ),
    Correction(
        'FULL_SPLAT_START : "[*]"',
        r"FULL_SPLAT_START : /\[[ \t\r\n]*\*[ \t\r\n]*\]/",
        "blanks may stand in the brackets",
    ),
    Correction(
        r"HEREDOC_TEMPLATE : /<<(?P<heredoc>[a-zA-Z][a-zA-Z0-9._-]*)\r?\n(?:(?:.|\n)*?\r?\n)??\s*(?P=heredoc)\r?\n/",
        r"HEREDOC_TEMPLATE : /<<(?P<heredoc>[^\W\d][\w.-]*+)[ \t]*+\r?\n"
        r"(?:[^\n]*\n)*?[ \t]*+(?P=heredoc)[ \t]*+(?=\r?\n|\Z)/",
        "blanks may follow the end marker (text up to the next plain one was swallowed); it may begin with `_`",
    ),
    Correction(
        r"HEREDOC_TEMPLATE_TRIM : /<<-(?P<heredoc_trim>[a-zA-Z][a-zA-Z0-9._-]*)\r?\n"
        r"(?:(?:.|\n)*?\r?\n)??\s*(?P=heredoc_trim)\r?\n/",
        r"HEREDOC_TEMPLATE_TRIM : /<<-(?P<heredoc_trim>[^\W\d][\w.-]*+)[ \t]*+\r?\n"
        r"(?:[^\n]*\n)*?[ \t]*+(?P=heredoc_trim)[ \t]*+(?=\r?\n|\Z)/",
        "as for HEREDOC_TEMPLATE",
    ),
    Correction(
        "interpolation: INTERP_START expression RBRACE",
        "interpolation: INTERP_START STRIP_MARKER? expression STRIP_MARKER? RBRACE",
        "`${~ x ~}` strips blanks around it",
    ),
    Correction(
        "!unary_op : (MINUS | NOT) expr_term",
        "!unary_op : (MINUS | NOT) (unary_op | expr_term)",
        "`!!x` and `- -1`",
    ),
    Correction(
        "function_call : identifier (COLONS identifier COLONS identifier)? LPAR",
        "function_call : identifier (COLONS identifier)* LPAR",
        "`core::max()` has one namespace",
    ),
)

_OPENING = {"LPAR": False, "LSQB": False, "INTERP_START": False, "DIRECTIVE_START": False, "LBRACE": True}
_CLOSING = frozenset(("RPAR", "RSQB", "RBRACE"))
_KINDS = {
    "NAME": "name",
    "INT_LITERAL": "number",
    "FLOAT_LITERAL": "number",
    "STRING_CHARS": "text",
    "TEMPLATE_STRING": "text",
    "HEREDOC_TEMPLATE": "heredoc",
    "HEREDOC_TEMPLATE_TRIM": "heredoc",
}


class GrammarError(TfcheckError):
    """The installed python-hcl2 has another grammar than the one the corrections were made for."""


@dataclass(frozen=True, slots=True)
class NewlineFilter:
    """Drops the line breaks that mean nothing: all inside of `(`, `[`, `${`, `%{` and of a for in braces."""

    always_accept: tuple[str, ...] = ("NL_OR_COMMENT",)

    def process(self, stream: Iterable[lark.Token]) -> Iterator[lark.Token]:
        """The tokens that count."""
        outer: list[bool] = []
        counting = True
        after_brace = False
        for token in stream:
            kind = token.type
            if kind == "NL_OR_COMMENT":
                if counting:
                    yield token
                continue
            if kind in _OPENING:
                outer.append(counting)
                counting = _OPENING[kind]
            elif kind in _CLOSING and outer:
                counting = outer.pop()
            elif kind == "FOR" and after_brace:
                counting = False
            after_brace = kind == "LBRACE"
            yield token


def corrected_grammar() -> str:
    """The corrected grammar of the installed python-hcl2, which is not imported for it. Raises GrammarError."""
    text = _shipped_grammar()
    for correction in CORRECTIONS:
        if text.count(correction.shipped) != 1:
            raise GrammarError(
                "python-hcl2: its grammar is not the one that tfcheck was made for; install python-hcl2>=8.1.4,<8.2 "
                f"(not found: {correction.shipped.splitlines()[0]})"
            )
        text = text.replace(correction.shipped, correction.corrected)
    return text


def key(grammar: str) -> str:
    """What tables are good for: this grammar, these start rules, this minor version of lark."""
    version = ".".join(lark.__version__.split(".")[:2])
    return hashlib.sha256("\0".join((grammar, *STARTS, version)).encode()).hexdigest()


def build_tables(grammar: str) -> bytes:
    """The content of `tables.bin` for a grammar; takes seconds."""
    parser = _build(grammar, {})
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    options = data["options"]
    data["options"] = {name: options[name] for name in options if name not in ("postlex", "transformer", "_plugins")}
    content = {"key": key(grammar), "data": data, "memo": memo}
    return zlib.compress(json.dumps(content, sort_keys=True, separators=(",", ":")).encode(), 9)


def load_parser(callbacks: Callbacks, say: Callable[[str], object] = warnings.warn) -> lark.Lark:
    """A parser that gives what the callbacks make of each rule. `say` is told where the tables had to be rebuilt."""
    grammar = corrected_grammar()
    content = json.loads(zlib.decompress(files(__package__).joinpath(TABLES).read_bytes()))
    if content["key"] != key(grammar):
        say("tfcheck's parser tables are not made for this python-hcl2 and lark: building them takes a few seconds")
        return _build(grammar, callbacks)
    data, memo = _with_numbers_as_keys(content)
    load: Callable[..., lark.Lark] = lark.Lark._load_from_dict  # noqa: SLF001 - load() would take a pickle
    return load(data, memo, **_run_time_options(callbacks))


def parse(parser: lark.Lark, text: str, start: int, end: int, rule: str) -> Any:
    """What the callbacks make of a stretch of a text, which has to be one of this rule. Raises SyntaxFault."""
    try:
        return parser.parse(lark.TextSlice(text, start, end), start=rule)
    except lark.UnexpectedToken as unexpected:
        raise _fault(unexpected.token, end) from None
    except lark.UnexpectedCharacters as unexpected:
        raise SyntaxFault(f"unexpected {unexpected.char!r}", unexpected.pos_in_stream or start) from None


def _fault(token: lark.Token, end: int) -> SyntaxFault:
    """Its message quotes punctuation at most: names and text may be secrets."""
    if token.type == "$END":
        return SyntaxFault("it ends too early", end)
    quoted = token[:1] if token.type == "STRING_CHARS" else token.strip(" \t")
    what = _KINDS.get(token.type, "keyword") if any(map(str.isalnum, quoted)) else f"`{quoted}`"
    offset = end if token.start_pos is None else token.start_pos
    return SyntaxFault("unexpected end of line" if "\n" in quoted else f"unexpected {what}", offset)


def _with_numbers_as_keys(content: Any) -> tuple[Any, Any]:
    """What JSON has made strings of, back as lark wants it."""
    table = content["data"]["parser"]["parser"]
    table["tokens"] = {int(token): name for token, name in table["tokens"].items()}
    table["states"] = {
        int(state): {int(token): action for token, action in actions.items()}
        for state, actions in table["states"].items()
    }
    return content["data"], {int(number): definition for number, definition in content["memo"].items()}


def _build(grammar: str, callbacks: Callbacks) -> lark.Lark:
    return lark.Lark(grammar, parser="lalr", start=list(STARTS), **_run_time_options(callbacks))


def _run_time_options(callbacks: Callbacks) -> dict[str, Any]:
    return {
        "postlex": NewlineFilter(),
        "transformer": SimpleNamespace(**callbacks),
        "_plugins": {"LexerThread": SimpleNamespace(from_text=_lexer_thread)},
    }


def _lexer_thread(lexer: Lexer, text: lark.TextSlice[str]) -> LexerThread:
    """As lark makes it, but without counting the lines before the slice: over many slices that is quadratic."""
    make: Callable[[str], LineCounter] = LineCounter
    counter = make("\n")
    counter.char_pos = text.start
    return LexerThread(lexer, LexerState(text, counter))


def _shipped_grammar() -> str:
    spec = find_spec("hcl2")
    if spec is None or not spec.submodule_search_locations:
        raise GrammarError("python-hcl2: not installed; install python-hcl2>=8.1.4,<8.2")
    return (Path(spec.submodule_search_locations[0]) / "hcl2.lark").read_text(encoding="utf-8")
