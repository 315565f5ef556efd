"""The rooms brought together: documents and prices become a published version, a version becomes answers."""
