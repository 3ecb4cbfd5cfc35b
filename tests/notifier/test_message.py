"""The bytes of a mail: headers that no value breaks, two parts, odd names."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from blueprints.notifier import addresses, message
from blueprints.notifier.rendering import Rendered

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TEXT = Rendered("Order #39: thank you", "<p>Grüße — .dot</p>\n", "Grüße\n.dot\n" + "long " * 300 + "\n", "package:x")


def built(to_name: str = "Ada Byte", subject: str = TEXT.subject, **more: str) -> bytes:
    envelope = message.Envelope("no-reply@shop.example", "ada@example.org", "The Shop", to_name, **more)
    return message.built(envelope, Rendered(subject, TEXT.html, TEXT.text, "package:x"), "<m_1@shop.example>", NOW)


def test_both_parts_text_first_and_the_headers_of_an_automatic_mail() -> None:
    found = message_from_bytes(built(reply_to="help@shop.example"), policy=policy.default)
    assert found.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in found.iter_parts()] == ["text/plain", "text/html"]
    contents = [part.get_content().replace("\r\n", "\n") for part in found.iter_parts()]
    assert contents == [TEXT.text, TEXT.html]
    assert not found.defects
    headers = {name: str(value) for name, value in found.items() if name != "Content-Type"}
    assert headers == {
        "MIME-Version": "1.0",
        "From": "The Shop <no-reply@shop.example>",
        "To": "Ada Byte <ada@example.org>",
        "Reply-To": "help@shop.example",
        "Subject": "Order #39: thank you",
        "Date": "Sun, 22 Nov 2026 12:00:00 +0000",
        "Message-ID": "<m_1@shop.example>",
        "Auto-Submitted": "auto-generated",
    }


def test_alerts_offer_one_click_to_unsubscribe() -> None:
    found = message_from_bytes(built(unsubscribe_url="https://shop.example/unsubscribe/t/"), policy=policy.default)
    assert found["List-Unsubscribe"] == "<https://shop.example/unsubscribe/t/>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "List-Unsubscribe" not in message_from_bytes(built())


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Ada",
        'A "the" B',
        "a, b; c <d@e.example>",
        "Ünï",
        "مرحبا بالعالم",
        "日本語" * 30,
        "x" * 190,
        "\\",
        "=?utf-8?q?x?=",
    ],
)
def test_any_name_and_subject_arrive_as_they_are(name: str) -> None:
    raw = built(name, f"For {name} and more")
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert raw.count(b"\n") == raw.count(b"\r\n")
    head = message_from_bytes(raw)
    shown, address = parseaddr(head["To"].replace("\r\n", ""))
    assert str(make_header(decode_header(shown))) == name
    assert address == "ada@example.org"
    assert str(make_header(decode_header(head["Subject"].replace("\r\n", "")))) == f"For {name} and more"
    assert len(message_from_bytes(raw, policy=policy.default)["To"].addresses) == 1


@pytest.mark.parametrize("mark", ["\r\n", "\n", "\r", "\0", "\r\n "])
@pytest.mark.parametrize("header", ["to_name", "subject", "reply_to", "unsubscribe_url"])
def test_no_value_begins_a_header_of_its_own(mark: str, header: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        built(**{header: f"x{mark}Bcc: eve@example.org"})


@pytest.mark.parametrize("name", ["two\nlines", "a\rb", "a\u2028b", "nul\0", "bell\x07", "\x9b"])
def test_a_name_with_a_control_character_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="line break or control"):
        addresses.shown_name(name)


def test_a_name_cannot_turn_the_line_it_stands_in() -> None:
    assert addresses.shown_name("\u202eadA\u202c מישהו") == "adA מישהו"


def test_a_name_of_ten_thousand_characters_is_shortened_and_its_owner_gets_the_mail() -> None:
    shown = addresses.shown_name("x" * 10_000)
    assert (len(shown), shown[-1]) == (200, "…")
    assert b"ada@example.org" in built(shown)


def test_half_a_surrogate_in_a_name_does_not_break_the_mail() -> None:
    assert addresses.shown_name("a\ud800b") == "a?b"


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("ada@example.org", "ada@example.org"),
        (" Ada.B+x@Example.ORG ", "Ada.B+x@example.org"),
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ada@STRASSE.example", "ada@strasse.example"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_domains_become_ascii(given: str, normal: str) -> None:
    assert addresses.normalised(given) == normal


@pytest.mark.parametrize(
    "address",
    ["", "ada", "@example.org", "ada@", "a b@example.org", "a@b@c", "a..b@example.org", ".a@example.org",
     "ädä@example.org",     "ada@exa mple.org",
     "ada@-x.example", "ada@example..org", "ada@example.org\nBcc: x@y.z", "a" * 65 + "@x.example",
     "ada@" + "a" * 64 + ".example", "ada@xn--\u2603.example", "ada@" + "ä" * 80 + ".example", '"a"@example.org'],
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"not an e-mail address|not a domain name"):
        addresses.normalised(address)
