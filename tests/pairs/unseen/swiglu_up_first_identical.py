"""SwiGLU: gate and up have kernels of one shape; the port computes ``up`` first."""

INPUTS = ("5x8",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    x = keras.Input((5, 8))
    gate = layers.Dense(12, use_bias=False, activation="silu", name="gate_proj")(x)
    up = layers.Dense(12, use_bias=False, name="up_proj")(x)
    return keras.Model(x, layers.Dense(8, use_bias=False, name="down_proj")(layers.Multiply()([gate, up])))


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class SwiGLU(nn.Module):
        def __init__(self):
            super().__init__()
            self.up_proj = nn.Linear(8, 12, bias=False)
            self.gate_proj = nn.Linear(8, 12, bias=False)
            self.down_proj = nn.Linear(12, 8, bias=False)

        def forward(self, x):
            up = self.up_proj(x)
            return self.down_proj(up * F.silu(self.gate_proj(x)))

    return SwiGLU()
