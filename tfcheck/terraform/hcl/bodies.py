"""Bodies of blocks -> nodes: attributes, nested blocks, and the blocks that dynamic ones make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from tfcheck.records import dataclass, field
from tfcheck.terraform.block import Node
from tfcheck.terraform.hcl import access, jsontext
from tfcheck.terraform.hcl import syntax_tree as tree
from tfcheck.terraform.hcl.bounds import MOST_INSTANCES
from tfcheck.terraform.hcl.directory import Written, kind
from tfcheck.terraform.hcl.evaluate import evaluate
from tfcheck.terraform.hcl.follow import followed
from tfcheck.terraform.hcl.instances import Instance
from tfcheck.terraform.hcl.module import Module
from tfcheck.terraform.hcl.nodes import Made, to_node
from tfcheck.terraform.hcl.references import roots
from tfcheck.terraform.hcl.values import Choice, EvaluationFault, Source, Text, Value, mapping, why_unknown
from tfcheck.values import SourceLocation, Unknown

_Blocks = Iterable[tuple[Source, tree.Block]]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a body is evaluated: module, instance of its resource, iterators of the dynamic blocks around it."""

    module: Module
    instance: Instance = field(default_factory=Instance)
    iterators: Mapping[str, Value] = field(default_factory=dict)

    def value(self, source: Source, attribute: tree.Attribute) -> Value:
        """The value of an attribute; unknown, and a problem, where Terraform would refuse it."""
        made = self.module.made.get(id(attribute))
        value = self._value(source, attribute) if made is None else made.value
        if made is None and self._is_the_same_for_others(attribute):
            self.module.made[id(attribute)] = Made(attribute, value)
        try:
            self.module.run.budget.hand_over(value.size)
        except EvaluationFault as fault:
            return self._placed(source, attribute, self.module.fault(source, attribute, fault))
        return value

    def _value(self, source: Source, attribute: tree.Attribute) -> Value:
        scope = self.module.scope(source, self.instance).binding(**self.iterators)
        try:
            value = evaluate(attribute.expression, scope)
        except EvaluationFault as fault:
            value = self.module.fault(source, attribute, fault)
        return self._placed(source, attribute, value)

    def _placed(self, source: Source, attribute: tree.Attribute, value: Value) -> Value:
        value = value.at(source.location(attribute.start, attribute.end))
        return value if value.places else value.at(self.module.place)

    def _is_the_same_for_others(self, attribute: tree.Attribute) -> bool:
        """Are there other instances or dynamic blocks, and it depends on none of them?"""
        names = self.instance.names.keys() | self.iterators.keys()
        return bool(names) and names.isdisjoint(roots(attribute.expression))

    def node(self, source: Source, attribute: tree.Attribute) -> Node:
        """The node of an attribute; of a string, with the JSON that it may hold."""
        value = self.value(source, attribute)
        made = self.module.made.get(id(attribute))
        if made is None or made.value is not value:
            return _with_text(value, partial(_decoded, self, source, attribute))
        if made.node is None:
            made.node = _with_text(value, partial(_decoded, self, source, attribute))
        return made.node


def member(context: Context, written: Written, name: str) -> Node:
    """The attribute or the nested blocks of a name; absent, at the block's header, where there is none."""
    if name in written.attributes:
        source, attribute = written.attributes[name]
        return context.node(source, attribute)
    nested = [one for one in written.blocks if kind(one[1]) == name]
    header = written.header or context.module.place
    return _nested(context, nested, header) if nested else Node(None, header, omitted=True)


def _with_text(value: Value, decoded: Callable[[Value], Node]) -> Node:
    """The node of an attribute; of a string, with the JSON that it may hold."""
    node = to_node(value)
    if not isinstance(value.content, (str, Text)) and not _may_be_text(value):
        return node
    decode = partial(decoded, value)
    return Node(node.value, node.location, node.sensitive, node.rest, decode=decode, origins=node.origins)


def _may_be_text(value: Value) -> bool:
    """Is it one of several strings?"""
    return isinstance(value.content, Choice) and any(isinstance(arm.content, (str, Text)) for arm in value.content.arms)


def _decoded(context: Context, source: Source, attribute: tree.Attribute, value: Value) -> Node:
    made = context.module.made.get(id(attribute))
    if made is None or made.value is not value:
        made = Made(attribute, value)
    try:
        # For every instance, since what it holds is judged for each.
        context.module.run.budget.spend(5 * value.size)
        made.decoded = made.decoded or to_node(jsontext.decode(value).like(value))
    except EvaluationFault as fault:
        if fault.limit:
            return to_node(context.module.fault(source, attribute, fault).like(value))
        return Node(Unknown("it is not JSON, which the provider refuses"), value.location, value.sensitive)
    return made.decoded


def _nested(context: Context, blocks: _Blocks, header: SourceLocation | None) -> Node:
    found: list[Node] = []
    rest: Unknown | None = None
    pattern: Callable[[], Node] | None = None
    for source, block in blocks:
        if block.type != "dynamic":
            found.append(_body(context, source, block, block.body))
            continue
        made, missing = _dynamic(context, source, block)
        found += made
        if missing is not None:
            rest = missing if rest is None else rest
            pattern = partial(_pattern, context, source, block, missing)
    return Node(tuple(found), header, rest=rest, pattern=pattern)


def _body(context: Context, source: Source, block: tree.Block, body: tree.Body) -> Node:
    header = source.location(block.start, block.type_end) or context.module.place
    members = {name: to_node(context.value(source, one)) for name, one in body.attributes.items()}
    for name in dict.fromkeys(kind(inner) for inner in body.blocks):
        members[name] = _nested(context, [(source, inner) for inner in body.blocks if kind(inner) == name], header)
    return Node(members, header)


def _dynamic(context: Context, source: Source, block: tree.Block) -> tuple[list[Node], Unknown | None]:
    """The blocks that are known to be made, and why there may be more."""
    content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
    over = block.body.attributes.get("for_each")
    if content is None or over is None:
        return [], Unknown("a dynamic block needs for_each and content")
    collection = context.value(source, over)
    try:
        items, rest = access.members(collection)
    except EvaluationFault as fault:
        context.module.fault(source, over, fault)
        return [], Unknown(f"for_each cannot be evaluated: {fault.message}")
    if len(items) > MOST_INSTANCES:
        return [], Unknown("it has too many members")
    iterator = _iterator(source, block)
    found = []
    for key, value in items:
        bound = {**context.iterators, iterator: mapping({"key": key, "value": value})}
        found.append(_body(Context(context.module, context.instance, bound), source, block, content.body))
    return [_marked(node, collection.sensitive) for node in found], rest


def _pattern(context: Context, source: Source, block: tree.Block, why: Unknown) -> Node:
    """What a block that a dynamic one may yet make looks like."""
    content = next((inner for inner in block.body.blocks if inner.type == "content"), None)
    if content is None:
        return Node(why)
    bound = {**context.iterators, _iterator(source, block): mapping({"key": Value(why), "value": Value(why)})}
    return _body(Context(context.module, context.instance, bound), source, block, content.body)


def _marked(node: Node, sensitive: bool) -> Node:
    return Node(node.value, node.location, node.sensitive or sensitive, node.rest)


def _iterator(source: Source, block: tree.Block) -> str:
    """The name of what `content` goes through: the block's label, or what `iterator` says."""
    named = block.body.attributes.get("iterator")
    if named is None:
        return kind(block)
    return source.text[named.expression.start : named.expression.end].strip('"')


def references(context: Context, written: Written, name: str) -> tuple[str, ...]:
    """The references that an attribute depends on as far as it is not known; of a known one, what it was taken from."""
    if name not in written.attributes:
        return ()
    source, attribute = written.attributes[name]
    value = context.value(source, attribute)
    if not value.known:
        return why_unknown(value).references
    scope = context.module.scope(source, context.instance).binding(**context.iterators)
    return tuple(followed(context.module, attribute.expression, scope))
