"""newswake: tagged news events, prices and event-study statistics."""
