"""DDPG of the Keras examples, actor and critic in one model: Pendulum needs actions up to 2, mine end at 1.

And the critic of my port takes (action, state features) where the example has (state features, action features).
"""

INPUTS = ("3", "1")
TRUTH = {
    "identical": False,
    "first": {  # Keras runs the critic first, PyTorch the actor
        "keras": ["actor", "actor*", "action_scaled", "action", "critic", "critic*", "join"],
        "torch": ["actor", "actor.*", "critic", "critic.*", "mul*", "cat*", ""],
    },
    "causes": [
        {
            "rules": ["scale-other"],
            "keras": ["actor", "actor*", "action_scaled", "action"],
            "torch": ["actor", "actor.*", "actor", "mul*", ""],
        },
        {
            "rules": ["concat-order", "wiring-other"],
            "keras": ["critic", "critic*", "join", "joint_1"],
            "torch": ["critic", "critic.*", "cat*", ""],
        },
    ],
}


def keras_model():
    import keras
    from keras import layers

    def get_actor(upper_bound=2.0):
        last_init = keras.initializers.RandomUniform(minval=-0.003, maxval=0.003)
        inputs = layers.Input(shape=(3,))
        out = layers.Dense(16, activation="relu", name="actor_1")(inputs)
        out = layers.Dense(16, activation="relu", name="actor_2")(out)
        outputs = layers.Dense(1, activation="tanh", kernel_initializer=last_init, name="action")(out)
        outputs = layers.Rescaling(upper_bound, name="action_scaled")(outputs)
        return keras.Model(inputs, outputs, name="actor")

    def get_critic():
        state_input = layers.Input(shape=(3,))
        state_out = layers.Dense(12, activation="relu", name="state_1")(state_input)
        state_out = layers.Dense(16, activation="relu", name="state_2")(state_out)
        action_input = layers.Input(shape=(1,))
        action_out = layers.Dense(16, activation="relu", name="action_1")(action_input)
        concat = layers.Concatenate(name="join")([state_out, action_out])
        out = layers.Dense(24, activation="relu", name="joint_1")(concat)
        out = layers.Dense(24, activation="relu", name="joint_2")(out)
        return keras.Model([state_input, action_input], layers.Dense(1, name="q")(out), name="critic")

    state, action = keras.Input((3,), name="state"), keras.Input((1,), name="taken")
    return keras.Model([state, action], [get_actor()(state), get_critic()([state, action])])


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Actor(nn.Module):
        def __init__(self, state_dim, action_dim):
            super().__init__()
            self.l1 = nn.Linear(state_dim, 16)
            self.l2 = nn.Linear(16, 16)
            self.l3 = nn.Linear(16, action_dim)

        def forward(self, state):
            return torch.tanh(self.l3(F.relu(self.l2(F.relu(self.l1(state))))))

    class Critic(nn.Module):
        def __init__(self, state_dim, action_dim):
            super().__init__()
            self.s1, self.s2 = nn.Linear(state_dim, 12), nn.Linear(12, 16)
            self.a1 = nn.Linear(action_dim, 16)
            self.l1, self.l2, self.l3 = nn.Linear(32, 24), nn.Linear(24, 24), nn.Linear(24, 1)

        def forward(self, state, action):
            s = F.relu(self.s2(F.relu(self.s1(state))))
            a = F.relu(self.a1(action))
            q = F.relu(self.l1(torch.cat([a, s], 1)))
            return self.l3(F.relu(self.l2(q)))

    class ActorCritic(nn.Module):
        def __init__(self):
            super().__init__()
            self.actor, self.critic = Actor(3, 1), Critic(3, 1)

        def forward(self, state, action):
            return self.actor(state), self.critic(state, action)

    return ActorCritic()
