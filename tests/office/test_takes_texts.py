"""Which numbers are texted, and which words end that."""

import pytest

from office import opt_outs
from office.takes_texts import takes_texts

OURS = frozenset({"+447700900999"})


@pytest.mark.parametrize("phone", ["+447400123456", "+447700900123", "+12025550123"])
def test_mobile_phone_or_one_that_may_be_takes_texts(phone):
    assert takes_texts(phone, allowed=frozenset({"GB", "US"}), ours=OURS)


@pytest.mark.parametrize(
    "phone", [None, "+442079460123", "+12025550123", "+33612345678", "+449098790123", "+447700900999", "+88163123456"]
)
def test_landline_withheld_foreign_costly_or_own_number_takes_no_texts(phone):
    assert not takes_texts(phone, allowed=frozenset({"GB"}), ours=OURS)


@pytest.mark.parametrize(
    ("words", "told", "means"),
    [
        ("STOP", "", "stop"),
        (" Stop. ", "", "stop"),
        ("Ende", "STOP", "stop"),
        ("Unstop", "", "start"),
        ("info", "", "help"),
        ("stop by at three", "", None),
        ("1", "", None),
    ],
)
def test_keyword_is_a_whole_text(words, told, means):
    assert opt_outs.keyword(words, told) == means
