"""Pages in the layouts that posts are published in, each with the words that are its post and no others."""
