"""python-hcl2's grammar with its corrections, and the tables that lark makes of it.

Making them takes seconds, so they are shipped as package data (`tables.bin`, zlib over JSON: plain data, nothing in it
can run) with a checksum of the grammar and of its corrections. Where it differs from what is installed, they are made
in memory, which is said once. Nothing is ever written.
"""

from __future__ import annotations

import json
import warnings
import zlib
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfcheck.errors import TfcheckError
from tfcheck.records import dataclass
from tfcheck.terraform.hcl.parser import Rule, Tables

if TYPE_CHECKING:
    from lark.lexer import TerminalDef

STARTS = ("body", "expression", "string_part")
TABLES = "tables.bin"


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


class GrammarError(TfcheckError):
    """The installed python-hcl2 has another grammar than the one the corrections were made for."""


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


def load_tables(say: Callable[[str], object] = warnings.warn) -> Tables:
    """The tables for the installed python-hcl2. `say` is told where they had to be made. Raises GrammarError."""
    content = json.loads(zlib.decompress(files(__package__).joinpath(TABLES).read_bytes()))
    if content["key"] != key():
        say("tfcheck's parser tables are not made for this python-hcl2: making them takes a few seconds")
        content = make_tables(corrected_grammar())
    symbols = content["symbols"]
    actions = [dict.fromkeys(symbols[most], action) | others for most, action, others in content["actions"]]
    rules = [Rule(*rule) for rule in content["rules"]]
    return Tables(actions, rules, content["starts"], content["modes"], content["lexers"], content["keywords"])


def key() -> int:
    """What tables are good for: the shipped grammar and these corrections."""
    corrections = "\0".join(f"{one.shipped}\0{one.corrected}" for one in CORRECTIONS)
    return zlib.crc32("\0".join((_shipped_grammar(), corrections, *STARTS)).encode())


def packed_tables() -> bytes:
    """The content of `tables.bin` for the installed grammar; takes seconds."""
    content = {"key": key(), **make_tables(corrected_grammar())}
    return zlib.compress(json.dumps(content, sort_keys=True, separators=(",", ":")).encode(), 9)


def make_tables(grammar: str) -> dict[str, Any]:
    """The tables of a grammar, in what JSON can hold."""
    import lark  # noqa: PLC0415 - only where the shipped tables do not fit

    parser = lark.Lark(grammar, parser="lalr", start=list(STARTS))
    table: Any = parser.parser.parser._parse_table  # noqa: SLF001 - lark has no other way
    states = _numbered(table)
    rules = sorted(parser.rules, key=repr)
    numbers = {rule: number for number, rule in enumerate(rules)}
    rows: list[dict[str, int]] = [
        {
            symbol: states[target] if action.name == "Shift" else ~numbers[target]
            for symbol, (action, target) in table.states[state].items()
        }
        for state in states
    ]
    symbols: dict[tuple[str, ...], int] = {}
    return {
        "actions": [_packed(row, symbols) for row in rows],
        "symbols": list(symbols),
        "rules": [_rule(rule) for rule in rules],
        "starts": {start: [states[table.start_states[start]], states[table.end_states[start]]] for start in STARTS},
        "modes": [_mode(row) for row in rows],
        "lexers": _lexers(parser.terminals),
        "keywords": {one.pattern.value: one.name for one in parser.terminals if one.pattern.value.isidentifier()},
    }


def _numbered(table: Any) -> dict[int, int]:
    """Numbers of our own for the states, in the order in which they are reached: lark's are others in every run."""
    found = dict.fromkeys(table.start_states[start] for start in STARTS)
    waiting = list(found)
    for state in waiting:
        for _, (action, target) in sorted(table.states[state].items()):
            if action.name == "Shift" and target not in found:
                found[target] = None
                waiting.append(target)
    return {state: number for number, state in enumerate(found)}


def _packed(row: Mapping[str, int], symbols: dict[tuple[str, ...], int]) -> tuple[int, int, dict[str, int]]:
    """A state's actions: the most common one with the number of its set of symbols, and the others."""
    actions = sorted(row.values())
    most = max(actions, key=actions.count, default=0)
    set_ = tuple(sorted(symbol for symbol, action in row.items() if action == most))
    others = {symbol: action for symbol, action in row.items() if action != most}
    return symbols.setdefault(set_, len(symbols)), most, others


def _rule(rule: Any) -> tuple[str, int, str, str, list[int]]:
    """The fields of a Rule; lark writes lists that it has to spread with a `_` in front."""
    symbols = [symbol.name for symbol in rule.expansion]
    only = symbols[0] if len(symbols) == 1 else ""
    spread = [place for place, symbol in enumerate(symbols) if symbol.startswith("_")]
    return rule.origin.name, len(symbols), rule.alias or rule.origin.name, only, spread


def _mode(row: Mapping[str, int]) -> str:
    """Which terminals the lexer looks for: those of text in quotes, a number without a fraction (`x.0.1`), or all."""
    if "STRING_CHARS" in row:
        return "text"
    return "index" if "INT_LITERAL" in row and "FLOAT_LITERAL" not in row else "all"


def _lexers(terminals: Iterable[TerminalDef]) -> dict[str, str]:
    """A regular expression for each mode, whose groups are terminals; what lark looks for first stands first."""
    ordered = sorted(
        (one for one in terminals if not one.pattern.value.isidentifier() and one.name != "__IGNORE_1"),
        key=lambda one: (-one.priority, -one.pattern.max_width, -len(one.pattern.value), one.name),
    )
    only_text = {"STRING_CHARS", "ESCAPED_INTERPOLATION", "ESCAPED_DIRECTIVE", "INTERP_START", "DIRECTIVE_START"}
    text = [one for one in ordered if one.name in {*only_text, "DBLQUOTE"}]
    everything = [one for one in ordered if one.name not in only_text]
    index = [one for one in everything if one.name != "FLOAT_LITERAL"]
    blanks = r"[ \t\r]*+"
    return {"text": _either(text), "all": blanks + _either(everything), "index": blanks + _either(index)}


def _either(terminals: Iterable[TerminalDef]) -> str:
    groups = (f"(?P<{one.name}>{one.pattern.to_regexp()})" for one in terminals)
    return f"(?:{'|'.join(groups)}|)"


def _shipped_grammar() -> str:
    spec = find_spec("hcl2")
    if spec is None or not spec.submodule_search_locations:
        raise GrammarError("python-hcl2: not installed; install python-hcl2>=8.1.4,<8.2")
    return (Path(spec.submodule_search_locations[0]) / "hcl2.lark").read_text(encoding="utf-8")
