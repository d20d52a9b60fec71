"""The web app in which people check claims, and its JSON API."""
