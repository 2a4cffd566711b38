"""The one place where a scenario makes something in the cloud: named after the run, and undone afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import User
from steps.api.errors import CloudRefusal

if TYPE_CHECKING:
    from steps.support.names import Names
    from steps.support.undo import UndoStack
    from steps.support.world import Run


class Maker:
    """Makes users, tokens, keys, platforms and jobs for one scenario.

    Every method names what it makes after the run, sends one creation, and pushes the undo as soon as the
    cloud has accepted it. A refusal passes through as CloudRefusal: give the method to `World.attempt` where
    a refusal is what the scenario is about.
    """

    def __init__(self, run: Run, names: Names, undo: UndoStack) -> None:
        self._run = run
        self._names = names
        self._undo = undo

    def user(self, **attributes: Any) -> User:  # noqa: ANN401 - the attributes of a User
        """A user with generated data, changed by `attributes`; made by the admin."""
        from faker import Faker

        faker = Faker()
        user = User(**{"first_name": faker.first_name(), "last_name": faker.last_name(), **attributes})
        user.generate_data()
        user.email = self._names.email(user.email)
        admin = self._run.admin
        assert admin is not None, "Only an admin makes users."
        user.create(self._run.cloud, admin)
        self._undo.push(f"user {user.email}", lambda: gone(user.delete, self._run.cloud, admin))
        return user


def gone(delete: Any, *args: Any) -> None:  # noqa: ANN401 - any deleting method and its arguments
    """Delete, and take 404 as done: a scenario may have deleted it itself."""
    try:
        delete(*args)
    except CloudRefusal as refusal:
        if refusal.status != 404:
            raise
