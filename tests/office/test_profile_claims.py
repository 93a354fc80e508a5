"""How long somebody has a call-back that they took, as business.toml says."""

from datetime import timedelta

import pytest

from office.profile import ProfileError, read

FILE = """
[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
always = true
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""


def test_claim_lasts_half_an_hour_unless_the_file_says_otherwise() -> None:
    assert read(FILE).callbacks.claim_for == timedelta(minutes=30)
    assert read(FILE + '[callbacks]\nclaim_for = "5m"').callbacks.claim_for == timedelta(minutes=5)


@pytest.mark.parametrize("length", ["30s", "2d", "soon"])
def test_claim_of_seconds_or_days_is_refused(length: str) -> None:
    with pytest.raises(ProfileError, match="claim_for"):
        read(FILE + f'[callbacks]\nclaim_for = "{length}"')
