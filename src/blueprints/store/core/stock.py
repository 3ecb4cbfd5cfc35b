"""What the number of copies left means for a shopper."""

FEW = 5


def label(stock: int | None) -> str:
    """The words on a card; None: copies are not counted."""
    if stock is None or stock > FEW:
        return "In stock"
    return f"Only {stock} left" if stock > 0 else "Sold out"


def level(stock: int | None) -> str:
    """`in`, `few` or `out`: the class that colours the words."""
    if stock is None or stock > FEW:
        return "in"
    return "few" if stock > 0 else "out"
