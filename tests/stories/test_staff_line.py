"""One of us rings the business from their own phone, end to end: real processes, real signatures, no real phones."""

import pytest

from office import pins
from office.tables import Staff
from voice.standin.client import Answers, RingsOut

NUMBER, JANE = "+442071838750", "+447700900123"
PRIYA, TOM, PIN = "+447700900101", "+447700900102", "7294"
TALKS_A_WHILE = Answers(2, [{"after": 20, "hang_up": True}])
STAYS = {"after": 60, "hang_up": True}


def on_hearing(words: str, **does: object) -> dict[str, object]:
    return {"on_hearing": words, **does}


def proves(key: str) -> list[dict[str, object]]:
    """A key of the menu, then the PIN."""
    return [on_hearing("For a colleague, 0", press=key), on_hearing("key your PIN", press=f"{PIN}#")]


@pytest.fixture
def house(build):
    """Without a worker: nobody but the staff line keeps a promise. Priya and Tom have a PIN."""
    house = build()
    with house.database.transaction() as session:
        for phone in (PRIYA, TOM):
            pins.set_pin(session, phone, PIN)
    return house


def is_missed(house) -> None:
    """Jane rings, nobody picks up, and she is promised a call."""
    house.carrier.phone(PRIYA, RingsOut())
    house.carrier.phone(TOM, RingsOut())
    house.carrier.dial(JANE, NUMBER, [on_hearing("ring you back by", after=6, hang_up=True)])
    house.until(lambda: [c for c in house.get("/api/calls")["calls"] if c["ended_at"]], "Jane's call missed")


def over(house, sid: str) -> dict[str, object]:
    """The call of that sid, once it is over."""
    calls = lambda: house.get("/api/calls")["calls"]  # noqa: E731
    found = house.until(lambda: [c for c in calls() if c["sid"] == sid and c["ended_at"]], "the end of the call")
    return dict(found[0])


def staff(house) -> dict[str, tuple[bool, str | None]]:
    """On duty, and what keeps them, by phone."""
    with house.database.reading() as session:
        return {one.phone: (one.on_duty, one.busy_with) for one in session.query(Staff)}


def test_staff_hear_what_waits_and_keep_the_next_promise_from_their_phone(house):
    is_missed(house)
    house.carrier.phone(JANE, TALKS_A_WHILE)
    sid = house.carrier.dial(
        PRIYA,
        NUMBER,
        [
            on_hearing("One call-back waits, promised by"),
            *proves("2"),
            on_hearing("Call-back for Jane Smith", press="1"),
            on_hearing("if you spoke", press="1"),
        ],
    )
    house.carrier.wait_for("rings", phone=JANE, **{"from": NUMBER})
    kept = house.until_done()

    assert (kept["outcome"], kept["kept"], [attempt["by"] for attempt in kept["attempts"]]) == (
        "reached", True, ["Priya Shah"],
    )  # fmt: skip
    assert kept["attempts"][0]["call_sid"] == sid
    assert over(house, sid)["outcome"] is None
    assert house.rings(JANE) == 1
    assert staff(house)[PRIYA] == (True, None)


@pytest.mark.slow
def test_duty_changed_by_phone_decides_whose_phone_rings(house):
    house.carrier.phone(TOM, RingsOut())
    over(house, house.carrier.dial(PRIYA, NUMBER, [*proves("1"), on_hearing("You're off duty", hang_up=True)]))
    assert staff(house)[PRIYA] == (False, None)
    house.carrier.dial(JANE, NUMBER, [on_hearing("ring you back by", hang_up=True)])
    house.carrier.wait_for("rings", phone=TOM)
    house.until(house.callbacks, "a promise")
    assert house.rings(PRIYA) == 0
    over(house, house.carrier.dial(PRIYA, NUMBER, [*proves("1"), on_hearing("You're on duty", hang_up=True)]))
    assert staff(house)[PRIYA] == (True, None)


def test_customer_is_rung_from_the_business_s_number(house):
    house.carrier.phone(JANE, TALKS_A_WHILE)
    keyed = [on_hearing("key their number", press="07700900123#"), on_hearing("that's right, press 1", press="1")]
    house.carrier.dial(
        PRIYA, NUMBER, [*proves("3"), *keyed, on_hearing("If you spoke", press="1", hang_up=False), STAYS]
    )
    house.carrier.wait_for("rings", phone=JANE, **{"from": NUMBER})
    house.carrier.wait_for("hears", phone=PRIYA, text="Thank you! You're on duty")
    calls = house.get("/api/calls?phone=%2B447700900123")["calls"]

    assert [(call["direction"], call["outcome"], call["answered_by"]) for call in calls] == [
        ("outbound", "spoke", "Priya Shah")
    ]
    assert house.callbacks() == []


def test_strangers_who_show_a_number_of_ours_get_nowhere(house):
    """PITFALLS 23: the carrier calls it forged, or does not know; then the PIN is asked for, and each wrong one is logged."""
    house.carrier.phone(TOM, RingsOut())
    house.carrier.phone(PRIYA, RingsOut())
    leaves = [on_hearing("ring you back by", after=6, hang_up=True)]
    forged = house.carrier.dial(PRIYA, NUMBER, leaves, params={"StirVerstat": "TN-Validation-Failed-A"})
    assert over(house, forged)["outcome"] == "missed"
    assert not [words for words in house.carrier.heard(PRIYA) if "Hello, Priya" in words]

    tries = [on_hearing("key your PIN", press="8642#") for _ in range(3)]
    guessed = house.carrier.dial(PRIYA, NUMBER, [on_hearing("For a colleague, 0", press="3"), *tries, STAYS])
    house.carrier.wait_for("hears", phone=PRIYA, text="that was not it. Thank you. Goodbye!")
    assert over(house, guessed)["outcome"] is None
    told = house.logs().split("--- events")[0]
    assert told.count("wrong PIN from …0101") == 3
    assert "8642" not in told
    assert [row["phone"] for row in house.callbacks()] == [PRIYA]


GOES = {"hang_up": True}
HANGS_UP = {
    "at the menu": [on_hearing("Hello, Priya", **GOES)],
    "at the PIN": [on_hearing("For a colleague, 0", press="2"), on_hearing("key your PIN", **GOES)],
    "at the number": [*proves("3"), on_hearing("key their number", **GOES)],
    "at the number read back": [*proves("3"), on_hearing("key their number", press="07700900124#"), on_hearing("That's", **GOES)],
    "while a colleague rings": [on_hearing("For a colleague, 0", press="0"), {"after": 6, **GOES}],
    "while a customer rings": [
        *proves("3"), on_hearing("key their number", press="07700900124#"), on_hearing("That's", press="1"), {"after": 10, **GOES},
    ],
    "at the promise": [*proves("2"), on_hearing("Call-back for", **GOES)],
}  # fmt: skip


@pytest.mark.slow
def test_staff_who_hang_up_at_any_step_owe_nothing_and_hold_nothing_up(house):
    """PITFALLS 31."""
    is_missed(house)
    house.carrier.phone("+447700900124", RingsOut())
    for script in HANGS_UP.values():
        call = over(house, house.carrier.dial(PRIYA, NUMBER, script))
        assert call["outcome"] is None
        (row,) = house.until(lambda: [row for row in house.callbacks() if row["state"] == "waiting"], "still waiting")
        assert (row["phone"], row["calls_missed"]) == (JANE, 1)
        assert house.until(lambda: staff(house)[PRIYA] == (True, None), "Priya is free")

    assert [attempt["outcome"] for attempt in row["attempts"]] == ["staff-no-answer"]


@pytest.mark.slow
def test_staff_who_hang_up_while_the_customer_s_phone_rings_leave_it_to_the_sweep(house):
    is_missed(house)
    house.carrier.phone(JANE, RingsOut())
    goes = [*proves("2"), on_hearing("Call-back for Jane Smith", press="1"), {"after": 10, **GOES}]
    over(house, house.carrier.dial(PRIYA, NUMBER, goes))
    house.start_worker()
    tried = lambda: [one["outcome"] for one in house.callbacks()[0]["attempts"]]  # noqa: E731
    house.until(lambda: tried()[:1] == ["customer-no-answer"], "the attempt ended")
