"""Phone numbers: one normal form (E.164), callers who withhold theirs, and the question: may we dial this?

Everything here is pure. Numbers are stored, matched and dialled in the normal form only, because two spellings of one
number are two customers.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

import phonenumbers as plan
from phonenumbers import PhoneNumber, PhoneNumberType, ValidationResult

EXAMPLE = 'write for example "+442071838750"'
WORLD = "001"
"""What phonenumbers calls the region of a calling code that belongs to no country."""

SATELLITE = frozenset({870, 881, 882, 883})

# Withheld callers arrive as these words, or as the keys that spell them (Twilio changelog of 16 November 2022).
WITHHELD_WORDS = ("anonymous", "restricted", "blocked", "unknown", "unavailable", "private")
KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
WITHHELD_DIGITS = frozenset(
    stray + word.translate(KEYPAD) for word in WITHHELD_WORDS if word != "private" for stray in ("", "1")
)

TYPED = re.compile(r"\+?[\d\s().\-/\u2010-\u2015\u2212]+")
CARRIER_FORM = re.compile(r"\+[1-9][0-9]{4,14}")


class NumberError(ValueError):
    """Not a phone number that we can use; the text says why and gives an example, and never repeats the number."""


REMEMBERED = 4096
"""How many numbers we keep what we worked out of: a call asks about the same one in each of its turns."""


class Refusal(StrEnum):
    """Why a number is not dialled (CONTRACT, "Numbers we dial")."""

    NOT_A_NUMBER = "not-a-number"
    OWN = "own"
    EMERGENCY = "emergency"
    SHORT = "short"
    SATELLITE = "satellite"
    INTERNATIONAL = "international"
    PREMIUM = "premium"
    SHARED_COST = "shared-cost"
    PERSONAL = "personal"
    UAN = "uan"
    PAGER = "pager"
    COUNTRY = "country"


REFUSED_KINDS = {
    PhoneNumberType.PREMIUM_RATE: Refusal.PREMIUM,
    PhoneNumberType.SHARED_COST: Refusal.SHARED_COST,
    PhoneNumberType.PERSONAL_NUMBER: Refusal.PERSONAL,
    PhoneNumberType.UAN: Refusal.UAN,
    PhoneNumberType.PAGER: Refusal.PAGER,
}


def normal(text: str, region: str) -> str:
    """The E.164 form of a number as people type it or carriers send it.

    `region` (ISO 3166 alpha-2, "GB") reads numbers written without a calling code. Raises NumberError.
    """
    typed = _tidied(text)
    if re.sub(r"\D", "", typed) in WITHHELD_DIGITS:
        raise NumberError(f"is how carriers spell a withheld number; {EXAMPLE}")
    number = _read(typed, region)
    _check_length(number)
    return _e164(number)


@lru_cache(maxsize=REMEMBERED)
def caller(text: str) -> str | None:
    """Whose number a carrier's `From` gives: E.164, or None when it is withheld or is no phone number at all.

    SIP and browser callers ("sip:…", "client:…") are withheld too: there is no phone to ring back.
    """
    if not CARRIER_FORM.fullmatch(text):
        return None
    try:
        return normal(text, WORLD)
    except NumberError:
        return None


def may_we_dial(phone: str, *, allowed: frozenset[str], ours: frozenset[str]) -> Refusal | None:
    """None when we may dial the E.164 number `phone`, else the reason why not.

    `allowed` holds region codes ("GB"); `ours` the business's own numbers and those now in a call. A number must be
    possible, not valid: the numbering plan never knows the newest numbers, nor those reserved for fiction.
    """
    if phone in ours:
        return Refusal.OWN
    refusal, region = _standing(phone)
    return refusal or (None if region in allowed else Refusal.COUNTRY)


@lru_cache(maxsize=REMEMBERED)
def _standing(phone: str) -> tuple[Refusal | None, str | None]:
    """What speaks against a number whoever rings it, and the region that it counts as."""
    number = _dialled(phone)
    if number is None:
        return Refusal.SHORT if re.fullmatch(r"\+?[0-9]{1,6}", phone) else Refusal.NOT_A_NUMBER, None
    refusal = _refused_network(number) or _refused_service(number) or _refused_length(phone) or _refused_kind(number)
    return refusal, region_of(number)


def kinds(phone: str) -> set[int]:
    """What kinds (phonenumbers.PhoneNumberType) an E.164 number may be of; empty when nobody knows."""
    return _kinds(plan.parse(phone))


def short(phone: str | None) -> str:
    """A number as logs may show it: the last four digits."""
    return "withheld" if phone is None else f"…{phone[-4:]}"


def written(phone: str) -> str:
    """An E.164 number as it is written for people anywhere: "+44 20 7183 8750"."""
    return plan.format_number(plan.parse(phone), plan.PhoneNumberFormat.INTERNATIONAL)


def spoken(phone: str) -> str:
    """An E.164 number as it is read aloud, in its national form: "0 7 7 0 0, 9 0 0, 1 2 3"."""
    written = plan.format_number(plan.parse(phone), plan.PhoneNumberFormat.NATIONAL)
    groups = [part for group in re.findall(r"\d+", written) for part in _breath(group)]
    return ", ".join(" ".join(group) for group in groups)


def region_of(number: PhoneNumber) -> str:
    """The region that a number counts as: its own ("JM" for +1 876), else its calling code's main one."""
    found = plan.region_code_for_number(number)
    return _main_region(number) if found in {None, "ZZ"} else str(found)


def _main_region(number: PhoneNumber) -> str:
    return plan.region_code_for_country_code(number.country_code or 0)


def _tidied(text: str) -> str:
    """`text` without what a copy from a contacts page brings along; refuses what is no plain number."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    typed = re.sub(r"(?i)^\s*tel:", "", visible).strip()
    if not re.search(r"\d", typed):
        raise NumberError(f"has no digits; {EXAMPLE}")
    if re.search(r"[A-Za-z;,#*]", typed):
        raise NumberError(f"has letters or an extension in it; {EXAMPLE}")
    if not TYPED.fullmatch(typed):
        raise NumberError(f"is not a phone number; {EXAMPLE}")
    return typed


def _read(typed: str, region: str) -> PhoneNumber:
    number = _parsed(typed, region)
    # "00" is the way out of most countries but not of all (the United States dial 011), and people everywhere write it.
    if typed.startswith("00") and not (number and plan.is_possible_number(number)):
        number = _parsed("+" + typed[2:], region) or number
    if number is None:
        raise NumberError(f"is not a phone number; {EXAMPLE}")
    return number


def _parsed(typed: str, region: str) -> PhoneNumber | None:
    try:
        return plan.parse(typed, None if region == WORLD else region)
    except plan.NumberParseException:
        return None


def _check_length(number: PhoneNumber) -> None:
    possible = plan.is_possible_number_with_reason(number)
    if possible == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        raise NumberError(f"lacks its area code; {EXAMPLE}")
    if possible != ValidationResult.IS_POSSIBLE or len(_e164(number)) > len("+") + 15:
        raise NumberError(f"has too many or too few digits; {EXAMPLE}")
    # A stray zero survives one reading and not the next: such a number would have two normal forms.
    if _dialled(_e164(number)) is None:
        raise NumberError(f"begins with a zero too many; {EXAMPLE}")


def _e164(number: PhoneNumber) -> str:
    return plan.format_number(number, plan.PhoneNumberFormat.E164)


def _dialled(phone: str) -> PhoneNumber | None:
    """`phone` parsed, when it is spelt in the normal form: another spelling would slip past the list of our own."""
    number = _parsed(phone, WORLD)
    return number if number and _e164(number) == phone else None


def _refused_network(number: PhoneNumber) -> Refusal | None:
    """Satellites, and calling codes that belong to no country ("+800" is free, "+979" is premium: none is a customer)."""
    if number.country_code in SATELLITE:
        return Refusal.SATELLITE
    return Refusal.INTERNATIONAL if _main_region(number) in {WORLD, "ZZ"} else None


def _refused_service(number: PhoneNumber) -> Refusal | None:
    """Emergency and short numbers. A valid long number is neither: Delhi's begin with 112."""
    if plan.is_valid_number(number):
        return None
    digits = plan.national_significant_number(number)
    if plan.connects_to_emergency_number(digits, _main_region(number)):
        return Refusal.EMERGENCY
    return Refusal.SHORT if plan.is_valid_short_number(number) else None


def _refused_length(phone: str) -> Refusal | None:
    return Refusal.NOT_A_NUMBER if caller(phone) is None else None


def _refused_kind(number: PhoneNumber) -> Refusal | None:
    """A number that the plan does not know is of a refused kind when all its known neighbours are."""
    kinds = _kinds(number)
    return REFUSED_KINDS[min(kinds)] if kinds and all(kind in REFUSED_KINDS for kind in kinds) else None


def _kinds(number: PhoneNumber) -> set[int]:
    return {plan.number_type(number)} - {PhoneNumberType.UNKNOWN} or _neighbours(number)


def _neighbours(number: PhoneNumber) -> set[int]:
    """The kinds of valid numbers that begin with the same three digits and have the same length."""
    digits = plan.national_significant_number(number)
    guesses = (digits[:3] + digit * (len(digits) - 3) for digit in "23456789")
    kinds = {plan.number_type(plan.parse(f"+{number.country_code}{guess}")) for guess in guesses}
    return kinds - {PhoneNumberType.UNKNOWN}


def _breath(group: str) -> list[str]:
    """Groups of more than five digits in threes, with no lone digit left over: 1234567 is 123, 4567."""
    if len(group) <= 5:
        return [group]
    return [group[:3], *_breath(group[3:])]
