"""What is left to do before the first customer rings: each step, whether it is done, and how to do it. Pure."""

from dataclasses import dataclass

from office.profile import Profile


@dataclass(frozen=True, slots=True)
class Facts:
    """What is there so far. `rang`: some call has reached us; `heard_out`: one has come to its end."""

    profile: Profile | None
    is_public: bool
    rang: bool
    heard_out: bool
    has_greeting: bool


@dataclass(frozen=True, slots=True)
class Item:
    """A step; `name` is for the page, which shows more beside some of them."""

    name: str
    title: str
    done: bool
    words: str


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
    words = "Write business.toml (README, “The business”) and run: flask --app webhooks import-business business.toml"
    return Item(
        "number",
        "The business and its number",
        profile is not None,
        f"{profile.name}, {profile.phone}." if profile else words,
    )


def _addresses(facts: Facts) -> Item:
    words = "At the carrier, give the number these addresses, all by POST. Copy them exactly: each request is checked against them."
    if not facts.is_public:
        words += " They begin with this machine’s own name, which no carrier can reach: set PUBLIC_BASE_URL to the public https address first."
    return Item(
        "addresses", "The carrier knows where we are", facts.rang, "A call has reached us." if facts.rang else words
    )


def _hours(facts: Facts) -> Item:
    words = "Every promise falls in them. Write [hours] into business.toml and import it again."
    done = facts.profile is not None
    return Item(
        "hours",
        "Opening hours",
        done,
        "They are known: see them with flask --app webhooks coverage." if done else words,
    )


def _people(facts: Facts) -> Item:
    staff = facts.profile.staff if facts.profile else ()
    words = "Write a [[staff]] with a phone for each into business.toml and import it again."
    count = "One person takes" if len(staff) == 1 else f"{len(staff)} people take"
    return Item("people", "People who take calls", bool(staff), f"{count} calls." if staff else words)


def _greeting(facts: Facts) -> Item:
    words = (
        "Callers hear the greeting that ships with Ringtrue. A voice that they know is warmer: make one of your own."
    )
    return Item(
        "greeting", "A greeting of your own", facts.has_greeting, "You have made one." if facts.has_greeting else words
    )


def _test_call(facts: Facts) -> Item:
    words = "Ring the number from your own phone, hang up before anybody answers, and watch your call-back appear."
    return Item(
        "test-call", "A test call", facts.heard_out, "A call has gone through to its end." if facts.heard_out else words
    )
