"""Autoencoder with categorical codes: hard Gumbel samples while training, the most likely category when not; noise from
uniform numbers in Keras, F.gumbel_softmax in PyTorch.
"""

INPUTS = ("20",)
TRUTH = {"identical": True}
NO_FILE = "TensorFlow's argmax in Keras becomes a Bitcast, which ONNX Runtime lacks at this opset"


def keras_model():
    import keras
    from keras import layers, ops

    class GumbelCode(layers.Layer):
        def __init__(self, temperature=0.5, **kwargs):
            super().__init__(**kwargs)
            self.temperature = temperature
            self.seed_generator = keras.random.SeedGenerator(11)

        def call(self, logits, training=False):
            categories = logits.shape[-1]
            if not training:
                return ops.one_hot(ops.argmax(logits, axis=-1), categories, dtype=logits.dtype)
            noise = keras.random.uniform(ops.shape(logits), 1e-20, 1.0, dtype=logits.dtype, seed=self.seed_generator)
            noisy = logits - ops.log(-ops.log(noise))
            soft = ops.softmax(noisy / self.temperature, axis=-1)
            hard = ops.one_hot(ops.argmax(soft, axis=-1), categories, dtype=logits.dtype)
            return ops.stop_gradient(hard - soft) + soft

    x = keras.Input((20,), name="row")
    h = layers.Dense(24, activation="relu", name="encode")(x)
    logits = layers.Reshape((4, 5), name="variables")(layers.Dense(20, name="to_logits")(h))
    code = layers.Flatten()(GumbelCode(name="code")(logits))
    h = layers.Dense(24, activation="relu", name="decode")(code)
    out = layers.Dense(20, name="restored")(h)
    return keras.Model(x, {"restored": out, "log_q": layers.Activation("log_softmax", name="log_q")(logits)})


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class DiscreteVAE(nn.Module):
        def __init__(self, d=20, hidden=24, n_vars=4, n_cats=5, tau=0.5):
            super().__init__()
            self.tau, self.n_vars, self.n_cats = tau, n_vars, n_cats
            self.dec = nn.Sequential(nn.Linear(n_vars * n_cats, hidden), nn.ReLU(), nn.Linear(hidden, d))
            self.enc = nn.Sequential(nn.Linear(d, hidden), nn.ReLU(), nn.Linear(hidden, n_vars * n_cats))

        def forward(self, x):
            q = self.enc(x).view(-1, self.n_vars, self.n_cats)
            if self.training:
                z = F.gumbel_softmax(q, tau=self.tau, hard=True)
            else:
                z = F.one_hot(q.argmax(-1), self.n_cats).to(q)
            return {"log_q": q - q.logsumexp(-1, keepdim=True), "restored": self.dec(z.flatten(1))}

    return DiscreteVAE()
