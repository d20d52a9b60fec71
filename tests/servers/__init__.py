"""Servers and files that tests make for themselves: a web site on loopback, PDF and Word files."""
