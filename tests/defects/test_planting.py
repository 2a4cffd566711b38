"""A defect changes the sandbox of its process, and everything is given back."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from defects.catalogue import all_defects
from defects.defect import Defect
from defects.planting import Ground, NothingPlanted, load_sandbox, operation, planted
from sandbox.routes import jobs as job_routes
from sandbox.routes import kinds, shapes, table
from sandbox.rules import admission, credentials, refusals, users
from sandbox.store import jobs_table, tokens_table


def picture() -> dict[str, object]:
    """What the sandbox's modules, classes, tables and functions hold now."""
    found: dict[str, object] = {}
    for module in load_sandbox():
        for name, value in vars(module).items():
            found[f"{module.__name__}.{name}"] = value if callable(value) else repr(value)
            if isinstance(value, type) and value.__module__.startswith("sandbox."):
                found.update({f"{value.__qualname__}.{key}": one for key, one in vars(value).items()})
            code = getattr(value, "__code__", None)
            if code is not None:
                found[f"{module.__name__}.{name}()"] = code
    for row in table.OPERATIONS:
        found[f"{row.method} {row.path}"] = (row.handler, row.prepare, row.right, repr(row.body), row.query)
    return found


@pytest.mark.parametrize("defect", all_defects(), ids=lambda defect: defect.id)
def test_a_defect_plants_something(defect: Defect) -> None:
    with planted(defect) as ground:
        assert ground.is_changed


def test_everything_is_given_back() -> None:
    before = picture()
    for defect in all_defects():
        with planted(defect):
            pass
    after = picture()
    # A picture of each defect would take minutes, and what is left tells whose it is.
    assert {name for name in before | after if before.get(name) != after.get(name)} == set()


def test_a_change_shows_in_the_picture() -> None:
    before = picture()
    ground = Ground()
    ground.replace(refusals.bad_request, print)
    assert picture() != before
    ground.give_back()
    assert picture() == before


def test_a_function_is_replaced_wherever_it_is_held() -> None:
    def refuse(*_: object) -> None:
        raise AssertionError

    ground = Ground()
    ground.replace(refusals.bad_request, refuse)
    ground.replace(job_routes.status, refuse)
    held: list[ModuleType] = [refusals, admission, users]
    assert all(vars(module)["bad_request"] is refuse for module in held)
    assert operation("JB-2").handler is operation("JB-2d").handler is refuse
    ground.give_back()
    assert all(vars(module)["bad_request"] is not refuse for module in held)
    assert operation("JB-2").handler is job_routes.status is not refuse


def test_methods_and_properties_are_replaced_in_their_class() -> None:
    ground = Ground()
    ground.replace(kinds.Integer.take, lambda self, value: 7)
    ground.replace(credentials.Caller.is_admin, property(lambda self: True))
    assert kinds.Integer().take("x") == 7
    user: Any = None
    assert credentials.Caller(credentials.Kind.JOB, user).is_admin
    ground.give_back()
    with pytest.raises(kinds.UnfitError):
        kinds.Integer().take("x")


def test_a_wrapped_function_gets_the_original() -> None:
    ground = Ground()
    ground.wrap(admission.charged_credits, lambda original, *args: original(*args) + 1)
    assert admission.charged_credits(2.0, 1) == 2.0
    ground.give_back()
    assert admission.charged_credits(2.0, 1) == 1.0


def test_parts_of_statements_and_texts_are_changed() -> None:
    ground = Ground()
    ground.sql(jobs_table, "CLAIM_CANDIDATE", "priority DESC", "priority ASC")
    ground.text(tokens_table.page, "ORDER BY token_id", "ORDER BY token_id DESC")
    assert "priority ASC" in jobs_table.CLAIM_CANDIDATE
    assert any("token_id DESC" in str(text) for text in tokens_table.page.__code__.co_consts)
    ground.give_back()
    assert "priority DESC" in jobs_table.CLAIM_CANDIDATE
    assert not any("token_id DESC" in str(text) for text in tokens_table.page.__code__.co_consts)


def test_frozen_objects_rows_and_fields_are_changed() -> None:
    ground = Ground()
    ground.set(shapes.LABEL, "longest", 3)
    ground.operation("TK-2", right="anyone")
    ground.field(shapes.USER_CREATE, "first_name", required=False)
    assert (shapes.LABEL.longest, operation("TK-2").right) == (3, "anyone")
    assert [field.required for field in shapes.USER_CREATE.fields[:4]] == [True, True, False, True]
    ground.give_back()
    assert (shapes.LABEL.longest, operation("TK-2").right) == (255, "full_token")


@pytest.mark.parametrize(
    "change",
    [
        lambda ground: ground.replace(len, print),
        lambda ground: ground.set(shapes, "NO_SUCH_NAME", 1),
        lambda ground: ground.set(shapes, "LONGEST_LABEL", 255),
        lambda ground: ground.sql(jobs_table, "CLAIM", "no such part", ""),
        lambda ground: ground.text(tokens_table.page, "no such part", ""),
        lambda ground: ground.operation("JB-99", right="anyone"),
        lambda ground: ground.operation("AK-2", right="anyone"),
        lambda ground: ground.operation("JB-1", no_such_column=1),
        lambda ground: ground.field(shapes.LOGIN, "no_such_field", required=False),
    ],
)
def test_what_is_not_there_cannot_be_changed(change: Callable[[Ground], None]) -> None:
    ground = Ground()
    with pytest.raises(NothingPlanted):
        change(ground)
    assert not ground.is_changed


def test_a_defect_that_plants_nothing_is_told() -> None:
    defect = Defect("the-empty-one", "A-1", "Nothing is wrong", lambda ground: None)
    with pytest.raises(NothingPlanted, match="the-empty-one plants nothing"), planted(defect):
        pass


def test_everything_is_given_back_where_planting_fails() -> None:
    def plant(ground: Ground) -> None:
        ground.set(shapes.LABEL, "longest", 3)
        ground.set(shapes, "NO_SUCH_NAME", 1)

    with pytest.raises(NothingPlanted), planted(Defect("half", "A-1", "Half of it fails", plant)):
        pass
    assert shapes.LABEL.longest == 255
