"""Runs that are killed, starved of disk or shut out, and the runs after them."""
