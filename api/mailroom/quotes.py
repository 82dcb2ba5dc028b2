"""What somebody wrote, without the mail that it answers. Cut only where a mail joins its ticket; the original is kept.

Where the answer stands between the quoted lines, or nothing would be left, everything stays: better a quotation too
much than a sentence too little.
"""

from __future__ import annotations

import re

from mailparser_reply import EmailReplyParser

LANGUAGES = ["en", "fr", "de", "es", "it", "nl", "ja"]
LONGEST_LINE = 200
"""Characters; no mail program writes a longer "On ... wrote:", and longer lines cost the search its time."""
MOST_LINES = 400
"""Lines in which the beginning of the quotation is looked for."""

_QUOTED = re.compile(r"^\s*>")
_SIGNATURE = re.compile(r"^-- ?$")
_PHONE = re.compile(
    r"^\s*(sent from my \w+|sent from outlook|get outlook for|envoyé de mon \w+|envoyé depuis|"
    r"obtenir outlook pour|von meinem \w+ gesendet|télécharger outlook pour)",
    re.I,
)
_SEPARATOR = re.compile(
    r"^\s*-{2,}\s*(original message|message d'origine|message original|ursprüngliche nachricht|forwarded message|"
    r"message transféré)\s*-{2,}\s*$|^\s*_{20,}\s*$",
    re.I,
)
_FIELD = re.compile(r"^\s*[*>]*\s*(de|from|von)\s?:\*?\s", re.I)
_NEXT_FIELD = re.compile(
    r"^\s*\*?(envoyé|date|à|objet|cc|sent|to|subject|gesendet|an|betreff|datum|reply-to|importance)\s?(\*\s?)?:",
    re.I,
)
_WROTE = re.compile(r"(a écrit|wrote|schrieb|escribió|ha scritto|schreef)\s?:\s*$", re.I)
_DATED = re.compile(r"\d|@")
_parser = EmailReplyParser(languages=LANGUAGES)


def own_words(text: str) -> str:
    """The answer alone."""
    lines = text.split("\n")
    begins, ends = _quotation(lines)
    above = _trimmed(lines[:begins])
    below = lines[ends:]
    quotes = any(_QUOTED.match(line) for line in below)
    answers = [line for line in _unsigned(below) if line.strip() and not _QUOTED.match(line)]
    if quotes and answers:
        kept = _below(below)
        own = _trimmed([*above, "", *kept] if above else kept)
    else:
        own = above
    said = "\n".join(_trimmed(_unsigned(own)))
    return said if said.strip() else text.strip("\n")


def _below(lines: list[str]) -> list[str]:
    """Answers under the quotation stand alone; answers between quoted lines need them to be understood."""
    lines = _unsigned(lines)
    last_quoted = max(place for place, line in enumerate(lines) if _QUOTED.match(line))
    between = any(line.strip() and not _QUOTED.match(line) for line in lines[:last_quoted])
    return lines if between else lines[last_quoted + 1 :]


def _quotation(lines: list[str]) -> tuple[int, int]:
    """Where the quotation's heading begins, and where what it quotes does; both behind the end without one."""
    found = [place for place in (_heading(lines), _outlook(lines), _bare_quotes(lines)) if place is not None]
    return min(found, default=(len(lines), len(lines)))


def _heading(lines: list[str]) -> tuple[int, int] | None:
    """ "On Monday Anna wrote:" in many languages, as the library knows them; it may be broken over two lines."""
    looked_at = lines[:MOST_LINES]
    short = ["" if len(line) > LONGEST_LINE else line for line in looked_at]
    candidate = ["".join(short[place : place + 2]) for place in range(len(short))]
    near = [
        line if ":" in candidate[place] or (place and short[place].rstrip().endswith(":")) else ""
        for place, line in enumerate(short)
    ]
    replies = _parser.read("\n".join(near)).replies
    headings = (reply.headers or "" for reply in replies)
    # Its headings of From, Sent, To are found in any log file too; _outlook looks for those more closely.
    headed = next((one for one in headings if one.endswith(":") and _DATED.search(one)), "")
    wanted = [line.strip() for line in headed.split("\n") if line.strip()]
    if not wanted:
        return _wrote(short)
    stripped = [line.strip() for line in short]
    for place, line in enumerate(stripped):
        if line == wanted[0] and _matches(stripped[place:], wanted):
            return place, place + len(wanted)
    return _wrote(short)


def _matches(lines: list[str], wanted: list[str]) -> bool:
    return [line for line in lines if line][: len(wanted)] == wanted


def _wrote(lines: list[str]) -> tuple[int, int] | None:
    """A line that ends in "wrote:" with a date or an address in it, or in the line before, and quoted lines after."""
    for place, line in enumerate(lines):
        before = lines[place - 1] if place else ""
        if not any(_QUOTED.match(later) for later in lines[place + 1 : place + 4]):
            continue
        if _WROTE.search(line) and _DATED.search(line):
            return place, place + 1
        if _WROTE.search(f"{before.rstrip()} {line}") and _DATED.search(before):
            return place - 1, place + 1
    return None


def _outlook(lines: list[str]) -> tuple[int, int] | None:
    """Outlook's: a line across, or From, Sent, To, Subject one under the other."""
    for place, line in enumerate(lines[:MOST_LINES]):
        if _SEPARATOR.match(line):
            after = [later for later in lines[place + 1 : place + 4] if later.strip()]
            if not line.strip().startswith("_") or (after and _FIELD.match(after[0])):
                return place, len(lines)
        if _FIELD.match(line) and sum(bool(_NEXT_FIELD.match(one)) for one in lines[place + 1 : place + 6]) >= 2:
            return place, len(lines)
    return None


def _bare_quotes(lines: list[str]) -> tuple[int, int] | None:
    """Quoted lines without a heading: two or more that reach to the end, or stand at the top."""
    quoted = [place for place, line in enumerate(lines) if _QUOTED.match(line)]
    if len(quoted) < 2:
        return None
    rest = [line for line in _unsigned(lines[quoted[0] :]) if line.strip() and not _QUOTED.match(line)]
    top = not any(line.strip() for line in lines[: quoted[0]])
    return (quoted[0], quoted[0]) if not rest or top else None


def _unsigned(lines: list[str]) -> list[str]:
    """Without what follows the two hyphens of a signature, and without what a telephone adds."""
    for place, line in enumerate(lines):
        if _SIGNATURE.match(line):
            lines = lines[:place]
            break
    end = len(lines)
    while end and (not lines[end - 1].strip() or _PHONE.match(lines[end - 1])):
        end -= 1
    return lines[:end]


def _trimmed(lines: list[str]) -> list[str]:
    said = [place for place, line in enumerate(lines) if line.strip()]
    return lines[said[0] : said[-1] + 1] if said else []
