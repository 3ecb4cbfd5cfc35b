"""How a benchmark says whether its goal was reached."""


def verdict(reached: bool) -> str:
    return "met" if reached else "MISSED"
