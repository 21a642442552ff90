"""Public names: whoever comes first has one, also when the answer to the claim was lost."""

from typing import Any

from cloud import losing_a_reply, watching

from chalicelib import clock
from chalicelib.network import store


def test_a_name_whose_first_answer_was_lost_is_still_ours(aws: Any) -> None:
    name, target = f"{clock.new_id()}/save-the-library", store.Target(clock.new_id(), clock.new_id())
    with losing_a_reply("dynamodb", "PutItem"), watching("dynamodb", "GetItem") as asked:
        assert store.claim_name(name, target)
    assert all(each["ConsistentRead"] for each in asked)
    assert not store.claim_name(name, store.Target(clock.new_id(), target.page))
