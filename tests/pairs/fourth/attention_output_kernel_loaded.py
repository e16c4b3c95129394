"""Keras MultiHeadAttention copied into nn.MultiheadAttention: scores agree, the output of the layer does not."""

INPUTS = ("5x12",)
OWN_WEIGHTS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["dense-kernel-transposed", "attention-packed-projection"],
            "keras": ["attention*"],
            "torch": ["attn*"],
        }
    ],
}
HEADS, SIZE = 3, 4


def trained():
    import numpy as np

    rng = np.random.RandomState(11)
    d = HEADS * SIZE
    weights = {f"{n}_kernel": rng.randn(d, HEADS, SIZE) * 0.3 for n in ("query", "key", "value")}
    weights |= {f"{n}_bias": rng.randn(HEADS, SIZE) * 0.3 for n in ("query", "key", "value")}
    weights |= {"output_kernel": rng.randn(HEADS, SIZE, d) * 0.3, "output_bias": rng.randn(d) * 0.3}
    weights |= {"classes_kernel": rng.randn(d, 4) * 0.3, "classes_bias": rng.randn(4) * 0.3}
    return {k: v.astype("float32") for k, v in weights.items()}


def keras_model():
    import keras
    from keras import layers

    x = inputs = keras.Input((5, 12))
    attention = layers.MultiHeadAttention(num_heads=HEADS, key_dim=SIZE, name="attention")
    classes = layers.Dense(4, name="classes")
    x = layers.Add(name="residual")([x, attention(x, x)])
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    model = keras.Model(inputs, classes(x))
    w = trained()
    order = [f"{n}_{part}" for n in ("query", "key", "value", "output") for part in ("kernel", "bias")]
    attention.set_weights([w[k] for k in order])
    classes.set_weights([w["classes_kernel"], w["classes_bias"]])
    return model


def torch_model():
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self, dim=HEADS * SIZE):
            super().__init__()
            self.attn = nn.MultiheadAttention(dim, HEADS, batch_first=True)
            self.fc = nn.Linear(dim, 4)

        def forward(self, x):
            y, _ = self.attn(x, x, x, need_weights=False)
            return self.fc((x + y).mean(dim=1))

    model, d = Classifier(), HEADS * SIZE
    w = {k: torch.as_tensor(v) for k, v in trained().items()}
    with torch.no_grad():
        for i, name in enumerate(("query", "key", "value")):
            model.attn.in_proj_weight[i * d : (i + 1) * d] = w[f"{name}_kernel"].reshape(d, d).T
            model.attn.in_proj_bias[i * d : (i + 1) * d] = w[f"{name}_bias"].reshape(d)
        model.attn.out_proj.weight[:] = w["output_kernel"].reshape(d, d)
        model.attn.out_proj.bias[:] = w["output_bias"]
        model.fc.weight[:] = w["classes_kernel"].T
        model.fc.bias[:] = w["classes_bias"]
    return model
