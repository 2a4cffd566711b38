"""The option that chooses the file of settings, for every command that reads them."""

from __future__ import annotations

from typing import Annotated

import typer

Profile = Annotated[str, typer.Option("--profile", help="Read .env.PROFILE instead of .env.")]


def asked(profile: str) -> dict[str, str]:
    """What the option says, as the settings of a command line."""
    return {"profile": profile} if profile else {}
