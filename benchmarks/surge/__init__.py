"""`make surge`: a page under pressure.

What one core does, what visitors wait for, what kills cost, and a surge by AWS's own rules of scaling.
"""
