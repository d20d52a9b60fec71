"""Themes: which passages are about what, why, and the same next month."""
