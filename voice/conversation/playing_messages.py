"""One of us hears the messages that callers left for them or their teams, and what becomes of each by one key.

A message that was played counts as heard once a key, or the silence after it, was told. Nobody hears one without their PIN.
"""

from dataclasses import replace
from datetime import timedelta

from voice import wording
from voice.conversation.facts import MessageFacts, Situation, StaffFacts
from voice.conversation.news import ClosesCallback, HeardMessage, MenuAsked, RingsFor
from voice.conversation.staff_line import MENUS_AT_MOST, for_us, menu, with_news
from voice.conversation.turns import Act, Ask, GoTo, Heard, Step, Turn

RING, NEXT, AGAIN, DONE, MENU = "1", "2", "3", "4", "0"
AFTER_THE_SOUND = timedelta(seconds=1)
"""So long a key is waited for before the keys are told."""


def _first(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """From the menu: the first, which is the most urgent that nobody has heard."""
    return _next(situation, staff, none=wording.no_messages())


def _key(heard: Heard, situation: Situation, staff: StaffFacts) -> Turn:
    """The key to the message that was played. With none they may be gone from the phone: the menu."""
    message, key = staff.message, heard.digits
    if message is None:
        return menu(situation)
    if key == DONE and not message.may_close:
        return _again(situation, *_keys(wording.somebody_has_it()))
    if key == RING and message.phone is None:
        return _again(situation, *_keys(wording.no_number_to_ring()))
    if key not in {"", RING, NEXT, AGAIN, DONE, MENU}:
        return _again(situation, *_keys(wording.once_more()))
    # It is new no longer, also in the menu that may follow.
    staff = replace(staff, new_messages=max(0, staff.new_messages - message.is_new))
    turn = _does(key, replace(situation, staff=staff), staff, message)
    return with_news(HeardMessage(message.id, message.callback_id), turn)


def _does(key: str, situation: Situation, staff: StaffFacts, message: MessageFacts) -> Turn:
    """What the key does. Whom they ring is claimed for them with this turn, and rung as every call-back is."""
    if key == RING:
        return Turn((GoTo("claimed"),), (RingsFor(message.callback_id),))
    if key == NEXT:
        return _next(situation, staff, none=wording.no_more_messages())
    if key == DONE:
        following = _next(situation, staff, none=wording.no_more_messages(), first=wording.message_done())
        return with_news(ClosesCallback(message.callback_id), following)
    return _again(situation, *_play(situation, message)) if key == AGAIN else menu(situation)


def _next(situation: Situation, staff: StaffFacts, *, none: str, first: str = "") -> Turn:
    """The next message, or `none` and the menu."""
    if staff.next_message is None:
        return menu(situation, f"{first} {none}".strip())
    return Turn(_play(situation, staff.next_message, first))


def _again(situation: Situation, *acts: Act) -> Turn:
    """Counted as a menu is, so that the call ends whatever is pressed."""
    return Turn(acts, (MenuAsked(),)) if situation.menus < MENUS_AT_MOST else menu(situation)


def _play(situation: Situation, message: MessageFacts, first: str = "") -> tuple[Act, ...]:
    """Who, when, the message, and the keys, which are taken all the while."""
    when = wording.spoken_time(message.left_at, situation.now, situation.zone)
    intro = f"{first} {wording.message_from(message.who, when)}".strip()
    return Ask(intro, then="message_key", wait=AFTER_THE_SOUND, sound=message.sound), *_keys()


def _keys(first: str = "") -> tuple[Act, ...]:
    return Ask(f"{first} {wording.message_keys()}".strip(), then="message_key"), GoTo("message_key")


STEPS: dict[str, Step] = {"message": for_us(_first), "message_key": for_us(_key)}
"""What follows the menu's key, by the names in its answers."""
