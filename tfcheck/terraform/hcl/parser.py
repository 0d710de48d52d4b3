"""Parsing with the tables of the grammar: lexer and LALR automaton in one loop.

lark makes the tables (see grammar.py) and could drive them, but takes three times as long over it: mostly for the ten
levels of operator precedence that every operand passes on its way up, which are one step here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tfcheck.records import dataclass
from tfcheck.terraform.hcl.bounds import MOST_TOKENS
from tfcheck.terraform.hcl.syntax_tree import SyntaxFault

END = "$END"

# Makes one value out of those of a rule. Builders are found by the rule's name or, where it has one value only, by
# `RULE:SYMBOL` of it.
Builder = Callable[[list[Any]], object]
Builders = Mapping[str, Builder]

# Line breaks mean nothing inside of brackets, `${`, `%{` and a for in braces: the value says whether they count.
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


def first(values: list[Any]) -> Any:
    """The builder of rules that change nothing: their only value stays as it is."""
    return values[0]


def as_list(values: list[Any]) -> list[Any]:
    """The builder of lists that are spread in the rule around them."""
    return values


class Token:
    """A word of the text: its terminal, what it says, and the offsets between which it stands."""

    __slots__ = ("end", "kind", "start", "text")

    def __init__(self, kind: str, text: str, start: int, end: int) -> None:
        self.kind = kind
        self.text = text
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Rule:
    """What a reduction does: it takes `size` values, and puts what a builder makes of them in their place.

    origin: the symbol that they become. only: that of the value, where there is one. spread: the places of lists
    whose items stand for themselves.
    """

    origin: str
    size: int
    builder: str
    only: str
    spread: Sequence[int]


@dataclass(frozen=True, slots=True)
class Tables:
    """The automaton.

    actions: by state, what follows on a terminal or symbol: the next state (never 0, the first one), or the complement
    of the number of a rule to reduce by. starts: the first and the last state by start rule. modes: the lexer's by
    state. lexers: a regular expression by mode. keywords: terminals by what they say, each a name where its state does
    not want it.
    """

    actions: Sequence[Mapping[str, int]]
    rules: Sequence[Rule]
    starts: Mapping[str, Sequence[int]]
    modes: Sequence[str]
    lexers: Mapping[str, str]
    keywords: Mapping[str, str]


class Parser:
    """Gives what the builders make of a text's rules."""

    def __init__(self, tables: Tables, builders: Builders) -> None:
        self.tables = tables
        matchers = {mode: re.compile(lexer).match for mode, lexer in tables.lexers.items()}
        self.matchers = [matchers[mode] for mode in tables.modes]
        self.reductions = [(rule.size, _builder(rule, builders), rule.spread, rule.origin) for rule in tables.rules]
        # The state after passing on a value, by the state below it, its own and what follows: worked out once.
        self.passed: dict[tuple[int, int, str], int] = {}

    def parse(self, text: str, start: int, end: int, rule: str) -> Any:
        """What the builders make of a stretch of a text, which has to be one of this rule. Raises SyntaxFault."""
        first_state, last_state = self.tables.starts[rule]
        actions, reductions, passed = self.tables.actions, self.reductions, self.passed
        next_token = _Lexer(self, text, start, end).next
        states, values = [first_state], list[Any]()
        for _ in range(MOST_TOKENS):
            token = next_token(states[-1])
            kind = token.kind
            while (action := actions[states[-1]].get(kind, 0)) < 0:
                size, builder, spread, origin = reductions[~action]
                if builder is first:
                    key = (states[-2], states[-1], kind)
                    states[-1] = passed.get(key) or self._pass(key)
                    continue
                children: list[Any] = []
                if size:
                    children = _spread(values[-size:], spread) if spread else values[-size:]
                    del values[-size:], states[-size:]
                values.append(builder(children))
                states.append(actions[states[-1]][origin])
            if not action:
                if kind == END and states[-1] == last_state:
                    return values[0]
                raise _fault(token)
            states.append(action)
            values.append(token)
        raise SyntaxFault(f"it has more than {MOST_TOKENS} words: split it", start)

    def _pass(self, key: tuple[int, int, str]) -> int:
        """The state when a value that stays as it is has passed through all rules that change nothing."""
        below, state, kind = key
        while (action := self.tables.actions[state].get(kind, 0)) < 0 and self.reductions[~action][1] is first:
            state = self.tables.actions[below][self.reductions[~action][3]]
        self.passed[key] = state
        return state


def _builder(rule: Rule, builders: Builders) -> Builder:
    if rule.origin.startswith("_"):
        return as_list
    chosen = builders.get(f"{rule.builder}:{rule.only}") or builders.get(rule.builder)
    return chosen or (first if rule.only else as_list)


def _spread(children: list[Any], places: Sequence[int]) -> list[Any]:
    """The children, each list among them replaced by what it holds."""
    if places[0] == 0:  # a list that grows from the left need not be copied for each of its items
        whole: list[Any] = children[0]
        rest = 1
    else:
        whole, rest = [], 0
    for place in range(rest, len(children)):
        if place in places:
            whole += children[place]
        else:
            whole.append(children[place])
    return whole


class _Lexer:
    """The tokens that count, each looked for in the way that the automaton's state wants it."""

    __slots__ = ("after_brace", "at", "counting", "end", "outer", "parser", "text")

    def __init__(self, parser: Parser, text: str, start: int, end: int) -> None:
        self.parser = parser
        self.text = text
        self.at = start
        self.end = end
        self.outer: list[bool] = []
        self.counting = True
        self.after_brace = False

    def next(self, state: int) -> Token:
        """The next token; at the end one of the kind END. Raises SyntaxFault for a character that begins none."""
        text, at, end, match = self.text, self.at, self.end, self.parser.matchers[state]
        while True:
            found = match(text, at, end)
            kind = found.lastgroup if found else None
            if found is None or kind is None:
                return self._end(at if found is None else found.end())
            at = found.end()
            if kind == "NL_OR_COMMENT":
                if not self.counting:
                    continue
            elif kind == "COMMENT":
                continue
            else:
                if kind == "NAME":
                    kind = self._keyword(found["NAME"], state)
                elif kind in _OPENING:
                    self.outer.append(self.counting)
                    self.counting = _OPENING[kind]
                elif kind in _CLOSING and self.outer:
                    self.counting = self.outer.pop()
                self.after_brace = kind == "LBRACE"
            self.at = at
            group = found.lastindex or 0
            return Token(kind, found[group], found.start(group), at)

    def _end(self, at: int) -> Token:
        if at < self.end:
            raise SyntaxFault(f"unexpected `{self.text[at]}`", at)
        return Token(END, "", self.end, self.end)

    def _keyword(self, word: str, state: int) -> str:
        kind = self.parser.tables.keywords.get(word)
        if kind is None or kind not in self.parser.tables.actions[state]:
            return "NAME"
        if kind == "FOR" and self.after_brace:
            self.counting = False
        return kind


def _fault(token: Token) -> SyntaxFault:
    """Its message quotes punctuation at most: names and text may be secrets."""
    if token.kind == END:
        return SyntaxFault("it ends too early", token.end)
    said = token.text.lstrip(" \t")
    offset = token.end - len(said)
    if "\n" in said:
        return SyntaxFault("unexpected end of line", offset)
    quoted = said[:1] if token.kind == "STRING_CHARS" else said
    what = _KINDS.get(token.kind, "keyword") if any(map(str.isalnum, quoted)) else f"`{quoted}`"
    return SyntaxFault(f"unexpected {what}", offset)
