"""Every place that has a phone rung, and what makes sure that we may: a new one is noticed here."""

import ast

import pytest

BY_THE_LINE = {
    "callbacks/carry_out.py": "the phone of somebody on the staff list, who was claimed",
    "reception/checking.py": "the phone of somebody on the staff list, after may_we_dial",
    "reception/phones.py": "the phone of somebody on the staff list, who was claimed",
    "reception/taking.py": "the phone of somebody on the staff list, who asked for it",
}
A_CUSTOMER = {
    "voice/conversation/ringing_back.py": "the number of an attempt: carry_out.may_try_now or desk._check_may_ring",
    "voice/conversation/staff_line.py": "a number that was keyed: gathering.may_dial",
}
INSIDE_A_CALL = {
    "voice/conversation/breakdown.py": "the fallback phone, from the settings",
    "voice/conversation/putting_through.py": "a colleague, on the staff list",
    "voice/conversation/staff_line.py": "a colleague, on the staff list",
}
ASKS_WHETHER_WE_MAY = {
    "callbacks/carry_out.py",
    "callbacks/desk.py",
    "callbacks/requested.py",
    "console/rehearsal.py",
    "office/takes_texts.py",
    "reception/gathering.py",
    "reception/owing.py",
}
CLAIMS = {
    "attempts.claim": {"callbacks/carry_out.py", "callbacks/ring_me.py"},
    "attempts.claim_on_the_phone": {"reception/own_attempts.py"},
    "ring_me.ask": {"callbacks/desk.py"},
}
"""An attempt's number is the call-back's: who claims one has asked before, in the same transaction."""


def callers(trees: dict[str, ast.Module], what: str) -> set[str]:
    """The files that call something by a name that ends so."""
    return {
        path
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and f".{ast.unparse(node.func)}".endswith(f".{what}")
    }


@pytest.mark.parametrize(
    ("what", "places"),
    [
        ("line.ring", set(BY_THE_LINE)),
        ("RingCustomer", set(A_CUSTOMER)),
        ("Ring", set(INSIDE_A_CALL)),
        *CLAIMS.items(),
    ],
)
def test_phones_are_rung_only_where_it_is_known_that_we_may(product, what: str, places: set[str]) -> None:
    delivered = {path: tree for path, tree in product.items() if not path.startswith("voice/standin/")}
    assert callers(delivered, what) == places


def test_whoever_takes_a_customer_s_number_asks_whether_we_may_dial_it(product) -> None:
    assert callers(product, "may_we_dial") >= ASKS_WHETHER_WE_MAY


def test_new_place_that_dials_is_noticed() -> None:
    assert callers({"voice/new.py": ast.parse("office.line.ring(phone)")}, "line.ring") == {"voice/new.py"}
