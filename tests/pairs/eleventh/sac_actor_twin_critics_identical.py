"""Soft actor-critic on eight observations and three actions: squashed mean and clipped log deviation of the policy, and
the two critics, whose smaller value is the fifth output.
"""

INPUTS = ("8", "3")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    state = keras.Input((8,), name="state")
    action = keras.Input((3,), name="action")

    def mlp(x, name):
        for i in range(2):
            x = layers.Dense(32, activation="relu", name=f"{name}_{i}")(x)
        return x

    hidden = mlp(state, "policy")
    mean = layers.Dense(3, activation="tanh", name="mean")(hidden)
    log_std = ops.clip(layers.Dense(3, name="log_std")(hidden), -20.0, 2.0)
    both = layers.Concatenate(name="state_action")([state, action])
    q1 = layers.Dense(1, name="q1")(mlp(both, "critic1"))
    q2 = layers.Dense(1, name="q2")(mlp(both, "critic2"))
    return keras.Model([state, action], [mean, log_std, q1, q2, layers.Minimum(name="target_q")([q1, q2])])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Critic(nn.Module):
        def __init__(self, state_dim, action_dim):
            super().__init__()
            self.l4 = nn.Linear(state_dim + action_dim, 32)
            self.l5 = nn.Linear(32, 32)
            self.l6 = nn.Linear(32, 1)
            self.l1 = nn.Linear(state_dim + action_dim, 32)
            self.l2 = nn.Linear(32, 32)
            self.l3 = nn.Linear(32, 1)

        def forward(self, state, action):
            sa = torch.cat([state, action], 1)
            q1 = self.l3(F.relu(self.l2(F.relu(self.l1(sa)))))
            q2 = self.l6(F.relu(self.l5(F.relu(self.l4(sa)))))
            return q1, q2

    class Actor(nn.Module):
        LOG_SIG_MIN, LOG_SIG_MAX = -20, 2

        def __init__(self, state_dim, action_dim):
            super().__init__()
            self.trunk = nn.Sequential(nn.Linear(state_dim, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU())
            self.log_std_linear = nn.Linear(32, action_dim)
            self.mean_linear = nn.Linear(32, action_dim)

        def forward(self, state):
            x = self.trunk(state)
            log_std = self.log_std_linear(x).clamp(self.LOG_SIG_MIN, self.LOG_SIG_MAX)
            return self.mean_linear(x), log_std

    class SAC(nn.Module):
        def __init__(self, state_dim=8, action_dim=3):
            super().__init__()
            self.critic = Critic(state_dim, action_dim)
            self.policy = Actor(state_dim, action_dim)

        def forward(self, state, action):
            mean, log_std = self.policy(state)
            q1, q2 = self.critic(state, action)
            return torch.tanh(mean), log_std, q1, q2, torch.min(q1, q2)

    return SAC()
