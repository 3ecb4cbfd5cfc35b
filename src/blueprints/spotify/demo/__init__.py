"""A Spotify of our own on a loopback port: accounts, catalogue, library and player, with their limits and refusals.

`blueprints spotify --demo` runs against it, the tests run against it, and `python -m blueprints.spotify.demo` serves
it on its own. It keeps state, refuses what a development-mode app of 2026 is refused, and fails on request (`faults`).
"""
