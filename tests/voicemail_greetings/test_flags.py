"""Words that tell of urgency or a complaint, and those that deny it."""

import pytest

from office.profile import WordsPolicy
from voicemail_greetings.flags import found

POLICY = WordsPolicy((), "en", ("urgent", "leak", "as soon as possible"), ("complaint", "not happy", "money back"))


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        ("It’s URGENT: there is a leak!", ["urgent: urgent", "urgent: leak"]),
        ("I am not happy", ["complaint: not happy"]),
        ("Ring me as  soon\nas possible.", ["urgent: as soon as possible"]),
        ("a money-back offer", ["complaint: money back"]),
        ("I cannot wait, it is urgent", ["urgent: urgent"]),
        ("Not urgent. No, it is urgent", ["urgent: urgent"]),
        ("It is not urgent", []),
        ("It isn't that urgent", []),
        ("It’s nothing very urgent, no complaint at all", []),
        ("I don't want to make a complaint", ["complaint: complaint"]),
        ("the leaky insurgent", []),
        ("", []),
    ],
)
def test_flags_are_whole_words_that_are_not_denied(said: str, flags: list[str]) -> None:
    assert found(said, POLICY) == flags


def test_business_without_words_has_no_flags() -> None:
    assert found("urgent", WordsPolicy((), "en", (), ("",))) == []
