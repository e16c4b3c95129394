"""Keras 3 implementations of every architecture and training recipe of this project.

A leaf package: it imports keras and numpy, and can be lifted into another project alone. Each file has
its twin at the same path in ``torch_impl``; a layer is named like its PyTorch attribute path.
"""
