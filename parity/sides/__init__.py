"""The two sides. Each file here imports at most one framework; nothing outside imports these eagerly."""
