"""Muster on one machine: what stands in for AWS while you develop, test and try it. Never shipped in the package.

Start with `stack.py` (`make run`): it starts ministack (the AWS emulator), our own double of SES (`ses/`), deploys the
packaged template, bridges what the emulator lacks (`bridge.py`) and puts a same-origin proxy in front (`proxy.py`).
`dev.py` (`make dev`) serves the same app in process instead. `seed.py` makes the sample group.
"""
