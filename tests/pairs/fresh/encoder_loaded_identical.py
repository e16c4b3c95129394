"""A Keras encoder layer loaded by hand into nn.TransformerEncoderLayer: heads flat, q, k, v packed in order."""

INPUTS = ("6x12",)
OWN_WEIGHTS = True
TRUTH = {"identical": True}


def trained():
    """In the order of Keras's set_weights: attention, norms, feed-forward."""
    import numpy as np

    rng = np.random.default_rng(31)
    shapes = [(12, 3, 4), (3, 4)] * 3 + [(3, 4, 12), (12,)] + [(12,)] * 4 + [(12, 20), (20,), (20, 12), (12,)]
    return [rng.normal(size=shape, scale=0.4).astype("float32") for shape in shapes]


def keras_model():
    import keras
    from keras import layers

    attention = layers.MultiHeadAttention(3, 4, name="attention")
    norm1 = layers.LayerNormalization(epsilon=1e-5, name="norm1")
    norm2 = layers.LayerNormalization(epsilon=1e-5, name="norm2")
    up, down = layers.Dense(20, activation="gelu", name="up"), layers.Dense(12, name="down")
    tokens = keras.Input((6, 12), name="tokens")
    h = norm1(tokens)
    x = layers.Add(name="add1")([tokens, attention(h, h)])
    x = layers.Add(name="add2")([x, down(up(norm2(x)))])
    model = keras.Model(tokens, x)
    arrays = trained()
    for layer, n in ((attention, 8), (norm1, 2), (norm2, 2), (up, 2), (down, 2)):
        layer.set_weights(arrays[:n])
        arrays = arrays[n:]
    return model


def torch_model():
    import torch
    from torch import nn

    layer = nn.TransformerEncoderLayer(
        12, 3, dim_feedforward=20, activation="gelu", batch_first=True, norm_first=True, dropout=0.0
    )
    q, qb, k, kb, v, vb, o, ob, g1, b1, g2, b2, w1, c1, w2, c2 = (torch.from_numpy(a) for a in trained())
    # keras: query, key, value, output; kernels (in, heads, size)
    state = {
        "self_attn.in_proj_weight": torch.cat([each.reshape(12, 12).T for each in (q, k, v)]),
        "self_attn.in_proj_bias": torch.cat([each.flatten() for each in (qb, kb, vb)]),
        "self_attn.out_proj.weight": o.reshape(12, 12).T,
        "self_attn.out_proj.bias": ob,
        "linear1.weight": w1.T,
        "linear1.bias": c1,
        "linear2.weight": w2.T,
        "linear2.bias": c2,
        "norm1.weight": g1,
        "norm1.bias": b1,
        "norm2.weight": g2,
        "norm2.bias": b2,
    }
    layer.load_state_dict(state)
    return layer
