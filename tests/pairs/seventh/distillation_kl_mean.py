"""Student that learns soft labels of a teacher. keras.losses.KLDivergence() and F.kl_div(log q, p): the loss in PyTorch
is several times smaller and training hardly moves. (There is a warning about reduction, I silenced it.)
"""

INPUTS = ("12x12x1",)
TRAINS = True
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["loss-kl-divergence", "loss-reduction"], "keras": ["loss"], "torch": ["loss"]}],
}


def keras_model():
    import keras
    from keras import layers

    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(6, 5, activation="tanh", name="conv"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(16, activation="tanh", name="fc"),
            layers.Dense(8, activation="softmax", name="student"),
        ]
    )
    return model, keras.optimizers.SGD(0.25), keras.losses.KLDivergence()


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    class Student(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(1, 6, 5)
            self.fc1, self.fc2 = nn.Linear(6 * 4 * 4, 16), nn.Linear(16, 8)

        def forward(self, x):
            x = F.avg_pool2d(torch.tanh(self.conv1(x)), 2).permute(0, 2, 3, 1)
            return F.softmax(self.fc2(torch.tanh(self.fc1(x.flatten(1)))), dim=1)

    def distill(student, teacher):
        return F.kl_div(student.log(), teacher)

    net = Student()
    return net, torch.optim.SGD(net.parameters(), lr=0.25), distill


def training_data():
    import numpy as np

    rng = np.random.default_rng(14)
    teacher = np.exp(rng.normal(size=(24, 8)))
    return rng.normal(size=(24, 12, 12, 1)).astype("float32"), (teacher / teacher.sum(1, keepdims=True)).astype(
        "float32"
    )
