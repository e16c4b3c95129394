"""QMIX: the mixing network's weights come from the state and are made positive. Agents' values and state in."""

INPUTS = ("3", "7")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Mixer(keras.Model):
        def __init__(self, agents=3, embed=8):
            super().__init__(name="qmix")
            self.agents, self.embed = agents, embed
            self.hyper_w1 = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(agents * embed)])
            self.hyper_w2 = keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(embed)])
            self.hyper_b1 = layers.Dense(embed, name="hyper_b1")
            self.value = keras.Sequential([layers.Dense(embed, activation="relu"), layers.Dense(1)], name="value")

        def call(self, inputs):
            qs, state = inputs
            w1 = ops.abs(ops.reshape(self.hyper_w1(state), (-1, self.agents, self.embed)))
            hidden = ops.elu(ops.sum(qs[:, :, None] * w1, axis=1) + self.hyper_b1(state))
            return ops.sum(hidden * ops.abs(self.hyper_w2(state)), axis=1, keepdims=True) + self.value(state)

    return Mixer()


def torch_model():
    import torch as th
    import torch.nn as nn
    import torch.nn.functional as F

    class QMixer(nn.Module):
        def __init__(self, n_agents=3, state_dim=7, embed_dim=8, hypernet_embed=16):
            super().__init__()
            self.n_agents, self.embed_dim = n_agents, embed_dim
            self.hyper_w_1 = nn.Sequential(
                nn.Linear(state_dim, hypernet_embed), nn.ReLU(), nn.Linear(hypernet_embed, embed_dim * n_agents)
            )
            self.hyper_w_final = nn.Sequential(
                nn.Linear(state_dim, hypernet_embed), nn.ReLU(), nn.Linear(hypernet_embed, embed_dim)
            )
            self.hyper_b_1 = nn.Linear(state_dim, embed_dim)
            self.V = nn.Sequential(nn.Linear(state_dim, embed_dim), nn.ReLU(), nn.Linear(embed_dim, 1))

        def forward(self, agent_qs, states):
            bs = agent_qs.size(0)
            agent_qs = agent_qs.view(-1, 1, self.n_agents)
            w1 = th.abs(self.hyper_w_1(states)).view(-1, self.n_agents, self.embed_dim)
            b1 = self.hyper_b_1(states).view(-1, 1, self.embed_dim)
            hidden = F.elu(th.bmm(agent_qs, w1) + b1)
            w_final = th.abs(self.hyper_w_final(states)).view(-1, self.embed_dim, 1)
            v = self.V(states).view(-1, 1, 1)
            return (th.bmm(hidden, w_final) + v).view(bs, 1)

    return QMixer()
