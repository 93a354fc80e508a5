"""How a manager is told, in business.toml: what is read, and what is wrong where."""

import json

import pytest

from office.profile import AlertPolicy, Profile, ProfileError, read

FILE = """[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
{email}
[hours]
mon = ["09:00-17:30"]
[alerts]
{by}
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""
EMAIL = 'manager_email = "manager@harbour.example"'


def problems(email: str = "", by: str = "") -> list[str]:
    with pytest.raises(ProfileError) as refused:
        read(FILE.format(email=email, by=by))
    return [line.removeprefix("business.toml:") for line in str(refused.value).splitlines()]


def test_profile_that_says_nothing_tells_by_text():
    profile = read(FILE.format(email="", by=""))

    assert (profile.alerts, profile.manager_email) == (AlertPolicy(("text",)), None)


@pytest.mark.parametrize(
    ("by", "ways"),
    [
        ('["mail"]', ("mail",)),
        ('["mail", "text"]', ("text", "mail")),
        ('["text", "text"]', ("text",)),
    ],
)
def test_ways_are_read_and_survive_being_stored(by, ways):
    profile = read(FILE.format(email=EMAIL, by=f"by = {by}"))

    assert (profile.alerts.by, profile.manager_email) == (ways, "manager@harbour.example")
    assert Profile.from_tables(json.loads(json.dumps(profile.tables))) == profile


@pytest.mark.parametrize("by", ["[]", '["pigeon"]', '"mail"', '["text", 7]', '[["text"]]', "true"])
def test_way_that_is_none_is_told_with_an_example(by):
    (line,) = problems(EMAIL, f"by = {by}")

    assert line.startswith("11: alerts.by")
    assert 'write for example ["text", "mail"]' in line


def test_mail_without_an_address_is_told_where_it_is_wanted():
    (line,) = problems(by='by = ["mail"]')

    assert line.startswith("11: alerts.by")
    assert 'business.manager_email; write there for example "manager@example.com"' in line


@pytest.mark.parametrize("written", ['"manager"', '"a b@example.com"', "7", '""', '"mänager@example.com"'])
def test_wrong_address_is_told_once_and_where_it_stands(written):
    (line,) = problems(f"manager_email = {written}", 'by = ["mail"]')

    assert line.startswith("7: business.manager_email")
    assert "manager@example.com" in line


def test_unknown_key_is_told():
    (line,) = problems(by='how = ["text"]')

    assert line.startswith("11: alerts.how")
