"""How long each kind of caller waits: what is counted from where to where, and for whom."""

from datetime import UTC, datetime, timedelta

import pytest

from callbacks.fairness import DEFINITIONS, KINDS, Served, Share, Waited, Waits, report

TEN = datetime(2026, 11, 24, 10, tzinfo=UTC)
NOW = TEN + timedelta(hours=5)


def after(minutes: float | None) -> datetime | None:
    return None if minutes is None else TEN + timedelta(minutes=minutes)


def waited(
    kind: str = "new", *, rang: float | None = None, spoke: float | None = None, closed: float | None = None,
    rang_in_time: bool | None = None, kept: bool | None = None,
) -> Waited:  # fmt: skip
    """Minutes after ten, when the call was missed."""
    return Waited(kind, TEN, after(rang), after(spoke), after(closed), rang_in_time, kept)


def served(*rows: Waited, kind: str = "new") -> Served:
    return next(one for one in report(rows, NOW) if one.kind == kind)


def waits(median: float, longest: float) -> Waits:
    return Waits(timedelta(minutes=median), timedelta(minutes=longest))


def test_every_kind_is_told_also_those_of_whom_there_were_none() -> None:
    assert [one.kind for one in report([], NOW)] == ["known", "new", "withheld"]
    nobody = served()
    assert (nobody.callbacks, nobody.open, nobody.spoken, nobody.until_rung, nobody.until_spoken) == (
        0,
        0,
        0,
        None,
        None,
    )
    assert nobody.kept.part is None


def test_kinds_are_counted_apart() -> None:
    rows = [waited("known", rang=1), waited("new", rang=60), waited("withheld", closed=200)]
    assert [one.until_rung for one in report(rows, NOW)] == [waits(1, 1), waits(60, 60), waits(200, 200)]


@pytest.mark.parametrize(("minutes", "expected"), [((5,), (5, 5)), ((5, 10), (7.5, 10)), ((90, 5, 10), (10, 90))])
def test_median_and_longest_are_those_of_the_waits(minutes, expected) -> None:
    assert served(*(waited(rang=each) for each in minutes)).until_rung == waits(*expected)


def test_wait_until_rung_ends_when_their_phone_rings_and_until_spoken_when_we_speak() -> None:
    one = served(waited(rang=10, spoke=40, closed=41))
    assert (one.until_rung, one.until_spoken) == (waits(10, 10), waits(40, 40))


def test_customer_who_got_through_first_waited_until_then_for_both() -> None:
    one = served(waited(spoke=20, closed=21))
    assert (one.until_rung, one.until_spoken) == (waits(20, 20), waits(20, 20))


def test_withheld_caller_waits_until_a_person_closes_it() -> None:
    one = served(waited("withheld", closed=120), kind="withheld")
    assert (one.until_rung, one.until_spoken, one.spoken) == (waits(120, 120), waits(120, 120), 0)


def test_whoever_waits_still_is_counted_with_the_wait_so_far() -> None:
    """Left out, the longest waits of all would be in no report."""
    one = served(waited(rang=10, spoke=20, closed=20), waited())
    assert (one.callbacks, one.open) == (2, 1)
    assert (one.until_rung, one.until_spoken) == (waits(155, 300), waits(160, 300))


def test_phone_that_rang_before_the_call_counted_here_is_no_negative_wait() -> None:
    assert served(waited(rang=-5)).until_rung == waits(0, 0)


def test_shares_are_of_those_for_whom_it_is_settled() -> None:
    rows = [
        waited(rang_in_time=True, kept=True),
        waited(rang_in_time=True, kept=False),
        waited(rang_in_time=None, kept=True),
        waited(rang_in_time=None, kept=None),
    ]
    one = served(*rows)
    assert (one.rang_in_time, one.kept) == (Share(2, 2), Share(2, 3))
    assert one.kept.part == pytest.approx(2 / 3)


def test_every_number_and_every_kind_has_its_meaning_beside_it() -> None:
    numbers = set(Served.__slots__) - {"kind"}
    assert set(DEFINITIONS) == numbers | set(KINDS)
