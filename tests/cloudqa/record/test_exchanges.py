"""A curl line is a command that sends the request once more, as far as a shell is concerned."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace

import pytest

from cloudqa.record.exchanges import LONGEST_SENT, ExchangeRecord, curl_line, describe
from cloudqa.record.secrets import SecretRegistry
from steps.api import operations
from steps.api.exchange import Exchange, Request

URL = "https://cloud.example/api/jobs"


def words_in_a_shell(line: str, **environment: str) -> list[str]:
    """The words that curl would get from bash."""
    answer = subprocess.run(
        ["bash", "-c", "curl() { printf '%s\\0' \"$@\"; }\n" + line],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        check=True,
    )
    assert answer.stderr == b""
    return answer.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]


def request(content: bytes | None = None, *, url: str = URL, **headers: str) -> Request:
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(operations.JB_1, url, fields, content)


@pytest.mark.parametrize(
    "body",
    ['it\'s a "body"', "two\nlines", "$HOME `id` $(id) \\n !!", "é…", "<token 7f3a2c>"],
    ids=["quotes", "lines", "shell", "unicode", "stand-in"],
)
def test_body_arrives_as_it_was(body: str) -> None:
    words = words_in_a_shell(curl_line(request(body.encode(), Content_Type="application/json"), str))
    assert words[-2:] == ["--data-raw", body]


def test_bytes_that_are_no_text_arrive_as_they_were() -> None:
    words = words_in_a_shell(curl_line(request(b"a'\\\xff\xfe", Content_Type="application/json"), str))
    assert words[-1].encode("utf-8", "surrogateescape") == b"a'\\\xff\xfe"


def test_method_url_and_headers_arrive_as_they_were() -> None:
    line = curl_line(request(url=URL + "/../a?b=[1]", Authorization="Bearer it's", X_Empty=""), str)
    words = words_in_a_shell(line)
    assert words[:5] == ["-sS", "--path-as-is", "-g", "-X", "POST"]
    assert words[5:] == [URL + "/../a?b=[1]", "-H", "Authorization: Bearer it's", "-H", "X-Empty;"]


def test_a_header_that_was_sent_twice_is_shown_twice() -> None:
    twice = replace(request(Authorization="Bearer one"), again=(("Authorization", "Bearer two"),))
    words = words_in_a_shell(curl_line(twice, str))
    assert words[-4:] == ["-H", "Authorization: Bearer one", "-H", "Authorization: Bearer two"]


def test_curl_adds_no_content_type_and_prints_what_it_can_read() -> None:
    words = words_in_a_shell(curl_line(request(b"{}", Accept_Encoding="gzip, deflate"), str))
    assert "--compressed" in words and "Content-Type:" in words
    assert not any("gzip" in word for word in words)


def test_shell_puts_the_credential_of_a_setting_back() -> None:
    registry = SecretRegistry()
    secret = "it's-$a-`secret`"
    registry.learn_setting(secret, "$CLOUD_JOB_TOKEN")
    body = json.dumps({"price": "$5", "token": secret}).encode()
    line = curl_line(request(body, Authorization=f"Bearer {secret}"), registry.redact_message)
    assert secret not in line
    words = words_in_a_shell(line, CLOUD_JOB_TOKEN=secret)
    assert f"Authorization: Bearer {secret}" in words
    assert json.loads(words[-1]) == {"price": "$5", "token": secret}


def test_line_that_cannot_repeat_the_request_says_so() -> None:
    whole, cut = (curl_line(request(b"x" * length), str) for length in (LONGEST_SENT, LONGEST_SENT + 1))
    assert whole.startswith("curl ")
    assert cut.startswith("# The body is cut")


def test_secret_at_the_end_of_what_is_shown_is_not_cut_in_half() -> None:
    registry = SecretRegistry()
    registry.learn("Abcdefghijklmnop", "token")
    content = b"x" * 1990 + b"Abcdefghijklmnop" + b"y" * 50
    shown = describe(Exchange(request(), 200, {}, content, 0.0, 0.1), registry.redact_message)
    assert "Abcdefgh" not in shown


def test_brief_names_the_last_three_and_repeats_the_last() -> None:
    record = ExchangeRecord(SecretRegistry())
    assert record.brief() == ""
    for number in range(5):
        record.after(Exchange(request(url=f"{URL}/{number}"), 200 + number, {}, b"", 0.0, 0.1))
    *heads, line = record.brief().splitlines()
    assert [head.split("->")[1].split()[0] for head in heads] == ["202", "203", "204"]
    assert f"{URL}/4" in line


def test_text_says_how_many_exchanges_there_were() -> None:
    record = ExchangeRecord(SecretRegistry())
    for _ in range(20):
        record.after(Exchange(request(), 0, {}, b"", 1.5, 0.1, "the connection broke"))
    text = record.text()
    assert text.startswith("The last 8 of 20 exchanges:")
    assert "00:00:01.500Z  POST /api/jobs (JB-1)  ->  no answer, the connection broke  in 100 ms" in text
