"""What a mail says, however its sender's program wrote it down."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.mailroom.reading import read
from tests.api.mailroom.letters import PNG, letter

CRLF = "\r\n"


def raw(*lines: str, encoding: str = "utf-8") -> bytes:
    return CRLF.join(lines).encode(encoding)


def test_a_plain_mail_is_read_as_it_stands() -> None:
    mail = read(letter("Bonjour,\n\n  la porte est fermée.\n"))
    assert (mail.sender, mail.subject) == ("anna@acme.example", "The access gates stay closed")
    assert mail.message_id == "one@acme.example"
    assert mail.text == "Bonjour,\n\n  la porte est fermée."
    assert mail.files == ()


def test_the_plain_alternative_is_read_and_html_where_there_is_no_other() -> None:
    both = read(letter("Plain words.", html="<p>Other <b>words</b>.</p>"))
    assert both.text == "Plain words."
    page = raw("From: a@b.example", "Content-Type: text/html; charset=utf-8", "", "<p>Bonjour&nbsp;!</p><p>Ça va</p>")
    assert read(page).text == "Bonjour !\n\nÇa va"
    empty = read(letter(" ", html="<div>Only here.</div>"))
    assert empty.text == "Only here."


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "utf-8", "iso-8859-15"])
def test_letters_beyond_ascii_are_read_in_the_charset_that_is_named(charset: str) -> None:
    mail = raw(
        "From: a@b.example", f"Content-Type: text/plain; charset={charset}", "", "déjà vu, forêt", encoding=charset
    )
    assert read(mail).text == "déjà vu, forêt"


@pytest.mark.parametrize("charset", ["us-ascii", "unknown-8bit", "x-nonsense", ""])
def test_a_wrong_or_missing_charset_still_gives_words(charset: str) -> None:
    named = f"Content-Type: text/plain; charset={charset}" if charset else "Content-Type: text/plain"
    assert read(raw("From: a@b.example", named, "", "déjà vu")).text == "déjà vu"
    assert read(raw("From: a@b.example", named, "", "déjà vu", encoding="latin-1")).text == "déjà vu"


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("=?utf-8?Q?Porte_ferm=C3=A9e?=", "Porte fermée"),
        ("=?iso-8859-1?B?UG9ydGUgZmVybelh?=", "Porte ferméa"),
        ("=?utf-8?Q?Porte?= =?utf-8?Q?_ferm=C3=A9e?=", "Porte fermée"),
        ("Re: =?utf-8?Q?ferm=C3=A9e?= [K7M39QX24T]", "Re: fermée [K7M39QX24T]"),
        ("Porte fermée", "Porte fermée"),
        ("=?x-nonsense?Q?abc?=", "=?x-nonsense?Q?abc?="),
        ("=?utf-8?B?not base64!?=", "=?utf-8?B?not base64!?="),
        ("two\r\n\tlines", "two lines"),
    ],
)
def test_a_subject_is_decoded_or_left_as_it_is(written: str, subject: str) -> None:
    assert read(raw("From: a@b.example", f"Subject: {written}", "", "x")).subject == subject


def test_lines_that_were_broken_for_sending_are_joined() -> None:
    flowed = raw(
        "From: a@b.example", 'Content-Type: text/plain; charset="utf-8"; format=flowed', "",
        "This is one ", "long line.", " From here another.", "-- ", "Anna",
    )  # fmt: skip
    assert read(flowed).text == "This is one long line.\nFrom here another.\n-- \nAnna"


def test_files_come_with_their_names_and_bytes() -> None:
    mail = read(letter(files=(("gate.png", "image/png", PNG), ("Écran n° 3.pdf", "application/pdf", b"%PDF-1.7 x"))))
    assert [(file.name, file.content) for file in mail.files] == [
        ("gate.png", PNG), ("Écran n° 3.pdf", b"%PDF-1.7 x"),
    ]  # fmt: skip


def test_a_name_in_encoded_words_is_read_although_it_does_not_belong_there() -> None:
    mail = raw(
        "From: a@b.example", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="x"', "", "--x",
        "Content-Type: text/plain", "", "See.", "--x",
        'Content-Type: application/pdf; name="=?utf-8?Q?=C3=A9cran.pdf?="',
        'Content-Disposition: attachment; filename="=?utf-8?Q?=C3=A9cran.pdf?="', "", "%PDF-1.7", "--x--",
    )  # fmt: skip
    (file,) = read(mail).files
    assert (file.name, file.content.strip()) == ("écran.pdf", b"%PDF-1.7")


def test_apples_pictures_between_words_keep_all_the_words() -> None:
    mail = raw(
        "From: a@b.example", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="x"', "", "--x",
        "Content-Type: text/plain", "", "Before.", "--x", "Content-Type: image/png; name=a.png",
        "Content-Disposition: inline; filename=a.png", "", "\x89PNG", "--x",
        "Content-Type: text/plain", "", "After.", "--x--",
    )  # fmt: skip
    found = read(mail)
    assert found.text == "Before.\n\nAfter."
    assert [file.name for file in found.files] == ["a.png"]


def test_logos_within_the_text_are_no_files_but_screenshots_are() -> None:
    def inside(size: int) -> bytes:
        return raw(
            "From: a@b.example", "MIME-Version: 1.0", 'Content-Type: multipart/related; boundary="x"', "", "--x",
            "Content-Type: text/html", "", "<p>See <img src='cid:1'></p>", "--x", "Content-Type: image/png",
            "Content-ID: <1>", "Content-Disposition: inline; filename=image001.png", "", "x" * size, "--x--",
        )  # fmt: skip

    assert read(inside(2_000)).files == ()
    assert [file.name for file in read(inside(60_000)).files] == ["image001.png"]
    assert read(inside(2_000)).text == "See"


def test_a_forwarded_mail_is_a_file_with_its_subject() -> None:
    inner = letter("Inner words.", Subject="The old one")
    outer = letter("See below.", files=())
    mixed = raw(
        "From: a@b.example", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="x"', "", "--x",
        "Content-Type: text/plain", "", "See below.", "--x", "Content-Type: message/rfc822", "", "",
    ) + inner + b"\r\n--x--\r\n"  # fmt: skip
    found = read(mixed.replace(b"message/rfc822\r\n\r\n\r\n", b"message/rfc822\r\n\r\n"))
    assert found.text == read(outer).text == "See below."
    assert [file.name for file in found.files] == ["The old one.eml"]
    assert b"Inner words." in found.files[0].content


def test_what_mail_programs_add_for_themselves_is_no_file() -> None:
    mail = read(
        letter(files=(("smime.p7s", "application/pkcs7-signature", b"x"), ("a.ics", "text/calendar", b"BEGIN")))
    )
    assert [file.name for file in mail.files] == ["a.ics"]


def test_what_it_answers_is_named_nearest_first() -> None:
    mail = read(letter(In_Reply_To="<c@x.example>", References="<a@x.example> <b@x.example> <c@x.example>"))
    assert mail.answers == ("c@x.example", "b@x.example", "a@x.example")


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"\r\n",
        b"no headers at all",
        b"From: \r\n\r\nx",
        b"From: <<<>>>\r\nSubject\r\n: x\r\n\r\nx",
        b"From: Anna <anna@acme.example\r\nTo: undisclosed\r\n\r\nx",
        b"From: =?utf-8?Q?=ZZ?= <a@b.example>\r\nMessage-ID: <\r\nReferences: <a@b> garbage <c@\r\n\r\nx",
        b"Content-Type: multipart/mixed\r\n\r\nno boundary",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x",
        b"Content-Type: text/plain; charset*0=ut; charset*1=f-8\r\n\r\nx",
        b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!",
        b"Content-Type: text/html\r\n\r\n<<<>>><html><body><p",
        b"Content-Disposition: attachment; filename*=x''%ZZ\r\n\r\nx",
        b"Content-Type: message/rfc822\r\n\r\nx",
        b"Subject: \xff\xfe\x00\r\n\r\n\x00\xff",
        b"Content-Type: multipart/alternative; boundary=x\r\n\r\n--x--",
    ],
    ids=range(16),
)
def test_a_malformed_mail_is_read_as_far_as_it_goes(broken: bytes) -> None:
    mail = read(broken)
    mail.text.encode()
    mail.subject.encode()
    assert len(mail.fingerprint) == 64


def test_parts_within_parts_without_end_come_to_one() -> None:
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth) for depth in range(100)
    )
    assert len(read(b"From: a@b.example\r\n" + deep + b"\r\nx").fingerprint) == 64


_PIECES = st.sampled_from(
    [b"\r\n", b"\r\n\r\n", b"--x\r\n", b"--x--\r\n", b"Content-Type: multipart/mixed; boundary=x\r\n",
     b"Content-Type: text/html; charset=latin-1\r\n", b"Content-Type: message/rfc822\r\n", b"From: a@b.example\r\n",
     b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: quoted-printable\r\n", b"=?utf-8?Q?=",
     b"Subject: x\r\n", b"Content-Disposition: attachment; filename=", b"References: <a@b> ", b"<p>", b"\xff", b"\0",
     b"Content-Type: message/delivery-status\r\n", b"Content-Type: multipart/report; boundary=x\r\n"]
)  # fmt: skip


@given(
    st.one_of(st.binary(max_size=2000), st.lists(st.one_of(_PIECES, st.binary(max_size=40)), max_size=30).map(b"".join))
)
def test_whatever_the_bytes_something_is_read(content: bytes) -> None:
    mail = read(content)
    for text in (mail.text, mail.own, mail.subject, mail.sender, *mail.answers, *(file.name for file in mail.files)):
        assert "\0" not in text
        text.encode()
    assert read(content).fingerprint == mail.fingerprint
