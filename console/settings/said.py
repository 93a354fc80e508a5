"""The present settings in a sentence or two each: the news first, then the rest. Pure."""

from collections.abc import Callable
from datetime import timedelta

from console.coverage import listed
from console.settings import countries as settings_countries
from console.settings.durations import written
from console.settings.forms import ENGINES, Form
from office import numbers
from office.profile import Profile

Sentence = tuple[str, str]
TIMES = {1: "once", 2: "twice"}


def sentence(form: Form, profile: Profile) -> Sentence:
    """How things stand on that page."""
    return SAID[form.name](profile)


def _business(profile: Profile) -> Sentence:
    country = settings_countries.home(profile.country, profile.subdivision)
    return (
        f"{profile.name} answers {numbers.written(profile.phone)}.",
        f"{country}, by the clocks of {profile.zone.key}.",
    )


def _promise(profile: Profile) -> Sentence:
    within, ceiling = written(profile.promise.within), written(profile.promise.ceiling)
    return (
        f"Whoever we miss is rung back within {within}, counted in opening hours.",
        f"Never later than {ceiling} by the clock on the wall, where opening hours allow it.",
    )


def _ringing(profile: Profile) -> Sentence:
    ringing = profile.ringing
    return (
        f"Each phone rings for {written(ringing.patience)}, {_times(ringing.rounds)}.",
        f"Then the caller may hold for {written(profile.holding.longest)} at most.",
    )


def _callbacks(profile: Profile) -> Sentence:
    policy = profile.callbacks
    waits = [written(wait) for wait in policy.retry_after]
    again = f", then again after {listed(waits)}" if waits else ", and not again"
    return (
        f"We first try after {written(policy.first_try_after)}{again}.",
        f"Countries that we ring: {settings_countries.listed(policy.allowed_countries)}.",
    )


def _texts(profile: Profile) -> Sentence:
    customers = "Customers whom we missed get a text." if profile.texts.customers else "Customers get no texts."
    return customers, f"You’re told by {listed(profile.alerts.by)}."


def _recording(profile: Profile) -> Sentence:
    notice = profile.recording.notice
    engines = dict(ENGINES)
    by = listed([engines[each].split(" (")[0].lower() for each in profile.words.engines] or ["nobody"])
    told = f"Callers hear “{notice}”" if notice else "Callers are told nothing before we record."
    return told, f"Messages are written out by {by}."


def _retention(profile: Profile) -> Sentence:
    kept = profile.retention
    return (
        f"The sound of a message is kept for {written(kept.recordings)}, its words for {written(kept.words)}.",
        f"Texts stay for {written(kept.texts)}, what other software was told for {written(kept.deliveries)}.",
    )


def _fraud(profile: Profile) -> Sentence:
    guard = profile.guard
    talk = written(timedelta(minutes=guard.minutes_per_day))
    return (
        f"We make at most {guard.house_per_day:,} calls a day, {guard.number_per_day:,} to one customer, and {talk} of talk.",
        "Premium-rate numbers are never dialled.",
    )


def _times(many: int) -> str:
    return TIMES.get(many, f"{many} times")


SAID: dict[str, Callable[[Profile], Sentence]] = {
    "business": _business,
    "promise": _promise,
    "ringing": _ringing,
    "callbacks": _callbacks,
    "texts": _texts,
    "recording": _recording,
    "retention": _retention,
    "fraud": _fraud,
}
"""By the form's name."""
