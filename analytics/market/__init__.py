"""Prices, sessions, shares outstanding, currency rates and factors, from files and from Yahoo."""
