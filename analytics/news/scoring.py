"""How well the rules do against stories labelled by hand: precision, recall and F1 per field."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analytics.errors import InputError
from analytics.news.documents import read_document
from analytics.news.events import tag_document
from analytics.news.universe import Universe
from analytics.records import Document, Event

Label = dict[str, Any]
Score = dict[str, Any]


@dataclass
class _Tally:
    """Counts of labels that were found, found wrongly, and missed."""

    found: Counter[Hashable] = field(default_factory=Counter)
    wrong: Counter[Hashable] = field(default_factory=Counter)
    missed: Counter[Hashable] = field(default_factory=Counter)

    def add(self, labels: Iterable[Hashable], tags: Iterable[Hashable]) -> None:
        wanted, got = Counter(labels), Counter(tags)
        self.found += wanted & got
        self.wrong += got - wanted
        self.missed += wanted - got

    def score(self) -> Score:
        return _rates(self.found.total(), self.wrong.total(), self.missed.total())

    def per_class(self) -> Score:
        classes = sorted({*self.found, *self.wrong, *self.missed}, key=str)
        return {str(name): _rates(self.found[name], self.wrong[name], self.missed[name]) for name in classes}


def _rates(found: int, wrong: int, missed: int) -> Score:
    return {
        "precision": _share(found, found + wrong),
        "recall": _share(found, found + missed),
        "f1": _share(2 * found, 2 * found + wrong + missed),
        "n": found + missed,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def score(gold_path: Path, docs_dir: Path, universe: Universe) -> Score:
    """Compare the rules with the labels of a JSON-lines file; `doc` names `<doc>.md` in `docs_dir`.

    Returns a nested dict: tickers_all, tickers_relevant, private, figures and types with precision, recall, f1 and n,
    types with micro_f1 and each class beside, the shares event_date.exact, market_date.exact, split.exact,
    source.exact, modality.accuracy, types.primary, all of it again per language, and `errors`: one per difference.
    """
    stories = list(_stories(gold_path, docs_dir, universe))
    languages = sorted({event.item.language for _, event, _ in stories if event})
    result = _scored([(label, event) for label, event, _ in stories if event])
    result["split"] = _split([(label["doc"], document) for label, _, document in stories])
    result["languages"] = {
        language: _scored([(label, event) for label, event, _ in stories if event and event.item.language == language])
        for language in languages
    }
    result["errors"] = list(_errors(stories))
    return result


def _stories(gold_path: Path, docs_dir: Path, universe: Universe) -> Iterator[tuple[Label, Event | None, Document]]:
    """Yield each label with the event of its item, where there is one, and its document."""
    documents: dict[str, tuple[Document, dict[int, Event]]] = {}
    for line, text in enumerate(gold_path.read_text(encoding="utf-8").splitlines(), start=1):
        label = _label(text, f"{gold_path.name}, line {line}")
        if label["doc"] not in documents:
            documents[label["doc"]] = _tagged(docs_dir / f"{label['doc']}.md", universe)
        document, events = documents[label["doc"]]
        yield label, events.get(label["item_no"]), document


def _tagged(path: Path, universe: Universe) -> tuple[Document, dict[int, Event]]:
    try:
        document = read_document(path.name, path.read_bytes())
    except OSError as error:
        raise InputError(
            "the labelled document is not there.", where=str(path), hint="Name the folder it is in."
        ) from error
    return document, {event.item.item_no: event for event in tag_document(document, universe)}


def _label(text: str, where: str) -> Label:
    try:
        label: Label = json.loads(text)
        label["doc"], _ = label["doc"].removesuffix(".md"), label["item_no"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            "this is no label.", where=where, hint="Each line is a JSON object with doc and item_no."
        ) from error
    return label


def _scored(pairs: list[tuple[Label, Event]]) -> Score:
    tallies: dict[str, _Tally] = defaultdict(_Tally)
    for label, event in pairs:
        for name, compared in _FIELDS.items():
            tallies[name].add(*compared(label, event))
    types = tallies["types"]
    result: Score = {name: tallies[name].score() for name in _FIELDS}
    result["types"] |= {
        "micro_f1": result["types"]["f1"],
        "primary": _exact(pairs, _primary),
        "classes": types.per_class(),
    }
    return result | {
        "event_date": {"exact": _exact(pairs, _date_agrees), "n": len(pairs)},
        "market_date": {"exact": _exact([pair for pair in pairs if pair[0].get("market_date")], _market_date_agrees)},
        "source": {"exact": _exact(pairs, _source_agrees)},
        "modality": {"accuracy": _exact(pairs, _modality_agrees)},
    }


def _exact(pairs: list[tuple[Label, Event]], agrees: Callable[[Label, Event], bool]) -> float | None:
    return _share(sum(agrees(label, event) for label, event in pairs), len(pairs))


def _tickers(label: Label, event: Event, *, background: bool) -> tuple[list[str], list[str]]:
    """Return labelled and tagged tickers; another line of the same issuer counts as the labelled one."""
    companies = [c for c in label["companies"] if c["ticker"] and (background or c["role"] != "background")]
    same = {other: c["ticker"] for c in label["companies"] for other in c.get("alt_tickers", ())}
    tags = [tag for tag in event.companies if tag.ticker and (background or tag.role != "background")]
    return [c["ticker"] for c in companies], [same.get(tag.ticker or "", tag.ticker or "") for tag in tags]


def _private(label: Label, event: Event) -> tuple[list[str], list[str]]:
    """Return labelled and tagged private companies, which match by canonical name or by the name in the text."""
    companies = [company for company in label["companies"] if not company["ticker"]]
    names = {company[key]: company["canonical"] for company in companies for key in ("canonical", "name_in_text")}
    tags = [tag for tag in event.companies if not tag.ticker]
    return [c["canonical"] for c in companies], [names.get(t.company) or names.get(t.text) or t.company for t in tags]


def _types(label: Label, event: Event) -> tuple[list[str], list[str]]:
    return label["event_types"], [tag.type for tag in event.types]


def _figures(label: Label, event: Event) -> tuple[list[Hashable], list[Hashable]]:
    stated: list[Hashable] = [(f"{figure['value']:.9g}", figure["unit"]) for figure in label["figures"]]
    return stated, [(f"{figure.value:.9g}", figure.unit) for figure in event.figures]


_FIELDS: dict[str, Callable[[Label, Event], tuple[list[Any], list[Any]]]] = {
    "tickers_all": lambda label, event: _tickers(label, event, background=True),
    "tickers_relevant": lambda label, event: _tickers(label, event, background=False),
    "private": _private,
    "types": _types,
    "figures": _figures,
}


def _primary(label: Label, event: Event) -> bool:
    return bool(label["event_types"][0] == event.types[0].type)


def _date_agrees(label: Label, event: Event) -> bool:
    return event.event_date.isoformat() in {label["event_date"], label.get("alt_date")}


def _market_date_agrees(label: Label, event: Event) -> bool:
    return bool(label["market_date"] == str(event.market_date))


def _source_agrees(label: Label, event: Event) -> bool:
    return _folded(label["source_attribution"] or "") == _folded(event.item.source)


def _folded(source: str) -> str:
    return "".join(source.split()).casefold()


def _modality_agrees(label: Label, event: Event) -> bool:
    return bool(label["modality"] == event.modality)


def _split(documents: list[tuple[str, Document]]) -> Score:
    """Return the share of documents whose number of items is the labelled one."""
    labelled = Counter(name for name, _ in documents)
    read = {name: len(document.items) for name, document in documents}
    return {"exact": _share(sum(labelled[name] == read[name] for name in read), len(read)), "n": len(read)}


def _errors(stories: Iterable[tuple[Label, Event | None, Document]]) -> Iterator[Score]:
    """Yield each difference: document, item, field, what was labelled and what was tagged."""
    for label, event, _ in stories:
        place = {"doc": label["doc"], "item_no": label["item_no"]}
        if event is None:
            yield place | {"field": "split", "labelled": label["headline"], "tagged": None}
            continue
        for name, compared in _FIELDS.items():
            labelled, tagged = compared(label, event)
            if Counter(labelled) != Counter(tagged):
                yield place | {"field": name, "labelled": labelled, "tagged": tagged}
        for name, agrees, tagged_value in (
            ("event_date", _date_agrees, event.event_date.isoformat()),
            ("source_attribution", _source_agrees, event.item.source),
            ("modality", _modality_agrees, event.modality),
        ):
            if not agrees(label, event):
                yield place | {"field": name, "labelled": label[name], "tagged": tagged_value}
