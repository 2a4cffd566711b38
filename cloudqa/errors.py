"""An error for people: a sentence that says what is wrong and what to do."""


class CannotRun(Exception):  # noqa: N818 - what it says
    """The run cannot begin or go on, for the reason in its sentence; shown without a traceback."""


class CannotReach(CannotRun):
    """The cloud does not answer."""
