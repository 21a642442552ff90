"""Letters for what we draw ourselves, PDFs and pictures: the font, how wide its letters are, and how lines break.

`lines.py` is what others ask. Widths are in ems: the height of the letters is one.
"""
