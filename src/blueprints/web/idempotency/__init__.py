"""Requests that may be repeated: the first answer is kept with its key, in the transaction of what it did."""
