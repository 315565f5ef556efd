"""The dashboard: pages that choose and show."""
