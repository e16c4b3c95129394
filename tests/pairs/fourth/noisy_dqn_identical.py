"""Rainbow's noisy layers with the noise handed in, one draw per sample; Keras multiplies, PyTorch builds matrices."""

INPUTS = ("6", "34")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class NoisyDense(layers.Layer):
        def __init__(self, units, activation=None, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.activation = keras.activations.get(activation)

        def build(self, shapes):
            n = shapes[0][-1]
            self.mu_w = self.add_weight(shape=(n, self.units), initializer="glorot_uniform", name="mu_w")
            self.mu_b = self.add_weight(shape=(self.units,), initializer="random_normal", name="mu_b")
            sigma = keras.initializers.Constant(0.5 / n**0.5)
            self.sigma_w = self.add_weight(shape=(n, self.units), initializer=sigma, name="sigma_w")
            self.sigma_b = self.add_weight(shape=(self.units,), initializer=sigma, name="sigma_b")

        def call(self, inputs):
            x, e_in, e_out = inputs
            e_in, e_out = (ops.sign(e) * ops.sqrt(ops.abs(e)) for e in (e_in, e_out))
            noisy = (ops.matmul(x * e_in, self.sigma_w) + self.sigma_b) * e_out
            return self.activation(ops.matmul(x, self.mu_w) + self.mu_b + noisy)

    class Agent(keras.Model):
        def __init__(self, actions=4, width=12):
            super().__init__(name="noisy_dqn")
            self.hidden = NoisyDense(width, "relu", name="hidden")
            self.q = NoisyDense(actions, name="q")

        def call(self, inputs):
            state, noise = inputs
            e1, e2, e3, e4 = noise[:, :6], noise[:, 6:18], noise[:, 18:30], noise[:, 30:]
            return self.q([self.hidden([state, e1, e2]), e3, e4])

    return Agent()


def torch_model():
    import torch
    from torch import nn

    class NoisyLinear(nn.Module):
        def __init__(self, in_features, out_features, std_init=0.5):
            super().__init__()
            bound = in_features**-0.5
            self.weight_mu = nn.Parameter(torch.empty(out_features, in_features).uniform_(-bound, bound))
            self.weight_sigma = nn.Parameter(torch.full((out_features, in_features), std_init * bound))
            self.bias_mu = nn.Parameter(torch.empty(out_features).uniform_(-bound, bound))
            self.bias_sigma = nn.Parameter(torch.full((out_features,), std_init * out_features**-0.5))

        @staticmethod
        def scale_noise(x):
            return x.sign().mul(x.abs().sqrt())

        def forward(self, x, noise_in, noise_out):
            eps_in, eps_out = self.scale_noise(noise_in), self.scale_noise(noise_out)
            weight = self.weight_mu + self.weight_sigma * torch.einsum("bo,bi->boi", eps_out, eps_in)
            bias = self.bias_mu + self.bias_sigma * eps_out
            return torch.baddbmm(bias.unsqueeze(2), weight, x.unsqueeze(2)).squeeze(2)

    class DQN(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = NoisyLinear(6, 12)
            self.fc2 = NoisyLinear(12, 4)

        def forward(self, obs, noise):
            a, b, c, d = torch.split(noise, [6, 12, 12, 4], dim=1)
            return self.fc2(torch.relu(self.fc1(obs, a, b)), c, d)

    return DQN()
