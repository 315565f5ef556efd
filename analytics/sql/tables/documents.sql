-- One row per document that was given to newswake, whatever came of it.
-- key: document
-- document: file name or feed address
-- format: digest, links, feed, table or text
-- title: title that the document carries
-- source: publisher that the document names
-- url: address that the document names
-- issue_date: date that the document carries
-- language: zh-Hans, zh-Hant or en
-- sha256: hash of its bytes
-- outcome: read, partly read or refused
-- stories: number of stories read from it
-- reasons: why it was not read whole, one sentence each
-- content: the bytes as they were given
-- added_at: instant it was added (UTC)
create table documents (
    document varchar not null,
    format varchar not null,
    title varchar not null,
    source varchar not null,
    url varchar not null,
    issue_date date,
    language varchar not null,
    sha256 varchar not null,
    outcome varchar not null,
    stories integer not null,
    reasons varchar[] not null,
    content blob not null,
    added_at timestamptz not null
);
