"""Themes: which passages are about what, why, and the same next month.

`guided` reads the themes that people described, `guide` judges posts by them (with what `taught`
holds), `assign` runs over a corpus and keeps a `state`, `discover` finds themes nobody named,
`operations` is what people do to themes, `trends` and `representatives` are what reports show, and
`model` has `ThemeModel`, the estimator for any list of texts.
"""
