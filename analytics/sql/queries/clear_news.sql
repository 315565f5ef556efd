-- Empties every table of news: a user's version starts without the sample's digest.
delete from documents;
delete from items;
delete from events;
delete from tags;
delete from figures;
delete from stated_claims;
