"""The list of customers: what goes in, what stays out, and what is said about it."""

import io
from datetime import date
from pathlib import Path

import pytest

from office.customer_list import BadRow, CustomerList, CustomerListError, CustomerRow, read

SAMPLE = Path(__file__).parents[2] / "office" / "sample" / "customers.csv"
JANE = CustomerRow(2, "+447700900123", "Jane Smith")


def listed(*rows: str, header: str = "phone,name") -> CustomerList:
    return read("\n".join([header, *rows]) + "\n", "GB")


def bad_row(row: str, header: str = "phone,name") -> BadRow:
    result = listed(row, header=header)
    assert not result.good
    return result.bad[0]


def test_row_with_phone_and_name_is_good() -> None:
    assert listed("07700 900123,Jane Smith") == CustomerList((JANE,), ())


def test_row_with_everything_is_read_whole() -> None:
    header = "phone,name,email,birthday,customer_since,notes,language,contact"
    row = "+447700900123,Jane Smith,jane@example.com,1984-06-21,2019-05-04,Rings early,en_GB,message-only"
    assert listed(row, header=header).good == (
        CustomerRow(
            2,
            "+447700900123",
            "Jane Smith",
            email="jane@example.com",
            birthday="1984-06-21",
            customer_since=date(2019, 5, 4),
            notes="Rings early",
            language="en-GB",
            contact="message-only",
        ),
    )


@pytest.mark.parametrize(
    "header", ["name,phone", " Name , PHONE ", '"name","phone"', "\ufeffname,phone", "name,phone,,"]
)
def test_header_may_be_written_as_spreadsheets_do(header: str) -> None:
    assert listed("Jane Smith,07700900123", header=header).good == (JANE,)


def test_column_of_two_words_may_be_written_with_a_space() -> None:
    assert listed("07700900123,Jane,2019-05-04", header="Phone,Name,Customer Since").good[0].customer_since


def test_windows_line_ends_and_blank_lines_keep_the_line_numbers() -> None:
    result = read("phone,name\r\n\r\n,\r\n07700900123,Jane Smith\r\nno,Tom\r\n", "GB")
    assert [row.line for row in result.good] == [4]
    assert [row.line for row in result.bad] == [5]


def test_row_with_a_quoted_newline_is_known_by_its_first_line() -> None:
    result = listed('07700900123,"Jane\nSmith"', "none,Tom")
    assert result.good == (JANE,)
    assert result.bad[0].line == 4


def test_open_file_is_read_like_its_text() -> None:
    text = '07700900123,"Jane\nSmith"\r\n'
    assert read(io.StringIO("\ufeffphone,name\r\n" + text, newline=""), "GB").good == (JANE,)


@pytest.mark.parametrize(
    ("header", "wrong"),
    [
        ("phone,name,shoe_size", '"shoe_size" is no column'),
        ("phone,email", '"name" is missing'),
        ("", '"phone" is missing'),
        ("phone,name,phone", '"phone" stands twice'),
        ("phone;name", "not separated by commas"),
        ('"phone,name', "cannot be read"),
    ],
)
def test_wrong_header_refuses_the_file_at_line_one(header: str, wrong: str) -> None:
    with pytest.raises(CustomerListError, match=wrong) as refused:
        read(header, "GB")
    assert refused.value.line == 1


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("07700900123,", "name: is empty"),
        ("07700900123", "name: is empty"),
        ('07700900123," \x00 "', "name: is empty"),
        ("07700900123," + "x" * 201, "name: is longer than 200"),
        (",Jane", "phone: has no digits"),
        ("anonymous,Jane", "phone: has no digits"),
        ("+266696687,Jane", "phone: is how carriers spell a withheld number"),
        ("12,Jane", "phone: has too many or too few digits"),
        ("4.477E+11,Jane", "phone: has letters"),
        ("07700900123,Smith, Jane", "more cells than the header"),
        ('07700900123,"Jane"x', "quotation mark"),
        ('07700900123,"Jane', "quotation mark"),
    ],
)
def test_bad_row_is_left_out_saying_why(row: str, wrong: str) -> None:
    bad = bad_row(row)
    assert bad.line == 2
    assert wrong in bad.what


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("email", "jane"),
        ("email", "jane @example.com"),
        ("birthday", "30/02/1984"),
        ("birthday", "06/21/1984"),
        ("birthday", "21/06/84"),
        ("birthday", "1985-02-29"),
        ("birthday", "--02-30"),
        ("birthday", "---"),
        ("customer_since", "20190504"),
        ("customer_since", "--05-04"),
        ("notes", "x" * 2001),
        ("language", "English please"),
        ("contact", "banned"),
    ],
)
def test_bad_optional_cell_is_named_by_its_column(column: str, value: str) -> None:
    assert bad_row(f"07700900123,Jane,{value}", f"phone,name,{column}").what.startswith(f"{column}: ")


@pytest.mark.parametrize("birthday", ["1984-06-21", "--06-21", "--02-29", "2000-02-29"])
def test_birthday_is_kept_with_or_without_its_year(birthday: str) -> None:
    assert listed(f"07700900123,Jane,{birthday}", header="phone,name,birthday").good[0].birthday == birthday


@pytest.mark.parametrize(
    ("cell", "birthday"),
    [("6/7/1984", "1984-07-06"), ("06.07.1984", "1984-07-06"), ("29/02", "--02-29"), ("6.7.", "--07-06"), ("06-07", "--06-07")],
)  # fmt: skip
def test_date_is_read_day_first_but_where_people_may_begin_with_the_month(cell: str, birthday: str) -> None:
    text = f"phone,name,birthday,customer_since\n07700900123,Jane,{cell},6/7/2019\n"
    (row,) = read(text, "GB").good
    assert (row.birthday, row.customer_since) == (birthday, date(2019, 7, 6))
    assert read(text.replace("07700900123", "+447700900123"), "US").good == ()


@pytest.mark.parametrize(
    ("cell", "contact"),
    [("", None), (" ", None), ("normal", "normal"), (" Blocked ", "blocked"), ("Do not call_back", "do-not-call-back")],
)
def test_contact_is_read_however_it_is_spelt_and_empty_says_nothing(cell: str, contact: str | None) -> None:
    assert listed(f"07700900123,Jane,{cell}", header="phone,name,contact").good[0].contact == contact


def test_second_rule_for_a_shared_phone_is_bad_and_the_same_one_or_none_is_good() -> None:
    rows = [f"07700900127,{who}" for who in ("Peter,blocked", "Eva,", "Max,blocked", "Ida,normal")]
    result = listed(*rows, header="phone,name,contact")
    assert [row.name for row in result.good] == ["Peter", "Eva", "Max"]
    assert result.bad == (BadRow(5, 'contact: is "blocked" in line 2, for the same phone'),)


def test_good_rows_around_a_bad_one_go_in() -> None:
    result = listed("07700900123,Jane Smith", '07700900124,"Amir"x', "07700900125,Zoë")
    assert [row.name for row in result.good] == ["Jane Smith", "Zoë"]
    assert [row.line for row in result.bad] == [3]


def test_same_phone_and_name_twice_is_bad_the_second_time() -> None:
    result = listed("07700900123,Jane Smith", "07700900124,Amir", "+44 7700 900123,jane  smith")
    assert len(result.good) == 2
    assert result.bad == (BadRow(4, "repeats line 2: the same phone and name"),)


def test_same_phone_under_two_names_is_good_twice() -> None:
    assert [row.name for row in listed("07700900127,Peter", "07700900127,Eva").good] == ["Peter", "Eva"]


def test_name_is_tidied() -> None:
    assert listed('07700900123,"  Jane\t \x07 Smith "').good == (JANE,)


def test_name_is_rid_of_what_nobody_sees_but_not_of_joiners() -> None:
    assert listed("07700900123,\u200fJane\u202e Smi\u00adth").good == (JANE,)
    assert listed("07700900123,\u0646\u200c\u0627").good[0].name == "\u0646\u200c\u0627"


def test_notes_keep_their_lines() -> None:
    assert listed('07700900123,Jane,"Deaf:\n speak  slowly\x07"', header="phone,name,notes").good[0].notes == (
        "Deaf:\nspeak slowly"
    )


def test_reason_never_repeats_the_phone() -> None:
    assert "07700" not in bad_row("07700,Jane").what


def test_sample_list_is_good_to_the_last_row() -> None:
    result = read(SAMPLE.read_text(encoding="utf-8"), "GB")
    assert result.bad == ()
    jane = result.good[0]
    assert (jane.phone, jane.name, jane.customer_since) == ("+447700900123", "Jane Smith", date(2019, 5, 4))
