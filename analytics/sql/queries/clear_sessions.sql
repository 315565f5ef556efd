-- Empties the calendars before they are written anew.
delete from sessions;
delete from exchanges;
