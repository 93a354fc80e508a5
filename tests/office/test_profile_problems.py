"""What is said about a business.toml that cannot be used: every problem, its line, its key and an example."""

import pytest

from office.profile import Profile, ProfileError, read
from office.profile.lines import key_lines, line_of

GOOD = """[business]
name = "Harbour Bikes"
phone = "+442071838750"
timezone = "Europe/London"
country = "GB"
manager_phone = "+442071838799"

[hours]
mon = ["09:00-17:30"]
tue = ["09:00-12:30"]

[ringing]
patience = "20s"
rounds = 2

[callbacks]
retry_after = [
  "10m",
  "30m",
]
allowed_countries = ["GB"]

[[team]]
name = "Workshop"
key = "1"

[[team]]
name = "Sales"
key = "2"

[[staff]]
name = "Priya Shah"
phone = "+447700900101"
teams = ["Workshop"]
role = "manager"

[[staff]]
name = "Tom Okafor"
phone = "+447700900102"
teams = ["Sales"]
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ProfileError) as refused:
        read(text)
    assert str(refused.value).splitlines() == [str(problem) for problem in refused.value.problems]
    return str(refused.value).splitlines()


def changed(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "place", "wrong"),
    [
        ('name = "Harbour Bikes"', "name = 5", "2: business.name", "text in quotes"),
        ('"Harbour Bikes"', '" "', "2: business.name", "text in quotes"),
        ('"Harbour Bikes"', '"Harbour\\nBikes"', "2: business.name", "one line"),
        ('name = "Harbour Bikes"\n', "", "1: business.name", "is missing"),
        ("rounds", "round", "14: ringing.round", 'did you mean "rounds"?'),
        ('"+442071838750"', '"020 7183 8750"', "3: business.phone", 'lacks "+"'),
        ('"+442071838750"', '"+44 20 7183 8750"', "3: business.phone", 'write "+442071838750"'),
        ('"+442071838750"', '"+44999"', "3: business.phone", "too many or too few"),
        ("Europe/London", "Europe/Londno", "4: business.timezone", 'write for example "Europe/London"'),
        ("Europe/London", "Europe", "4: business.timezone", "is no time zone"),
        ("Europe/London", "../etc/passwd", "4: business.timezone", "is no time zone"),
        ('country = "GB"', 'country = "UK"', "5: business.country", 'write for example "GB"'),
        ('country = "GB"', 'country = "GB-XX"', "5: business.country", "GB-ENG"),
        ('country = "GB"', 'country = "GB-"', "5: business.country", "is no country"),
        ("+442071838799", "+442071838750", "6: business.manager_phone", "own number"),
        ("mon =", "monday =", "9: hours.monday", "is no day"),
        ('"09:00-12:30"', '"13:30-12:30"', "10: hours.tue", 'ends before it begins; write for example "09:00-12:30"'),
        ('"09:00-12:30"', '"9 to 5"', "10: hours.tue", "is no span"),
        ('tue = ["09:00-12:30"]', "always = 1", "10: hours.always", "true or false"),
        ('mon = ["09:00-17:30"]\ntue = ["09:00-12:30"]\n', "", "8: hours", "never open"),
        ("[ringing]", "[rining]", "12: rining", 'unknown table; did you mean "ringing"?'),
        ('"20s"', '"4s"', "13: ringing.patience", "from 5s to 60s"),
        ('"20s"', '"2m"', "13: ringing.patience", "from 5s to 60s"),
        ('"20s"', "20", "13: ringing.patience", "length of time"),
        ('"20s"', '"-20s"', "13: ringing.patience", "length of time"),
        ("rounds = 2", "rounds = 0", "14: ringing.rounds", "whole number from 1"),
        ("rounds = 2", "rounds = true", "14: ringing.rounds", "whole number"),
        ("rounds = 2", "rounds = 2.0", "14: ringing.rounds", "whole number"),
        ("rounds = 2", 'rest_after = "0s"', "14: ringing.rest_after", "above zero"),
        ("rounds = 2", 'rest_after = "999999999d"', "14: ringing.rest_after", "at most 366d"),
        ("rounds = 2", "off_after_misses = -1", "14: ringing.off_after_misses", "whole number from 0"),
        ("[ringing]", "[aims]\nkept = 101\n[ringing]", "13: aims.kept", "whole number from 1 to 100"),
        ("[ringing]", "[aims]\nkept = 0.95\n[ringing]", "13: aims.kept", "write for example 95"),
        ("[ringing]", '[aims]\ncall_back = "30s"\n[ringing]', "13: aims.call_back", 'write for example "1h"'),
        ("[ringing]", "[aims]\nanswer = 80\n[ringing]", "13: aims.answer", 'did you mean "answered"?'),
        ('"30m",', '"half an hour",', "17: callbacks.retry_after", '"15m"'),
        ('["GB"]', '["GB", "XX"]', "21: callbacks.allowed_countries", '"XX" is no country'),
        ('["GB"]', "[]", "21: callbacks.allowed_countries", "at least one country"),
        ('["GB"]', "[{}]", "21: callbacks.allowed_countries", "is no country"),
        ('key = "1"', 'strategy = "random"', "25: team[1].strategy", '"longest-idle"'),
        ('key = "2"', 'key = "1"', "29: team[2].key", '"1" repeats team[1].key'),
        ('key = "2"', "key = 2", "29: team[2].key", "in quotes"),
        ('"Sales"', '"workshop"', "28: team[2].name", "repeats team[1].name"),
        ("+447700900102", "+447700900101", "39: staff[2].phone", "repeats staff[1].phone"),
        ("+447700900102", "+442071838750", "39: staff[2].phone", "own number"),
        ('teams = ["Sales"]', 'teams = ["Sails"]', "40: staff[2].teams", 'did you mean "Sales"?'),
        ('teams = ["Sales"]', "", "37: staff[2].teams", "with several teams"),
        ('teams = ["Sales"]', 'teams = "Sales"', "40: staff[2].teams", "list of team names"),
        ('role = "manager"', 'role = "boss"', "35: staff[1].role", '"staff" or "manager"'),
        ("[ringing]", "[[ringing]]", "12: ringing", "must be a table"),
    ],
)
def test_wrong_value_is_told_with_its_line_and_key(old: str, new: str, place: str, wrong: str) -> None:
    (told,) = problems(changed(old, new))
    assert told.startswith(f"business.toml:{place}: ")
    assert wrong in told


def test_misspelt_key_is_told_beside_the_one_it_leaves_missing() -> None:
    missing, unknown = problems(changed("phone", "fone"))
    assert missing.startswith("business.toml:1: business.phone: is missing: ")
    assert unknown == 'business.toml:3: business.fone: unknown key; did you mean "phone"?'


def test_problem_reads_as_promised() -> None:
    assert problems(changed('"09:00-12:30"', '"13:30-12:30"')) == [
        'business.toml:10: hours.tue: "13:30-12:30" ends before it begins; write for example "09:00-12:30"'
    ]


def test_good_profile_has_no_problems() -> None:
    assert read(GOOD).name == "Harbour Bikes"


def test_all_problems_are_told_in_the_order_of_their_lines() -> None:
    text = GOOD.replace("+447700900102", "12").replace('"20s"', '"1s"').replace("Europe/London", "Mars")
    assert [line.split(":")[1] for line in problems(text)] == ["4", "13", "39"]


def test_wrong_zone_does_not_hide_wrong_hours() -> None:
    text = GOOD.replace("Europe/London", "Mars").replace("09:00-17:30", "nine")
    assert [line.split(": ")[1] for line in problems(text)] == ["business.timezone", "hours.mon"]


def test_wrong_team_name_does_not_blame_its_people() -> None:
    assert len(problems(changed('name = "Sales"', "name = 7"))) == 1


def test_empty_file_tells_all_that_is_required() -> None:
    keys = [line.split(": ")[1] for line in problems("")]
    assert keys == [f"business.{key}" for key in ("name", "phone", "timezone", "country", "manager_phone")] + [
        "hours",
        "staff",
    ]


def test_single_bracket_before_staff_is_explained() -> None:
    text = GOOD[: GOOD.index("[[staff]]")] + '[staff]\nname = "Priya Shah"\n'
    told = problems(text)
    assert told == [f"business.toml:31: staff: {told[0].split(': ', 2)[2]}"]
    assert "[[staff]]" in told[0]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[business]\nname = Harbour Bikes\n", 2),
        ("[business\n", 1),
        ('[business]\n\nname = "a"\nname = "b"\n', 4),
        ('[business]\nname = "a', 2),
        ("[business]\nrounds = [1,\n", 2),
    ],
)
def test_file_that_is_no_toml_is_told_with_its_line(text: str, line: int) -> None:
    (told,) = problems(text)
    assert told.startswith(f"business.toml:{line}: cannot be read: ")


def test_file_is_named_as_the_caller_names_it() -> None:
    with pytest.raises(ProfileError, match=r"^mine\.toml:1: "):
        read("", "mine.toml")


def test_stored_tables_are_checked_without_lines() -> None:
    with pytest.raises(ProfileError, match=r"^stored profile: business\.name: is missing"):
        Profile.from_tables({})


def test_keys_are_found_however_they_are_written() -> None:
    lines = key_lines('a.b = 1\n[ c . "d" ]\n"e" = """\n[no]\nf = 1\n"""\ng=2\n[[h]] # note\ni = { j = 1 }\n[[h]]\n')
    assert lines == {"a.b": 1, "c.d": 2, "c.d.e": 3, "c.d.g": 7, "h": 8, "h[1]": 8, "h[1].i": 9, "h[2]": 10}


@pytest.mark.parametrize(("key", "line"), [("h[1].i.j", 9), ("h[2].k", 10), ("h[3].k", 8), ("x[y", 1), ("", 1)])
def test_key_that_is_not_written_has_the_line_of_what_holds_it(key: str, line: int) -> None:
    assert line_of(key, {"h": 8, "h[1]": 8, "h[1].i": 9, "h[2]": 10}) == line
