"""Models that share a table and the process's one connection."""

from __future__ import annotations

from pynamodb.attributes import UnicodeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core.tables import Item, name
from tests.harness.stage import Stage


class Plain(Item):
    """A model that does not know the table's index."""

    class Meta:
        table_name = name("users")

    user_id = UnicodeAttribute(hash_key=True)


class ByAccount(GlobalSecondaryIndex["Indexed"]):
    class Meta:
        index_name = "account_id"
        projection = KeysOnlyProjection()

    account_id = UnicodeAttribute(hash_key=True)


class Indexed(Item):
    """A model that does."""

    class Meta:
        table_name = name("users")

    user_id = UnicodeAttribute(hash_key=True)
    by_account = ByAccount()
    account_id = UnicodeAttribute()


def test_an_index_is_found_even_when_a_model_that_does_not_know_it_came_first(stage: Stage) -> None:
    Plain("usr_1").save()
    Indexed("usr_2", account_id="acc_2").save()
    assert [found.user_id for found in Indexed.by_account.query("acc_2")] == ["usr_2"]
