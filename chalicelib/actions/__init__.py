"""Action pages and what people do on them.

Start at `action_page.py`. `submission.py` checks what a form sent; `take_action.py` accepts it and, behind the queue,
records it. `write_page.py` is how organizers make pages.
"""
