"""Other software in business.toml: where it is told, what, and what is wrong where."""

import json

import pytest

from office.profile import Profile, ProfileError, WebhookProfile, read
from office.profile.webhooks import EVENTS, EXAMPLE

LEAST = """[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"
[hours]
mon = ["09:00-17:30"]
[[staff]]
name = "Priya Shah"
phone = "+447700900101"
"""
ALL = frozenset(EVENTS)


def problems(lines: str) -> list[str]:
    """What is wrong with what stands below line 11."""
    with pytest.raises(ProfileError) as refused:
        read(LEAST + lines)
    return [line.removeprefix("business.toml:") for line in str(refused.value).splitlines()]


def test_business_tells_no_other_software_by_itself() -> None:
    assert read(LEAST).webhooks == ()


def test_webhook_is_told_everything_when_nothing_else_is_said() -> None:
    webhooks = read(f'{LEAST}[[webhook]]\nurl = "https://crm.example/hook?key=1"\n').webhooks
    assert webhooks == (WebhookProfile("https://crm.example/hook?key=1", ALL),)


def test_webhook_is_told_only_what_it_names() -> None:
    (webhook,) = read(f'{LEAST}[[webhook]]\nurl = "https://crm.example"\nevents = ["done", "late", "done"]\n').webhooks
    assert webhook.events == {"done", "late"}


def test_profile_with_webhooks_stored_as_json_comes_back_the_same() -> None:
    profile = read(f'{LEAST}[[webhook]]\nurl = "https://crm.example"\nevents = ["done"]\n')
    assert Profile.from_tables(json.loads(json.dumps(profile.tables))) == profile


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.example:8443/a", "https://203.0.112.1/a", "https://[2606:4700::1111]/a", "https://my_crm.example/a",
        "http://127.0.0.1:9000/a", "http://localhost/a", "http://[::1]:9000/a", "https://localhost/a",
    ],
)  # fmt: skip
def test_url_is_kept_exactly_as_written(url: str) -> None:
    assert read(f'{LEAST}[[webhook]]\nurl = "{url}"\n').webhooks[0].url == url


@pytest.mark.parametrize(
    ("url", "wrong"),
    [
        ("http://crm.example/a", "must begin with https://"),
        ("ftp://127.0.0.1/a", "must begin with https://"),
        ("https://10.0.0.1/a", "must not be an address inside your own network"),
        ("https://[fd00::1]/a", "must not be an address inside your own network"),
        ("https://169.254.169.254/latest", "must not be an address inside your own network"),
        ("https://user:word@crm.example/a", "no user name, no password"),
        ("https://crm.example/a#b", "no #"),
        ("https://crm.example/a b", "plain characters"),
        ("https://crm.example/\u00e9", "plain characters"),
        ("", "plain characters"),
        (f"https://crm.example/{'a' * 400}", "at most 400"),
        ("https://", "with a host name"),
        ("crm.example", "with a host name"),
        ("https://crm.example:0/", "with a host name"),
        ("https://crm.example:99999/", "with a host name"),
        ("https://[::1/", "with a host name"),
        ("https://crm,example/", "with a host name"),
    ],
)
def test_wrong_url_is_told_with_its_line_and_without_itself(url: str, wrong: str) -> None:
    (told,) = problems(f'[[webhook]]\nurl = "{url}"\n')
    assert told.startswith("13: webhook[1].url: ")
    assert wrong in told
    assert told.endswith(f"; {EXAMPLE}")
    assert not url or url not in told.removesuffix(EXAMPLE)


@pytest.mark.parametrize(
    ("line", "place", "wrong"),
    [
        ("url = 7", "13: webhook[1].url", "must be a URL"),
        ('events = ["done"]', "12: webhook[1].url", "is missing: must be a URL"),
        ('url = "https://a.example"\nevents = []', "14: webhook[1].events", "at least one event"),
        ('url = "https://a.example"\nevents = "done"', "14: webhook[1].events", 'write for example ["opened", "done"]'),
        ('url = "https://a.example"\nevents = ["dome"]', "14: webhook[1].events", 'did you mean "done"?'),
        ('url = "https://a.example"\nevents = [1]', "14: webhook[1].events", '"1" is no event; known are: asked'),
        ('url = "https://a.example"\nsecret = "x"', "14: webhook[1].secret", "unknown key"),
    ],
)
def test_wrong_webhook_is_told_with_its_line_and_key(line: str, place: str, wrong: str) -> None:
    (told,) = problems(f"[[webhook]]\n{line}\n")
    assert told.startswith(f"{place}: ")
    assert wrong in told


def test_two_webhooks_with_one_url_are_told() -> None:
    (told,) = problems('[[webhook]]\nurl = "https://a.example/"\n' * 2)
    assert told.startswith("15: webhook[2].url: ")


def test_sixth_webhook_is_one_too_many() -> None:
    five = "".join(f'[[webhook]]\nurl = "https://{number}.example"\n' for number in range(5))
    assert len(read(LEAST + five).webhooks) == 5
    assert problems(five + '[[webhook]]\nurl = "https://5.example"\n') == [
        "22: webhook[6]: is one too many: 5 are told at most"
    ]


def test_single_brackets_are_told() -> None:
    (told,) = problems('[webhook]\nurl = "https://a.example"\n')
    assert told.startswith("12: webhook: needs two brackets")
