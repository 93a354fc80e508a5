"""[texts] of a business.toml: whether customers are texted."""

import pytest

from office.profile import ProfileError, read
from tests.conftest import BUSINESS


def test_customers_are_texted_unless_the_file_says_otherwise():
    assert read(BUSINESS).texts.customers
    assert not read(BUSINESS + "[texts]\ncustomers = false\n").texts.customers


def test_anything_but_true_or_false_is_told_with_an_example():
    with pytest.raises(ProfileError, match=r"texts\.customers.*must be true or false, without quotes"):
        read(BUSINESS + '[texts]\ncustomers = "no"\n')
