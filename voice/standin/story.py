"""The sample call: a customer rings, nobody can take it, and the promise they are given is kept.

Told as it happens: what each phone hears, and the promise from made to kept. It knows Ringtrue only from outside, as a
carrier and the JSON API do. `python -m voice.standin.story --app URL --carrier URL`, with an API token as its input.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import requests

from voice.standin.client import Answers, Busy, Event, Mailbox, RingsOut, StandIn

BUSINESS = "+442071838750"
PEOPLE = {
    "+447700900123": "Jane Smith",
    "+447700900101": "Priya Shah",
    "+447700900102": "Tom Okafor",
    "+447700900103": "Mei Lin",
}
CUSTOMER, PRIYA, TOM, MEI = PEOPLE
STAFF = frozenset({PRIYA, TOM, MEI})

PATIENCE = 120.0
"""Real seconds for the whole story; a machine with nothing else to do needs a third of it."""

TOLD = {
    "rings": "rings",
    "answers": "answers",
    "hears": "hears  “{text}”",
    "plays": "hears  {text}",
    "says": "says   “{text}”",
    "presses": "presses {text}",
    "bridged": "speaks with {other}",
    "hung-up": "hangs up",
}
"""How an event is told; the kinds left out would only be noise."""

NOT_TAKEN = {"busy": "is busy", "no-answer": "is not picked up"}
"""How the end of a call that nobody took is told, by the carrier's word for it."""

MADE, KEPT = "the promise in Ringtrue's own list", "the promise kept: reached, in time, and closed"
GOALS = (
    "the customer greeted by name",
    "a staff phone told who is calling",
    "the promise spoken to the customer",
    MADE,
    "a staff phone rung to keep the promise",
    "the customer rung back from the business's number",
    "the two speaking",
    KEPT,
)


@dataclass
class Story:
    """The story so far: which call it is about, what was seen, and the call-back that came of it."""

    carrier: StandIn
    app: str
    token: str
    call: str = ""
    seen: set[str] = field(default_factory=set)
    callback: dict[str, Any] = field(default_factory=dict)

    @property
    def missing(self) -> list[str]:
        return [goal for goal in GOALS if goal not in self.seen]


def main() -> int:
    """Tell the story; 0 when all of it was seen, else 1."""
    parser = argparse.ArgumentParser(prog="python -m voice.standin.story")
    parser.add_argument("--app", required=True, help="where Ringtrue is")
    parser.add_argument("--carrier", required=True, help="where the stand-in carrier is")
    given = parser.parse_args()
    story = Story(StandIn(given.carrier), given.app, sys.stdin.readline().strip())
    deadline = time.monotonic() + PATIENCE
    if not wait_until_ready(story.app, deadline):
        return 1
    try:
        set_the_stage(story)
        watch(story, deadline)
        return end(story)
    except requests.RequestException as error:
        tell(f"The story breaks off: {error}")
        return 1


def wait_until_ready(app: str, deadline: float) -> bool:
    """Whether /readyz says yes before the deadline; says what does not answer if not."""
    said = "nothing answers"
    while time.monotonic() < deadline:
        try:
            answer = requests.get(f"{app}/readyz", timeout=5)
        except requests.RequestException:
            pass  # the web process is still starting
        else:
            if answer.ok:
                return True
            said = answer.text.strip()
        time.sleep(0.2)
    tell(f"Ringtrue is not ready: {said}")
    return False


def set_the_stage(story: Story) -> None:
    """The number's addresses, what each phone will do, and the customer's call."""
    app, carrier = story.app, story.carrier
    carrier.wait_until_up()
    carrier.number(
        BUSINESS,
        f"{app}/voice/incoming",
        fallback_url=f"{app}/voice/fallback",
        status_url=f"{app}/voice/status",
        sms_url=f"{app}/texts/incoming",
    )
    # At first nobody can take the call, each in another way; later each would keep the promise.
    keeps = Answers(2, [{"on_hearing": "press 1", "press": "1"}, {"on_hearing": "press 1", "after": 1, "press": "1"}])
    carrier.phone(PRIYA, Busy(), keeps)
    carrier.phone(TOM, Mailbox(), keeps)
    carrier.phone(MEI, RingsOut(), keeps)
    carrier.phone(CUSTOMER, Answers(2, [{"say": "Hello, this is Jane."}, {"after": 20, "hang_up": True}]))
    story.call = carrier.dial(CUSTOMER, BUSINESS, [{"on_hearing": "ring you back by", "after": 4, "hang_up": True}])
    tell(f"{PEOPLE[CUSTOMER]} rings {BUSINESS}. Everybody is busy.\n")


def watch(story: Story, deadline: float) -> None:
    """Tell everything that happens until all was seen or the time is up."""
    after = 0
    while story.missing and time.monotonic() < deadline:
        for event in story.carrier.events(after, wait=0.5):
            after = event["n"]
            tell_event(event)
            notice(story, event)
        look_at_promise(story)


def tell_event(event: Event) -> None:
    """One line for what a phone did or heard; nothing for noise."""
    phone, how = event["phone"], TOLD.get(event["kind"])
    if event["kind"] == "ended":
        how = NOT_TAKEN.get(event["text"])
    if how is None or phone not in PEOPLE:
        return
    other = PEOPLE.get(event["text"] or "", event["text"])
    tell(f"  {PEOPLE[phone]:<10} {how.format(text=event['text'], other=other)}")


def notice(story: Story, event: Event) -> None:
    """Tick off what this event shows."""
    kind, phone, text = event["kind"], event["phone"], event["text"] or ""
    first_call = event["call_sid"] == story.call
    promised = MADE in story.seen
    shown = {
        GOALS[0]: first_call and kind == "hears" and PEOPLE[CUSTOMER] in text,
        GOALS[1]: phone in STAFF and kind == "hears" and PEOPLE[CUSTOMER] in text,
        GOALS[2]: first_call and kind == "hears" and "ring you back by" in text,
        GOALS[4]: promised and phone in STAFF and kind == "rings",
        GOALS[5]: phone == CUSTOMER and kind == "rings" and event.get("from") == BUSINESS,
        GOALS[6]: phone == CUSTOMER and kind == "bridged" and text in STAFF,
    }
    story.seen.update(goal for goal, is_shown in shown.items() if is_shown)


def look_at_promise(story: Story) -> None:
    """Tell each change of the call-back, and tick off its making and its keeping."""
    found = ask_for_promise(story)
    if not found or found == story.callback:
        return
    if not story.callback:
        story.seen.add(MADE)
        tell(f"\n  Ringtrue   owes {PEOPLE[CUSTOMER]} a call by {found['promised_by']}\n")
    if found["state"] != story.callback.get("state"):
        tell(f"  Ringtrue   call-back {found['id']} is {found['state']}{outcome(found)}")
    story.callback = found
    if found["outcome"] == "reached" and found["kept"] and found["rang_in_time"]:
        story.seen.add(KEPT)


def ask_for_promise(story: Story) -> dict[str, Any]:
    """The call-back for this story's call, or nothing yet."""
    if story.callback:
        return ask(story, f"/api/callbacks/{story.callback['id']}")
    listed = ask(story, "/api/callbacks")["callbacks"]
    return next((one for one in listed if story.call in one["calls"]), {})


def ask(story: Story, path: str) -> dict[str, Any]:
    """What the JSON API says, with the token of the story."""
    answer = requests.get(f"{story.app}{path}", headers={"Authorization": f"Bearer {story.token}"}, timeout=5)
    answer.raise_for_status()
    return dict(answer.json())


def outcome(callback: dict[str, Any]) -> str:
    """How the promise ended, in words."""
    if not callback["outcome"]:
        return ""
    return f": {callback['outcome']}, promise {'kept' if callback['kept'] else 'not kept'}"


def end(story: Story) -> int:
    """Say how it ended."""
    refused = [f"the carrier refused: {event['text']}" for event in story.carrier.refusals()]
    missing = [f"not seen: {goal}" for goal in story.missing] + refused
    tell(
        "\n"
        + (
            "\n".join(missing)
            or "Everything was seen: a warm answer, a promise with a time on it, and the promise kept."
        )
    )
    return 1 if missing else 0


def tell(words: str) -> None:
    """A line for whoever watches, at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
