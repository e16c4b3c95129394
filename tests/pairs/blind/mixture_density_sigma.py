"""Mixture density network with three outputs; the deviations are exp(.) in Keras and softplus(.) in PyTorch."""

INPUTS = ("4",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other"],
            "keras": ["sigmas", "sigma_act", "sigmas_by_mixture"],
            "torch": ["sigma*", "softplus*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    mixtures, targets = 3, 2
    x = inputs = keras.Input((4,), name="x")
    for i in range(2):
        x = layers.Dense(14, activation="tanh", name=f"hidden_{i}")(x)
    pis = layers.Dense(mixtures, activation="softmax", name="pis")(x)
    mus = layers.Dense(mixtures * targets, name="mus")(x)
    mus = layers.Reshape((mixtures, targets), name="mus_by_mixture")(mus)
    sigmas = layers.Dense(mixtures * targets, name="sigmas")(x)
    sigmas = layers.Activation("exponential", name="sigma_act")(sigmas)
    sigmas = layers.Reshape((mixtures, targets), name="sigmas_by_mixture")(sigmas)
    return keras.Model(inputs, [pis, mus, sigmas])


def torch_model():
    from torch import nn
    from torch.nn import functional as F

    class MDN(nn.Module):
        def __init__(self, n_hidden=14, n_gaussians=3, n_out=2):
            super().__init__()
            self.k, self.d = n_gaussians, n_out
            self.sigma = nn.Linear(n_hidden, n_gaussians * n_out)
            self.mu = nn.Linear(n_hidden, n_gaussians * n_out)
            self.pi = nn.Sequential(nn.Linear(n_hidden, n_gaussians), nn.Softmax(dim=1))
            self.z_h = nn.Sequential(nn.Linear(4, n_hidden), nn.Tanh(), nn.Linear(n_hidden, n_hidden), nn.Tanh())

        def forward(self, x):
            h = self.z_h(x)
            sigma = F.softplus(self.sigma(h)).view(-1, self.k, self.d)
            mu = self.mu(h).view(-1, self.k, self.d)
            return self.pi(h), mu, sigma

    return MDN()
