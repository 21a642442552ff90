"""Gifts of the past, uploaded as a file: they are what asking and targeting know a donor by.

`columns.py`: what a row says. `batch.py`: what rows mean, and writing that down; the walk through the file is that of
all imports (`people/import_people.py`).
"""
