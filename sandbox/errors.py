"""What can go wrong before a request is answered."""


class SandboxError(Exception):
    """The sandbox cannot start; the text says what is wrong and what to change."""
