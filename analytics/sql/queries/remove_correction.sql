-- Takes a correction back.
-- $event_id, $field: its key
delete from corrections where event_id = $event_id and field = $field;
