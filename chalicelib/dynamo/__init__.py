"""The door to DynamoDB. Each room's `store.py` says what its rows mean; here are only tables, keys and conditions.

In conditions and projections an attribute is written `#name` and a value `:name`; the aliases are filled in here, so
no attribute name is reserved. Start at `table.py`.
"""

from chalicelib.dynamo.batch import add_all_new, get_many, put_many, together, update_all
from chalicelib.dynamo.change import Change
from chalicelib.dynamo.items import Item
from chalicelib.dynamo.table import ConditionFailed, Index, Page, Table

__all__ = [
    "Change",
    "ConditionFailed",
    "Index",
    "Item",
    "Page",
    "Table",
    "add_all_new",
    "get_many",
    "put_many",
    "together",
    "update_all",
]
