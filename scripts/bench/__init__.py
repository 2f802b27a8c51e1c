"""What `make bench` runs: figures of speed, size and memory, each beside its target."""
