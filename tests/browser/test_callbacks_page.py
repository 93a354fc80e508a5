"""The page of call-backs in a real browser: it keeps itself fresh, fits small screens, and runs nothing it should not."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from callbacks.tables import Callback, CallbackCall
from console import likes
from office.wiring import Office
from voicemail_greetings.tables import Message

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
BELL = """
  window.struck = [];
  window.AudioContext = class { currentTime = 0; async resume() {} async suspend() {} };
  window.GainNode = class { gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} }; connect() {} };
  window.OscillatorNode = class {
    constructor(_, { frequency }) { this.frequency = frequency; }
    connect(to) { return to; }
    start() { window.struck.push(this.frequency); }
    stop() {}
  };
"""
"""A browser that writes down which tones it would play."""

Owe = Callable[..., None]


def ask(page: Page) -> None:
    """As when somebody comes back to the tab: what is new is asked for at once."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_page_counts_down_by_itself(open_page: Callable[..., Page], owe: Owe) -> None:
    owe("+447700900123", "Jane Smith", 2)
    page = open_page()
    expect(page.locator("[data-due]")).to_have_text("in 1 min")  # the second that the server's words were true is over


def test_new_callback_appears_without_a_touch_and_rings_once(
    open_page: Callable[..., Page], owe: Owe, office: Office
) -> None:  # fmt: skip
    with office.database.transaction() as session:
        likes.keep(session, 1, {"sound": True})
    page = open_page()
    page.add_init_script(BELL)
    page.reload()
    expect(page.get_by_role("heading", name="A quiet line so far.")).to_be_visible()
    owe("+447700900123", "Jane Smith", 20)
    expect(page.get_by_role("heading", name="Jane Smith")).to_be_visible()
    expect(page).to_have_title("Call-backs (1 open) · Harbour Bikes · Ringtrue")
    with office.database.transaction() as session:
        session.execute(update(Callback).values(state="claimed", owner="Tom Okafor", owner_id=2))
    ask(page)
    expect(page.locator("#callback-1 .own")).to_contain_text("Tom Okafor")
    assert page.evaluate("struck") == [1318.5, 2637, 3639]  # one bell: what it is made of
    with office.database.transaction() as session:
        session.execute(update(Callback).values(calls_missed=2))
    ask(page)
    expect(page.locator("#callback-1")).to_have_attribute("data-calls", "2")
    assert page.evaluate("struck.length") == 6


def test_rows_do_not_move_under_the_pointer_but_tell_how_they_stand(
    open_page: Callable[..., Page], owe: Owe, office: Office
) -> None:  # fmt: skip
    owe("+447700900123", "Jane Smith", 60)
    page = open_page()
    page.get_by_role("heading", name="Jane Smith").hover()
    page.locator("#claim-1").focus()
    owe("+447700900124", "Gwen Hughes", 20)
    with office.database.transaction() as session:
        session.execute(
            update(Callback).where(Callback.id == 1).values(state="claimed", owner="Tom Okafor", owner_id=2)
        )
    ask(page)
    expect(page.get_by_role("button", name="Show it")).to_be_visible()
    expect(page.locator("#callback-1 .own")).to_contain_text("Tom Okafor")
    expect(page.get_by_role("heading", name="Gwen Hughes")).to_have_count(0)
    expect(page.get_by_role("link", name="Jane Smith", exact=True)).to_be_focused()  # what had the keyboard is gone
    page.get_by_role("heading", name="Call-backs").click()
    expect(page.get_by_role("heading", name="Gwen Hughes")).to_be_visible()


def test_lost_touch_is_told_and_mends_itself_and_what_is_typed_stays(open_page: Callable[..., Page], owe: Owe) -> None:
    owe("+447700900123", "Jane Smith", 40)
    signed_in = open_page()
    page = signed_in.context.new_page()  # here the browser may complain of what it does not get
    page.goto(signed_in.url)
    page.get_by_role("searchbox").fill("gwe")
    page.get_by_role("heading", name="Call-backs").click()
    page.route("**/callbacks/list*", lambda route: route.abort())
    for _ in range(3):
        with page.expect_event("requestfailed"):
            ask(page)
    expect(page.get_by_text("We’ve lost touch with Ringtrue.").first).to_be_visible()
    page.evaluate("() => { window.asks = []; window.fetch = () => new Promise((answer) => asks.push(answer)); }")
    posts: list[str] = []
    page.on("request", lambda sent: posts.append(sent.url) if sent.method == "POST" else None)
    unsent, claim = page.locator("[data-unsent]"), page.locator("#claim-1")
    claim.dblclick()
    page.evaluate("asks.pop()({ ok: false })")
    expect(unsent).to_be_focused()
    unsent.get_by_role("button", name="Close").press("Enter")
    expect(page.locator("main")).to_be_focused()
    claim.click()
    page.get_by_role("searchbox").click()
    page.evaluate("asks.pop()({ ok: false })")
    expect(unsent).to_have_role("alert")
    expect(page.get_by_role("searchbox")).to_be_focused()  # who types is not interrupted
    unsent.get_by_role("button", name="Close").click()
    claim.click()
    claim.evaluate("(button) => button.remove()")
    page.evaluate("asks.pop()({ ok: true })")
    expect(unsent).to_be_focused()
    assert (page.evaluate("asks.length"), posts) == (0, [])
    page.unroute_all()
    owe("+447700900124", "Gwen Hughes", 20)
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Gwen Hughes")).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_be_hidden()
    expect(page.get_by_role("searchbox")).to_have_value("gwe")


def test_words_that_somebody_unfolded_stay_so(open_page: Callable[..., Page], owe: Owe, office: Office) -> None:
    owe("+447700900123", "Jane Smith", 60)
    _leave_message(office, words="The blue bike. " * 30 + "Ring 07700 900456.")
    page = open_page(390)
    page.get_by_text("more", exact=True).click()
    page.get_by_role("heading", name="Call-backs").click()
    owe("+447700900124", "Gwen Hughes", 20)
    ask(page)
    expect(page.get_by_role("heading", name="Gwen Hughes")).to_be_visible()
    expect(page.locator("mark")).to_be_visible()
    page.get_by_role("button", name="Ring them at 07700 900456").click()
    expect(page.locator(".who").get_by_text("07700 900456")).to_be_visible()


def _leave_message(office: Office, **values: Any) -> None:
    """In a call that the first call-back answers for."""
    now = office.clock.now()
    times = {"received_at": now, "ended_at": now, "words_by": now}
    with office.database.transaction() as session:
        session.add(CallbackCall(call_sid="CA1", callback_id=1))
        row = Message(
            recording_sid="RE1", call_sid="CA1", duration_s=14, fetches=0, words_state="done", **times, **values
        )
        session.add(row)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_long_and_hostile_words_fit_and_stay_words(open_page: Callable[..., Page], owe: Owe, width: int) -> None:
    owe("+447700900123", HOSTILE, 20, reason=HOSTILE, owner=HOSTILE)
    owe("+447700900124", "Wolfeschlegelsteinhausenbergerdorff" * 5, -20, reason="x" * 200)
    page = open_page(width)
    expect(page.get_by_role("heading", name="<img src=x")).to_be_visible()
    assert page.title().startswith("Call-backs (2 open)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_page_is_whole_without_script(open_page: Callable[..., Page], owe: Owe) -> None:
    owe("+447700900123", "Jane Smith", 20)
    page = open_page(java_script_enabled=False)
    expect(page.get_by_text("in 20 min")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")


def test_keyboard_skips_to_the_list(open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_page_of_a_session_that_ended_asks_to_sign_in(open_page: Callable[..., Page], clock: Any) -> None:
    page = open_page()
    clock.go_on(minutes=31)
    ask(page)
    page.wait_for_url("**/sign-in?*")
    expect(page.get_by_text("You were signed out to keep things safe.")).to_be_visible()
