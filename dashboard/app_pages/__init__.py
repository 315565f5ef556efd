"""One script a page, run from top to bottom at each change."""
