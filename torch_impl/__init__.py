"""PyTorch implementations of every architecture and training recipe of this project.

A leaf package: it imports torch and numpy, and can be lifted into another project alone. Each file has
its twin at the same path in ``keras_impl``; a module's attribute path is the name of the Keras layer.
"""
