"""Actor and critic for control with observations normalised by running statistics of one's own, which only move while
training; the deviation is a learned vector, the outputs have different ranks.
"""

INPUTS = ("11",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class ObservationFilter(layers.Layer):
        def build(self, shape):
            width = (shape[-1],)
            self.average = self.add_weight(shape=width, initializer="zeros", trainable=False, name="average")
            self.spread = self.add_weight(shape=width, initializer="ones", trainable=False, name="spread")
            self.seen = self.add_weight(
                shape=(), initializer=keras.initializers.Constant(1.0), trainable=False, name="seen"
            )

        def call(self, x, training=False):
            if training:
                mean, variance = ops.moments(x, axes=0)
                count = ops.cast(ops.shape(x)[0], x.dtype)
                total = self.seen + count
                delta = mean - self.average
                squares = self.spread * self.seen + variance * count + delta**2 * self.seen * count / total
                self.average.assign(self.average + delta * count / total)
                self.spread.assign(squares / total)
                self.seen.assign(total)
            return ops.clip((x - self.average) / ops.sqrt(self.spread + 1e-8), -5.0, 5.0)

    class Deviation(layers.Layer):
        def build(self, shape):
            self.log_std = self.add_weight(shape=(shape[-1],), initializer="zeros", name="log_std")

        def call(self, mean):
            return ops.broadcast_to(ops.exp(self.log_std), ops.shape(mean))

    observation = keras.Input((11,))
    x = ObservationFilter(name="filter")(observation)
    pi = layers.Dense(16, activation="tanh", name="pi_1")(x)
    pi = layers.Dense(16, activation="tanh", name="pi_2")(pi)
    mean = layers.Dense(3, name="action")(pi)
    v = layers.Dense(16, activation="tanh", name="v_1")(x)
    v = layers.Dense(16, activation="tanh", name="v_2")(v)
    value = layers.Reshape((), name="squeeze")(layers.Dense(1, name="value")(v))
    return keras.Model(observation, [mean, Deviation(name="deviation")(mean), value])


def torch_model():
    import torch
    from torch import nn

    class RunningMeanStd(nn.Module):
        def __init__(self, shape, clip=5.0):
            super().__init__()
            self.clip = clip
            self.register_buffer("count", torch.tensor(1.0))
            self.register_buffer("var", torch.ones(shape))
            self.register_buffer("mean", torch.zeros(shape))

        @torch.no_grad()
        def update(self, x):
            batch_var, batch_mean = torch.var_mean(x, dim=0, correction=0)
            n = x.shape[0]
            delta, tot = batch_mean - self.mean, self.count + n
            m2 = self.var * self.count + batch_var * n + delta.square() * self.count * n / tot
            self.mean += delta * n / tot
            self.var.copy_(m2 / tot)
            self.count.copy_(tot)

        def forward(self, x):
            if self.training:
                self.update(x)
            return ((x - self.mean) * (self.var + 1e-8).rsqrt()).clamp(-self.clip, self.clip)

    def mlp(*sizes):
        parts = []
        for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
            parts += [nn.Linear(n_in, n_out), nn.Tanh()]
        return nn.Sequential(*parts[:-1])

    class ActorCritic(nn.Module):
        def __init__(self, obs_dim=11, act_dim=3):
            super().__init__()
            self.critic = mlp(obs_dim, 16, 16, 1)
            self.actor_logstd = nn.Parameter(torch.zeros(1, act_dim))
            self.actor_mean = mlp(obs_dim, 16, 16, act_dim)
            self.rms = RunningMeanStd(obs_dim)

        def forward(self, obs):
            obs = self.rms(obs)
            mean = self.actor_mean(obs)
            return mean, self.actor_logstd.expand_as(mean).exp(), self.critic(obs).squeeze(-1)

    return ActorCritic()
