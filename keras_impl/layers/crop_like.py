"""Crop an image to the size of another."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="keras_impl")
class CropLike(keras.layers.Layer):
    """Image (B, H, W, C) and reference (B, h, w, c) -> (B, h, w, C): the top left corner."""

    def call(self, image, reference):
        shape = ops.shape(reference)
        return image[:, : shape[1], : shape[2]]

    def compute_output_shape(self, image_shape, reference_shape):
        return (*reference_shape[:-1], image_shape[-1])
