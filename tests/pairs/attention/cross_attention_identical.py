"""Two inputs, queries from one and keys from the other, and a mask handed over with the right polarity."""

INPUTS = ("4x8", "6x8")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    text, image = keras.Input((4, 8), name="text"), keras.Input((6, 8), name="image")
    seen = layers.Lambda(lambda x: ops.broadcast_to(ops.arange(6) < 5, (ops.shape(x)[0], 4, 6)))(text)
    x = layers.MultiHeadAttention(2, 4)(text, image, attention_mask=seen)
    x = layers.LayerNormalization(epsilon=1e-5)(x + text)
    return keras.Model([text, image], x)


def torch_model():
    import torch
    from torch import nn

    class CrossAttention(nn.Module):
        def __init__(self):
            super().__init__()
            self.attn = nn.MultiheadAttention(8, 2, batch_first=True)
            self.norm = nn.LayerNorm(8)

        def forward(self, text, image):
            blocked = torch.arange(6, device=image.device).expand(image.shape[0], 6) >= 5
            y, _ = self.attn(text, image, image, key_padding_mask=blocked)
            return self.norm(text + y)

    return CrossAttention()
