"""What may happen next, and how often."""

from __future__ import annotations

from collections.abc import Callable

from bench.simulator import buying, calling, giving_back, weather
from bench.simulator.world import World

ACTIONS: dict[Callable[[World], None], int] = {
    buying.order: 16,
    buying.pay: 22,
    buying.settle_bank: 6,
    buying.save_card: 5,
    buying.drop_card: 1,
    buying.decline_card: 2,
    buying.deliver: 30,
    calling.dial: 36,
    calling.hang_up: 32,
    calling.deliver: 16,
    calling.set_limits: 3,
    giving_back.ask_refund: 7,
    giving_back.refund_by_staff: 4,
    giving_back.settle_refund: 5,
    giving_back.change_refunds: 1,
    giving_back.open_dispute: 4,
    giving_back.move_dispute: 8,
    giving_back.warn_of_fraud: 1,
    giving_back.thaw: 1,
    giving_back.close_account: 1,
    weather.sweep: 24,
    weather.daily: 4,
    weather.wait: 26,
    weather.age: 2,
    weather.rest: 2,
    weather.lose_a_provider: 1,
    weather.lose_webhooks: 1,
}
