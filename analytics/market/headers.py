"""The head of a CSV file: whether it is one that can be read, and the two lines of names that yfinance writes."""

import csv
import re
from codecs import getincrementaldecoder
from collections.abc import Iterable

from analytics.errors import InputError

# What a file begins with that only bears the name of a CSV file, what it is, and what to do.
_OTHERS = (
    (b"PAR1", "is a Parquet file", "Name it .parquet."),
    (b"\x1f\x8b", "is compressed with gzip", "Name it .csv.gz."),
    (b"PK\x03\x04", "is a workbook or a zip archive", "Save its sheet as CSV (UTF-8, comma)."),
    (b"\xff\xfe", "is UTF-16 text", "Save it as CSV (UTF-8, comma)."),
    (b"\xfe\xff", "is UTF-16 text", "Save it as CSV (UTF-8, comma)."),
)
_SEPARATORS = {";": "semicolons", "\t": "tabs"}
# Two levels of names as pandas writes them to Parquet, such as ('Close', 'NVDA').
_PAIR = re.compile(r"\('([^']*)', '([^']*)'\)")


def checked_head(head: bytes, *, name: str) -> str:
    """Return the first bytes of the file `name` as text; an InputError where it is no CSV text in UTF-8 with commas."""
    for magic, kind, hint in _OTHERS:
        if head.startswith(magic):
            raise InputError(f"it {kind}.", where=name, hint=hint)
    try:
        text = getincrementaldecoder("utf-8-sig")().decode(head)
    except UnicodeDecodeError as error:
        line = head.count(b"\n", 0, error.start) + 1
        raise InputError(
            "it is not UTF-8 text.", where=f"{name}, line {line}", hint="Save it as CSV (UTF-8, comma)."
        ) from error
    first = text.partition("\n")[0]
    for separator, words in _SEPARATORS.items():
        if separator in first and "," not in first:
            raise InputError(
                f"its cells are separated by {words}.",
                where=f"{name}, line 1",
                hint="Save it with commas between cells and a point in numbers: 1234.5.",
            )
    return text


def joined_names(head: str) -> str | None:
    """Return one line of names for a head of two with a line below that says Date alone; None for any other head."""
    lines = [*head.splitlines()[:3], "", "", ""]
    first, second, third = (next(csv.reader([line]), []) for line in lines[:3])
    if [cell for cell in third if cell] != ["Date"] or not len(first) == len(second) == len(third):
        return None
    pairs = zip(first[1:], second[1:], strict=True)
    return ",".join(["Date", *(f"\"('{one}', '{other}')\"" for one, other in pairs)])


def fields_by_ticker(names: Iterable[str], fields: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return, by ticker, the column of each of its `fields` among names of two levels, in either order of the levels.

    A field is spelled as in `fields`, whatever its case or the space in "Adj Close".
    """
    found: dict[str, dict[str, str]] = {}
    for name in names:
        if match := _PAIR.fullmatch(name):
            for field, ticker in (match.groups(), match.groups()[::-1]):
                if (spelled := field.lower().replace(" ", "_")) in fields:
                    found.setdefault(ticker, {})[spelled] = name
                    break
    return found
