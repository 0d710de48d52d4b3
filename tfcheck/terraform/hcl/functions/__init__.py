"""Terraform's functions: the table of those whose result depends on nothing but their arguments and files.

`try`, `can`, `templatefile` and `templatestring` take expressions, not values: special.py has them. Every other one
(base64gzip, rsadecrypt, abspath; timestamp, uuid and bcrypt, which are not even the same twice) gives an unknown.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tfcheck.terraform.hcl.functions import (
    conversions,
    dates,
    encoding,
    files,
    formats,
    lists,
    maps,
    network,
    numeric,
    patterns,
    questions,
    sets,
    strings,
    tofu,
    yaml,
)
from tfcheck.terraform.hcl.functions.files import Files
from tfcheck.terraform.hcl.functions.signature import Function

FUNCTIONS: dict[str, Function] = {
    **conversions.FUNCTIONS,
    **dates.FUNCTIONS,
    **encoding.FUNCTIONS,
    **files.PATH_FUNCTIONS,
    **formats.FUNCTIONS,
    **lists.FUNCTIONS,
    **maps.FUNCTIONS,
    **network.FUNCTIONS,
    **numeric.FUNCTIONS,
    **patterns.FUNCTIONS,
    **questions.FUNCTIONS,
    **sets.FUNCTIONS,
    **strings.FUNCTIONS,
    **tofu.FUNCTIONS,
    **yaml.FUNCTIONS,
}


def find(name: str, allowed: Files | None) -> Function | None:
    """The function of this name, None where it is not evaluated; those on files only where files may be read."""
    name = name.removeprefix("core::")
    if name in files.FILE_FUNCTIONS and allowed is not None:
        function = files.FILE_FUNCTIONS[name]
        return replace(function, run=partial(function.run, allowed))
    return FUNCTIONS.get(name)
