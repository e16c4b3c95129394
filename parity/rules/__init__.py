"""The rule book: every known difference between Keras 3 (TensorFlow) and PyTorch, one object each, as plain data."""
