"""E-mail addresses and passwords that `User.generate_data` makes."""

from __future__ import annotations

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest
from faker import Faker
from faker.config import AVAILABLE_LOCALES
from hypothesis import given, settings
from hypothesis import strategies as st

from steps.api.cloud_objects import User
from steps.api.cloud_objects.cloud_user import ALPHABET, CHAR_REPLACE_MAP, SYMBOLS

# The countries of Europe, and their neighbours with an alphabet of Europe.
COUNTRIES = (
    "AL AM AT AZ BA BE BG CH CY CZ DE DK EE ES FI FR GB GE GR HR HU IE IS IT LI LT LU LV MK MT NL NO PL PT "
    "RO RS RU SE SI SK TR UA UZ"
)
ADDRESS = re.compile(r"[a-z0-9]+(\.[a-z0-9]+)*@example\.com")


def generated(first_name: str, last_name: str) -> User:
    user = User(first_name, last_name)
    user.generate_data()
    return user


def local_part(email: str) -> str:
    return email.partition("@")[0]


@pytest.mark.parametrize("locale", sorted(locale for locale in AVAILABLE_LOCALES if locale[-2:] in COUNTRIES))
def test_every_european_name_gives_an_address_that_shows_it(locale: str) -> None:
    faker = Faker(locale)
    faker.seed_instance(1)
    for _ in range(100):
        first, last = faker.first_name(), faker.last_name()
        email = generated(first, last).email
        assert ADDRESS.fullmatch(email), (first, last, email)
        assert len(local_part(email)) <= 64 - 30
        assert not email.startswith("user."), (first, last)
        lost = [letter for letter in (first + last).lower() if letter.isalpha() and not known(letter)]
        assert not lost, (first, last, lost)


def known(letter: str) -> bool:
    return letter.isascii() or letter in CHAR_REPLACE_MAP


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_gives_an_address(first: str, last: str) -> None:
    email = generated(first, last).email
    assert ADDRESS.fullmatch(email)
    assert len(local_part(email)) <= 64 - 30


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("Jean-Pierre", "O'Brien", "jean.pierre.o.brien"),
        ("İpek", "Çağr\u0131", "ipek.cagri"),
        ("Łukasz", "Żółć", "lukasz.zolc"),
        ("Straße", "Æsir", "strasse.aesir"),
        ("Þórður", "Ðorđe", "thordur.dorde"),
        ("Їжак", "Щербак", "yizhak.shcherbak"),
        ("Γιώργος", "Ψαΐλας", "giorgos.psailas"),
        ("გიორგი", "ჯაფარიძე", "giorgi.japaridze"),
        ("e\u0301mile", "ZOLA", "emile.zola"),  # the accent as a character of its own
        ("", "", "user"),
        ("李", "明", "user"),
    ],
)
def test_names_are_written_in_ascii(first: str, last: str, words: str) -> None:
    assert re.fullmatch(rf"{re.escape(words)}\.[0-9a-f]{{12}}", local_part(generated(first, last).email))


def test_the_map_is_from_letters_to_plain_ascii() -> None:
    assert all(len(letter) == 1 and not letter.isascii() for letter in CHAR_REPLACE_MAP)
    assert all(re.fullmatch("[a-z]*", plain) for plain in CHAR_REPLACE_MAP.values())


def test_addresses_never_repeat_in_threads_and_forks() -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(email_of_ada, range(2000)))
    with ProcessPoolExecutor(4, multiprocessing.get_context("fork")) as children:
        found += list(children.map(email_of_ada, range(2000), chunksize=500))
    assert len(set(found)) == 4000


def email_of_ada(_: int) -> str:
    return generated("Ada", "Lovelace").email


def test_passwords_are_strong_and_new_each_time() -> None:
    passwords = [generated("", "").password for _ in range(500)]
    assert len(set(passwords)) == 500
    for password in passwords:
        assert len(password) >= 16
        assert set(password) <= set(ALPHABET)
        kinds = (str.islower, str.isupper, str.isdigit, SYMBOLS.__contains__)
        assert all(any(map(kind, password)) for kind in kinds)
