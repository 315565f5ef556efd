"""Results as bytes: CSV, JSON, a self-contained HTML page, a bundle with its manifest."""
