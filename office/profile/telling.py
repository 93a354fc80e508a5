"""The words of a message that tell of urgency or a complaint, where business.toml names none, by language."""

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "urgent": {
        "en": (
            "urgent", "urgently", "emergency", "as soon as possible", "right away", "straight away", "immediately",
            "asap", "dangerous", "leak", "leaking", "stuck", "stranded", "locked out",
        ),
    },
    "complaint": {
        "en": (
            "complaint", "complain", "not happy", "unhappy", "disappointed", "disgusted", "unacceptable", "furious",
            "refund", "money back", "solicitor", "lawyer", "trading standards", "never again", "third time", "still waiting",
            "nobody called", "no one called", "let down",
        ),
    },
}  # fmt: skip
