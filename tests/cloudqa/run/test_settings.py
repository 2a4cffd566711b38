"""Settings come from four places in order, and each mistake in them is told in a sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cloudqa.errors import CannotRun
from cloudqa.run.given import collect, parse_env_lines
from cloudqa.run.settings import Mode, Settings, validated

ADMIN = {
    "CLOUD_URL": "https://staging.example",
    "CLOUD_ADMIN_EMAIL": "qa@staging.example",
    "CLOUD_ADMIN_PASSWORD": "Secret-enough-1",
}


def read(folder: Path, environment: dict[str, str] | None = None, **command_line: str) -> Settings:
    return validated(collect(command_line, environment or {}, folder))


def test_nothing_set_means_the_embedded_sandbox(tmp_path: Path) -> None:
    assert read(tmp_path).embedded


def test_command_line_wins_over_environment_wins_over_file(tmp_path: Path) -> None:
    lines = [f"{name}={value}" for name, value in ADMIN.items()]
    (tmp_path / ".env").write_text(
        "\n".join([*lines, "CLOUD_PLATFORM=sim:file", "CLOUD_PROXY=http://file:1"])
    )
    environment = {"CLOUD_PLATFORM": "sim:environment", "CLOUD_URL": "https://environment.example"}
    settings = read(tmp_path, environment, url="https://line.example")
    assert (settings.url, settings.platform, settings.proxy) == (
        "https://line.example",
        "sim:environment",
        "http://file:1",
    )


def test_empty_variable_counts_as_not_set(tmp_path: Path) -> None:
    assert read(tmp_path, {"CLOUD_URL": "", "CLOUD_JOB_TOKEN": ""}).embedded


def test_other_user_data_of_behave_is_left_alone(tmp_path: Path) -> None:
    assert read(tmp_path, reruns="2").embedded


def test_password_is_taken_as_it_is_written(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "CLOUD_URL=https://x.example\nCLOUD_ADMIN_EMAIL=a@b.example\nCLOUD_ADMIN_PASSWORD='a $HOME # \\'b'\n"
    )
    assert read(tmp_path).admin_password.get_secret_value() == "a $HOME # 'b"


def test_printing_settings_shows_no_secret(tmp_path: Path) -> None:
    assert "Secret-enough-1" not in repr(read(tmp_path, ADMIN))


def test_extra_headers_are_pairs(tmp_path: Path) -> None:
    settings = read(tmp_path, {**ADMIN, "CLOUD_EXTRA_HEADERS": "X-One: 1 | X-Two: a:b"})
    assert settings.extra_headers == {"X-One": "1", "X-Two": "a:b"}


def test_embedded_by_command_line_ignores_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("this is : no setting\n")
    settings = read(tmp_path, {"CLOUD_URL": "https://staging.example"}, target="embedded")
    assert settings.embedded
    assert settings.url == ""


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"CLOUD_URL": "staging.example", "CLOUD_JOB_TOKEN": "t" * 8, "CLOUD_PLATFORM": "sim:qa"},
            "no scheme",
        ),
        ({"CLOUD_URL": "https://staging.example"}, "without credentials"),
        ({"CLOUD_JOB_TOKEN": "t" * 8}, "CLOUD_URL is not"),
        ({**ADMIN, "CLOUD_ADMIN_PASSWORD": ""}, "CLOUD_ADMIN_PASSWORD is missing"),
        ({**ADMIN, "CLOUD_ADMIN_EMAIL": ""}, "CLOUD_ADMIN_EMAIL is missing"),
        ({"CLOUD_URL": "https://staging.example", "CLOUD_JOB_TOKEN": "t" * 8}, "CLOUD_PLATFORM is missing"),
        ({"CLOUD_TARGET": "remote"}, "needs CLOUD_URL"),
        ({"CLOUD_TARGET": "staging"}, "The setting CLOUD_TARGET is wrong"),
        ({"CLOUD_MODE": "readonyl"}, "The setting CLOUD_MODE is wrong"),
        ({"CLOUD_BUDGET_JOBS": "-1"}, "The setting CLOUD_BUDGET_JOBS is wrong"),
        ({**ADMIN, "CLOUD_CALL_SECONDS": "soon"}, "The setting CLOUD_CALL_SECONDS is wrong"),
        ({**ADMIN, "CLOUD_EXTRA_HEADERS": "no header"}, "The setting CLOUD_EXTRA_HEADERS is wrong"),
        ({**ADMIN, "CLOUD_CA_BUNDLE": "/nowhere/ca.pem"}, "which is no file"),
    ],
)
def test_mistake_is_told_in_a_sentence(tmp_path: Path, environment: dict[str, str], sentence: str) -> None:
    with pytest.raises(CannotRun, match=sentence) as told:
        read(tmp_path, environment)
    assert "\n" not in str(told.value)
    assert "Secret-enough-1" not in str(told.value)


def test_remote_target_forbids_the_embedded_sandbox(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="CLOUD_TARGET=remote forbids the embedded sandbox"):
        read(tmp_path, {"CLOUD_TARGET": "remote"}, target="embedded")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe\x00binary", "not a text file in UTF-8"),
        (b"CLOUD_URL=https://x.example\n'unfinished\n", r"Line 2 of \.env is not a setting"),
        (b"CLOUD_URI=https://x.example\n", "CLOUD_URI, which is no setting"),
    ],
)
def test_unreadable_file_is_told_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / ".env").write_bytes(content)
    with pytest.raises(CannotRun, match=sentence):
        read(tmp_path)


def test_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(CannotRun, match="cannot be read"):
        read(tmp_path)


def test_profile_is_read_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CLOUD_PLATFORM=sim:plain\n")
    lines = [f"{name}={value}" for name, value in ADMIN.items()]
    (tmp_path / ".env.staging").write_text("\n".join(lines))
    for settings in (
        read(tmp_path, profile="staging"),
        read(tmp_path, {"CLOUD_PROFILE": "staging"}),
        read(tmp_path, {"CLOUD_PROFILE": "other"}, profile="staging"),
    ):
        assert (settings.url, settings.platform) == ("https://staging.example", "")


@pytest.mark.parametrize("name", ["stagin", "example", "../staging", "", ".env"])
def test_profile_that_there_is_not_is_told_with_those_there_are(tmp_path: Path, name: str) -> None:
    for known in ("staging", "production", "example"):
        (tmp_path / f".env.{known}").write_text("CLOUD_PLATFORM=sim:qa\n")
    if not name:
        assert read(tmp_path, profile=name).embedded
        return
    with pytest.raises(CannotRun, match=re.escape(f"no profile {name!r}")) as told:
        read(tmp_path, profile=name)
    assert "the profiles are production, staging." in str(told.value)


def test_profile_without_any_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="the profiles are none"):
        read(tmp_path, {"CLOUD_PROFILE": "staging"})


def test_profile_in_a_file_chooses_nothing_and_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CLOUD_PROFILE=staging\n")
    with pytest.raises(CannotRun, match=r"\.env sets CLOUD_PROFILE"):
        read(tmp_path)


def test_mistake_in_a_profile_names_its_file(tmp_path: Path) -> None:
    (tmp_path / ".env.staging").write_text("CLOUD_URI=https://x.example\n")
    with pytest.raises(CannotRun, match=r"\.env\.staging sets CLOUD_URI"):
        read(tmp_path, profile="staging")


def test_profile_and_embedded_sandbox_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="no use for the profile staging"):
        read(tmp_path, target="embedded", profile="staging")
    # One of the environment stays what it is: `make acceptance` is the embedded sandbox for everyone.
    assert read(tmp_path, {"CLOUD_PROFILE": "staging"}, target="embedded").embedded


@pytest.mark.parametrize(
    ("asked", "embedded", "allowed"),
    [
        ({}, True, Mode.FULL),
        ({}, False, Mode.SAFE),
        ({"mode": "full"}, False, Mode.FULL),
        ({"mode": "safe"}, True, Mode.SAFE),
        ({"mode": "readonly"}, True, Mode.READONLY),
        ({"mode": "readonly"}, False, Mode.READONLY),
    ],
)
def test_mode_is_safe_on_a_cloud_that_is_not_ours(
    tmp_path: Path, asked: dict[str, str], embedded: bool, allowed: Mode
) -> None:
    if embedded:
        assert read(tmp_path, {}, target="embedded", **asked).allowed is allowed
        assert read(tmp_path, {}, **asked).allowed is allowed
    else:
        assert read(tmp_path, ADMIN, **asked).allowed is allowed


def test_every_setting_is_explained_in_the_example() -> None:
    example = (Path(__file__).parents[3] / ".env.example").read_text()
    explained = {
        line.lstrip("#").partition("=")[0] for line in example.splitlines() if line.startswith("#CLOUD_")
    }
    assert explained == {f"CLOUD_{name.upper()}" for name in Settings.model_fields}


def test_example_as_it_is_sets_nothing() -> None:
    example = (Path(__file__).parents[3] / ".env.example").read_text()
    assert parse_env_lines(example) == {}
