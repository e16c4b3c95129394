"""I passed the same padding mask to both attention layers; the PyTorch one attends to the padding only.

mlwithme/TransformerTranslation issue 2; tensorflow/tensorflow issue 45854.
"""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["attention-mask-polarity"], "keras": ["multi_head_attention*"], "torch": ["attention", ""]}],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Block(keras.Model):
        def __init__(self):
            super().__init__()
            self.attention = layers.MultiHeadAttention(num_heads=2, key_dim=4)
            self.out = layers.Dense(3)

        def call(self, x):
            seen = ops.expand_dims(ops.arange(6) < 4, 0)
            mask = ops.broadcast_to(seen, (6, 6))
            return self.out(self.attention(x, x, attention_mask=ops.expand_dims(mask, 0)))

    model = Block()
    model(keras.ops.zeros((1, 6, 8)))
    return model


def torch_model():
    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
            self.out = nn.Linear(8, 3)

        def forward(self, x):
            mask = (torch.arange(6) < 4).expand(6, 6)
            y, _ = self.attention(x, x, x, attn_mask=mask, need_weights=False)
            return self.out(y)

    return Block()
