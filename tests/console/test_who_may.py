"""The table of who may: it names just what is behind the gate, and the gate holds it."""

import re
from typing import Any

import pytest
from flask import Flask

from console import access
from console.gate import OPEN_PAGES
from console.who_may import ALL, MANAGERS, WHO_MAY
from tests.console.conftest import PASSWORD
from webhooks import create_app


@pytest.fixture
def app(office: Any) -> Flask:
    return create_app(office)


def test_every_page_and_act_behind_the_gate_stands_in_the_table_and_nothing_else(app: Flask) -> None:
    behind = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith(("pages.", "api."))}
    assert behind - OPEN_PAGES == set(WHO_MAY)


def test_roles_of_the_table_are_those_that_there_are() -> None:
    assert all(roles in {ALL, MANAGERS} for roles in WHO_MAY.values())


def test_address_that_the_table_gives_to_managers_is_not_the_staff_s(app: Flask, visitor: Any, bearer: Any) -> None:
    asked = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("api.") and WHO_MAY[rule.endpoint] == MANAGERS:
            path = rule.rule.replace("<int(max=2147483647):callback_id>", "1").replace(
                "<int(max=2147483647):message_id>", "1"
            )
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                answer = visitor.open(path, method=method, headers=bearer("staff", "Tom Okafor"))
                assert answer.status_code == 403, path
                asked += 1
    assert asked


def test_staff_hear_at_every_page_of_managers_who_can_help(
    app: Flask, visitor: Any, office: Any, priya: str, sign_in: Any
) -> None:
    with office.database.transaction() as session:
        access.add_user(session, "tom@example.com", PASSWORD, "staff", 2)
    sign_in("tom@example.com")
    asked = 0
    for rule in app.url_map.iter_rules():
        if (
            rule.endpoint.startswith("pages.")
            and WHO_MAY.get(rule.endpoint) == MANAGERS
            and "GET" in (rule.methods or ())
        ):
            path = re.sub("<any.([a-z]+).*?>", r"\1", rule.rule)
            path = path.replace("<string(length=22):name>", "x" * 22)
            answer = visitor.get(re.sub("<[^>]*>", "1", path))
            assert answer.status_code == 403, path
            assert "That’s for managers. Priya Shah can help." in answer.text
            asked += 1
    assert asked > 10
