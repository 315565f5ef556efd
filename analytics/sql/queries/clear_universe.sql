-- Empties the tables of companies before they are written anew.
delete from companies;
delete from securities;
delete from aliases;
delete from exposures;
