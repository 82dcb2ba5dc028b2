"""The picture of a real trace, from the HTTP call to the mail that arrived: `make pictures`."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from tests.cli.stacks import ROOT, eventually, free_port
from tests.e2e.collector import collector
from tests.e2e.running import Caller, Running

PICTURE = ROOT / "docs" / "pictures" / "trace.svg"
ROW, LEFT, WIDE = 22, 380, 560
COLOURS = {"escalade-api": "#1f6feb", "escalade-worker": "#bf5b04"}
FILING = {"subject": "The gates stay closed", "description": "No badge opens them.", "channel": "portal"}


def test_the_picture_of_a_trace(tmp_path: Path) -> None:
    mails = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    mails.start()
    with collector() as seen, pytest.MonkeyPatch.context() as patch:
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", seen.address)
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        stack = Running(tmp_path / "home", smtp_host="127.0.0.1", smtp_port=mails.port).start()
        try:
            client, support = (Caller(stack.api, stack.demo["keys"][who]) for who in ("client", "level1"))
            ticket = client.post("/v1/tickets", FILING).json()["id"]
            path = f"/v1/tickets/{ticket}/comments"
            support.post(path, {"text": "We see it."})  # the first one also warms what is read once
            support.post(path, {"text": "A technician is on the way."})
            spans = eventually(lambda: _whole(list(seen.spans), path), "the whole trace", 60)
        finally:
            stack.stop()
            mails.stop()
    PICTURE.write_text(picture(spans), encoding="utf-8")


def _whole(spans: list[dict[str, Any]], path: str) -> list[dict[str, Any]] | None:
    doors = [s for s in spans if path in (s["attributes"].get("url.path"), s["attributes"].get("http.target"))]
    if len(doors) < 2:
        return None
    trace = [s for s in spans if s["trace"] == max(doors, key=lambda s: int(s["start"]))["trace"]]
    return trace if any(s["name"] == "deliver message" for s in trace) else None


def picture(spans: list[dict[str, Any]]) -> str:
    """A waterfall: a row for each span below the one that it belongs to, a bar from its beginning to its end."""
    begin, end = min(s["start"] for s in spans), max(s["end"] for s in spans)
    rows = list(_down(spans, "", 0))
    unit, height = WIDE / max(1, end - begin), ROW * (len(rows) + 2)
    drawn = []
    for number, (span, depth) in enumerate(rows, start=1):
        x, wide = LEFT + (span["start"] - begin) * unit, max(2.0, (span["end"] - span["start"]) * unit)
        took = f"{(span['end'] - span['start']) / 1e6:.1f} ms"
        y = number * ROW + 14
        drawn += [
            f'<text x="{8 + depth * 14}" y="{y}">{escape(span["name"][:48])}</text>',
            f'<rect x="{x:.1f}" y="{y - 11}" width="{wide:.1f}" height="13" rx="2" fill="{_colour(span)}"/>',
            f'<text x="{min(x + wide + 6, LEFT + WIDE + 6):.1f}" y="{y}" fill="#57606a">{took}</text>',
        ]
    legend = " · ".join(f'<tspan fill="{colour}">■</tspan> {name}' for name, colour in COLOURS.items())
    total = f"{(end - begin) / 1e6:.0f} ms from the HTTP call to the mail"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + 80} {height}" '
        'font-family="ui-monospace, monospace" font-size="12">\n'
        f"<title>One command as one trace: {total}</title>\n"
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n<text x="8" y="18">{legend} · {total}</text>\n'
        + "\n".join(drawn)
        + "\n</svg>\n"
    )


def _down(spans: list[dict[str, Any]], parent: str, depth: int) -> Any:
    known = {s["id"] for s in spans}
    below = [s for s in spans if s["parent"] == parent or (not parent and s["parent"] not in known)]
    for span in sorted(below, key=lambda s: int(s["start"])):
        yield span, depth
        yield from _down(spans, span["id"], depth + 1)


def _colour(span: dict[str, Any]) -> str:
    return COLOURS.get(str(span["service"]), "#6e7781")
