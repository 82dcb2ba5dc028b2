"""What a file is by its content, what its name may say, and what is never taken."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.attachments.kinds import KINDS, NotTaken, media_type
from tests.api.attachments.conftest import LOG, PDF, PNG


def by_name(value: object) -> str:
    """An id that is the same in each process: contents may carry the time at which they were made."""
    return value if isinstance(value, str) else ""


EVERYTHING = frozenset({"images", "pdf", "office", "text", "archives"})


def zipped(*names: str, first: tuple[str, str] | None = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in ([first] if first else []) + [(name, "x") for name in names]:
            archive.writestr(name, text)
    return made.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "xl/workbook.xml")
ODT = zipped("content.xml", first=("mimetype", "application/vnd.oasis.opendocument.text"))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
OOXML = "application/vnd.openxmlformats-officedocument."


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("gate.png", PNG, "image/png"),
        ("GATE.PNG", PNG, "image/png"),
        ("photo.png", b"\xff\xd8\xff\xe1\0\x10Exif" + bytes(40), "image/jpeg"),
        ("photo", PNG, "image/png"),
        ("note.pdf", PDF, "application/pdf"),
        ("note.docx", DOCX, f"{OOXML}wordprocessingml.document"),
        ("sheet.xlsx", XLSX, f"{OOXML}spreadsheetml.sheet"),
        ("note.odt", ODT, "application/vnd.oasis.opendocument.text"),
        ("old.doc", OLE, "application/msword"),
        ("mail.msg", OLE, "application/vnd.ms-outlook"),
        ("note.rtf", b"{\\rtf1 hello}", "application/rtf"),
        ("gate.log", LOG, "text/plain"),
        ("gate.log.1", LOG, "text/plain"),
        ("gate.log", "déjà vu à la gare".encode("latin-1"), "text/plain"),
        ("gate.txt", "déjà vu".encode("utf-16"), "text/plain"),
        ("notes.txt", b"BM is no picture, MZ no program", "text/plain"),
        ("notes.csv", b"MZ;1\n2;3\n", "text/csv"),
        ("data.json", b'{"a": 1}', "application/json"),
        ("page.html", b"<!DOCTYPE html><html></html>", "text/html"),
        ("plan.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>", "image/svg+xml"),
        ("mail.eml", b"From: a@b.example\r\nSubject: x\r\n\r\nx", "message/rfc822"),
        ("logs.zip", zipped("a.log"), "application/zip"),
        ("logs.tgz", gzip.compress(LOG, mtime=0), "application/gzip"),
        ("gate.log.gz", gzip.compress(LOG, mtime=0), "application/gzip"),
    ],
    ids=by_name,
)
def test_a_file_is_what_its_content_shows(name: str, content: bytes, found: str) -> None:
    assert media_type(name, content, EVERYTHING) == found


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.exe", b"MZ\x90\0" + bytes(60)),
        ("photo.png", b"MZ\x90\0" + bytes(60)),
        ("photo.jpg.exe", PNG),
        ("tool", b"\x7fELF\x02\x01\x01" + bytes(60)),
        ("tool", b"#!/bin/sh\nrm -rf /\n"),
        ("link.lnk", b"L\0\0\0\x01\x14\x02\0" + bytes(60)),
        ("macro.docm", DOCX),
        ("macro.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("app.zip", zipped("AndroidManifest.xml", "classes.dex")),
        ("film.mp4", b"\0\0\0\x18ftypmp42" + bytes(40)),
        ("noise.bin2", bytes(range(256)) * 4),
        ("plan.svg", b"<svg><script>alert(1)</script></svg>"),
        ("plan.svg", b"<svg onload='alert(1)'/>"),
        ("plan.svg", b"<?xml version='1.0'?><!-- x --><svg><a href='javascript:alert(1)'/></svg>"),
        ("broken.zip", b"PK\x03\x04" + bytes(50)),
    ],
    ids=by_name,
)
def test_what_runs_or_is_unknown_is_not_taken(name: str, content: bytes) -> None:
    with pytest.raises(NotTaken) as refused:
        media_type(name, content, EVERYTHING)
    assert refused.value.code == "type_not_allowed"
    assert name in refused.value.detail


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", PDF),
        ("note.pdf", PNG),
        ("note.pdf", LOG),
        ("note.docx", zipped("a.txt")),
        ("note.xlsx", DOCX),
        ("page.txt", b"<!doctype html><html><script>1</script></html>"),
        ("photo.jpg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
    ],
    ids=by_name,
)
def test_a_name_that_says_something_else_is_told_so(name: str, content: bytes) -> None:
    with pytest.raises(NotTaken) as refused:
        media_type(name, content, EVERYTHING)
    assert refused.value.code == "type_mismatch"


def test_an_empty_file_is_told_so() -> None:
    with pytest.raises(NotTaken) as refused:
        media_type("gate.png", b"", EVERYTHING)
    assert refused.value.code == "attachment_empty"


def test_a_family_that_is_not_wanted_is_not_taken() -> None:
    with pytest.raises(NotTaken) as refused:
        media_type("logs.zip", zipped("a.log"), frozenset({"images"}))
    assert "images" in refused.value.detail
    assert "zip to send" not in refused.value.detail


def test_a_zip_bomb_stays_packed() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", bytes(200_000_000))
    packed = made.getvalue()
    assert media_type("bomb.zip", packed, EVERYTHING) == "application/zip"
    # What says how large it is was never read: a lie about it changes nothing.
    assert media_type("bomb.zip", packed.replace((200_000_000).to_bytes(4, "little"), b"\xfe\xff\xff\xff"), EVERYTHING)


KNOWN = {kind.media_type for kind in KINDS}


def taken(name: str, content: bytes) -> str | None:
    try:
        return media_type(name, content, EVERYTHING)
    except NotTaken:
        return None


@given(st.text(max_size=30), st.binary(max_size=3000))
def test_whatever_the_bytes_there_is_an_answer(name: str, content: bytes) -> None:
    assert taken(name, content) in KNOWN | {None}


@given(st.sampled_from([b"PK\x03\x04", b"%PDF-", b"\x89PNG\r\n\x1a\n", b"\xff\xfe", OLE, b"GIF89a"]), st.binary())
def test_a_known_beginning_and_whatever_follows_has_an_answer(begins: bytes, rest: bytes) -> None:
    assert taken("file.dat", begins + rest) in KNOWN | {None}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("end", [b"x", b"<!--", b"<!doctype svg", b"<p>"])
@pytest.mark.parametrize("middle", [b"<!---->", b"<!-- -->\n", b"<!--", b"<?xml?>"])
def test_a_text_made_to_cost_time_costs_little(middle: bytes, end: bytes) -> None:
    assert media_type("note.txt", middle * 8_000 + end, EVERYTHING) == "text/plain"


def test_a_drawing_is_one_also_behind_many_comments() -> None:
    drawing = b"<!-- one -->\n" * 500 + b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    assert media_type("gate.svg", drawing, EVERYTHING) == "image/svg+xml"


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a/*<html><script>alert(1)</script>*/=1;",
        b"%PDF-1.7\n<script>alert(1)</script>",
        PNG + b"<svg onload=alert(1)>",
    ],
)
def test_a_file_that_is_two_things_is_never_a_page(content: bytes) -> None:
    """And whatever it is, it leaves as a download under `nosniff` (test_a_download_can_do_no_harm)."""
    for name in ("x.html", "x.svg", "x.gif", "x.pdf", "x.png"):
        assert taken(name, content) not in ("text/html", "image/svg+xml")
