"""What was read from the corpus: posts in their revisions, never without the bytes that they came from.

- `originals` are the fetched pages and added documents behind corpus files, `readings` the posts as they are read now.
- `details` has what people stated of a post (its title, its day), which counts before what was read.
- `copies` are posts with the same words, of which one counts; `repeats` is what pages say of them.
- `waiting` tells which posts today's extractor has still to read, and which of them broke it.
"""
