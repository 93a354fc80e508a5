"""What is left to do before the first customer rings."""

from dataclasses import replace
from pathlib import Path

from console import checklist
from console.checklist import Facts
from office.profile import read

SAMPLE = (Path(__file__).parents[2] / "office" / "sample" / "harbour-bikes.toml").read_text()
NOTHING = Facts(profile=None, is_public=False, rang=False, heard_out=False, has_greeting=False)
EVERYTHING = Facts(profile=read(SAMPLE), is_public=True, rang=True, heard_out=True, has_greeting=True)


def done(facts: Facts) -> set[str]:
    return {item.name for item in checklist.items(facts) if item.done}


def test_at_the_first_start_nothing_is_done_and_the_business_comes_first() -> None:
    steps = checklist.items(NOTHING)
    assert done(NOTHING) == set()
    assert checklist.news(steps) == ("0 of 6 steps are done.", "Next: the business and its number.")


def test_with_everything_done_customers_may_ring() -> None:
    assert checklist.news(checklist.items(EVERYTHING)) == ("Everything is set up.", "Customers may ring.")


def test_import_of_a_business_does_three_steps_and_a_call_that_is_not_over_a_fourth() -> None:
    imported = replace(NOTHING, profile=EVERYTHING.profile)
    assert done(imported) == {"number", "hours", "people"}
    assert done(replace(imported, rang=True)) == {"number", "hours", "people", "addresses"}
    assert checklist.news(checklist.items(imported))[1] == "Next: tell the carrier where we are."


def test_address_that_no_carrier_can_reach_is_told() -> None:
    told = {item.name: item.words for item in checklist.items(NOTHING)}["addresses"]
    public = {item.name: item.words for item in checklist.items(replace(NOTHING, is_public=True))}["addresses"]
    assert "PUBLIC_BASE_URL" in told
    assert "PUBLIC_BASE_URL" not in public


def test_each_step_leads_to_the_page_that_does_it_once_there_is_a_business() -> None:
    begun = {item.name: item.page for item in checklist.items(NOTHING) if item.page}
    assert begun == {"number": "pages.settings_business"}
    known = replace(NOTHING, profile=EVERYTHING.profile)
    pages = {item.name: item.page for item in checklist.items(known)}
    expected = {"hours": "pages.hours", "people": "pages.people", "greeting": "pages.greetings"}
    assert pages == begun | expected | {"addresses": None, "test-call": None}
    rung = {item.name: item.page for item in checklist.items(replace(known, standin=True))}
    assert rung["test-call"] == "pages.phone"
