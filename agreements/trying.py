"""What if a value of an agreement were another one: `severities.low.response.within=2 h`, without a second file."""

from __future__ import annotations

from typing import Any

from agreements import plain


class ChangeRefused(ValueError):
    """A change that cannot be tried; the message says where, and what stands there."""


def read_change(words: str) -> tuple[plain.Path, Any]:
    """A change as somebody types it: a path with dots, "=", a value as in the file; nothing after "=" takes it out.

    ChangeRefused when it is none.
    """
    path, separator, value = words.partition("=")
    keys = tuple(int(key) if key.isdigit() else key for key in path.strip().split("."))
    if not separator or not all(str(key) for key in keys):
        raise ChangeRefused(f'"{words}" is no change; write, for example, severities.critical.response.within=2 h')
    text = value.strip()
    if not text:
        return keys, None
    # As the value of a key, so that it reads like in a file; a list of hours would end the key otherwise.
    quoted = text if text[0] in "{['\"" else '"' + text.replace('"', '\\"') + '"'
    found = plain.read(f"value: {text}" if text.isdigit() or text in ("true", "false") else f"value: {quoted}")
    if found.wrong:
        raise ChangeRefused(f'"{words}": {found.wrong[0][2]}')
    return keys, found.data["value"]


def changed(data: Any, path: plain.Path, value: Any) -> Any:
    """The data with `value` at `path`, which has to be there but for its last key. ChangeRefused otherwise."""
    key, rest = path[0], path[1:]
    if isinstance(data, dict):
        if rest and key not in data:
            raise ChangeRefused(f'there is no "{key}"; there are {", ".join(map(str, data))}')
        if not rest and value is None:
            return {name: held for name, held in data.items() if name != key}
        return {**data, str(key): changed(data[key], rest, value) if rest else value}
    if isinstance(data, list) and isinstance(key, int) and 0 <= key < len(data):
        if not rest and value is None:
            return [held for place, held in enumerate(data) if place != key]
        return [(changed(held, rest, value) if rest else value) if n == key else held for n, held in enumerate(data)]
    raise ChangeRefused(f'"{key}" cannot be reached: what stands there has no such part')
