"""What the benchmarks of the messenger share: servers to measure, and load."""
