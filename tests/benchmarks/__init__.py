"""How long a study takes beside what reading its input and writing its output take alone."""
