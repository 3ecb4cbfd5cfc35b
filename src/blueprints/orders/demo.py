"""A few plausible orders for an empty database."""

from blueprints.orders import change, create
from blueprints.orders.bodies import OrderIn
from blueprints.orders.core.statuses import Status
from blueprints.orders.models import Order
from blueprints.web.database import writing
from blueprints.web.keys.access import Caller
from blueprints.web.keys.models import Client

PEOPLE = (("Ada Byte", "ada@example.org"), ("Ben Sprite", "ben@example.org"), ("Cleo Pixel", "cleo@example.org"))
GAMES = (("Astro Racer", "10.00"), ("Maze Hunter", "5.50"), ("Lunar Courier", "24.90"), ("Tower of Tiles", "7.45"))
AUTHOR = change.Author("demo", "system")


def fill() -> None:
    """Twelve orders in every status, unless there are any."""
    if Order.objects.exists():
        return
    client, _ = Client.objects.get_or_create(name="demo")
    caller = Caller(client.name, client.pk, 0, frozenset())
    for number in range(12):
        made = create.create(sample(number), caller, f"demo-{number}", "system")
        _move(made.number, list(Status)[number % 6])


def sample(number: int) -> OrderIn:
    """An invented order."""
    name, email = PEOPLE[number % 3]
    lines = [
        {"product_id": 11 + index, "name": game, "quantity": 1 + (number + index) % 3, "price_per_unit": price}
        for index, (game, price) in enumerate(GAMES[: 1 + number % 4])
    ]
    customer = {"customer_id": 1 + number % 3, "name": name, "email": email}
    return OrderIn.model_validate({"order_customer": customer, "items": lines})


def _move(order_id: int, target: Status) -> None:
    with writing():
        order = change.locked(order_id)
        if target is not order.state:
            change.set_status(order, target, AUTHOR, through=True, reason="example")
