"""M5 on raw speech commands, from the audio tutorial: Adam with weight_decay=0.0001 and the negative log likelihood in
PyTorch, the same numbers in Keras; the first forward pass agrees, the trained nets drift apart.
"""

INPUTS = ("400x1",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["optimizer-coupled-decay"],
            "keras": ["optimizer"],
            "torch": ["optimizer"],
            "visible": False,
        }
    ],
}


def keras_model():
    import keras
    from keras import layers

    wave = keras.Input((400, 1), name="wave")
    x = wave
    for n, (width, window, stride) in enumerate(((8, 20, 4), (8, 3, 1), (16, 3, 1)), start=1):
        x = layers.Conv1D(width, window, strides=stride, name=f"conv_{n}")(x)
        x = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name=f"bn_{n}")(x)
        x = layers.ReLU(name=f"relu_{n}")(x)
        x = layers.MaxPooling1D(3, name=f"pool_{n}")(x)
    x = layers.GlobalAveragePooling1D(name="mean")(x)
    x = layers.Dense(6, name="commands")(x)
    model = keras.Model(wave, layers.Activation("log_softmax", name="log_probabilities")(x))
    optimizer = keras.optimizers.Adam(0.01, epsilon=1e-8, weight_decay=0.0001)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch.nn.functional as F
    from torch import nn, optim

    class M5(nn.Module):
        def __init__(self, n_input=1, n_output=6, stride=4, n_channel=8):
            super().__init__()
            self.conv1 = nn.Conv1d(n_input, n_channel, kernel_size=20, stride=stride)
            self.bn1 = nn.BatchNorm1d(n_channel)
            self.pool1 = nn.MaxPool1d(3)
            self.conv2 = nn.Conv1d(n_channel, n_channel, kernel_size=3)
            self.bn2 = nn.BatchNorm1d(n_channel)
            self.pool2 = nn.MaxPool1d(3)
            self.conv3 = nn.Conv1d(n_channel, 2 * n_channel, kernel_size=3)
            self.bn3 = nn.BatchNorm1d(2 * n_channel)
            self.pool3 = nn.MaxPool1d(3)
            self.fc1 = nn.Linear(2 * n_channel, n_output)

        def forward(self, x):
            x = x.transpose(1, 2)
            x = self.pool1(F.relu(self.bn1(self.conv1(x))))
            x = self.pool2(F.relu(self.bn2(self.conv2(x))))
            x = self.pool3(F.relu(self.bn3(self.conv3(x))))
            x = F.avg_pool1d(x, x.shape[-1])
            x = self.fc1(x.permute(0, 2, 1))
            return F.log_softmax(x, dim=2).squeeze(1)

    model = M5()
    return model, optim.Adam(model.parameters(), lr=0.01, weight_decay=0.0001), nn.NLLLoss()
