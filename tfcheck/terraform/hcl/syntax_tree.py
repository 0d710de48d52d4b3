"""The tree of an HCL body: attributes, blocks and expressions, each with its place in the text.

Everywhere `start` and `end` are offsets into the whole text, in code points from 0, the end exclusive. Trees are no
deeper than `MOST_LEVELS`, so that recursion over them is safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TypeAlias

from tfcheck.records import dataclass

MOST_LEVELS = 250


class SyntaxFault(Exception):
    """A text that is not valid HCL: what is wrong, and the offset at which it is seen."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Literal:
    """A number (exact), true, false or null; a string only where an object's key is a bare name (`{ name = 1 }`)."""

    value: Decimal | bool | str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text of a template: escapes resolved, normalised (NFC), dedented and stripped as markers ask for.

    One run of text may be several of them. In a heredoc and in a file no Text spans more than one line, and value[i]
    stands at start + i.
    """

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Interpolation:
    """`${ expression }` in a template."""

    expression: Expression
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class IfDirective:
    """`%{ if condition }then%{ else }otherwise%{ endif }`; the place is that of all of it."""

    condition: Expression
    then: tuple[Part, ...]
    otherwise: tuple[Part, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ForDirective:
    """`%{ for key_name, value_name in collection }body%{ endfor }`; key_name is None where only one name is given."""

    key_name: str | None
    value_name: str
    collection: Expression
    body: tuple[Part, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Template:
    """A quoted string, a heredoc or a template file.

    Its value is a string, but that a single interpolation and nothing else keeps the type of its expression.
    """

    parts: tuple[Part, ...]
    start: int
    end: int
    heredoc: bool = False

    @property
    def literal(self) -> str | None:
        """The string where it holds no interpolation and no directive, else None."""
        texts = [part.value for part in self.parts if isinstance(part, Text)]
        return "".join(texts) if len(texts) == len(self.parts) else None

    @property
    def wrapped(self) -> Expression | None:
        """The expression where the template is one interpolation and nothing else, else None."""
        first = self.parts[0] if len(self.parts) == 1 else None
        return first.expression if isinstance(first, Interpolation) else None


@dataclass(frozen=True, slots=True)
class Variable:
    """A name: the root of a reference (`var`, `local`, `aws_ecs_cluster`), a loop's variable, or a type (`string`)."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AttributeStep:
    """`.name`, from its dot on."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class IndexStep:
    """`[key]`, or the old form `.0` with a number as its key."""

    key: Expression
    start: int
    end: int
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class Traversal:
    """Steps into a value: `var.containers[0].image`. The source is never a Traversal itself."""

    source: Expression
    steps: tuple[Step, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SplatItem:
    """In the `each` of a splat: the item at hand of the nearest splat around it."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Splat:
    """`source[*].a[0]` (full) or `source.*.a`: the list of `each` for all items of the source.

    `each` is a SplatItem, a Traversal from one, or another Splat whose source is one of the two. What follows an
    attribute-only splat's names (`x.*.a[0]`) is not in `each` but steps of a Traversal around the splat.
    """

    source: Expression
    each: Expression
    full: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; the name holds its namespaces (`provider::aws::arn_parse`).

    `expand` says that the last argument is followed by `...`.
    """

    name: str
    arguments: tuple[Expression, ...]
    expand: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Tuple:
    """`[first, second]`."""

    items: tuple[Expression, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ObjectItem:
    """`key = value` or `key : value` in an object.

    A bare name is a Literal with a string, `(key)` is Parentheses, `"key"` a Template, `a.b` a Traversal.
    """

    key: Expression
    value: Expression
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Object:
    """`{ key = value }`; keys may repeat, the last one counts."""

    items: tuple[ObjectItem, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class For:
    """`[for key_name, value_name in collection : value if condition]`, or in braces with `key => value`.

    `key` is None where it gives a tuple. `grouping` says that `...` collects the values of equal keys.
    """

    key_name: str | None
    value_name: str
    collection: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None
    grouping: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? then : otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`-operand` or `!operand`."""

    operator: str
    operand: Expression
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`, the operator one of `|| && == != < > <= >= + - * / %`."""

    operator: str
    left: Expression
    right: Expression
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parentheses:
    """`(expression)`; pairs that enclose nothing but another pair are one."""

    expression: Expression
    start: int
    end: int


Expression: TypeAlias = (
    Literal
    | Template
    | Variable
    | Traversal
    | SplatItem
    | Splat
    | Call
    | Tuple
    | Object
    | For
    | Conditional
    | Unary
    | Binary
    | Parentheses
)
Part: TypeAlias = Text | Interpolation | IfDirective | ForDirective
Step: TypeAlias = AttributeStep | IndexStep


@dataclass(frozen=True, slots=True)
class Attribute:
    """`name = expression`; the name reaches from `start` to `name_end`."""

    name: str
    expression: Expression
    start: int
    name_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A block inside another one; its type reaches from `start` to `type_end`."""

    type: str
    labels: tuple[str, ...]
    body: Body
    start: int
    type_end: int
    end: int


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between a block's braces, attributes by name and blocks, both in the order of the text.

    Terraform refuses an attribute that is set twice: the first one counts here, the others are `duplicates`.
    """

    attributes: Mapping[str, Attribute]
    blocks: tuple[Block, ...]
    duplicates: tuple[Attribute, ...]
    start: int
    end: int


def children(node: Expression | Part | Step | ObjectItem) -> Iterator[Expression | Part | Step | ObjectItem]:
    """The nodes right below a node, in the order of the text (a for's collection first, then its key and value)."""
    match node:
        case Template(parts=nodes) | Object(items=nodes) | Tuple(items=nodes) | Call(arguments=nodes):
            yield from nodes
        case Traversal(source=source, steps=steps):
            yield source
            yield from steps
        case Interpolation(expression=one) | Parentheses(expression=one) | Unary(operand=one) | IndexStep(key=one):
            yield one
        case Splat(source=one, each=other) | Binary(left=one, right=other) | ObjectItem(key=one, value=other):
            yield one
            yield other
        case Conditional(condition=condition, then=one, otherwise=other):
            yield from (condition, one, other)
        case For():
            yield from (one for one in (node.collection, node.key, node.value, node.condition) if one is not None)
        case IfDirective():
            yield from (node.condition, *node.then, *node.otherwise)
        case ForDirective():
            yield from (node.collection, *node.body)
