"""Terraform's functions: the table of those whose result depends on nothing but their arguments and files.

`try`, `can`, `templatefile` and `templatestring` take expressions, not values: special.py has them. Every other one
(base64gzip, rsadecrypt, abspath; timestamp, uuid and bcrypt, which are not even the same twice) gives an unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from tfcheck.records import replace
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
    provider,
    questions,
    sets,
    strings,
    tofu,
    yaml,
    yamltext,
)
from tfcheck.terraform.hcl.functions.files import Files
from tfcheck.terraform.hcl.functions.signature import Function

Required = Callable[[], Mapping[str, str]]

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
    **yamltext.FUNCTIONS,
}


def find(name: str, allowed: Files | None, required: Required | None = None) -> Function | None:
    """The function of this name, None where it is not evaluated; those on files only where files may be read.

    required: gives the sources of the providers that the module requires, by local name, empty where it names none;
    None where that is not known, so that no provider's function is evaluated.
    """
    if name.startswith("provider::"):
        return None if required is None else provider.find(name, required())
    name = name.removeprefix("core::")
    if name in files.FILE_FUNCTIONS and allowed is not None:
        function = files.FILE_FUNCTIONS[name]
        return replace(function, run=partial(function.run, allowed))
    return FUNCTIONS.get(name)
