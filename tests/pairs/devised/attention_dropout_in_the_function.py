"""The port calls scaled_dot_product_attention with another dropout_p in train mode."""

INPUTS = ("6x8",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["dropout-rate"],
            "keras": ["att", "att.dropout"],
            "torch": ["scaled_dot_product_attention", ""],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    i = keras.Input((6, 8))
    x = layers.MultiHeadAttention(2, 4, dropout=0.1, name="att")(i, i)
    return keras.Model(i, layers.Dense(3, name="o")(x))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class M(nn.Module):
        def __init__(self):
            super().__init__()
            self.q = nn.Linear(8, 8)
            self.k = nn.Linear(8, 8)
            self.v = nn.Linear(8, 8)
            self.p = nn.Linear(8, 8)
            self.o = nn.Linear(8, 3)

        def forward(self, x):
            def h(t):
                return t.view(t.shape[0], -1, 2, 4).transpose(1, 2)

            q, k, v = h(self.q(x)), h(self.k(x)), h(self.v(x))
            y = F.scaled_dot_product_attention(q, k, v, dropout_p=0.2 if self.training else 0.0)
            return self.o(self.p(y.transpose(1, 2).flatten(2)))

    return M()
