"""The business, changed while it works: checked, kept with who and what, undone; and a file that is imported again leaves it so."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from office import changes
from office.merging import Tables
from office.profile import ProfileError, read
from office.profile.lines import key_lines
from office.tables import Audit, BusinessChange, Staff
from office.wiring import Office
from tests.conftest import BUSINESS

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
TOM = "+447700900102"


@pytest.fixture(autouse=True)
def imported(office: Office) -> None:
    take_in(office, BUSINESS)


def take_in(office: Office, text: str) -> bool:
    with office.database.transaction() as session:
        lines = key_lines(text)
        return changes.take_in(session, read(text), file="business.toml", lines=lines, by="import-business", now=NOW)


def set_within(office: Office, value: str) -> None:
    with office.database.transaction() as session:
        edit = lambda tables: tables.setdefault("promise", {}).update(within=value)  # noqa: E731
        changes.change(session, edit, by="Priya Shah", said=f"within: {value}", now=NOW)


def without_tom(office: Office) -> None:
    def edit(tables: Tables) -> None:
        tables["staff"] = [person for person in tables["staff"] if person["phone"] != TOM]

    with office.database.transaction() as session:
        changes.change(session, edit, by="Priya Shah", said="Tom Okafor left", now=NOW)


def within(office: Office) -> str:
    with office.database.reading() as session:
        return str(office.business(session).promise.within)


def newest(office: Office) -> BusinessChange:
    with office.database.reading() as session:
        return changes.history(session)[0]


def test_change_holds_at_once_and_says_who_and_what(office: Office) -> None:
    assert within(office) == "2:00:00"
    set_within(office, "1h")
    assert within(office) == "1:00:00"
    row = newest(office)
    assert (row.by, row.said, row.before, row.after) == (
        "Priya Shah", "within: 1h", {"promise": None}, {"promise": {"within": "1h"}},
    )  # fmt: skip
    with office.database.reading() as session:
        assert session.scalars(select(Audit.detail).where(Audit.about == "business")).all() == ["within: 1h"]


def test_change_that_does_not_hold_together_changes_nothing(office: Office) -> None:
    with pytest.raises(ProfileError) as refused:
        set_within(office, "soon")
    assert [problem.key for problem in refused.value.problems] == ["promise.within"]
    assert within(office) == "2:00:00"


def test_change_is_undone_once(office: Office) -> None:
    set_within(office, "1h")
    row = newest(office)
    with office.database.transaction() as session:
        changes.undo(session, row.id, by="Tom Okafor", now=NOW)
    assert within(office) == "2:00:00"
    with pytest.raises(changes.UndoError, match="already"), office.database.transaction() as session:
        changes.undo(session, row.id, by="Tom Okafor", now=NOW)


def test_change_that_was_changed_again_since_is_not_undone(office: Office) -> None:
    set_within(office, "1h")
    row = newest(office)
    set_within(office, "3h")
    with pytest.raises(changes.UndoError, match="changed again"), office.database.transaction() as session:
        changes.undo(session, row.id, by="Tom Okafor", now=NOW)
    assert within(office) == "3:00:00"


def test_same_file_again_leaves_what_was_changed_meanwhile(office: Office) -> None:
    set_within(office, "1h")
    without_tom(office)
    assert take_in(office, BUSINESS) is False
    assert within(office) == "1:00:00"
    with office.database.reading() as session:
        assert session.scalars(select(Staff.left_at).where(Staff.phone == TOM)).one() == NOW


def test_file_with_something_new_brings_that_alone(office: Office) -> None:
    set_within(office, "1h")
    assert take_in(office, BUSINESS.replace("rounds = 1", "rounds = 3"))
    with office.database.reading() as session:
        business = office.business(session)
    assert (business.ringing.rounds, str(business.promise.within)) == (3, "1:00:00")


def test_file_without_somebody_removes_nobody(office: Office) -> None:
    take_in(office, BUSINESS[: BUSINESS.rindex("[[staff]]")])
    with office.database.reading() as session:
        tom = session.scalars(select(Staff).where(Staff.phone == TOM)).one()
    assert (tom.left_at, tom.on_duty) == (None, True)


def test_leaver_is_off_duty_and_comes_back_by_undo(office: Office) -> None:
    without_tom(office)
    with office.database.transaction() as session:
        tom = session.scalars(select(Staff).where(Staff.phone == TOM)).one()
        assert (tom.left_at, tom.on_duty) == (NOW, False)
        changes.undo(session, newest(office).id, by="Priya Shah", now=NOW)
    with office.database.reading() as session:
        tom = session.scalars(select(Staff).where(Staff.phone == TOM)).one()
    assert (tom.left_at, tom.on_duty) == (None, True)


def test_value_of_the_file_names_its_line_until_it_is_changed(office: Office) -> None:
    line = BUSINESS.split("\n").index("rounds = 1") + 1
    with office.database.transaction() as session:
        assert changes.from_file(session, ["ringing.rounds"]) == {"ringing.rounds": ("business.toml", line)}
        edit = lambda tables: tables["ringing"].update(rounds=2)  # noqa: E731
        changes.change(session, edit, by="Priya Shah", said="rounds", now=NOW)
        assert changes.from_file(session, ["ringing.rounds"]) == {}


def test_file_of_quite_other_teams_leaves_everybody_in_theirs(office: Office) -> None:
    other = BUSINESS[: BUSINESS.index("[[team]]")] + '[[team]]\nname = "Sales"\nkey = "1"\n'
    other += '[[staff]]\nname = "Ann Lee"\nphone = "+447700900111"\nteams = ["Sales"]\n'
    assert take_in(office, other)
    assert take_in(office, other) is False
    with office.database.reading() as session:
        staff = {person.name: person.teams for person in office.business(session).staff}
    assert staff == {"Priya Shah": ("Workshop",), "Tom Okafor": ("Workshop",), "Ann Lee": ("Sales",)}


def test_leaver_stays_away_though_the_file_says_something_new_about_them(office: Office) -> None:
    without_tom(office)
    take_in(office, BUSINESS + 'email = "tom@example.com"\n')
    with office.database.reading() as session:
        assert session.scalars(select(Staff.left_at).where(Staff.phone == TOM)).one() == NOW


def test_menu_key_that_the_file_gives_to_a_team_is_taken_from_the_other(office: Office) -> None:
    two = BUSINESS.replace('name = "Workshop"', 'name = "Workshop"\nkey = "1"\n[[team]]\nname = "Hire"').replace(
        'role = "manager"', 'role = "manager"\nteams = ["Workshop"]'
    ) + 'teams = ["Hire"]\n'  # fmt: skip
    take_in(office, two)
    with office.database.transaction() as session:
        edit = lambda tables: tables["team"][0].update(key="2")  # noqa: E731
        changes.change(session, edit, by="Priya Shah", said="key: 2", now=NOW)
    take_in(office, two.replace('name = "Hire"', 'name = "Hire"\nkey = "2"'))
    with office.database.reading() as session:
        assert [(team.name, team.key) for team in office.business(session).teams] == [("Workshop", None), ("Hire", "2")]


def test_undo_makes_no_second_person_of_somebody_who_left_and_rings_no_more_countries(office: Office) -> None:
    without_tom(office)
    left = newest(office).id
    with office.database.transaction() as session:
        zoe = {"name": "Zoe", "phone": TOM}
        changes.change(session, lambda tables: tables["staff"].append(zoe), by="Priya Shah", said="Zoe", now=NOW)
    with office.database.transaction() as session:
        changes.undo(session, newest(office).id, by="Priya Shah", now=NOW)
    with pytest.raises(changes.UndoError, match="had that number"), office.database.transaction() as session:
        changes.undo(session, left, by="Priya Shah", now=NOW)
    for countries in (["GB", "IE"], ["GB"]):
        with office.database.transaction() as session:
            edit = lambda tables: tables.update(callbacks={"allowed_countries": countries})  # noqa: B023, E731
            changes.change(session, edit, by="Priya Shah", said="countries", now=NOW)
    with pytest.raises(changes.UndoError, match="more countries"), office.database.transaction() as session:
        changes.undo(session, newest(office).id, by="Priya Shah", now=NOW)


def test_new_phone_is_taken_back_and_the_managers_phone_leaves_with_nobody(office: Office) -> None:
    with office.database.transaction() as session:
        edit = lambda tables: tables["staff"][1].update(phone="+447700900109")  # noqa: E731
        changes.change(session, edit, by="Priya Shah", said="phone", now=NOW)
    with office.database.transaction() as session:
        changes.undo(session, newest(office).id, by="Priya Shah", now=NOW)
        assert session.scalars(select(Staff.phone).where(Staff.name == "Tom Okafor")).one() == TOM
        edit = lambda tables: tables["business"].update(manager_phone=TOM)  # noqa: E731
        changes.change(session, edit, by="Priya Shah", said="manager", now=NOW)
    with pytest.raises(ProfileError, match="Alerts go to this phone"):
        without_tom(office)
