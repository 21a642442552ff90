"""Puts five thousand people on the sample group's list and starts a mailing to them, within a stack's environment."""

from benchmarks.sending import fill
from chalicelib import clock, lambdas
from chalicelib.mailings import conduct, store, write_mailing
from chalicelib.network import store as network

target = network.find_name("demo")
assert target
group = network.change_group(target.group, postal_address="1 River Road")
fill(group, 5_000)
draft = write_mailing.create(group.id)
write_mailing.save(group.id, draft.id, subject="Hello {{ first_name }}", preheader="", body="<p>Come.</p>")
conduct.send_now(group.id, draft.id)
store.change_mailing(group.id, draft.id, release_at=clock.now())
lambdas.start("plan", {"group": group.id, "mailing": draft.id})
