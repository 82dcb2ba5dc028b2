"""How a file leaves us: as a download that no browser runs, shows as a page, or takes for another type."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
"""What may be shown beside the text, where it is asked for: no browser runs any of it."""

_ASKEW = frozenset({"text/html", "image/svg+xml", "application/xml", "message/rfc822"})
"""Types that a browser would open as a page of ours: handed out as mere bytes."""

CONTENT_POLICY = "default-src 'none'; sandbox"


def handed_out(name: str, media_type: str, content: bytes, *, inline: bool) -> Response:
    """The response with the file in it; `inline` counts for pictures and PDF only."""
    shown = inline and media_type in INLINE
    return Response(
        content,
        headers={
            # Not by `media_type`: the framework would say UTF-8 of a text that may be in any encoding.
            "Content-Type": "application/octet-stream" if media_type in _ASKEW else media_type,
            "Content-Disposition": disposition("inline" if shown else "attachment", name),
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": CONTENT_POLICY,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, no-store",
        },
    )


def disposition(how: str, name: str) -> str:
    """`Content-Disposition` (RFC 6266): the whole name in UTF-8, and one in ASCII for what does not read that."""
    plain = "".join(sign if 32 <= ord(sign) < 127 and sign not in '"\\%' else "_" for sign in name)
    written = f'{how}; filename="{plain}"'
    return written if plain == name else f"{written}; filename*=UTF-8''{quote(name, safe='')}"
