"""M5 on raw audio as in the PyTorch tutorial: log_softmax and NLLLoss; cross-entropy of that is the same."""

INPUTS = ["128x1"]
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(name="m5")
    model.add(keras.Input((128, 1)))
    for filters, kernel, stride in ((8, 16, 4), (12, 3, 1)):
        model.add(layers.Conv1D(filters, kernel, strides=stride))
        model.add(layers.BatchNormalization(momentum=0.9, epsilon=1e-5))
        model.add(layers.ReLU())
        model.add(layers.MaxPooling1D(2))
    model.add(layers.GlobalAveragePooling1D())
    model.add(layers.Dense(5, activation="log_softmax"))
    optimizer = keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True)
    return model, optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class M5(nn.Module):
        def __init__(self, n_input=1, n_output=5, stride=4, n_channel=8):
            super().__init__()
            self.conv1 = nn.Conv1d(n_input, n_channel, kernel_size=16, stride=stride)
            self.bn1 = nn.BatchNorm1d(n_channel)
            self.pool1 = nn.MaxPool1d(2)
            self.conv2 = nn.Conv1d(n_channel, 12, kernel_size=3)
            self.bn2 = nn.BatchNorm1d(12)
            self.pool2 = nn.MaxPool1d(2)
            self.fc1 = nn.Linear(12, n_output)

        def forward(self, x):
            x = self.pool1(F.relu(self.bn1(self.conv1(x))))
            x = self.pool2(F.relu(self.bn2(self.conv2(x))))
            x = F.avg_pool1d(x, x.shape[-1])
            x = self.fc1(x.permute(0, 2, 1))
            return F.log_softmax(x, dim=2).squeeze(1)

    model = M5()
    return model, torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True), nn.NLLLoss()
