-- Removes the sessions of one exchange before they are written anew.
-- $exchange: its code
delete from sessions where exchange = $exchange;
