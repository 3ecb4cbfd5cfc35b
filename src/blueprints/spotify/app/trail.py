"""Where the user is: for each view the lists opened one inside the other."""

from blueprints.spotify.app.listing import Listing

VIEWS = ("search", "library", "queue", "devices")


class Trail:
    """A stack of listings per view; the last one is open."""

    def __init__(self) -> None:
        self.view = "search"
        self.before = "search"
        """The view that Back returns to from the root of another."""
        self._stacks: dict[str, list[Listing]] = {view: [] for view in VIEWS}

    @property
    def listing(self) -> Listing | None:
        stack = self._stacks[self.view]
        return stack[-1] if stack else None

    @property
    def path(self) -> list[str]:
        titles = [listing.title for listing in self._stacks[self.view]]
        name = self.view.capitalize()
        return titles if titles[:1] == [name] else [name, *titles]

    def go(self, view: str) -> None:
        if view != self.view:
            self.before, self.view = self.view, view

    def root(self, listing: Listing) -> None:
        """The view starts anew with this list."""
        self._stacks[self.view] = [listing]

    def push(self, listing: Listing) -> None:
        self._stacks[self.view].append(listing)

    def back(self) -> bool:
        """One list up, or to the view before; False where there is nothing to go back to."""
        stack = self._stacks[self.view]
        if len(stack) > 1:
            stack.pop()
            return True
        if self.view == self.before:
            return False
        self.view, self.before = self.before, "search"
        return True
