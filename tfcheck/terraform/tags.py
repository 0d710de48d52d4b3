"""The tags that a resource of hashicorp/aws is going to have."""

from __future__ import annotations

from collections.abc import Sequence

from tfcheck.inputs import Tags
from tfcheck.terraform.block import Block, Node
from tfcheck.values import Field, Unknown


def tags(block: Block, extra: Sequence[Node], perhaps: Unknown | None) -> Tags:
    """Its own tags with the provider's default ones, and `extra` keys that other resources add.

    perhaps: why other resources may add more.
    """
    own, every, default = block.attribute("tags"), block.attribute("tags_all"), block.provider.default_tags
    keys, unknown = _planned(own, every, default)
    nameless = own.nameless or every.nameless or default.nameless
    for key in extra:
        if isinstance(key.value, str):
            keys |= {key.value}
        else:
            unknown = unknown if unknown is not None else key.missing()
    # tags_all has no marks of its own, although it repeats all the others.
    sensitive = own.sensitive or every.sensitive or default.sensitive or any(node.sensitive for node in extra)
    known = Field("tags", frozenset(keys), own.location, sensitive)
    return Tags(known, unknown if unknown is not None else perhaps, nameless)


def _planned(own: Node, every: Node, default: Node) -> tuple[set[str], Unknown | None]:
    """The keys of tags_all and of its two sources: the provider's ignore_tags takes keys out of it, but not out of AWS.

    The provider leaves it unknown where there is no tag at all; where a source is not fully known, more keys may come.
    """
    sources = [own.as_written(), default]
    keys = {str(key) for source in (*sources, every) if isinstance(source.value, dict) for key in source.value}
    if isinstance(every.value, dict):
        return keys, every.rest
    missing = [one for source in sources if (one := _missing(source)) is not None]
    if not missing and isinstance(every.value, Unknown) and not every.omitted:
        missing = [every.value]
    return keys, missing[0] if missing else None


def _missing(source: Node) -> Unknown | None:
    """Why a map may have more keys; a value that is no map says nothing."""
    if source.value is None or isinstance(source.value, dict):
        return source.rest
    return source.value if isinstance(source.value, Unknown) else Unknown("it is not a map")
