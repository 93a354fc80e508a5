"""How a number is dealt with, as people set it: by the command, by a list of customers, and as the JSON API shows it."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from office import contact_rules
from office.tables import ContactRule
from office.wiring import Office

JANE = "+447700900123"
Made = Callable[..., Any]


@pytest.fixture
def run(app: Flask) -> Made:
    """Runs a command; what comes back has exit_code, stdout and stderr."""
    return lambda *words: app.test_cli_runner().invoke(args=list(map(str, words)))


@pytest.fixture
def rule(office: Office) -> Callable[[], str | None]:
    """The rule that holds for Jane's number."""

    def read() -> str | None:
        with office.database.reading() as session:
            return contact_rules.rule_for(session, JANE)

    return read


@pytest.fixture
def import_list(run: Made, tmp_path) -> Made:
    def imported(*rows: str) -> Any:
        path = tmp_path / "list.csv"
        path.write_text("\n".join(["phone,name,contact", *rows]))
        return run("import-customers", path)

    return imported


@pytest.mark.parametrize("word", ["blocked", "message-only", "do-not-call-back"])
@pytest.mark.parametrize("number", [JANE, "07700 900123"])
def test_command_sets_a_rule_and_says_what_holds_now(run: Made, rule: Made, number: str, word: str) -> None:
    result = run("contact", number, word)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{JANE}: {word}. ")
    assert rule() == word


def test_normal_lifts_the_rule(run: Made, rule: Made) -> None:
    run("contact", JANE, "blocked")
    assert run("contact", JANE, "normal").stdout == f"{JANE}: normal. Answered, promised and rung back.\n"
    assert rule() is None


def test_note_is_kept_with_the_rule(run: Made, office: Office) -> None:
    run("contact", JANE, "blocked", "--note", " sales calls ")
    run("contact", "07700 900124", "blocked", "--note", " ")
    with office.database.reading() as session:
        jane, other = session.scalars(select(ContactRule).order_by(ContactRule.phone))
    assert (jane.note, jane.by, jane.at) == ("sales calls", "command line", office.clock.now())
    assert other.note is None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("withheld", "blocked"), "that number has no digits"),
        (("12", "blocked"), "that number has too many or too few digits"),
        ((JANE, "blocked", "--note", "x" * 501), "at most 500 characters"),
        ((JANE, "blocked", "--note", "two\nlines"), "one line"),
        ((JANE, "normal", "--note", "they said sorry"), "leave --note out"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(run: Made, rule: Made, words: Any, said: str) -> None:
    run("contact", JANE, "message-only")
    result = run("contact", *words)
    assert (result.exit_code, result.stdout) == (1, "")
    [line] = result.stderr.splitlines()
    assert said in line
    assert rule() == "message-only"


def test_word_that_is_none_names_all_of_them(run: Made, rule: Made) -> None:
    result = run("contact", JANE, "banned")
    assert result.exit_code == 2
    assert all(word in result.stderr for word in contact_rules.WORDS)
    assert rule() is None


def test_list_of_customers_sets_and_lifts_rules_and_an_empty_cell_leaves_them(import_list: Made, rule: Made) -> None:
    assert import_list(f"{JANE},Jane Smith,Message only").exit_code == 0
    assert rule() == "message-only"
    assert import_list(f"{JANE},Jane Smith,").exit_code == 0
    assert rule() == "message-only"
    assert import_list(f"{JANE},Jane Smith,normal").exit_code == 0
    assert rule() is None


def test_list_imported_again_keeps_why_somebody_set_the_rule(run: Made, import_list: Made, office: Office) -> None:
    run("contact", JANE, "blocked", "--note", "sales calls")
    import_list(f"{JANE},Jane Smith,blocked")
    with office.database.reading() as session:
        [row] = session.scalars(select(ContactRule))
    assert (row.note, row.by) == ("sales calls", "command line")


def test_row_of_a_list_with_an_unknown_word_is_left_out(import_list: Made, rule: Made) -> None:
    result = import_list(f"{JANE},Jane Smith,banned")
    assert (result.exit_code, result.stdout) == (1, "0 customers imported.\n")
    assert "list.csv:2: contact: must be empty or one of blocked, message-only, " in result.stderr
    assert rule() is None


def test_customer_is_shown_with_the_rule_that_holds(run: Made, visitor: Any, bearer: Made, customers: Made) -> None:
    customers((JANE, "Jane Smith"))
    headers = bearer("staff", "Tom Okafor")
    assert visitor.get(f"/api/customers/{JANE}", headers=headers).json["contact"] is None
    run("contact", JANE, "do-not-call-back")
    assert visitor.get(f"/api/customers/{JANE}", headers=headers).json["contact"] == "do-not-call-back"


def test_number_that_only_has_a_rule_is_known(run: Made, visitor: Any, bearer: Made) -> None:
    assert visitor.get(f"/api/customers/{JANE}", headers=bearer()).status_code == 404
    run("contact", JANE, "blocked")
    answer = visitor.get(f"/api/customers/{JANE}", headers=bearer()).json
    assert (answer["customer"], answer["contact"], answer["timeline"]) == (None, "blocked", [])
