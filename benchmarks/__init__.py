"""Measurements, each beside a peer or a bare baseline in the same run: `make bench` prints one table.

These machines are noisy. Quote the ratios, and absolute numbers only with the machine they were taken on.
"""
