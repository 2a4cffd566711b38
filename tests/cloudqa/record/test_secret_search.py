"""A secret is found whatever form it took, and ordinary text is left alone."""

from __future__ import annotations

import base64
import html
import json
import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape, quoteattr

import pytest

from cloudqa.record.secret_search import SecretIndex, is_distinctive, search_files, search_text
from cloudqa.record.secrets import SecretRegistry

AWKWARD = """Pa$s w'rd/+="q"<&>\\é1"""
TOKEN = "_T_abc.def+ghi/=.jkl"
JWT_HEAD = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "url": quote_plus,
    "url, whole": lambda secret: quote(secret, safe=""),
    "url, small": lambda secret: re.sub("%..", lambda code: code[0].lower(), quote(secret, safe="")),
    "json": lambda secret: json.dumps(secret)[1:-1],
    "json, unicode": lambda secret: json.dumps(secret, ensure_ascii=False)[1:-1],
    "python": lambda secret: repr(secret)[1:-1],
    "html": html.escape,
    "html, text": escape,
    "xml, attribute": lambda secret: quoteattr(secret + "'\"")[1:-7].removesuffix("'"),
    "json in html": lambda secret: html.escape(json.dumps(secret)[1:-1]),
    "shell": lambda secret: shlex.quote(secret)[1:-1] if "'" in secret else secret,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64, after one": lambda secret: base64.b64encode(b"a" + secret.encode() + b"tail").decode(),
    "base64, after two": lambda secret: base64.b64encode(b"ab" + secret.encode() + b"tail").decode(),
    "base64, for urls": lambda secret: base64.urlsafe_b64encode(b"user:" + secret.encode()).decode(),
}


def index_of(*secrets: str) -> SecretIndex:
    index = SecretIndex()
    for number, secret in enumerate(secrets):
        index.add(secret, f"<secret {number}>")
    return index


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("secret", [AWKWARD, TOKEN], ids=["awkward", "token"])
@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
def test_secret_is_found_in_every_form_wherever_it_stands(
    form: Callable[[str], str], secret: str, before: str
) -> None:
    assert index_of(secret).find(f"{before}{form(secret)} after")


@pytest.mark.parametrize("length", range(8, 20))
@pytest.mark.parametrize("before", range(8))
def test_secret_of_any_length_is_found_at_any_place(length: int, before: int) -> None:
    secret = "A1-b2+C3_d4.E5=f6~G7"[:length]
    (found,) = index_of(secret).find("." * before + secret)
    assert (found.begin, found.end) == (before, before + length)


def test_secrets_that_begin_alike_are_told_apart() -> None:
    index = index_of(*(f"{JWT_HEAD}{number:08}" for number in range(100)))
    (found,) = index.find(f"x {JWT_HEAD}00000042 y")
    assert found.stand_in == "<secret 42>"


def test_of_secrets_that_overlap_the_longest_is_found() -> None:
    (found,) = index_of("Abcdefgh", "Abcdefgh-and-more").find("Abcdefgh-and-more")
    assert found.stand_in == "<secret 1>"


def test_beginning_of_a_secret_that_was_cut_is_found() -> None:
    registry = SecretRegistry()
    registry.learn(TOKEN, "token")
    shown = registry.redact(f"so it began: {TOKEN[:11]}… (9000 characters)")
    assert TOKEN[:8] not in shown
    assert shown.startswith("so it began: <token ") and shown.endswith(">… (9000 characters)")


@pytest.mark.parametrize(
    ("secret", "is_one"),
    [
        ("", False),
        ("admin", False),
        ("admin12", False),
        ("password", False),
        ("administrators", False),
        ("admin123", True),
        ("Password", True),
        ("correcthorsebatterystaple", True),
    ],
)
def test_only_what_differs_from_ordinary_text_is_looked_for(secret: str, is_one: bool) -> None:
    assert is_distinctive(secret) is is_one
    registry = SecretRegistry()
    registry.learn(secret, "password")
    text = f"before {secret} after"
    assert (registry.redact(text) == text) is not is_one


def test_password_of_a_setting_that_is_a_word_is_hidden_in_messages_only() -> None:
    registry = SecretRegistry()
    assert not registry.learn_setting("password", "$CLOUD_ADMIN_PASSWORD")
    assert registry.redact("no password was given") == "no password was given"
    body = registry.redact_message('{"email": "qa@x.example", "password": "password"}')
    assert body == '{"email": "qa@x.example", "password": "$CLOUD_ADMIN_PASSWORD"}'


def test_value_that_stands_in_a_feature_is_no_secret() -> None:
    registry = SecretRegistry()
    registry.take_for_public({"Aa1!Aa1!Aa1!"})
    registry.learn("Aa1!Aa1!Aa1!", "password")
    assert registry.redact("Aa1!Aa1!Aa1!") == "Aa1!Aa1!Aa1!"


def test_leak_names_the_file_and_the_stand_in_but_not_the_secret(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "page.html").write_text(html.escape(AWKWARD))
    (tmp_path / "clean.html").write_text("nothing")
    (leak,) = search_files(index_of(AWKWARD), [tmp_path, tmp_path / "below", tmp_path / "missing"])
    assert leak.place == str(tmp_path / "below" / "page.html")
    assert "page.html holds 1 secret in clear, shown elsewhere as <secret 0>" in str(leak)
    assert AWKWARD not in str(leak)


def test_file_of_an_earlier_run_is_passed_over(tmp_path: Path) -> None:
    old = tmp_path / "old.html"
    old.write_text(TOKEN)
    os.utime(old, (1000, 1000))
    assert not list(search_files(index_of(TOKEN), [tmp_path], since=2000))
    assert list(search_files(index_of(TOKEN), [tmp_path], since=500))


def test_bytes_that_are_no_text_are_searched_too(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"\xff\x00" + TOKEN.encode() + b"\xfe")
    assert list(search_files(index_of(TOKEN), [tmp_path]))


def test_leak_of_many_secrets_names_a_few() -> None:
    secrets = [f"secret-number-{number}" for number in range(10)]
    (leak,) = search_text(index_of(*secrets), "It", " ".join(secrets))
    assert str(leak).startswith(
        "It holds 10 secrets in clear, shown elsewhere as <secret 0>, <secret 1>, <secre"
    )
    assert "and more" in str(leak)


def test_stand_in_is_the_same_in_a_forked_process() -> None:
    registry = SecretRegistry()
    receiving, sending = os.pipe()
    pid = os.fork()
    if pid == 0:
        registry.learn("of-the-child-1")
        registry.learn(TOKEN, "token")
        os.write(sending, registry.redact(TOKEN).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    registry.learn(TOKEN, "token")
    assert os.read(receiving, 100).decode() == registry.redact(TOKEN)
