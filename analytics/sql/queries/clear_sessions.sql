-- Removes the sessions of every exchange, to be written anew.
delete from sessions;
