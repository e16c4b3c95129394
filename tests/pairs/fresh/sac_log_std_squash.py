"""SAC actor, two outputs: Keras clips the log deviation to [-20, 2], PyTorch squashes it by tanh as CleanRL does."""

INPUTS = ("11",)
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["activation-other", "activation-parameter"],
            "keras": ["log_std", "*clip*", ""],
            "torch": ["tanh*", "fc_logstd", "add*", "mul*", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class Actor(keras.Model):
        LOG_STD_MIN, LOG_STD_MAX = -20.0, 2.0

        def __init__(self, actions, hidden=(16, 16)):
            super().__init__()
            self.body = keras.Sequential([layers.Dense(n, activation="relu") for n in hidden], name="body")
            self.mu = layers.Dense(actions, name="mu")
            self.log_std = layers.Dense(actions, name="log_std")

        def call(self, observation):
            x = self.body(observation)
            return ops.tanh(self.mu(x)), ops.clip(self.log_std(x), self.LOG_STD_MIN, self.LOG_STD_MAX)

    return Actor(3)


def torch_model():
    import torch
    from torch import nn
    from torch.nn import functional as F

    LOG_STD_MAX = 2
    LOG_STD_MIN = -5

    class Actor(nn.Module):
        def __init__(self, obs=11, act=3):
            super().__init__()
            self.fc1 = nn.Linear(obs, 16)
            self.fc2 = nn.Linear(16, 16)
            self.fc_mean = nn.Linear(16, act)
            self.fc_logstd = nn.Linear(16, act)

        def forward(self, x):
            x = F.relu(self.fc1(x))
            x = F.relu(self.fc2(x))
            mean = self.fc_mean(x)
            log_std = torch.tanh(self.fc_logstd(x))
            log_std = LOG_STD_MIN + 0.5 * (LOG_STD_MAX - LOG_STD_MIN) * (log_std + 1)
            return torch.tanh(mean), log_std

    return Actor()
