-- Sets the first telling of the story of an event.
-- $event_id, $story_id: event ids
update events set story_id = $story_id where event_id = $event_id;
