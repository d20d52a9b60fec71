"""Claims across posts: duplicates, threads over time, contradictions and doubts."""
