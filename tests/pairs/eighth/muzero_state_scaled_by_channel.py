"""MuZero's dynamics network: board planes and the plane of an action go in, the next state, scaled to [0, 1], and the
reward come out. One author scales the whole state, the other one every channel.
"""

INPUTS = ("6x6x8", "6x6x1")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-axis", "norm-other", "pool-axis", "wiring-other"],
            "keras": ["next_state", "reward_conv"],
            "torch": ["min*", "max*", "amin*", "amax*", "sub*", "div*", "truediv*", "reshape*", "conv1x1_reward", ""],
        }
    ],
}


def keras_model():
    import keras
    from keras import layers, ops

    class ToUnit(layers.Layer):
        """Smallest number of a state to 0, largest to 1."""

        def call(self, x):
            low, high = ops.min(x, axis=(1, 2, 3), keepdims=True), ops.max(x, axis=(1, 2, 3), keepdims=True)
            return (x - low) / (high - low + 1e-5)

    def norm(x, name):
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=name)(x)

    state = keras.Input((6, 6, 8), name="a_state")
    action = keras.Input((6, 6, 1), name="b_action")
    x = layers.Concatenate(name="state_and_action")([state, action])
    x = layers.Conv2D(8, 3, padding="same", use_bias=False, name="conv")(x)
    x = layers.ReLU()(layers.Add()([norm(x, "conv_bn"), state]))
    y = layers.Conv2D(8, 3, padding="same", use_bias=False, name="res_a")(x)
    y = layers.ReLU()(norm(y, "res_a_bn"))
    y = norm(layers.Conv2D(8, 3, padding="same", use_bias=False, name="res_b")(y), "res_b_bn")
    x = ToUnit(name="next_state")(layers.ReLU()(layers.Add()([x, y])))
    r = layers.Conv2D(2, 1, name="reward_conv")(x)
    r = layers.Dense(10, activation="elu", name="reward_hidden")(layers.Flatten()(r))
    return keras.Model([state, action], [x, layers.Dense(7, name="reward")(r)])


def torch_model():
    import torch
    from torch import nn

    def conv3x3(in_channels, out_channels, stride=1):
        return nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)

    class ResidualBlock(nn.Module):
        def __init__(self, num_channels):
            super().__init__()
            self.conv1, self.bn1 = conv3x3(num_channels, num_channels), nn.BatchNorm2d(num_channels)
            self.conv2, self.bn2 = conv3x3(num_channels, num_channels), nn.BatchNorm2d(num_channels)

        def forward(self, x):
            out = torch.relu(self.bn1(self.conv1(x)))
            return torch.relu(self.bn2(self.conv2(out)) + x)

    class DynamicsNetwork(nn.Module):
        def __init__(self, num_channels=9):
            super().__init__()
            self.conv, self.bn = conv3x3(num_channels, num_channels - 1), nn.BatchNorm2d(num_channels - 1)
            self.resblocks = nn.ModuleList([ResidualBlock(num_channels - 1)])
            self.conv1x1_reward = nn.Conv2d(num_channels - 1, 2, 1)
            self.fc = nn.Sequential(nn.Linear(2 * 36, 10), nn.ELU(), nn.Linear(10, 7))

        def forward(self, encoded_state, action):
            x = self.bn(self.conv(torch.cat((encoded_state, action), dim=1)))
            x = torch.relu(x + encoded_state)
            for block in self.resblocks:
                x = block(x)
            b, c, h, w = x.shape
            low = x.reshape(b, c, h * w).min(2, keepdim=True)[0].unsqueeze(-1)
            high = x.reshape(b, c, h * w).max(2, keepdim=True)[0].unsqueeze(-1)
            state = (x - low) / (high - low + 1e-5)
            return state, self.fc(self.conv1x1_reward(state).flatten(1))

    return DynamicsNetwork()
