"""SegFormer's decode head: two feature maps in, bilinear resizing (even factor), reversed concatenation."""

INPUTS = ("8x8x4", "4x4x6")
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    fine, coarse = keras.Input((8, 8, 4), name="fine"), keras.Input((4, 4, 6), name="coarse")
    maps = [layers.Dense(5)(fine), layers.UpSampling2D(2, interpolation="bilinear")(layers.Dense(5)(coarse))]
    x = layers.Concatenate()(maps[::-1])
    x = layers.Conv2D(5, 1, use_bias=False)(x)
    x = layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x)
    x = layers.Dropout(0.1)(layers.ReLU()(x))
    return keras.Model([fine, coarse], layers.Conv2D(3, 1)(x))


def torch_model():
    from torch import nn
    from transformers import SegformerConfig
    from transformers.models.segformer.modeling_segformer import SegformerDecodeHead

    class Head(nn.Module):
        def __init__(self):
            super().__init__()
            config = SegformerConfig(
                num_encoder_blocks=2, hidden_sizes=[4, 6], decoder_hidden_size=5, num_labels=3, depths=[1, 1]
            )
            self.decode_head = SegformerDecodeHead(config)

        def forward(self, fine, coarse):
            return self.decode_head([fine, coarse])

    return Head()
