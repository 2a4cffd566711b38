"""The secrets that the settings of a run hold: known before anything is sent or printed."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from cloudqa.record.secrets import SecretRegistry
from cloudqa.run.given import PREFIX

# A header is taken for a credential when its name holds one of these.
_CREDENTIAL_NAMES = ("auth", "cookie", "token", "key", "secret", "password", "session", "credential")


@dataclass(frozen=True)
class SettingSecret:
    """A secret of a setting. A shell that has the settings in its environment understands the stand-in."""

    setting: str
    secret: str
    stand_in: str


def learn_settings(secrets: SecretRegistry, merged: Mapping[str, str]) -> Iterator[str]:
    """Tell the registry of the secrets in the settings; yield a sentence for each that it cannot look for."""
    for one in secrets_of(merged):
        if not secrets.learn_setting(one.secret, one.stand_in):
            yield (
                f"{one.setting} is short or a plain word, which ordinary text may hold too: it is hidden in "
                "requests, but nothing that this run writes is searched for it. Use 8 characters or more."
            )


def secrets_of(merged: Mapping[str, str]) -> Iterator[SettingSecret]:
    """The secrets in settings, by setting name: credentials, passwords in URLs, headers that hold one."""
    for name in ("admin_password", "job_token"):
        if value := merged.get(name):
            yield SettingSecret(_variable(name), value, f"${_variable(name)}")
    for name in ("proxy", "url"):
        if password := password_in(merged.get(name, "")):
            for form in dict.fromkeys((unquote(password), password)):
                yield SettingSecret(_variable(name), form, f"<password in {_variable(name)}>")
    for pair in re.split("[|\n]", merged.get("extra_headers", "")):
        header, _, value = (part.strip() for part in pair.partition(":"))
        if any(word in header.lower() for word in _CREDENTIAL_NAMES):
            for secret in _credentials(value):
                yield SettingSecret(_variable("extra_headers"), secret, f"<{header} in CLOUD_EXTRA_HEADERS>")


def password_in(url: str) -> str:
    """The password that a URL holds, as it is written there; "" if none."""
    try:
        return urlsplit(url).password or ""
    except ValueError:  # no URL, as the settings will say
        return ""


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    password = password_in(url)
    return url.replace(f":{password}@", ":...@") if password else url


def _credentials(value: str) -> Iterator[str]:
    """What is secret in a header's value: all that follows a scheme, the values of cookies, a password."""
    scheme, _, rest = value.partition(" ")
    credential = rest.strip() if rest and re.fullmatch("[A-Za-z]+", scheme) else value
    if not credential:
        return
    yield credential
    for part in credential.split(";"):
        if part.partition("=")[2].strip("= "):
            yield part.partition("=")[2].strip()
    if scheme.lower() == "basic":
        try:
            password = base64.b64decode(credential).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return
        if password:
            yield password


def _variable(name: str) -> str:
    return PREFIX + name.upper()
