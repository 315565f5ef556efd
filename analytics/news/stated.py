"""What a row of a table or a correction says about companies and types, taken at its word."""

from datetime import date
from functools import lru_cache

from analytics.news.universe import Universe
from analytics.records import CompanyTag, Item, TypeTag

_ROW = "stated"
_CORRECTION = "correction"


def stated_types(item: Item) -> tuple[TypeTag, ...]:
    """Return the types that the row states, in its order; they need not be those of the rules."""
    return _types(item.stated.types, _ROW) if item.stated else ()


def corrected_types(types: tuple[str, ...]) -> tuple[TypeTag, ...]:
    """Return the types that a correction sets."""
    return _types(types, _CORRECTION)


def _types(types: tuple[str, ...], rule: str) -> tuple[TypeTag, ...]:
    return tuple(TypeTag(type=type_, text=type_, start=0, rule=rule) for type_ in types)


def stated_companies(item: Item, day: date, universe: Universe) -> tuple[CompanyTag, ...]:
    """Return a tag per ticker and per company that the row states, all of them subjects.

    A ticker that the universe does not hold is kept as it is: prices may be there for it all the same.
    """
    if item.stated is None:
        return ()
    tags = [_ticker_tag(ticker, universe, _ROW) for ticker in item.stated.tickers]
    known = {tag.company for tag in tags}
    for name in item.stated.companies:
        tag = _company_tag(name, day, universe)
        if tag.company not in known:
            tags.append(tag)
    return tuple(tags)


def corrected_companies(tickers: tuple[str, ...], universe: Universe) -> tuple[CompanyTag, ...]:
    """Return a tag per ticker that a correction sets."""
    return tuple(_ticker_tag(ticker, universe, _CORRECTION) for ticker in tickers)


def _ticker_tag(ticker: str, universe: Universe, rule: str) -> CompanyTag:
    security = universe.by_ticker.get(ticker)
    return _tag(security.company if security else ticker, ticker, ticker, rule)


def _company_tag(name: str, day: date, universe: Universe) -> CompanyTag:
    company = _names(universe).get(name.casefold(), name)
    line = universe.primary_on(company, day)
    return _tag(company, line.ticker if line else None, name, _ROW)


def _tag(company: str, ticker: str | None, text: str, rule: str) -> CompanyTag:
    return CompanyTag(company=company, ticker=ticker, role="subject", relevance=1.0, text=text, start=0, rule=rule)


@lru_cache(maxsize=4)
def _names(universe: Universe) -> dict[str, str]:
    names = {alias.alias.casefold(): alias.company for alias in universe.aliases if alias.kind == "name"}
    return names | {company.company.casefold(): company.company for company in universe.companies}
