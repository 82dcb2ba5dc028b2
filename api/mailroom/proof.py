"""Whether the mail server that forwards to us could confirm who sent a mail (RFC 8601).

`From` is only what somebody wrote. What a server of ours found out about it (SPF, DKIM, DMARC) stands in
`Authentication-Results`, and only the header that this server itself put on top is worth anything.
"""

from __future__ import annotations

import re
from email.message import Message

from api.mailroom.headers import every

_COMMENT = re.compile(r"\([^()]*\)")


def proven(mail: Message, sender: str, authserv: str) -> bool:
    """Whether the server named `authserv` confirms that the sender's domain sent it.

    By DMARC; or, where it says nothing of that, by DKIM or SPF for the sender's own domain.
    """
    results = _results(mail, authserv)
    domain = sender.rpartition("@")[2].lower()
    if not results or not domain:
        return False
    by_dmarc = {verdict for method, verdict, _ in results if method == "dmarc"}
    if by_dmarc - {"none", "temperror"}:
        return by_dmarc == {"pass"}
    return any(
        verdict == "pass" and _aligned(domain, properties.get(named, "").rpartition("@")[2])
        for method, verdict, properties in results
        for named in {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.mail")}.get(method, ())
    )


def _results(mail: Message, authserv: str) -> list[tuple[str, str, dict[str, str]]]:
    """(method, verdict, properties) of the topmost header that the server wrote."""
    for value in every(mail, "authentication-results"):
        server, *said = [part.strip() for part in _COMMENT.sub(" ", value).split(";")]
        if (server.split() or [""])[0].lower() != authserv.lower():
            continue
        return [found for part in said if (found := _result(part)) is not None]
    return []


def _result(part: str) -> tuple[str, str, dict[str, str]] | None:
    words = re.sub(r"\s*=\s*", "=", part).lower().split()
    if not words or "=" not in words[0]:
        return None
    method, _, verdict = words[0].partition("=")
    properties = dict(word.split("=", 1) for word in words[1:] if "=" in word)
    return method.partition("/")[0], verdict, {name: value.strip('"<>') for name, value in properties.items()}


def _aligned(one: str, other: str) -> bool:
    """Whether two domains are of one house: the same, or one under the other."""
    return bool(other) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))
