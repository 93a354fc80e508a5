"""Reading a list of customers from CSV, as spreadsheets write it: good rows, and bad rows with line and reason.

A phone that stands under two names is good twice: people share phones. The same phone and name twice is one row too many,
and so is a second row that would deal with the same phone in another way.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from office.contact_rules import WORDS
from office.numbers import NumberError, normal

REQUIRED = ("phone", "name")
COLUMNS = (*REQUIRED, "email", "birthday", "customer_since", "notes", "language", "contact")
LONGEST_NAME = 200
LONGEST_NOTES = 2000
LEAP_YEAR = "2000"
"""A birthday without a year may be the 29th of February."""


class CustomerListError(ValueError):
    """A file that is no list of customers at all; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line, self.what = line, what


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer. `line` is the row's first line, `phone` E.164, `birthday` "YYYY-MM-DD" or "--MM-DD".

    `contact` is how to deal with the number from now on (contact_rules.WORDS); None leaves that as it is.
    """

    line: int
    phone: str
    name: str
    email: str | None = None
    birthday: str | None = None
    customer_since: date | None = None
    notes: str | None = None
    language: str | None = None
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: its first line, from 1, and what is wrong."""

    line: int
    what: str


@dataclass(frozen=True, slots=True)
class CustomerList:
    """Rows in the order of the file."""

    good: tuple[CustomerRow, ...]
    bad: tuple[BadRow, ...]


def read(source: str | Iterable[str], region: str) -> CustomerList:
    """The customers in a CSV text, or in its lines with their line ends (a file opened with newline="").

    `region` ("GB") reads phones without a country code. Raises CustomerListError when the header is wrong.
    """
    rows = _rows(io.StringIO(source, newline="") if isinstance(source, str) else source)
    columns = _header(next(rows, (1, [])))
    good: list[CustomerRow] = []
    bad: list[BadRow] = []
    seen: dict[tuple[str, str], int] = {}
    dealt: dict[str, CustomerRow] = {}
    for line, cells in rows:
        try:
            customer = _customer(line, _by_column(columns, cells), region)
            _refuse_repeat(customer, seen)
            _refuse_other_rule(customer, dealt)
            good.append(customer)
        except ValueError as error:
            bad.append(BadRow(line, str(error)))
    return CustomerList(tuple(good), tuple(bad))


def _refuse_repeat(customer: CustomerRow, seen: dict[tuple[str, str], int]) -> None:
    first = seen.setdefault((customer.phone, customer.name.casefold()), customer.line)
    if first != customer.line:
        raise ValueError(f"repeats line {first}: the same phone and name")


def _refuse_other_rule(customer: CustomerRow, dealt: dict[str, CustomerRow]) -> None:
    """A rule is the number's: two who share a phone cannot have two."""
    if customer.contact is not None:
        first = dealt.setdefault(customer.phone, customer)
        if first.contact != customer.contact:
            raise ValueError(f'contact: line {first.line} says "{first.contact}" of the same phone')


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | None]]:
    """Each row that is not blank with the line on which it begins; a row that is no CSV comes as None."""
    reader = csv.reader(_without_mark(lines), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, None
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """The lines without the byte order mark that spreadsheets put before the first."""
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if number == 0 else line


def _header(row: tuple[int, list[str] | None]) -> list[str]:
    line, cells = row
    example = f"write for example {','.join(COLUMNS)}"
    if cells is None:
        raise CustomerListError(line, f"the header cannot be read; {example}")
    columns = [re.sub(r"[\s_-]+", "_", cell.strip().casefold()) for cell in cells]
    if len(columns) == 1 and re.search(r"[;\t]", columns[0]):
        raise CustomerListError(line, f"the columns are not separated by commas; {example}")
    while columns and not columns[-1]:
        columns.pop()
    wrong = [f'"{column}" is no column' for column in columns if column not in COLUMNS]
    wrong += [f'"{column}" stands twice' for column in COLUMNS if columns.count(column) > 1]
    wrong += [f'"{column}" is missing' for column in REQUIRED if column not in columns]
    if wrong:
        raise CustomerListError(line, f"{', '.join(wrong)}; {example}")
    return columns


def _by_column(columns: list[str], cells: list[str] | None) -> dict[str, str]:
    if cells is None:
        raise ValueError('has a quotation mark that is not closed or out of place; write for example "Smith, Jane"')
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise ValueError(
            'has more cells than the header; a comma inside a cell needs quotes, for example "Smith, Jane"'
        )
    return dict(zip(columns, cells, strict=False))


def _customer(line: int, cells: dict[str, str], region: str) -> CustomerRow:
    return CustomerRow(
        line=line,
        phone=_phone(cells.get("phone", ""), region),
        name=_name(cells.get("name", "")),
        email=_email(cells.get("email", "").strip()),
        birthday=_birthday(cells.get("birthday", "").strip()),
        customer_since=_date("customer_since", cells.get("customer_since", "").strip()),
        notes=_notes(cells.get("notes", "")),
        language=_language(cells.get("language", "").strip()),
        contact=_contact(cells.get("contact", "")),
    )


def _phone(cell: str, region: str) -> str:
    try:
        return normal(cell, region)
    except NumberError as error:
        raise ValueError(f"phone: {error}") from error


def _name(cell: str) -> str:
    name = " ".join(_printable(cell).split())
    if not name:
        raise ValueError('name: is empty; write for example "Jane Smith"')
    if len(name) > LONGEST_NAME:
        raise ValueError(f"name: is longer than {LONGEST_NAME} characters")
    return name


def _printable(text: str) -> str:
    """`text` with a space for each control character: they are dangerous in speech, logs and pages."""
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in text)


def _email(cell: str) -> str | None:
    if cell and not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}", _printable(cell)):
        raise ValueError('email: is no address; write for example "jane@example.com"')
    return cell or None


def _birthday(cell: str) -> str | None:
    if not cell:
        return None
    whole = LEAP_YEAR + cell[1:] if cell.startswith("--") else cell
    if _date("birthday", whole, ' or without the year "--06-21"') is None:
        return None
    return cell


def _date(column: str, cell: str, otherwise: str = "") -> date | None:
    if not cell:
        return None
    try:
        # fromisoformat also reads "20190504" and weeks, which no spreadsheet means.
        return date.fromisoformat(cell if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII) else "")
    except ValueError:
        raise ValueError(f'{column}: is no date; write for example "2019-05-04"{otherwise}') from None


def _notes(cell: str) -> str | None:
    notes = "\n".join(" ".join(_printable(line).split()) for line in cell.splitlines()).strip()
    if len(notes) > LONGEST_NOTES:
        raise ValueError(f"notes: are longer than {LONGEST_NOTES} characters")
    return notes or None


def _language(cell: str) -> str | None:
    if cell and not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", cell):
        raise ValueError('language: is no language code; write for example "en" or "en-GB"')
    return cell.replace("_", "-") or None


def _contact(cell: str) -> str | None:
    """One of the words, however a spreadsheet spells it: "Message only" is message-only."""
    word = re.sub(r"[\s_]+", "-", cell.strip().casefold())
    if word and word not in WORDS:
        raise ValueError(f'contact: must be empty or one of {", ".join(WORDS)}; write for example "{WORDS[0]}"')
    return word or None
