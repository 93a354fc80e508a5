"""What is left to do before the first customer rings: each step, whether it is done, how, and on which page. Pure."""

from dataclasses import dataclass

from office.numbers import written
from office.profile import Profile


@dataclass(frozen=True, slots=True)
class Facts:
    """What is there so far. `rang`: some call has reached us; `heard_out`: one has come to its end. `standin`: no carrier rings us, only ours."""

    profile: Profile | None
    is_public: bool
    rang: bool
    heard_out: bool
    has_greeting: bool
    standin: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A step; `name` is for the page, which shows more beside some of them. `page` is the endpoint where it is done, if there is one."""

    name: str
    title: str
    done: bool
    words: str
    page: str | None = None
    link: str = "Look at it"


def items(facts: Facts) -> list[Item]:
    """Every step, in the order in which they are done."""
    return [_number(facts), _addresses(facts), _hours(facts), _people(facts), _greeting(facts), _test_call(facts)]


def news(steps: list[Item]) -> tuple[str, str]:
    """How far we are, and what comes next."""
    left = [item for item in steps if not item.done]
    if not left:
        return "Everything is set up.", "Customers may ring."
    done = len(steps) - len(left)
    return f"{done} of {len(steps)} steps are done.", f"Next: {left[0].title[0].lower()}{left[0].title[1:]}."


def _number(facts: Facts) -> Item:
    profile = facts.profile
    words = (
        f"{profile.name}, {written(profile.phone)}."
        if profile
        else "What it’s called, and which number customers ring."
    )
    link = "Look at it" if profile else "Begin with it"
    return Item("number", "The business and its number", profile is not None, words, "pages.settings_business", link)


def _addresses(facts: Facts) -> Item:
    words = "At the carrier, give the number these addresses, all by POST. Copy them exactly: each request is checked against them."
    if not facts.is_public:
        words += " They begin with this machine’s own name, which no carrier can reach: set PUBLIC_BASE_URL to the public https address first."
    if facts.rang:
        return Item("addresses", "The carrier knows where we are", True, "A call has reached us.")
    return Item("addresses", "Tell the carrier where we are", False, words)


def _hours(facts: Facts) -> Item:
    done = facts.profile is not None
    words = "They’re known. Holidays and days of their own stand there too." if done else "Every promise falls in them."
    return Item("hours", "Opening hours", done, words, "pages.hours" if done else None, "Look at them")


def _people(facts: Facts) -> Item:
    staff = facts.profile.staff if facts.profile else ()
    count = "One person takes" if len(staff) == 1 else f"{len(staff)} people take"
    words = f"{count} calls." if staff else "Everybody whose phone may ring, with a name and a number."
    return Item(
        "people", "People who take calls", bool(staff), words, "pages.people" if staff else None, "Add or change"
    )


def _greeting(facts: Facts) -> Item:
    words = (
        "Callers hear the greeting that ships with Ringtrue. A voice that they know is warmer: make one of your own."
    )
    said = "You have made one." if facts.has_greeting else words
    page = "pages.greetings" if facts.profile else None
    link = "Look at it" if facts.has_greeting else "Make one"
    return Item("greeting", "A greeting of your own", facts.has_greeting, said, page, link)


def _test_call(facts: Facts) -> Item:
    words = "Ring the number from your own phone, hang up before anybody answers, and watch your call-back appear."
    if facts.standin:
        words = "No carrier is connected, so nobody’s phone rings: be the caller on the page Phone, hang up, and watch your call-back appear."
    said = "A call has gone through to its end." if facts.heard_out else words
    page = "pages.phone" if facts.standin and facts.profile else None
    return Item("test-call", "A test call", facts.heard_out, said, page, "Ring it")
