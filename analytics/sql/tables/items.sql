-- One row per news story of a document, cleaned.
-- key: document, item_no
-- document: the document it stands in
-- item_no: place in the document, from 1
-- headline: its headline
-- body: its text, paragraphs joined by line feeds
-- source: normalised source note, empty where none is given
-- language: zh-Hans, zh-Hant or en
-- line: line of the headline in the document, from 1
-- url: address of the story, empty where none is given
create table items (
    document varchar not null,
    item_no integer not null,
    headline varchar not null,
    body varchar not null,
    source varchar not null,
    language varchar not null,
    line integer not null,
    url varchar not null
);
