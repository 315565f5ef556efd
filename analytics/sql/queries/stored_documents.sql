-- Names, hashes and outcomes of the stored documents.
select document, sha256, outcome from documents;
