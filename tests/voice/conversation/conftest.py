"""A situation that a step may be asked in, open, nobody rung yet, two people free; and whole calls, played by chance."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from voice.conversation import news as told
from voice.conversation import steps, turns
from voice.conversation.facts import (
    AttemptFacts,
    Colleague,
    HoldFacts,
    KeyedFacts,
    LegFacts,
    Situation,
    Slot,
    TeamFacts,
)
from voice.conversation.news import News
from voice.conversation.turns import Act, Heard, Turn
from voice.standin.schema import Purpose

PRIYA = Colleague(1, "Priya Shah", "+447700900101")
TOM = Colleague(2, "Tom Okafor", "+447700900102")
USUAL = Situation(
    now=datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    zone=ZoneInfo("Europe/London"),
    business="Harbour Bikes",
    is_open=True,
    promised_by=datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
    patience=timedelta(seconds=20),
    rounds=1,
    phone="+447700900123",
    queue="call-7",
    number_to_ring="+447700900123",
    free=(PRIYA, TOM),
)
LEG = LegFacts(PRIYA, accepted=False, caller_waits=True)
ATTEMPT = AttemptFacts("+447700900123", current=True, next_try=None, path="/callbacks/attempts/3/1")
HOLD = HoldFacts(position=1, estimate=None, waited=timedelta(), hope=True, over=False)
TEAMS = (TeamFacts(1, "Workshop", "1"), TeamFacts(2, "Sales", "2"))
SLOTS = (
    Slot("this afternoon", datetime(2026, 11, 24, 12, tzinfo=UTC), datetime(2026, 11, 24, 17, tzinfo=UTC)),
    Slot("tomorrow morning", datetime(2026, 11, 25, 9, tzinfo=UTC), datetime(2026, 11, 25, 12, tzinfo=UTC)),
)

Choose = Callable[[Sequence[str]], str]
GONE = "hangs up"
KEYS = ["1", "0", "2", "3", "9", "*", "#"]
WORDS = ["the workshop please", "a person"]
NUMBERS = {"07700900456": "+447700900456", "09098790000": None, "12": None, "0": None, "1": None, "": None}
"""What is keyed, and what we may dial of it."""

DIALS = ["completed", "answered", "busy", "no-answer", "failed", "canceled", ""]
BRIDGED = {"bridged": True, "not bridged": False, "unsaid": None}
THERE = ["in-progress", "completed"]
DOWN = {"call_status": "completed"}
QUEUE_RESULTS = ["leave", "error", "hangup", "redirected", "queue-full", "system-error", ""]
POLLS = 4
"""How often a caller in the queue is heard before the longest wait is over."""


@pytest.fixture(scope="session")
def priya() -> Colleague:
    """First in order of preference."""
    return PRIYA


@pytest.fixture(scope="session")
def tom() -> Colleague:
    """Second."""
    return TOM


@pytest.fixture(scope="session")
def teams() -> tuple[TeamFacts, ...]:
    """Workshop, 1, the most used; and Sales, 2."""
    return TEAMS


@pytest.fixture(scope="session")
def slots() -> tuple[Slot, ...]:
    """This afternoon, and tomorrow morning."""
    return SLOTS


@pytest.fixture(scope="session")
def situation() -> Callable[..., Situation]:
    """Makes a situation; `leg`, `attempt` and `hold` may be a dict of what is different from the usual one."""

    def make(**different: Any) -> Situation:
        for name, usual in (("leg", LEG), ("attempt", ATTEMPT), ("hold", HOLD)):
            if isinstance(facts := different.get(name), dict):
                different[name] = replace(usual, **facts)
        if "phone" in different:
            different.setdefault("number_to_ring", different["phone"])
        return replace(USUAL, **different)

    return make


@pytest.fixture(scope="session")
def play() -> Callable[[Situation, Choose], "Playing"]:
    """Plays a caller's whole call. `choose` takes one of several things that may happen, each time."""

    def make(start: Situation, choose: Choose) -> Playing:
        playing = Playing(start, choose)
        playing.whole_call()
        return playing

    return make


class Playing:
    """A call as the carrier carries it out, with a house around it that forgets nothing and leaves all else to chance.

    `heard_by_caller` are the answers to the caller's own phone; `documents` are all answers, and what each may be used for.
    """

    MOST_TURNS = 150

    def __init__(self, start: Situation, choose: Choose) -> None:
        self.situation, self.choose, self.start = start, choose, start
        self.documents: list[tuple[Purpose, Turn]] = []
        self.heard_by_caller: list[Turn] = []
        self.news: list[News] = []
        self.is_gone = False

    def whole_call(self) -> None:
        """From the first ring to the end."""
        turn: Turn | None = self.take("greet")
        while turn is not None:
            turn = next(filter(None, map(self.carry_out, turn.acts)), None)

    def take(self, step: str, **said: Any) -> Turn:
        """A turn of the caller's own; in between, people become free or busy, and the office may close."""
        assert len(self.heard_by_caller) < self.MOST_TURNS, "the conversation goes on for ever"
        now, choose = self.situation, self.choose
        free = self.start.free if choose(["free", "busy"]) == "free" else ()
        is_open = now.is_open and (step == "greet" or choose(["open", "open", "open", "closes"]) == "open")
        self.situation = replace(now, free=free, is_open=is_open, keyed=self.keyed(step, said.get("digits", "")))
        turn = self._turn(steps.CALL_STEPS, step, "call", **said)
        self.heard_by_caller.append(turn)
        self.is_gone = said.get("call_status") == "completed"
        return turn

    def keyed(self, step: str, digits: str) -> KeyedFacts | None:
        """As gathered: with fewer than five keys it was no number."""
        if step != "keyed_number" or len(digits) < 5:
            return None
        keyings = sum(isinstance(news, told.Keyed) for news in self.news)
        return KeyedFacts(NUMBERS[digits], left=3 - keyings - 1)

    def _turn(self, table: dict[str, turns.Step], step: str, purpose: Purpose, **said: Any) -> Turn:
        turn = steps.next_turn(table, step, Heard("CA1", phone=self.start.phone, **said), self.situation)
        self.documents.append((purpose, turn))
        for news in turn.news:
            self.learn(news)
        return turn

    def learn(self, news: News) -> None:
        """What the next turn may know."""
        self.news.append(news)
        now = self.situation
        self.situation = replace(now, **(_of_phones(now, news) | _of_waiting(now, news) | _of_wishes(now, news)))

    def carry_out(self, act: Act) -> Turn | None:
        """What an act leads to; None when the next act of the same answer follows."""
        match act:
            case turns.Ask() | turns.AskNumber():
                return self._answer(act)
            case turns.Ring(then=then):
                return self._ring(then)
            case turns.Hold(then=then):
                return self._hold(then)
            case turns.Record(then=then):
                return self._record(then)
            case turns.GoTo(step):
                return self.take(step)
        return None

    def _record(self, then: str) -> Turn | None:
        """Something is said or next to nothing, and ended by a key or the end; or there is only silence."""
        end = self.choose(["#", "0", "hangup", ""])
        seconds = int(self.choose(["9", "1"])) if end else None
        down = DOWN if end == "hangup" else {}
        return self.take(then, digits=end, recording_seconds=seconds, **down) if end else None

    def _answer(self, asked: turns.Ask | turns.AskNumber) -> Turn | None:
        """A key, a number, words, silence or the end."""
        words = WORDS if isinstance(asked, turns.Ask) and asked.listen else []
        said = self.choose([GONE, *NUMBERS] if isinstance(asked, turns.AskNumber) else ["", GONE, *KEYS, *words])
        if said in {GONE, ""}:
            return self.take(asked.then, **DOWN) if said else None
        return self.take(asked.then, **({"speech": said} if said in WORDS else {"digits": said}))

    def _ring(self, then: str) -> Turn:
        if self.choose(["picked up", "rings out"]) == "picked up":
            self._pick_up(placed=False)
        status, bridged = self.choose(DIALS), BRIDGED[self.choose(list(BRIDGED))]
        return self.take(then, dial_status=status, bridged=bridged, call_status=self.choose(THERE))

    def _pick_up(self, *, placed: bool) -> bool:
        """A staff phone hears the whisper, and something may press a key; whether it took the caller."""
        purpose: Purpose = "call" if placed else "whisper"
        waits = self.choose(["there", "there", "left"]) == "there"
        owed = self.choose(["owed", "not owed"]) == "owed"
        self.situation = replace(self.situation, leg=replace(LEG, placed_by_us=placed, caller_waits=waits, owed=owed))
        turn = self._turn(steps.LEG_STEPS, "whisper", purpose)
        asked = next((act for act in turn.acts if isinstance(act, turns.Ask)), None)
        key = self.choose(["1", "2", ""])
        if asked is None or not key:
            return False
        return told.Accepted() in self._turn(steps.LEG_STEPS, asked.then, purpose, digits=key).news

    def _hold(self, then: str) -> Turn:
        """In the queue: somebody takes them, they press a key, they leave, or the wait is over."""
        for poll in range(POLLS + 1):
            happens = self.choose(["waits", "taken", GONE, "fails"])
            if happens == "taken" and self._pick_up(placed=True):
                return self._taken(then)
            if happens == GONE:
                return self.take(then, queue_result="hangup", **DOWN)
            if happens == "fails":
                return self.take(then, queue_result=self.choose(QUEUE_RESULTS))
            hope = self.choose(["hope", "hope", "no hope"]) == "hope"
            self.situation = replace(self.situation, hold=replace(HOLD, hope=hope, over=poll == POLLS))
            if any(isinstance(act, turns.LeaveHold) for act in self._wait("waiting").acts):
                return self.take(then, queue_result="leave")
        pytest.fail("the longest wait is over, and they wait")

    def _wait(self, step: str, **said: Any) -> Turn:
        turn = self._turn(steps.HOLD_STEPS, step, "queue-wait", **said)
        asked = next((act for act in turn.acts if isinstance(act, turns.Ask)), None)
        key = self.choose(["", *KEYS]) if asked and not said else ""
        return self._wait("pressed", digits=key) if key else turn

    def _taken(self, then: str) -> Turn:
        """Taken out of the queue, unless they left it at that instant."""
        met = self.choose(["met", "missed"]) == "met"
        staff = {"dial_status": "completed" if met else "no-answer", "call_status": self.choose(THERE)}
        self._turn(steps.LEG_STEPS, "talked", "call", bridged=met, **staff)
        return self.take(then, queue_result="bridged" if met else "leave", call_status=self.choose(THERE))


def _of_phones(now: Situation, news: News) -> dict[str, Any]:
    match news:
        case told.Rang(staff):
            return {"rang": Counter(now.rang) + Counter([staff.id]), "leg": replace(LEG, staff=staff)}
        case told.Accepted() if now.leg:
            return {"leg": replace(now.leg, accepted=True), "hold": None}
        case told.LegEnded() if now.leg:
            return {"leg": replace(now.leg, ended=True)}
    return {}


def _of_waiting(now: Situation, news: News) -> dict[str, Any]:
    match news:
        case told.AskedAgain():
            return {"asked_again": now.asked_again + 1}
        case told.MenuAsked():
            return {"menus": now.menus + 1}
        case told.Records():
            return {"recordings": now.recordings + 1}
        case told.Holds(chosen):
            return {"hold": HOLD, "wants": None, "holds": now.holds + chosen}
        case told.LeavesHold(key):
            return {"hold": None, "wants": key}
    return {}


def _of_wishes(now: Situation, news: News) -> dict[str, Any]:
    match news:
        case told.ChoseTeam(team_id):
            return {"team": next((team for team in now.teams if team.id == team_id), None)}
        case told.Keyed(phone):
            return {"number_to_ring": phone or now.phone}
        case told.AskedFor(phone, slot):
            return {"number_to_ring": phone, "promised_by": slot.until if slot else now.promised_by}
    return {}
