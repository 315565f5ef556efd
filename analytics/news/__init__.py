"""From documents to tagged news events."""
