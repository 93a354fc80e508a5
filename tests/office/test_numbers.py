"""Phone numbers: one normal form, withheld callers, and what we may dial."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.numbers import NumberError, Refusal, caller, may_we_dial, normal, short, spoken

HERE = frozenset({"GB", "US", "IE", "AU", "RU", "IT", "IN", "RE"})
NOBODY: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("020 7183 8750", "GB", "+442071838750"),
        ("(07700) 900.123", "GB", "+447700900123"),
        ("07700\u00a0900\u2011123", "GB", "+447700900123"),
        ("\u202a+44 7700 900123\u202c", "GB", "+447700900123"),
        ("\uff0b\uff14\uff14 7700 900123", "GB", "+447700900123"),
        ("\uff10\uff17\uff17\uff10\uff10 900123", "GB", "+447700900123"),
        ("+44 (0)20 7183 8750", "US", "+442071838750"),
        ("tel:+44-20-7183-8750", "US", "+442071838750"),
        ("TEL:020 7183 8750", "GB", "+442071838750"),
        ("0033 6 12 34 56 78", "GB", "+33612345678"),
        ("00 44 20 7183 8750", "US", "+442071838750"),
        ("011 44 20 7183 8750", "US", "+442071838750"),
        ("0011 44 20 7183 8750", "AU", "+442071838750"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("030/123456", "DE", "+4930123456"),
        ("06 698 12345", "IT", "+390669812345"),
    ],
)
def test_number_however_typed_has_one_normal_form(typed: str, region: str, expected: str) -> None:
    assert normal(typed, region) == expected


@pytest.mark.parametrize("typed", ["+442071838750", "+390669812345", "+447700900123", "+5491123456789"])
def test_normal_form_stays_as_it_is(typed: str) -> None:
    assert normal(typed, "US") == typed


@given(st.from_regex(r"(00|0|\+)?[1-9]?[0-9 ]{3,14}", fullmatch=True), st.sampled_from(["GB", "US", "IT", "BR", "DE"]))
def test_normal_form_of_a_normal_form_is_itself(typed: str, region: str) -> None:
    try:
        phone = normal(typed, region)
    except NumberError:
        return
    assert normal(phone, "US") == phone
    assert caller(phone) == phone


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("", "no digits"),
        ("anonymous", "no digits"),
        ("020 7183 8750 x12", "letters or an extension"),
        ("020 7183 8750 ext. 12", "letters or an extension"),
        ("0800 FLOWERS", "letters or an extension"),
        ("sip:442071838750@example.com", "letters or an extension"),
        ("client:447700900123", "letters or an extension"),
        ("+442071838750;ext=5", "letters or an extension"),
        ("+442071838750,,5", "letters or an extension"),
        ("*67 020 7183 8750", "letters or an extension"),
        ("7183 8750", "area code"),
        ("+44 999", "too many or too few"),
        ("+4420718387501234", "too many or too few"),
        ("1" * 41, "digits|not a phone number"),
        ("1" * 300, "not a phone number"),
        ("+999 123456", "not a phone number"),
        ("+49009364434600", "a zero too many"),
        ("++442071838750", "not a phone number"),
        ("+86 28 2452253", "withheld"),
    ],
)
def test_what_is_no_number_is_refused_saying_why(typed: str, wrong: str) -> None:
    with pytest.raises(NumberError, match=rf"{wrong}.*for example") as refused:
        normal(typed, "GB")
    assert not typed or typed not in str(refused.value)


@pytest.mark.parametrize(
    "sent",
    [
        *("anonymous", "Anonymous", "RESTRICTED", "unknown", "Unavailable", "private", "blocked", "", " "),
        *("+266696687", "266696687", "+1266696687", "1266696687"),
        *("+7378742833", "7378742833", "+17378742833", "+2562533", "+12562533"),
        *("+8656696", "+18656696", "+86282452253", "86282452253", "+186282452253"),
        *("client:priya", "sip:someone@example.com", "sip:+442071838750@example.com"),
        *("999", "+44999", "+", "+0", "+44 7700 900123", "+1(555)0123", "+44207183875012", "\u0664\u0664"),
    ],
)
def test_withheld_or_impossible_caller_has_no_number(sent: str) -> None:
    assert caller(sent) is None


@pytest.mark.parametrize("sent", ["+447700900123", "+12125550123", "+353201234567", "+18005550123"])
def test_ordinary_caller_has_a_number(sent: str) -> None:
    assert caller(sent) == sent


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+442071838750", None),
        ("+447700900123", None),
        ("+441632960123", None),
        ("+12125550123", None),
        ("+353201234567", None),
        ("+61491570156", None),
        ("+911123456789", None),
        ("+447621111111", None),
        ("+448001234567", None),
        ("+441534123456", Refusal.COUNTRY),
        ("+447700300123", Refusal.COUNTRY),
        ("+441481960194", Refusal.COUNTRY),
        ("+447624123456", Refusal.COUNTRY),
        ("+18765550123", Refusal.COUNTRY),
        ("+18761234567", Refusal.COUNTRY),
        ("+16581234567", Refusal.COUNTRY),
        ("+14165550123", Refusal.COUNTRY),
        ("+17872345678", Refusal.COUNTRY),
        ("+77012345678", Refusal.COUNTRY),
        ("+390669812345", Refusal.COUNTRY),
        ("+61891640123", Refusal.COUNTRY),
        ("+33612345678", Refusal.COUNTRY),
        ("+449098790123", Refusal.PREMIUM),
        ("+448712345678", Refusal.PREMIUM),
        ("+19005550123", Refusal.PREMIUM),
        ("+19001234567", Refusal.PREMIUM),
        ("+611300123456", Refusal.SHARED_COST),
        ("+447012345678", Refusal.PERSONAL),
        ("+15005550006", Refusal.PERSONAL),
        ("+443451234567", Refusal.UAN),
        ("+447640123456", Refusal.PAGER),
        ("+870773123456", Refusal.SATELLITE),
        ("+881612345678", Refusal.SATELLITE),
        ("+88210123456", Refusal.SATELLITE),
        ("+883510012345", Refusal.SATELLITE),
        ("+80012345678", Refusal.INTERNATIONAL),
        ("+80812345678", Refusal.INTERNATIONAL),
        ("+878101234567890", Refusal.INTERNATIONAL),
        ("+979123456789", Refusal.INTERNATIONAL),
        ("+88812345678", Refusal.INTERNATIONAL),
        ("999", Refusal.SHORT),
        ("86753", Refusal.SHORT),
        ("+44999", Refusal.EMERGENCY),
        ("+449991234567", Refusal.EMERGENCY),
        ("+44101", Refusal.SHORT),
        ("+4471838750", Refusal.NOT_A_NUMBER),
        ("+86282452253", Refusal.NOT_A_NUMBER),
        ("07700900123", Refusal.NOT_A_NUMBER),
        ("+4402071838750", Refusal.NOT_A_NUMBER),
        ("+442071838750;ext=5", Refusal.NOT_A_NUMBER),
        ("sip:someone@example.com", Refusal.NOT_A_NUMBER),
        ("", Refusal.NOT_A_NUMBER),
    ],
)
def test_number_is_dialled_or_refused_by_region_and_kind(phone: str, expected: Refusal | None) -> None:
    assert may_we_dial(phone, allowed=HERE, ours=NOBODY) == expected


def test_jersey_is_dialled_when_jersey_is_allowed() -> None:
    assert may_we_dial("+441534123456", allowed=frozenset({"JE"}), ours=NOBODY) is None


def test_fiction_numbers_count_as_the_main_region_and_no_other() -> None:
    assert may_we_dial("+447700900123", allowed=frozenset({"JE", "GG", "IM"}), ours=NOBODY) == Refusal.COUNTRY


def test_own_number_is_refused_in_an_allowed_country() -> None:
    assert may_we_dial("+442071838750", allowed=HERE, ours=frozenset({"+442071838750"})) == Refusal.OWN


def test_log_form_shows_four_digits() -> None:
    assert short("+447700900123") == "…0123"


def test_log_form_of_a_withheld_number_says_so() -> None:
    assert short(None) == "withheld"


@pytest.mark.parametrize(
    ("phone", "expected"),
    [
        ("+447700900123", "0 7 7 0 0, 9 0 0, 1 2 3"),
        ("+442071838750", "0 2 0, 7 1 8 3, 8 7 5 0"),
        ("+12125550123", "2 1 2, 5 5 5, 0 1 2 3"),
    ],
)
def test_number_is_read_aloud_in_groups(phone: str, expected: str) -> None:
    assert spoken(phone) == expected
