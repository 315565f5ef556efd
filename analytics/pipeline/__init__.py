"""The rooms brought together: documents and prices become a version, a version becomes answers."""
