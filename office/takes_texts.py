"""May this number be texted? Pure: a mobile phone, or one of a kind nobody knows, in a country that we may dial."""

from phonenumbers import PhoneNumberType

from office import numbers

MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def takes_texts(phone: str | None, *, allowed: frozenset[str], ours: frozenset[str]) -> bool:
    """Whether a text to an E.164 number is read by anybody. None is a withheld number; the rest is as in may_we_dial.

    A landline would speak our text at night, or swallow it. The newest numbers have no kind yet: they are texted.
    """
    if phone is None or numbers.may_we_dial(phone, allowed=allowed, ours=ours) is not None:
        return False
    kinds = numbers.kinds(phone)
    return not kinds or not kinds.isdisjoint(MOBILE)
