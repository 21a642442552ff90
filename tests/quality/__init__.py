"""How light, accessible and correct the public pages are, in a real browser: `make check-pages` prints it all, and the
end-to-end tests hold the same limits. `scenes.py` says which pages, `visit.py` what is looked at in a browser, `vnu.py`
and `lighthouse.py` ask those two.
"""
