"""Google's partial responses: `fields=totalItems,items(id,volumeInfo/title)` keeps only what it names."""

import json
import re

from sandbox.web import Answer, Json, as_json

__all__ = ["partial"]

Mask = dict[str, "Mask"]


def partial(answer: Answer, fields: str) -> Answer:
    if not fields or answer.status != 200:
        return answer
    return as_json(_keep(json.loads(answer.body), _mask(re.findall(r"[^,()/\s]+|[,()/]", fields))))


def _mask(tokens: list[str]) -> Mask:
    """Consumes `tokens` up to the bracket that closes this level."""
    mask: Mask = {}
    while tokens and tokens[0] != ")":
        name = tokens.pop(0)
        if name == ",":
            continue
        below = mask.setdefault(name, {})
        while tokens and tokens[0] == "/":
            tokens.pop(0)
            below = below.setdefault(tokens.pop(0), {}) if tokens else below
        if tokens and tokens[0] == "(":
            tokens.pop(0)
            below |= _mask(tokens)
            del tokens[:1]
    return mask


def _keep(value: Json, mask: Mask) -> Json:
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [_keep(each, mask) for each in value]
    if isinstance(value, dict):
        return {name: _keep(value[name], below) for name, below in mask.items() if name in value}
    return value
