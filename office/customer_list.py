"""Reading a list of customers from CSV, as spreadsheets write it: good rows, and bad rows with line and reason.

A phone that stands under two names is good twice: people share phones. The same phone and name twice is one row too many,
and so is a second row that would deal with the same phone in another way.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from office.contact_rules import WORDS
from office.numbers import normal

REQUIRED = ("phone", "name")
COLUMNS = (*REQUIRED, "email", "birthday", "customer_since", "notes", "language", "contact")
LONGEST_NAME = 200
LONGEST_NOTES = 2000
LONGEST_LANGUAGE = 20
FORMULA = ("=", "+", "-", "@")
"""How a formula begins: spreadsheets are kept from running it by an apostrophe before it, which is no part of what is meant."""

JOINERS = "\u200c\u200d"
"""Nobody sees them, but they shape the letters beside them."""

DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4})?)?", re.ASCII)
MONTH_FIRST = frozenset({"CA", "PH", "US"})
"""Where dates with strokes begin with the month, or with either."""

LEAP_YEAR = "2000"
"""A birthday without a year may be the 29th of February."""


class _WrongCellError(ValueError):
    def __init__(self, column: str, what: str, value: str) -> None:
        super().__init__(f"{column}: {what}")
        self.value = value


class CustomerListError(ValueError):
    """A file that is no list of customers at all; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line, self.what = line, what


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One customer. `line` is the row's first line, `phone` E.164, `birthday` "YYYY-MM-DD" or "--MM-DD".

    `contact` is how to deal with the number from now on (contact_rules.WORDS); None leaves that as it is.
    `columns` are those that were told: of the others nothing is known, and what stands of them stays.
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
    columns: tuple[str, ...] = field(default=COLUMNS, compare=False)


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: its first line, from 1, what is wrong, and the cell (or the whole row) of which that is said."""

    line: int
    what: str
    value: str = field(default="", compare=False)


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
            customer = _customer(line, _by_column(columns, cells, line), region)
            _refuse_repeat(customer, seen)
            _refuse_other_rule(customer, dealt)
            good.append(customer)
        except _WrongCellError as error:
            bad.append(BadRow(line, str(error), error.value))
        except ValueError as error:
            bad.append(BadRow(line, str(error), "" if isinstance(cells, int) else ", ".join(cells)))
    return CustomerList(tuple(good), tuple(bad))


def typed(cells: Mapping[str, str], region: str) -> tuple[CustomerRow | None, dict[str, str]]:
    """A customer that somebody typed into a form with these columns; None, and what is wrong by column, when it will not do."""
    values, wrong = _values(cells, region)
    return (None if wrong else CustomerRow(0, columns=tuple(cells), **values)), wrong


def _refuse_repeat(customer: CustomerRow, seen: dict[tuple[str, str], int]) -> None:
    first = seen.setdefault((customer.phone, customer.name.casefold()), customer.line)
    if first != customer.line:
        raise ValueError(f"repeats line {first}: the same phone and name")


def _refuse_other_rule(customer: CustomerRow, dealt: dict[str, CustomerRow]) -> None:
    """A rule is the number's: two who share a phone cannot have two."""
    if customer.contact is not None:
        first = dealt.setdefault(customer.phone, customer)
        if first.contact != customer.contact:
            raise ValueError(f'contact: is "{first.contact}" in line {first.line}, for the same phone')


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | int]]:
    """Each row that is not blank with the line on which it begins; of a row that is no CSV only the last line that it took along."""
    reader = csv.reader(_without_mark(lines), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield line, reader.line_num
            continue
        if any(cell.strip() for cell in cells):
            yield line, cells


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    """The lines without the byte order mark that spreadsheets put before the first."""
    for number, line in enumerate(lines):
        yield line.removeprefix("\ufeff") if number == 0 else line


def _header(row: tuple[int, list[str] | int]) -> list[str]:
    line, cells = row
    example = f"write for example {','.join(COLUMNS)}"
    if isinstance(cells, int):
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


def _by_column(columns: list[str], cells: list[str] | int, line: int) -> dict[str, str]:
    if isinstance(cells, int):
        along = f" (all up to line {cells} is left out with it)" if cells > line else ""
        raise ValueError(  # noqa: TRY004 - it is the file's fault, not the caller's
            f'has a quotation mark that is not closed or out of place{along}; write for example "Smith, Jane"'
        )
    if any(cell.strip() for cell in cells[len(columns) :]):
        raise ValueError(
            'has more cells than the header; a comma inside a cell needs quotes, for example "Smith, Jane"'
        )
    return {**dict.fromkeys(columns, ""), **dict(zip(columns, map(_as_meant, cells), strict=False))}


def _as_meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].lstrip().startswith(FORMULA) else cell


def _customer(line: int, cells: dict[str, str], region: str) -> CustomerRow:
    values, wrong = _values(cells, region)
    for column, what in wrong.items():
        raise _WrongCellError(column, what, cells.get(column, ""))
    return CustomerRow(line, columns=tuple(cells), **values)


def _values(cells: Mapping[str, str], region: str) -> tuple[dict[str, Any], dict[str, str]]:
    """Each column's value, of a cell that is not there as of an empty one; and what is wrong with which."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for column, reader in READERS.items():
        try:
            values[column] = reader(cells.get(column, ""), region)
        except ValueError as error:
            wrong[column] = str(error)
    return values, wrong


def _name(cell: str, _: str) -> str:
    name = " ".join(_printable(cell).split())
    if not name:
        raise ValueError('is empty; write for example "Jane Smith"')
    if len(name) > LONGEST_NAME:
        raise ValueError(f"is longer than {LONGEST_NAME} characters")
    return name


def _printable(text: str) -> str:
    """`text` with a space for each control character, and without what nobody sees: they are dangerous in speech, logs and pages."""
    seen = (each for each in text if each in JOINERS or unicodedata.category(each) != "Cf")
    return "".join(" " if unicodedata.category(each) == "Cc" else each for each in seen)


def _email(cell: str, _: str) -> str | None:
    cell = cell.strip()
    if cell and not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}", _printable(cell)):
        raise ValueError('is no address; write for example "jane@example.com"')
    return cell or None


def _birthday(cell: str, region: str) -> str | None:
    cell = _iso(cell.strip(), region)
    if not cell:
        return None
    cell = f"--{cell}" if re.fullmatch(r"\d{2}-\d{2}", cell, re.ASCII) else cell
    whole = LEAP_YEAR + cell[1:] if cell.startswith("--") else cell
    _date(whole, "1984-06-21, or 06-21 for a birthday without its year")
    return cell


def _since(cell: str, region: str) -> date | None:
    cell = _iso(cell.strip(), region)
    return _date(cell, "2019-05-04") if cell else None


def _iso(cell: str, region: str) -> str:
    """A date that begins with its day ("21/06/1984", "21.6.") as "1984-06-21" or "--06-21"; any other cell as it is."""
    found = DAY_FIRST.fullmatch(cell) if writes_day_first(region) else None
    if found is None:
        return cell
    day, month, year = found.groups()
    return f"{year or '-'}-{int(month):02}-{int(day):02}"


def writes_day_first(region: str) -> bool:
    """Whether 6/7/1984 is the 6th of July there, and never the 7th of June."""
    return region not in MONTH_FIRST


def _date(cell: str, example: str) -> date:
    try:
        # fromisoformat also reads "20190504" and weeks, which no spreadsheet means.
        return date.fromisoformat(cell if re.fullmatch(r"\d{4}-\d{2}-\d{2}", cell, re.ASCII) else "")
    except ValueError:
        raise ValueError(f"is no date we can read. Write {example}") from None


def _notes(cell: str, _: str) -> str | None:
    notes = "\n".join(" ".join(_printable(line).split()) for line in cell.splitlines()).strip()
    if len(notes) > LONGEST_NOTES:
        raise ValueError(f"are longer than {LONGEST_NOTES} characters")
    return notes or None


def _language(cell: str, _: str) -> str | None:
    cell = cell.strip()
    if len(cell) > LONGEST_LANGUAGE or (cell and not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", cell)):
        raise ValueError('is no language code; write for example "en" or "en-GB"')
    return cell.replace("_", "-") or None


def _contact(cell: str, _: str) -> str | None:
    """One of the words, however a spreadsheet spells it: "Message only" is message-only."""
    word = re.sub(r"[\s_]+", "-", cell.strip().casefold())
    if word and word not in WORDS:
        raise ValueError(f'must be empty or one of {", ".join(WORDS)}; write for example "{WORDS[0]}"')
    return word or None


READERS: dict[str, Callable[[str, str], Any]] = {
    "phone": normal,
    "name": _name,
    "email": _email,
    "birthday": _birthday,
    "customer_since": _since,
    "notes": _notes,
    "language": _language,
    "contact": _contact,
}
"""What makes a column's value of a cell and the region of national numbers; raises ValueError, with what is wrong."""
