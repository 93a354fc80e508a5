"""The sample calls: a customer rings, nobody can take it, and the promise they are given is kept; another leaves a message.

Told as it happens: what each phone hears, the promise from made to kept, the words of the message. It knows Ringtrue only from outside, as a
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
    "+447700900124": "Amir Hussain",
}
CUSTOMER, PRIYA, TOM, MEI, AMIR = PEOPLE
STAFF = frozenset({PRIYA, TOM, MEI})

PATIENCE = 120.0
"""Real seconds for each of the two calls; a machine with nothing else to do needs a third of it."""

SAID = "Hi, this is Amir Hussain. My front wheel is broken and I am stuck at the station. It is urgent, please call me back."
"""What is to be heard in the second caller's message."""

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

KEEPS = Answers(2, [{"on_hearing": "press 1", "press": "1"}, {"on_hearing": "press 1", "after": 1, "press": "1"}])
"""Somebody of the staff who keeps a promise: takes the call, rings the customer, and says that they spoke."""

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


OVER, LEFT, WRITTEN = "the end of the second call", "the message in Ringtrue's own list", "the words of the message"


@dataclass
class Story:
    """The story so far: which call it is about, what was seen, the call-back that came of it, and how far the events are told."""

    carrier: StandIn
    app: str
    token: str
    call: str = ""
    seen: set[str] = field(default_factory=set)
    callback: dict[str, Any] = field(default_factory=dict)
    goals: tuple[str, ...] = GOALS
    told: int = 0

    @property
    def missing(self) -> list[str]:
        return [goal for goal in self.goals if goal not in self.seen]


def main() -> int:
    """Tell the story; 0 when all of it was seen, else 1."""
    parser = argparse.ArgumentParser(prog="python -m voice.standin.story")
    parser.add_argument("--app", required=True, help="where Ringtrue is")
    parser.add_argument("--carrier", required=True, help="where the stand-in carrier is")
    parser.add_argument("--message", required=True, help="the second caller's message, a WAV file")
    parser.add_argument("--words", action="store_true", help="its words must be seen: the speech engine is here")
    given = parser.parse_args()
    story = Story(StandIn(given.carrier), given.app, sys.stdin.readline().strip())
    deadline = time.monotonic() + PATIENCE
    if not wait_until_ready(story.app, deadline):
        return 1
    try:
        set_the_stage(story)
        watch(story, deadline)
        if story.missing:
            return end([story])
        return end([story, watch_message(leave_message(story, given.message, words=given.words))])
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
    carrier.phone(PRIYA, Busy(), KEEPS)
    carrier.phone(TOM, Mailbox(), KEEPS)
    carrier.phone(MEI, RingsOut(), KEEPS)
    carrier.phone(CUSTOMER, Answers(2, [{"say": "Hello, this is Jane."}, {"after": 20, "hang_up": True}]))
    story.call = carrier.dial(CUSTOMER, BUSINESS, [{"on_hearing": "ring you back by", "after": 4, "hang_up": True}])
    tell(f"{PEOPLE[CUSTOMER]} rings {BUSINESS}. Everybody is busy.\n")


def watch(story: Story, deadline: float) -> None:
    """Tell everything that happens until all was seen or the time is up."""
    while story.missing and time.monotonic() < deadline:
        for event in tell_events(story):
            notice(story, event)
        look_at_promise(story)


def tell_events(story: Story) -> list[Event]:
    """What happened since, told; waits a moment when nothing has."""
    events = story.carrier.events(story.told, wait=0.5)
    for event in events:
        story.told = event["n"]
        tell_event(event)
    return events


def leave_message(story: Story, sound: str, *, words: bool) -> Story:
    """Another customer rings, chooses to leave a message and says it: the story of that call, with or without its `words`."""
    for phone in STAFF:
        story.carrier.phone(phone, Busy(), Busy(), KEEPS)  # who stays to watch sees this promise kept too
    story.carrier.phone(AMIR, Answers(2, [{"say": "Hello, Amir here."}, {"after": 20, "hang_up": True}]))
    script = [
        {"on_hearing": "for a message", "after": 1, "press": "3"},
        {"on_hearing": "after the beep", "after": 2, "say": SAID, "sound": sound},
        {"on_hearing": "we have your message", "after": 1, "hang_up": True},
    ]
    call = story.carrier.dial(AMIR, BUSINESS, script)
    tell(f"\n{PEOPLE[AMIR]} rings. Everybody is busy again.\n")
    goals = (OVER, LEFT, WRITTEN) if words else (OVER, LEFT)
    return Story(story.carrier, story.app, story.token, call, goals=goals, told=story.told)


def watch_message(story: Story) -> Story:
    """Tell of the call and of its message, until all was seen: its words only where something writes them out already."""
    deadline = time.monotonic() + PATIENCE
    while story.missing and time.monotonic() < deadline:
        if any(event["call_sid"] == story.call and event["kind"] == "ended" for event in tell_events(story)):
            story.seen.add(OVER)
        story.callback = ask_for_promise(story)
        message = story.callback.get("voicemail") or {}
        if message:
            story.seen.add(LEFT)
        if message.get("transcript_state") == "done":
            tell(f"\n  Ringtrue     the words of the message: “{message['transcript']}”")
            story.seen.add(WRITTEN)
    if LEFT in story.seen and WRITTEN not in story.goals:
        tell("\n  Ringtrue     has the message; its words come once the speech engine is here (./run words)")
    return story


def tell_event(event: Event) -> None:
    """One line for what a phone did or heard; nothing for noise."""
    phone, how = event["phone"], TOLD.get(event["kind"])
    if event["kind"] == "ended":
        how = NOT_TAKEN.get(event["text"])
    if how is None or phone not in PEOPLE:
        return
    other = PEOPLE.get(event["text"] or "", event["text"])
    tell(f"  {PEOPLE[phone]:<12} {how.format(text=event['text'], other=other)}")


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
        tell(f"\n  Ringtrue     owes {PEOPLE[CUSTOMER]} a call by {found['promised_by']}\n")
    if found["state"] != story.callback.get("state"):
        tell(f"  Ringtrue     call-back {found['id']} is {found['state']}{outcome(found)}")
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


def end(stories: list[Story]) -> int:
    """Say how it ended."""
    refused = [f"the carrier refused: {event['text']}" for event in stories[0].carrier.refusals()]
    missing = [f"not seen: {goal}" for story in stories for goal in story.missing] + refused
    tell(
        "\n"
        + (
            "\n".join(missing)
            or "Everything was seen: a warm answer, a promise with a time on it, the promise kept, a message on the list."
        )
    )
    return 1 if missing else 0


def tell(words: str) -> None:
    """A line for whoever watches, at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
