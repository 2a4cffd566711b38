"""The command `cloudqa`."""

from __future__ import annotations

import sys

import typer

from cloudqa.commands.coverage import coverage
from cloudqa.commands.doctor import doctor
from cloudqa.commands.durations import durations
from cloudqa.commands.faulty_network import faulty_network
from cloudqa.commands.merge import merge
from cloudqa.commands.sandbox import sandbox
from cloudqa.commands.selftest import selftest
from cloudqa.commands.sweep import sweep
from cloudqa.commands.worker import worker
from cloudqa.errors import CannotRun

app = typer.Typer(
    help="A quantum cloud of one's own, and the machinery of the acceptance suite.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(coverage)
app.command()(durations)
app.command()(faulty_network)
app.command()(merge)
app.command()(doctor)
app.command()(sandbox)
app.command()(selftest)
app.command()(sweep)
app.command()(worker)


def main() -> None:
    """Run the command; an error for people is printed as its sentence, with exit status 1."""
    try:
        app()
    except CannotRun as error:
        print(error, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
