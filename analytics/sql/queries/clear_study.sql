-- Empties the tables of the default study before it is written anew.
delete from event_windows;
delete from event_results;
delete from study_statistics;
delete from study_exclusions;
delete from study_manifest;
