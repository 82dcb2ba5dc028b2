"""What a file is, by its content, and whether we take it. Nothing is unpacked or opened: only its first bytes, its
last, and the list of names in an archive are read.

A type is taken when it stands in KINDS. What runs when it is opened is refused by its content and by its name.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

import puremagic

from domain.attachments import extension

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."


@dataclass(frozen=True)
class Kind:
    """A type of file: its family (a setting allows families), and the extensions that it usually has."""

    media_type: str
    family: str
    extensions: tuple[str, ...]


KINDS = (
    Kind("image/png", "images", (".png",)),
    Kind("image/jpeg", "images", (".jpg", ".jpeg", ".jpe", ".jfif")),
    Kind("image/gif", "images", (".gif",)),
    Kind("image/webp", "images", (".webp",)),
    Kind("image/bmp", "images", (".bmp", ".dib")),
    Kind("image/tiff", "images", (".tif", ".tiff")),
    Kind("image/heic", "images", (".heic", ".heif")),
    Kind("image/svg+xml", "images", (".svg",)),
    Kind("application/pdf", "pdf", (".pdf",)),
    Kind(f"{_OOXML}wordprocessingml.document", "office", (".docx",)),
    Kind(f"{_OOXML}spreadsheetml.sheet", "office", (".xlsx",)),
    Kind(f"{_OOXML}presentationml.presentation", "office", (".pptx",)),
    Kind(f"{_ODF}text", "office", (".odt",)),
    Kind(f"{_ODF}spreadsheet", "office", (".ods",)),
    Kind(f"{_ODF}presentation", "office", (".odp",)),
    Kind("application/msword", "office", (".doc",)),
    Kind("application/vnd.ms-excel", "office", (".xls",)),
    Kind("application/vnd.ms-powerpoint", "office", (".ppt",)),
    Kind("application/vnd.ms-outlook", "office", (".msg",)),
    Kind("application/rtf", "office", (".rtf",)),
    Kind("text/csv", "text", (".csv", ".tsv")),
    Kind("application/json", "text", (".json", ".har")),
    Kind("application/xml", "text", (".xml",)),
    Kind("text/html", "text", (".html", ".htm", ".xhtml")),
    Kind("message/rfc822", "text", (".eml",)),
    Kind("text/calendar", "text", (".ics",)),
    Kind("text/plain", "text", (".txt", ".log", ".md", ".yaml", ".yml", ".ini", ".conf", ".cfg", ".sql")),
    Kind("application/zip", "archives", (".zip",)),
    Kind("application/gzip", "archives", (".gz", ".tgz")),
)
_BY_TYPE = {kind.media_type: kind for kind in KINDS}
_BY_EXTENSION = {end: kind for kind in KINDS for end in kind.extensions}

RUNS = frozenset({
    ".apk", ".app", ".appimage", ".appref-ms", ".bat", ".bin", ".chm", ".cmd", ".com", ".cpl", ".dll", ".dmg",
    ".docm", ".dotm", ".elf", ".exe", ".gadget", ".hta", ".img", ".inf", ".iso", ".jar", ".js", ".jse", ".lnk",
    ".mjs", ".msc", ".msi", ".msp", ".pif", ".pkg", ".potm", ".ppsm", ".pptm", ".ps1", ".psm1", ".reg", ".scf",
    ".scr", ".sh", ".svgz", ".sys", ".url", ".vb", ".vbe", ".vbs", ".vhd", ".ws", ".wsc", ".wsf", ".wsh", ".xlam",
    ".xlsb", ".xlsm", ".xltm",
})  # fmt: skip
"""Extensions of what a double click runs, office documents with macros among them."""

_RUNS_BY_CONTENT = (
    b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf", b"L\x00\x00\x00\x01\x14\x02\x00",
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OF_OLE = (".doc", ".xls", ".ppt", ".msg")
_ALIKE = {
    "image/x-ms-bmp": "image/bmp", "image/heif": "image/heic", "application/x-gzip": "application/gzip",
    "image/x-icon": "",
}  # fmt: skip
_SCRIPTED = re.compile(rb"<script|<foreignobject|<iframe|<embed|<object|\bon[a-z]+\s*=|javascript:|<!entity", re.I)
# Atomic (?>...): comments that were read are not tried in another division, which would double the time with each.
_BEFORE = rb"(?>(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*)"
_SVG = re.compile(_BEFORE + rb"(?:<!doctype svg[^>]*>\s*)?<svg[\s>/]", re.DOTALL)
_HTML = re.compile(_BEFORE + rb"<(?:!doctype html|html|head|body|script)[\s>]", re.DOTALL)
_PARTS = (("word/", ".docx"), ("xl/", ".xlsx"), ("ppt/", ".pptx"))


class NotTaken(Exception):
    """A file that we do not take. `code` is stable; the text says what to do."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


def media_type(name: str, content: bytes, families: frozenset[str]) -> str:
    """What the file is. NotTaken when that is nothing we take, or not what its name says."""
    end = extension(name)
    if not content:
        raise NotTaken("attachment_empty", f'"{name}" is empty. Look whether it was saved, and attach it again.')
    if end in RUNS or _runs(end, content):
        raise NotTaken("type_not_allowed", f'"{name}" can run as a program. {_way_out(families)}')
    kind = _BY_TYPE.get(_found(end, content))
    if kind is None or kind.family not in families:
        raise NotTaken("type_not_allowed", f'Files like "{name}" are not taken. {_way_out(families)}')
    named = _BY_EXTENSION.get(end)
    if named is not None and not _agree(named, kind):
        detail = f'"{name}" is named {end}, but what is in it is {kind.media_type}. Give it the name of what it is.'
        raise NotTaken("type_mismatch", detail)
    if kind.media_type == "image/svg+xml" and _SCRIPTED.search(content):
        raise NotTaken("type_not_allowed", f'"{name}" is a drawing with a program in it. Save it as PNG or PDF.')
    return kind.media_type


def _runs(end: str, content: bytes) -> bool:
    if content.startswith(b"#!"):
        return end not in _BY_EXTENSION  # a script; under a text's name it opens as a text
    # Two letters are no proof of a program: a text may begin with them.
    return content.startswith(_RUNS_BY_CONTENT) or (content.startswith(b"MZ") and not _is_text(content))


def _way_out(families: frozenset[str]) -> str:
    packed = " Pack it as a zip to send it all the same." if "archives" in families else ""
    return f"We take {', '.join(sorted(families))}.{packed}"


def _agree(named: Kind, found: Kind) -> bool:
    """A photo saved under another picture's extension is everyday; so are text files of every name."""
    if found.media_type in ("image/svg+xml", "text/html") or named.media_type in ("image/svg+xml", "text/html"):
        return named == found
    return (named.family == found.family and named.family in ("images", "text")) or named == found


def _found(end: str, content: bytes) -> str:
    """The type that the content shows; of several that begin alike, the one that the name says. Empty: unknown."""
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    if content.startswith(_OLE):
        return _BY_EXTENSION[end].media_type if end in _OF_OLE else ""
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"{\\rtf"):
        return "application/rtf"
    if _is_text(content):
        return _text(end, content)
    try:
        guesses = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        return ""
    types = [_ALIKE.get(guess.mime_type, guess.mime_type) for guess in guesses]
    return next((one for one in types if one in _BY_TYPE and _BY_TYPE[one].family in ("images", "archives")), "")


def _zipped(content: bytes) -> str:
    """By the names in it, which stand uncompressed at its end: nothing is unpacked."""
    if content[30:38] == b"mimetype":
        declared = content[38:120].split(b"PK")[0].decode("ascii", "replace")
        return declared if declared in _BY_TYPE else ""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, UnicodeDecodeError):
        return ""  # what zipfile cannot read is no kind that we know, and is refused as such
    if any(name.endswith(("vbaProject.bin", ".class")) or name == "AndroidManifest.xml" for name in names):
        return ""  # macros, or a program of Java's or Android's
    if "[Content_Types].xml" in names:
        ends = [end for folder, end in _PARTS if any(name.startswith(folder) for name in names)]
        return _BY_EXTENSION[ends[0]].media_type if ends else ""
    return "application/zip"


def _is_text(content: bytes) -> bool:
    """Whether a person could read it: no zero bytes but those of UTF-16, hardly a control character."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    if b"\0" in content:
        return False
    head = content[:65_536]
    odd = len(head.translate(None, _PLAIN))
    try:
        content.decode()
    except UnicodeDecodeError:
        # Latin-1 or a page of Windows: bytes over 127 are letters there, but not the most of a text.
        return odd * 3 < len(head) and not any(sign < 32 for sign in head.translate(None, _PLAIN))
    return not any(sign < 32 and sign != 27 for sign in head.translate(None, _PLAIN))


_PLAIN = bytes((7, 8, 9, 10, 12, 13, *range(32, 127)))


def _text(end: str, content: bytes) -> str:
    head = content[:65_536].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if _SVG.match(head):
        return "image/svg+xml"
    if _HTML.match(head):
        return "text/html"
    named = _BY_EXTENSION.get(end)
    if named is None or named.family != "text" or named.media_type == "text/html":
        return "text/plain"
    return named.media_type
